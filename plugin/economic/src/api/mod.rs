//! e-conomic's two interfaces, as far as the connector needs them: requests out, documents or errors back.
//!
//! Customers and vouchers go over the REST interface, which assigns numbers and filters well; booking and the link go over
//! the services. Every write carries an `Idempotency-Key`, which e-conomic remembers for an hour; beyond that only looking
//! before creating helps. Sources: `docs/sources/economic.md`.

mod doc;
pub mod filter;
pub mod refusal;

pub use doc::Doc;

use crate::settings::EconomicSettings;
use accounting_kit::digest::Digest;
use accounting_kit::http::{Http, Method, Request, Response};
use accounting_kit::types::{Error, Locale};
use serde_json::Value;

/// Pages of one answer that are read at most: a server that says there is more for ever would never be left.
const MOST_PAGES: usize = 200;

/// What a call is for: a failed write may have happened all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Asks.
    Read,
    /// Creates or changes.
    Write,
}

/// What a write is about: a refusal is told in its terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A customer; what is not known there may come from a setting.
    Customer,
    /// The link.
    Link,
    /// A day's report.
    Books,
}

/// What a write came to.
pub struct Written {
    /// HTTP status: 201 for something new.
    pub status: u16,
    /// The body; `Null` for an empty one.
    pub body: Value,
}

/// e-conomic for one call of the connector.
pub struct Api<'a> {
    http: &'a dyn Http,
    settings: &'a EconomicSettings,
    key: &'a str,
    locale: Locale,
}

impl<'a> Api<'a> {
    /// Over an HTTP port, with proven settings. `key` is the same on every attempt at one event.
    pub fn new(http: &'a dyn Http, settings: &'a EconomicSettings, key: &'a str, locale: Locale) -> Self {
        Self { http, settings, key, locale }
    }

    /// An address of the REST interface.
    pub fn rest(&self, path: &str) -> String {
        format!("{}/{path}", self.settings.rest)
    }

    /// An address of the webhooks service.
    pub fn webhooks(&self, path: &str) -> String {
        format!("{}/webhooksapi/{}/{path}", self.settings.services, self.settings.webhooks_version)
    }

    /// An address of the journals service.
    pub fn journals(&self, path: &str) -> String {
        format!("{}/journalsapi/{}/{path}", self.settings.services, self.settings.journals_version)
    }

    /// An address of the booked entries service.
    pub fn booked(&self, path: &str) -> String {
        format!("{}/bookedEntriesapi/{}/{path}", self.settings.services, self.settings.booked_version)
    }

    /// Read one document; `None` when there is none.
    ///
    /// # Errors
    /// See `refusal`; a read that failed is never `uncertain`.
    pub fn get(&self, url: String) -> Result<Option<Value>, Error> {
        let response = self.send(Method::Get, url, Vec::new(), Vec::new(), Purpose::Read)?;
        if response.status == 404 {
            return Ok(None);
        }
        self.body(&response, Purpose::Read).map(Some)
    }

    /// Read a customer; `None` when there is none.
    ///
    /// # Errors
    /// See `get`.
    pub fn customer(&self, number: &str) -> Result<Option<Doc>, Error> {
        let Some(answer) = self.get(self.rest(&format!("customers/{number}")))? else { return Ok(None) };
        match Doc::new(answer) {
            Some(doc) if doc.number().as_deref() == Some(number) => Ok(Some(doc)),
            _ => Err(refusal::not_understood(Purpose::Read, "the answer is not the customer asked for", self.locale)),
        }
    }

