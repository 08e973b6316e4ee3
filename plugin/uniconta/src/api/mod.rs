//! Uniconta's two web interfaces, as far as the connector needs them: requests out, rows or errors back.
//!
//! Reads and writes go over the OData/REST interface (HTTP Basic); the newer Web API is used for the one thing the other
//! cannot do: proving the API key. Sources: `docs/sources/uniconta.md`.

mod answer;
pub mod error_codes;
pub mod filter;
mod refusal;
mod row;
mod rows;

pub use row::{Held, Row};

use crate::assumptions::qualified_user;
use crate::settings::UnicontaSettings;
use accounting_kit::http::{Http, Method, Request, Response};
use accounting_kit::types::{Error, Locale};
use answer::Purpose;
use base64::Engine as _;
use filter::Query;
use serde_json::{Map, Value, json};

/// The host of the OData/REST interface.
pub const ODATA_HOST: &str = "odata.uniconta.com";
/// The host of the Web API.
pub const WEB_API_HOST: &str = "api.uniconta.com";

/// One page of rows.
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether the server says that there is more.
    pub more: bool,
}

/// Pages of one answer that are read at most: a look-up asks for a few dozen rows, and a server that says there is more
/// for ever would never be left.
const MOST_PAGES: usize = 100;

/// Uniconta for one call of the connector.
pub struct Api<'a> {
    http: &'a dyn Http,
    settings: &'a UnicontaSettings,
    locale: Locale,
}

impl<'a> Api<'a> {
    /// Over an HTTP port, with proven settings.
    pub fn new(http: &'a dyn Http, settings: &'a UnicontaSettings, locale: Locale) -> Self {
        Self { http, settings, locale }
    }

