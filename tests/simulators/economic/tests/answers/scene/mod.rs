//! A simulator and a caller with the example's tokens. Shared by the tests of its answers, which go over real HTTP; where thousands are
//! asked, or the test itself takes the calls of the webhook, it is one in process.

mod http_caller;

use bytes::Bytes;
use economic_sim::{Config, Economic, Running, Switches};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use std::ops::Deref;

/// Where the legacy interface is, as the caller knows it.
pub(crate) const LEGACY: &str = "https://restapi.e-conomic.com";
/// Where the services are.
pub(crate) const SERVICES: &str = "https://apis.e-conomic.com";

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, where the status is as expected.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

/// One call, with the example's tokens unless told otherwise.
pub(crate) struct Asked<'c> {
    core: &'c Simulator,
    request: http::request::Builder,
    body: Bytes,
}

impl Asked<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into();
        self.header("content-type", "application/json")
    }

    pub(crate) fn text(mut self, body: &'static str) -> Self {
        self.body = Bytes::from(body);
        self.header("content-type", "application/json")
    }

    pub(crate) fn send(self) -> Reply {
        let request = self.request.body(self.body).unwrap();
        let (status, headers, text) = match self.core {
            Simulator::Listening(running) => http_caller::send(running, request),
            Simulator::InProcess(core) => {
                let (parts, body) = core.answer(request).response.into_parts();
                (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
            }
        };
        Reply { status, headers, text }
    }
}

/// A simulator; what a person does at the screen is done to it directly.
#[derive(Debug)]
pub(crate) enum Simulator {
    Listening(Running),
    InProcess(Box<Economic>),
}

impl Deref for Simulator {
    type Target = Economic;

    fn deref(&self) -> &Economic {
        match self {
            Self::Listening(running) => &running.core,
            Self::InProcess(core) => core,
        }
    }
}

/// A simulator with the example's books.
pub(crate) fn economic() -> Simulator {
    with(Switches::default())
}

/// The same, with other switches.
pub(crate) fn with(switches: Switches) -> Simulator {
    holding(Config { switches, ..Config::example() })
}

/// One with other books.
pub(crate) fn holding(config: Config) -> Simulator {
    at_eight(Simulator::Listening(http_caller::listening(config)))
}

/// One in process, with the example's books.
pub(crate) fn in_process(switches: Switches) -> Simulator {
    at_eight(Simulator::InProcess(Box::new(Economic::new(Config { switches, ..Config::example() }).unwrap())))
}

fn at_eight(core: Simulator) -> Simulator {
    core.set_now("2026-03-02T08:00:00.5Z".parse().unwrap());
    core
}

/// A call without tokens.
pub(crate) fn bare<'c>(core: &'c Simulator, method: &str, path: &str) -> Asked<'c> {
    let host = if path.contains("api/v") { SERVICES } else { LEGACY };
    let request = Request::builder().method(method.parse::<Method>().unwrap()).uri(format!("{host}{path}"));
    Asked { core, request, body: Bytes::new() }
}

/// A call with the example's tokens.
pub(crate) fn ask<'c>(core: &'c Simulator, method: &str, path: &str) -> Asked<'c> {
    bare(core, method, path)
        .header("x-appsecrettoken", "example-app-secret")
        .header("x-agreementgranttoken", "example-grant")
}

pub(crate) fn get(core: &Simulator, path: &str) -> Reply {
    ask(core, "GET", path).send()
}

pub(crate) fn post(core: &Simulator, path: &str, body: &Value) -> Reply {
    ask(core, "POST", path).json(body).send()
}

pub(crate) fn put(core: &Simulator, path: &str, body: &Value) -> Reply {
    ask(core, "PUT", path).json(body).send()
}

pub(crate) fn delete(core: &Simulator, path: &str) -> Reply {
    ask(core, "DELETE", path).send()
}

/// A customer with what must be there.
pub(crate) fn new_customer(more: Value) -> Value {
    let mut customer = json!({
        "name": "Ny Kunde",
        "currency": "DKK",
        "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1},
        "vatZone": {"vatZoneNumber": 1},
    });
    customer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    customer
}

/// The numbers of the customers in a collection, in its order.
pub(crate) fn numbers(collection: &Value) -> Vec<u64> {
    let rows = collection["collection"].as_array().unwrap();
    rows.iter().map(|row| row["customerNumber"].as_u64().unwrap()).collect()
}

/// The codes and properties of the broken rules in a refusal of one document.
pub(crate) fn leaves(body: &Value) -> Vec<(String, String)> {
    let errors = body["errors"].as_object().unwrap();
    let of = |property: &String| errors[property]["errors"].as_array().unwrap();
    errors
        .keys()
        .flat_map(|property| of(property).iter().map(|leaf| (property.clone(), leaf["errorCode"].to_string())))
        .collect()
}
