//! Users, and the tokens that the Web API hands out: one hour for access, seven days for a refresh token that works once.

use crate::config::Password;
use crate::switches::SecondLogin;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use simulator_kit::later;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// How long an access token works (`[code]`).
const ACCESS: Duration = Duration::from_secs(60 * 60);
/// How long a refresh token works (`[code]`).
const REFRESH: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// Login name.
    pub name: String,
    /// Password.
    pub password: Password,
    /// Companies the user sees.
    pub companies: Vec<u32>,
    /// The company that a plain user name means.
    pub default_company: Option<u32>,
    /// Whether every write is refused.
    pub read_only: bool,
}

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Login name.
    pub user: String,
    /// The company logged in to.
    pub company: u32,
}

#[derive(Clone, Debug)]
struct Ticket {
    identity: Identity,
    expires: Timestamp,
}

/// The tokens that were handed out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    count: u64,
    access: BTreeMap<String, Ticket>,
    refresh: BTreeMap<String, Ticket>,
}

/// A fresh pair of tokens.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    /// The access token, shaped like a JWT.
    pub token: String,
    /// The refresh token, a GUID.
    pub refresh_token: String,
    /// When the refresh token stops working.
    pub refresh_expiry: Timestamp,
}

impl Sessions {
    /// Hands out tokens.
    pub(crate) fn log_in(&mut self, identity: Identity, now: Timestamp, second: SecondLogin) -> Tokens {
        if second == SecondLogin::EndsFirst {
            self.access.retain(|_, ticket| ticket.identity.user != identity.user);
            self.refresh.retain(|_, ticket| ticket.identity.user != identity.user);
        }
        self.count += 1;
        let expires = later(now, ACCESS);
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let claims = format!(r#"{{"jti":{},"exp":{}}}"#, self.count, expires.as_second());
        let token = format!("{header}.{}.simulated", URL_SAFE_NO_PAD.encode(claims));
        let refresh_token =
            Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0000 + u128::from(self.count)).to_string();
        let refresh_expiry = later(now, REFRESH);
        self.access.insert(token.clone(), Ticket { identity: identity.clone(), expires });
        self.refresh.insert(refresh_token.clone(), Ticket { identity, expires: refresh_expiry });
        Tokens { token, refresh_token, refresh_expiry }
    }

    /// Who an access token speaks for; `None` where it is unknown or too old.
    pub(crate) fn identity(&self, token: &str, now: Timestamp) -> Option<&Identity> {
        self.access.get(token).filter(|ticket| now < ticket.expires).map(|ticket| &ticket.identity)
    }

    /// Trades a refresh token for fresh ones; `None` where it is unknown, used or too old.
    pub(crate) fn refresh(&mut self, refresh_token: &str, now: Timestamp) -> Option<(Identity, Tokens)> {
        let ticket = self.refresh.remove(refresh_token).filter(|ticket| now < ticket.expires)?;
        let tokens = self.log_in(ticket.identity.clone(), now, SecondLogin::Allow);
        Some((ticket.identity, tokens))
    }
}

/// Splits a login name: `0012345/anna` is user `anna` in company 12345, `anna` is the user alone.
pub(crate) fn split_login(name: &str) -> (Option<u32>, &str) {
    match name.split_once('/') {
        Some((digits, user))
            if !user.is_empty() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            match digits.parse() {
                Ok(company) => (Some(company), user),
                Err(_) => (None, name),
            }
        }
        _ => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0012345/anna", (Some(12345), "anna"))]
    #[case("12345/anna", (Some(12345), "anna"))]
    #[case("0012345/a/b", (Some(12345), "a/b"))]
    #[case("anna", (None, "anna"))]
    #[case("x12/anna", (None, "x12/anna"))]
    #[case("12345/", (None, "12345/"))]
    #[case("99999999999/anna", (None, "99999999999/anna"))]
    fn a_login_name_may_carry_the_company(#[case] name: &str, #[case] expected: (Option<u32>, &str)) {
        assert_eq!(split_login(name), expected);
    }

    #[test]
    fn tokens_expire_and_a_refresh_token_works_once() {
        let mut sessions = Sessions::default();
        let start = Timestamp::UNIX_EPOCH;
        let identity = Identity { user: "anna".to_owned(), company: 1 };
        let first = sessions.log_in(identity.clone(), start, SecondLogin::Allow);
        let hour = later(start, ACCESS);
        assert_eq!(sessions.identity(&first.token, start), Some(&identity));
        assert_eq!(sessions.identity(&first.token, hour), None);
        assert!(sessions.refresh(&first.refresh_token, hour).is_some());
        assert!(sessions.refresh(&first.refresh_token, hour).is_none());
        let last = sessions.log_in(identity, start, SecondLogin::Allow);
        assert!(sessions.refresh(&last.refresh_token, later(start, REFRESH)).is_none());
    }
}
