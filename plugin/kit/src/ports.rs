//! The ports of a connector, bundled: what it may ask of the outside and of the host.

use crate::http::Http;
use crate::types::{Customer, Link};

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For whoever develops the connector.
    Debug,
    /// A step worth knowing.
    Info,
    /// Something was not as expected and was dealt with.
    Warn,
    /// Something failed.
    Error,
}

/// What the host knows of people and links, and where log lines go. Read only.
pub trait Host {
    /// The customer with this id.
    fn customer_by_id(&self, id: &str) -> Option<Customer>;
    /// Customers with exactly this number.
    fn customers_by_number(&self, number: &str) -> Vec<Customer>;
    /// Customers with this company registration number, compared by its digits.
    fn customers_by_cvr(&self, cvr: &str) -> Vec<Customer>;
    /// Customers with this e-mail address, compared without regard to case.
    fn customers_by_email(&self, email: &str) -> Vec<Customer>;
    /// The link of a customer.
    fn link_by_customer(&self, id: &str) -> Option<Link>;
    /// The link to an external id.
    fn link_by_external_id(&self, external_id: &str) -> Option<Link>;
    /// Write one line. No secrets, no personal data.
    fn log(&self, level: Level, message: &str);
}

/// Everything a connector reaches beside its input.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// The accounting system.
    pub http: &'a dyn Http,
    /// FlexyBox.
    pub host: &'a dyn Host,
}

/// Run `work` with the ports of the sandbox.
#[cfg(target_family = "wasm")]
pub fn in_sandbox<T>(work: impl FnOnce(Ports<'_>) -> T) -> T {
    work(Ports { http: &crate::http_waki::Waki, host: &SandboxHost })
}

/// Run `work` with the ports of the sandbox. There is no sandbox in a native build: every request is refused and nobody
/// is found, so that a connector's guest shell still compiles and links for native tests.
#[cfg(not(target_family = "wasm"))]
pub fn in_sandbox<T>(work: impl FnOnce(Ports<'_>) -> T) -> T {
    work(Ports { http: &Nowhere, host: &Nowhere })
}

#[cfg(target_family = "wasm")]
struct SandboxHost;

#[cfg(target_family = "wasm")]
impl Host for SandboxHost {
    fn customer_by_id(&self, id: &str) -> Option<Customer> {
        crate::bindings::flexybox::accounting::customers::by_id(id)
    }
    fn customers_by_number(&self, number: &str) -> Vec<Customer> {
        crate::bindings::flexybox::accounting::customers::by_number(number)
    }
    fn customers_by_cvr(&self, cvr: &str) -> Vec<Customer> {
        crate::bindings::flexybox::accounting::customers::by_cvr(cvr)
    }
    fn customers_by_email(&self, email: &str) -> Vec<Customer> {
        crate::bindings::flexybox::accounting::customers::by_email(email)
    }
    fn link_by_customer(&self, id: &str) -> Option<Link> {
        crate::bindings::flexybox::accounting::links::by_customer(id)
    }
    fn link_by_external_id(&self, external_id: &str) -> Option<Link> {
        crate::bindings::flexybox::accounting::links::by_external_id(external_id)
    }
    fn log(&self, level: Level, message: &str) {
        use crate::bindings::flexybox::accounting::log;
        let level = match level {
            Level::Debug => log::Level::Debug,
            Level::Info => log::Level::Info,
            Level::Warn => log::Level::Warn,
            Level::Error => log::Level::Error,
        };
        log::write(level, message);
    }
}

#[cfg(not(target_family = "wasm"))]
struct Nowhere;

#[cfg(not(target_family = "wasm"))]
impl Http for Nowhere {
    fn send(&self, _: &crate::http::Request) -> Result<crate::http::Response, crate::http::HttpError> {
        Err(crate::http::HttpError::Refused("there is no sandbox in a native build".to_owned()))
    }
}

#[cfg(not(target_family = "wasm"))]
impl Host for Nowhere {
    fn customer_by_id(&self, _: &str) -> Option<Customer> {
        None
    }
    fn customers_by_number(&self, _: &str) -> Vec<Customer> {
        Vec::new()
    }
    fn customers_by_cvr(&self, _: &str) -> Vec<Customer> {
        Vec::new()
    }
    fn customers_by_email(&self, _: &str) -> Vec<Customer> {
        Vec::new()
    }
    fn link_by_customer(&self, _: &str) -> Option<Link> {
        None
    }
    fn link_by_external_id(&self, _: &str) -> Option<Link> {
        None
    }
    fn log(&self, _: Level, _: &str) {}
}
