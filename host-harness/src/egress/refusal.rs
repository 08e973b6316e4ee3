//! Why a request was not let out. The connector sees `HTTP-request-denied`; people see these words.

/// Why a request was not let out; each names what it concerns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The administrator did not approve this host, or the connector does not name it in its description.
    #[error("host {host} is not approved; approved: {}", listed(approved))]
    NotApproved {
        /// The host asked for.
        host: String,
        /// The hosts that are.
        approved: Vec<String>,
    },
    /// Approved by the administrator, but the connector does not name it in its description.
    #[error("host {host} is approved, but the connector does not describe it as a host it must reach")]
    NotDescribed {
        /// The host asked for.
        host: String,
    },
    /// Something else than https.
    #[error("host {host} was asked for over {scheme}; only https is let out")]
    NotHttps {
        /// The host asked for.
        host: String,
        /// The scheme.
        scheme: String,
    },
    /// Another port.
    #[error("host {host} was asked for on port {port}; only 443 is let out")]
    OtherPort {
        /// The host asked for.
        host: String,
        /// The port as it was written.
        port: String,
    },
    /// A name and password before the host.
    #[error("the address of host {host} carries a user name; credentials belong in a header")]
    UserInfo {
        /// The host asked for.
        host: String,
    },
    /// An IP address in place of a name.
    #[error("{host} is an address, not a host name; only approved names are let out")]
    IpAddress {
        /// What stood in the place of the host.
        host: String,
    },
    /// Not a host name.
    #[error("the request names no host that could be approved: {host:?}")]
    NoHost {
        /// What stood in the place of the host.
        host: String,
    },
    /// A `Host` header of the connector's own.
    #[error("the request to host {host} carries a Host header of its own")]
    HostHeader {
        /// The host asked for.
        host: String,
    },
    /// A header that is not UTF-8: it could be neither recorded nor compared.
    #[error("the request to host {host} has a header {header} that is not text")]
    HeaderNotText {
        /// The host asked for.
        host: String,
        /// The name of the header.
        header: String,
    },
    /// `CONNECT`, `TRACE` and methods nobody knows.
    #[error(
        "the request to host {host} uses the method {method}; let out are GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    )]
    Method {
        /// The host asked for.
        host: String,
        /// The method.
        method: String,
    },
}

fn listed(hosts: &[String]) -> String {
    if hosts.is_empty() { "none".to_owned() } else { hosts.join(", ") }
}
