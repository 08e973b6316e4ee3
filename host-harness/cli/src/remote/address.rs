//! The address of a host, taken apart. Errors never repeat it: it may hold a password.

use http::Uri;
use std::net::IpAddr;
use std::str::FromStr;

/// Where a host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// `https://name:port/prefix`, without a slash at its end.
    pub(super) base: String,
    /// Name or number of the machine.
    pub(super) host: String,
    /// Over TLS.
    pub(super) secure: bool,
}

impl Address {
    /// Whether nothing leaves this machine on the way there.
    pub(super) fn is_this_machine(&self) -> bool {
        let number = self.host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        number.map_or(self.host == "localhost", |number| number.is_loopback())
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            |why: &str| format!("--url {why}; write e.g. https://accounting.example.com or http://127.0.0.1:8780");
        let uri: Uri = text.parse().map_err(|_| wrong("is no address"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("begins neither with https:// nor with http://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("holds a user name or a password, which nobody asks for: take it out"));
        }
        if uri.query().is_some() {
            return Err(wrong("holds a `?`: take it out, and what follows"));
        }
        let scheme = if secure { "https" } else { "http" };
        let base = format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'));
        Ok(Self { base, host: authority.host().to_ascii_lowercase(), secure })
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use rstest::rstest;

    #[rstest]
    #[case("https://Accounting.example.com/", "https://Accounting.example.com", "accounting.example.com", true, false)]
    #[case("http://127.0.0.1:8780", "http://127.0.0.1:8780", "127.0.0.1", false, true)]
    #[case("http://[::1]:8780/host/", "http://[::1]:8780/host", "[::1]", false, true)]
    #[case("http://localhost", "http://localhost", "localhost", false, true)]
    #[case("http://10.0.0.7:1", "http://10.0.0.7:1", "10.0.0.7", false, false)]
    fn addresses(
        #[case] text: &str,
        #[case] base: &str,
        #[case] host: &str,
        #[case] secure: bool,
        #[case] this_machine: bool,
    ) {
        let address: Address = text.parse().unwrap();
        assert_eq!(address, Address { base: base.to_owned(), host: host.to_owned(), secure });
        assert_eq!(address.is_this_machine(), this_machine);
    }

    #[rstest]
    #[case("accounting.example.com", "neither")]
    #[case("ftp://a", "neither")]
    #[case("https://bo:hemmelig@a", "user name")]
    #[case("https://a/?key=hemmelig", "`?`")]
    #[case("https://hemmelig hemmelig", "no address")]
    fn what_is_no_address_is_not_repeated(#[case] text: &str, #[case] why: &str) {
        let error = text.parse::<Address>().unwrap_err();
        assert!(error.contains(why), "{error}");
        assert!(!error.contains("hemmelig"), "{error}");
    }
}