    /// Prove user name, password, API key and company on the Web API.
    ///
    /// # Errors
    /// `auth` or `config` naming the input that is wrong; `transient` when it could not be found out.
    pub fn login(&self) -> Result<(), Error> {
        let body = json!({
            "Username": qualified_user(self.settings.company, &self.settings.user),
            "Password": self.settings.password,
            "apiKey": self.settings.api_key,
        });
        let request = Request {
            method: Method::Post,
            url: format!("https://{WEB_API_HOST}/login"),
            headers: vec![("accept", "application/json".to_owned()), ("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        };
        let response =
            self.http.send(&request).map_err(|error| refusal::no_answer(&error, Purpose::Read, self.locale))?;
        match answer::read(&response, Purpose::Read, self.locale)? {
            Value::Object(answer) if answer.get("token").is_some_and(Value::is_string) => Ok(()),
            _ => Err(refusal::not_understood(Purpose::Read, "the answer to the login holds no token", self.locale)),
        }
    }

    /// Read one page of an entity.
    ///
    /// # Errors
    /// See `refusal`; a read that failed is never `uncertain`.
    pub fn read(&self, entity: &str, query: &Query) -> Result<Page, Error> {
        let mut rows = Vec::new();
        let more = self.read_first(entity, query, &mut |row| rows.push(row))?;
        Ok(Page { rows, more })
    }

    /// Hand the rows of one page to `each` without keeping them; whether the server says that there is more.
    ///
    /// # Errors
    /// See `read`. Rows may have been handed out before it failed.
    pub fn read_first(&self, entity: &str, query: &Query, each: &mut dyn FnMut(Row)) -> Result<bool, Error> {
        Ok(self.read_page(self.read_url(entity, query), each)?.is_some())
    }

    /// Read all rows a query has, page after page as the server cuts them.
    ///
    /// # Errors
    /// See `read`; `internal` when the server names a page that is not its own, or never comes to an end.
    pub fn read_all(&self, entity: &str, query: &Query) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        self.read_each(entity, query, &mut |row| rows.push(row))?;
        Ok(rows)
    }

    /// Hand all rows a query has to `each`, without keeping more than one answer at a time.
    ///
    /// # Errors
    /// See `read_all`. Rows may have been handed out before it failed.
    pub fn read_each(&self, entity: &str, query: &Query, each: &mut dyn FnMut(Row)) -> Result<(), Error> {
        let mut url = self.read_url(entity, query);
        for _ in 0..MOST_PAGES {
            match self.read_page(url, each)? {
                None => return Ok(()),
                Some(next)
                    if next.starts_with(&format!("https://{ODATA_HOST}/odata/"))
                        && next.bytes().all(|byte| byte.is_ascii_graphic()) =>
                {
                    url = next;
                }
                Some(_) => return Err(self.pages("the next page is said to lie elsewhere")),
            }
        }
        Err(self.pages("the answer has too many pages"))
    }

    fn pages(&self, detail: &str) -> Error {
        refusal::not_understood(Purpose::Read, detail, self.locale)
    }

    fn read_url(&self, entity: &str, query: &Query) -> String {
        format!("https://{ODATA_HOST}/odata/{}/{entity}{}", self.settings.company, query.to_url())
    }

    /// Read one page; the address of the next where there is one.
    fn read_page(&self, url: String, each: &mut dyn FnMut(Row)) -> Result<Option<String>, Error> {
        let response = self.send(Method::Get, url, Vec::new(), Purpose::Read)?;
        match rows::each(&response, Purpose::Read, self.locale, each)? {
            Some(list) => Ok(list.next),
            None => Err(self.pages("the answer holds no list of rows")),
        }
    }

    /// Create one row. The created row comes back where Uniconta answers with it.
    ///
    /// # Errors
    /// `uncertain` when the row may have been created.
    pub fn insert(&self, entity: &str, row: &Map<String, Value>) -> Result<Option<Row>, Error> {
        self.write(Method::Post, "Insert", entity, serde_json::to_vec(row).unwrap_or_default())
    }

    /// Create several rows in one call. Rows come back where Uniconta answers with them; none otherwise.
    ///
    /// # Errors
    /// `uncertain` when rows may have been created.
    pub fn insert_list(
        &self,
        entity: &str,
        rows: &mut dyn Iterator<Item = Map<String, Value>>,
        each: &mut dyn FnMut(Row),
    ) -> Result<(), Error> {
        // Row by row, so that thousands of rows are never held as trees.
        let mut body = Vec::new();
        for row in rows {
            body.push(if body.is_empty() { b'[' } else { b',' });
            body.append(&mut serde_json::to_vec(&row).unwrap_or_default());
        }
        body.push(b']');
        let response = self.send(Method::Post, write_url("InsertList", entity), body, Purpose::Write)?;
        rows::each(&response, Purpose::Write, self.locale, each)?;
        Ok(())
    }

    /// Write one row whole, with values put on it. The row as it now is comes back where Uniconta answers with it.
    ///
    /// # Errors
    /// `uncertain` when the row may have been changed.
    pub fn update(&self, entity: &str, row: &Row, values: &[(&str, &Value)]) -> Result<Option<Row>, Error> {
        self.write(Method::Put, "Update", entity, row.with(values).into_bytes())
    }

    fn write(&self, method: Method, verb: &str, entity: &str, body: Vec<u8>) -> Result<Option<Row>, Error> {
        let response = self.send(method, write_url(verb, entity), body, Purpose::Write)?;
        answer::read_row(&response, Purpose::Write, self.locale)
    }

    fn send(&self, method: Method, url: String, body: Vec<u8>, purpose: Purpose) -> Result<Response, Error> {
        let user = qualified_user(self.settings.company, &self.settings.user);
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", self.settings.password));
        let mut headers = vec![("accept", "application/json".to_owned()), ("authorization", format!("Basic {basic}"))];
        if !body.is_empty() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let request = Request { method, url, headers, body };
        self.http.send(&request).map_err(|error| refusal::no_answer(&error, purpose, self.locale))
    }
}

fn write_url(verb: &str, entity: &str) -> String {
    format!("https://{ODATA_HOST}/api/Entities/{verb}/{entity}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_kit::http::HttpError;
    use accounting_kit::types::Setting;

    /// Every page names the next one, wherever that is said to lie.
    struct Endless(&'static str);

    impl Http for Endless {
        fn send(&self, _: &Request) -> Result<Response, HttpError> {
            let body = json!({ "value": [{ "RowId": 1 }], "@odata.nextLink": self.0 }).to_string().into_bytes();
            Ok(Response { status: 200, retry_after_s: None, body })
        }
    }

    #[test]
    fn a_next_page_elsewhere_and_a_list_without_end_are_told() {
        let values = [
            ("username", "u"),
            ("password", "p"),
            ("api-key", "11111111-2222-4333-8444-555555555555"),
            ("company-id", "1"),
        ];
        let settings = values.map(|(key, value)| Setting { key: key.into(), value: value.into() });
        let settings = UnicontaSettings::parse(&settings, Locale::En).unwrap();
        let elsewhere = "the next page is said to lie elsewhere";
        for (next, detail) in [
            ("https://evil.example/odata/1/DebtorClient?$skip=1", elsewhere),
            ("https://odata.uniconta.com/odata/1/Debtor Client?$skip=1", elsewhere),
            ("https://odata.uniconta.com/odata/1/DebtorClient?$skip=1", "the answer has too many pages"),
        ] {
            let error = Api::new(&Endless(next), &settings, Locale::En)
                .read_all("DebtorClient", &Query::default())
                .unwrap_err();
            assert_eq!((error.code.as_str(), error.detail.as_deref()), ("uniconta.not-understood", Some(detail)));
        }
    }
}