    /// Read a collection of the REST interface, all pages; `query` is what stands behind `?`, encoded.
    ///
    /// # Errors
    /// See `get`; `internal` when a page is said to lie elsewhere, or the pages never end.
    pub fn list(&self, path: &str, query: &str) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        let mut url = self.rest(&format!("{path}?pagesize=1000{}{query}", if query.is_empty() { "" } else { "&" }));
        for _ in 0..MOST_PAGES {
            let (mut rows, next) = self.page(url)?;
            all.append(&mut rows);
            match next {
                None => return Ok(all),
                Some(next)
                    if next.starts_with(&format!("{}/", self.settings.rest))
                        && next.bytes().all(|byte| byte.is_ascii_graphic()) =>
                {
                    url = next;
                }
                Some(_) => return Err(self.pages("the next page is said to lie elsewhere")),
            }
        }
        Err(self.pages("the answer has too many pages"))
    }

    /// Read what a filter leaves of a list of the services, page after page by cursor.
    ///
    /// # Errors
    /// See `get`; `internal` when the pages never end.
    pub fn items(&self, url: &str, filter: &str) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        for _ in 0..MOST_PAGES {
            let filter = filter::encoded(filter);
            let after = if cursor.is_empty() { String::new() } else { format!("&cursor={}", filter::encoded(&cursor)) };
            let page = self.get(format!("{url}?filter={filter}{after}"))?;
            let Some(Value::Object(mut page)) = page else { return Err(self.pages("the answer is no list")) };
            match page.remove("items") {
                Some(Value::Array(mut items)) => all.append(&mut items),
                _ => return Err(self.pages("the answer is no list")),
            }
            match page.get("cursor") {
                Some(Value::String(next)) if !next.is_empty() => cursor.clone_from(next),
                Some(Value::Number(next)) => cursor = next.to_string(),
                _ => return Ok(all),
            }
        }
        Err(self.pages("the answer has too many pages"))
    }

    /// Read one page of a collection, and where the next is.
    ///
    /// # Errors
    /// See `get`.
    pub fn page(&self, url: String) -> Result<(Vec<Value>, Option<String>), Error> {
        let response = self.send(Method::Get, url, Vec::new(), Vec::new(), Purpose::Read)?;
        let Value::Object(mut answer) = self.body(&response, Purpose::Read)? else {
            return Err(self.pages("the answer is no collection"));
        };
        let next = answer.get("pagination").and_then(|pages| pages.get("nextPage")).and_then(Value::as_str);
        let next = next.map(str::to_owned);
        match answer.remove("collection") {
            Some(Value::Array(rows)) => Ok((rows, next)),
            _ => Err(self.pages("the answer is no collection")),
        }
    }

    fn pages(&self, detail: &str) -> Error {
        refusal::not_understood(Purpose::Read, detail, self.locale)
    }

    /// Create, replace or act. `step` tells the writes of one event apart; the body does too, so that a write that came out
    /// differently on a later attempt is not answered with the first one's answer.
    ///
    /// # Errors
    /// `uncertain` when it may have happened.
    pub fn write(
        &self,
        subject: Subject,
        (method, url): (Method, String),
        step: &str,
        body: &Value,
    ) -> Result<Written, Error> {
        let body = body.to_string();
        let digest = Digest::of(&[url.as_str(), body.as_str()]);
        let key = format!("{}-{step}-{digest:016x}", self.key);
        let headers = vec![("content-type", "application/json".to_owned()), ("idempotency-key", key)];
        let response = self.send(method, url, headers, body.into_bytes(), Purpose::Write)?;
        if !response.is_success() {
            return Err(refusal::by_answer(&response, Purpose::Write, Some(subject), self.locale));
        }
        let body = self.body(&response, Purpose::Write)?;
        Ok(Written { status: response.status, body })
    }

    fn body(&self, response: &Response, purpose: Purpose) -> Result<Value, Error> {
        if !response.is_success() {
            return Err(refusal::by_answer(response, purpose, None, self.locale));
        }
        if response.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&response.body)
            .map_err(|_| refusal::not_understood(purpose, "the answer is not whole JSON", self.locale))
    }

    fn send(
        &self,
        method: Method,
        url: String,
        mut headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        purpose: Purpose,
    ) -> Result<Response, Error> {
        headers.push(("accept", "application/json".to_owned()));
        headers.push(("x-appsecrettoken", self.settings.app_token.clone()));
        headers.push(("x-agreementgranttoken", self.settings.grant_token.clone()));
        let request = Request { method, url, headers, body };
        self.http.send(&request).map_err(|error| refusal::no_answer(&error, purpose, self.locale))
    }
}
