//! Which hosts a connector may reach: those its description names and the administrator approved, both.
//!
//! | written | |
//! |---|---|
//! | `api.example.com`, `API.Example.com` | that host, port 443, https |
//! | an empty list | nothing |
//! | `*.example.com` | an error: each host is named |
//! | `https://api.example.com`, `api.example.com:8443`, `api.example.com/path` | an error: the name alone |
//! | `10.0.0.1`, `[::1]`, `2130706433`, `0x7f.1` | an error: addresses are not names |
//! | `localhost`, `api.example.com.` | an error: a full name, without a final dot |
//! | `bücher.example` | an error: written `xn--bcher-kva.example` |
//!
//! Names are compared as they stand, in lower case: no wildcards, no suffixes, no redirects to follow. Parsed once; the
//! check of a request looks a name up in a set.

use super::refusal::Refusal;
use std::collections::BTreeSet;
use std::sync::Arc;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The hosts one connector may reach in one installation. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowList {
    lists: Arc<Lists>,
}

#[derive(Debug, PartialEq, Eq)]
struct Lists {
    approved: BTreeSet<String>,
    described: BTreeSet<String>,
}

/// A name on a list is not the name of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a host name that can be approved: {reason}")]
pub struct HostNameError {
    /// As it was written.
    pub name: String,
    /// What is wrong with it, and what to write.
    pub reason: &'static str,
}

impl AllowList {
    /// What the administrator approved, out of what the connector describes.
    ///
    /// A name on one list only has no effect: an update of a connector may drop a host that is still approved.
    ///
    /// # Errors
    /// When a name on either list is not a plain host name.
    pub fn new<A, D>(approved: A, described: D) -> Result<Self, HostNameError>
    where
        A: IntoIterator<Item: AsRef<str>>,
        D: IntoIterator<Item: AsRef<str>>,
    {
        Ok(Self { lists: Arc::new(Lists { approved: parsed(approved)?, described: parsed(described)? }) })
    }

    /// Nothing may be reached.
    pub fn nothing() -> Self {
        Self { lists: Arc::new(Lists { approved: BTreeSet::new(), described: BTreeSet::new() }) }
    }

    /// The hosts that may be reached, sorted.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.lists.approved.intersection(&self.lists.described).map(String::as_str)
    }

    /// Whether this host may be reached; any case.
    pub fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.lists.approved.contains(&host) && self.lists.described.contains(&host)
    }

    /// Whether a request may go out. Returns the host in lower case.
    ///
    /// # Errors
    /// The first rule the request breaks.
    pub fn check(&self, method: &http::Method, uri: &http::Uri, headers: &http::HeaderMap) -> Result<String, Refusal> {
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        // The last `@` ends what is before the host, whatever stands there.
        let (user, rest) = match authority.rsplit_once('@') {
            Some((_, rest)) => (true, rest),
            None => (false, authority),
        };
        let (host, port) = split_port(rest);
        let host = host.to_ascii_lowercase();
        if user {
            return Err(Refusal::UserInfo { host });
        }
        if is_address(&host) {
            return Err(Refusal::IpAddress { host });
        }
        if host_name_problem(&host).is_some() {
            return Err(Refusal::NoHost { host });
        }
        if !self.lists.approved.contains(&host) {
            return Err(Refusal::NotApproved { host, approved: self.hosts().map(str::to_owned).collect() });
        }
        if !self.lists.described.contains(&host) {
            return Err(Refusal::NotDescribed { host });
        }
        let scheme = uri.scheme_str().unwrap_or("no scheme");
        if scheme != "https" {
            return Err(Refusal::NotHttps { host, scheme: scheme.to_owned() });
        }
        if let Some(port) = port
            && port != "443"
        {
            return Err(Refusal::OtherPort { host, port: port.to_owned() });
        }
        if headers.contains_key(http::header::HOST) {
            return Err(Refusal::HostHeader { host });
        }
        if !METHODS.contains(&method.as_str()) {
            return Err(Refusal::Method { host, method: method.to_string() });
        }
        Ok(host)
    }
}

/// A host and what stands behind the colon after it; an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(end) = authority.rfind(']') {
        let (host, rest) = authority.split_at(end + 1);
        return (host, rest.strip_prefix(':'));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

fn parsed<I>(names: I) -> Result<BTreeSet<String>, HostNameError>
where
    I: IntoIterator<Item: AsRef<str>>,
{
    names
        .into_iter()
        .map(|name| {
            let name = name.as_ref();
            let lower = name.to_ascii_lowercase();
            let problem = if is_address(&lower) { Some("an address, not a name") } else { host_name_problem(&lower) };
            match problem {
                None => Ok(lower),
                Some(reason) => Err(HostNameError { name: name.to_owned(), reason }),
            }
        })
        .collect()
}

/// Anything that some resolver could take for an IP address: the last label is a number, decimal or hexadecimal.
fn is_address(host: &str) -> bool {
    if host.starts_with('[') || host.matches(':').count() > 1 {
        return true;
    }
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hexadecimal || (!last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
}

/// What keeps a lower-case text from being a full host name.
fn host_name_problem(host: &str) -> Option<&'static str> {
    if host.is_empty() {
        return Some("empty");
    }
    if !host.is_ascii() {
        return Some("write international names in their xn-- form");
    }
    if host.contains('*') {
        return Some("no wildcards: name each host");
    }
    if host.contains(['/', ':', '@', '?', '#']) {
        return Some("the name alone, without https://, port or path");
    }
    if host.ends_with('.') {
        return Some("without a final dot");
    }
    if host.len() > 253 {
        return Some("longer than 253 characters");
    }
    if !host.contains('.') {
        return Some("a full name, e.g. api.example.com");
    }
    let good_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    if host.split('.').all(good_label) { None } else { Some("letters, digits and dashes between dots") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn list() -> AllowList {
        AllowList::new(
            ["api.example.com", "Login.Example.com", "late.example.com"],
            ["api.example.com", "login.example.com"],
        )
        .unwrap()
    }

    fn check(url: &str) -> Result<String, Refusal> {
        list().check(&http::Method::GET, &url.parse().unwrap(), &http::HeaderMap::new())
    }

    #[rstest]
    #[case("https://api.example.com/a?b", "api.example.com")]
    #[case("https://API.example.COM/", "api.example.com")]
    #[case("https://api.example.com:443/", "api.example.com")]
    #[case("https://login.example.com", "login.example.com")]
    fn lets_out(#[case] url: &str, #[case] host: &str) {
        assert_eq!(check(url).as_deref(), Ok(host));
    }

    #[rstest]
    #[case("https://evil.example/", "host evil.example is not approved; approved: api.example.com, login.example.com")]
    #[case(
        "https://sub.api.example.com/",
        "host sub.api.example.com is not approved; approved: api.example.com, login.example.com"
    )]
    #[case(
        "https://api.example.com.evil.example/",
        "host api.example.com.evil.example is not approved; approved: api.example.com, login.example.com"
    )]
    #[case(
        "https://late.example.com/",
        "host late.example.com is approved, but the connector does not describe it as a host it must reach"
    )]
    #[case("http://api.example.com/", "host api.example.com was asked for over http; only https is let out")]
    #[case("ftp://api.example.com/", "host api.example.com was asked for over ftp; only https is let out")]
    #[case("https://api.example.com:8443/", "host api.example.com was asked for on port 8443; only 443 is let out")]
    #[case(
        "https://api.example.com@evil.example/",
        "the address of host evil.example carries a user name; credentials belong in a header"
    )]
    #[case(
        "https://user:secret@api.example.com/",
        "the address of host api.example.com carries a user name; credentials belong in a header"
    )]
    #[case("https://127.0.0.1/", "127.0.0.1 is an address, not a host name; only approved names are let out")]
    #[case("https://2130706433/", "2130706433 is an address, not a host name; only approved names are let out")]
    #[case("https://0x7f.1/", "0x7f.1 is an address, not a host name; only approved names are let out")]
    #[case("https://0x7f000001/", "0x7f000001 is an address, not a host name; only approved names are let out")]
    #[case("https://127.0.0.1./", "127.0.0.1. is an address, not a host name; only approved names are let out")]
    #[case("https://[::1]/", "[::1] is an address, not a host name; only approved names are let out")]
    #[case(
        "https://[::ffff:127.0.0.1]:443/",
        "[::ffff:127.0.0.1] is an address, not a host name; only approved names are let out"
    )]
    #[case("https://api.example.com./", "the request names no host that could be approved: \"api.example.com.\"")]
    #[case("https://localhost/", "the request names no host that could be approved: \"localhost\"")]
    #[case("/path", "the request names no host that could be approved: \"\"")]
    fn keeps_in(#[case] url: &str, #[case] message: &str) {
        assert_eq!(check(url).unwrap_err().to_string(), message);
    }

    #[test]
    fn keeps_in_odd_methods_and_host_headers() {
        let uri: http::Uri = "https://api.example.com/".parse().unwrap();
        let refusal = list().check(&http::Method::CONNECT, &uri, &http::HeaderMap::new()).unwrap_err();
        assert!(matches!(refusal, Refusal::Method { .. }));
        let mut headers = http::HeaderMap::new();
        headers.insert("host", "evil.example".parse().unwrap());
        let refusal = list().check(&http::Method::GET, &uri, &headers).unwrap_err();
        assert_eq!(refusal, Refusal::HostHeader { host: "api.example.com".to_owned() });
    }

    #[test]
    fn an_empty_list_lets_nothing_out() {
        let uri: http::Uri = "https://api.example.com/".parse().unwrap();
        for list in [AllowList::nothing(), AllowList::new::<[&str; 0], _>([], ["api.example.com"]).unwrap()] {
            let refusal = list.check(&http::Method::GET, &uri, &http::HeaderMap::new()).unwrap_err();
            assert_eq!(refusal.to_string(), "host api.example.com is not approved; approved: none");
        }
    }

    #[rstest]
    #[case("")]
    #[case("*")]
    #[case("*.example.com")]
    #[case("https://api.example.com")]
    #[case("api.example.com:443")]
    #[case("api.example.com/x")]
    #[case("user@api.example.com")]
    #[case("10.0.0.1")]
    #[case("[::1]")]
    #[case("2130706433")]
    #[case("localhost")]
    #[case("api.example.com.")]
    #[case("api..example.com")]
    #[case("bücher.example")]
    #[case(" api.example.com")]
    fn is_not_a_host_name(#[case] name: &str) {
        let error = AllowList::new([name], ["api.example.com"]).unwrap_err();
        assert_eq!(error.name, name);
        assert!(error.to_string().starts_with(&format!("{name:?} is not a host name that can be approved: ")));
    }
}
