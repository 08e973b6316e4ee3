//! Uniconta's two web interfaces, as far as the connector needs them: requests out, rows or errors back.
//!
//! Reads and writes go over the OData/REST interface (HTTP Basic); the newer Web API is used for the one thing the other
//! cannot do: proving the API key. Sources: `docs/sources/uniconta.md`.

mod answer;
pub mod error_codes;
pub mod filter;
mod refusal;
mod row;

pub use row::Row;

use crate::assumptions::qualified_user;
use crate::settings::UnicontaSettings;
use accounting_kit::http::{Http, HttpError, Method, Request, Response};
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
    /// The address of the next page, where the server says that there is one.
    pub next: Option<String>,
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
        self.read_page(format!("https://{ODATA_HOST}/odata/{}/{entity}{}", self.settings.company, query.to_url()))
    }

    /// Read all rows a query has, page after page as the server cuts them.
    ///
    /// # Errors
    /// See `read`; `internal` when the server names a page that is not its own, or never comes to an end.
    pub fn read_all(&self, entity: &str, query: &Query) -> Result<Vec<Row>, Error> {
        let mut page = self.read(entity, query)?;
        let mut rows = std::mem::take(&mut page.rows);
        for _ in 1..MOST_PAGES {
            let Some(next) = page.next.take() else { return Ok(rows) };
            if !next.starts_with(&format!("https://{ODATA_HOST}/odata/")) {
                return Err(refusal::not_understood(
                    Purpose::Read,
                    "the next page is said to lie elsewhere",
                    self.locale,
                ));
            }
            page = self.read_page(next)?;
            rows.append(&mut page.rows);
        }
        match page.next {
            None => Ok(rows),
            Some(_) => Err(refusal::not_understood(Purpose::Read, "the answer has too many pages", self.locale)),
        }
    }

    fn read_page(&self, url: String) -> Result<Page, Error> {
        let mut value = self.call(Method::Get, url, None, Purpose::Read)?;
        let next = value
            .get("@odata.nextLink")
            .or_else(|| value.get("odata.nextLink"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let rows = match value.get_mut("value").map(Value::take) {
            Some(Value::Array(rows)) => rows,
            _ => return Err(refusal::not_understood(Purpose::Read, "the answer holds no list of rows", self.locale)),
        };
        Ok(Page { rows: rows.into_iter().filter_map(Row::new).collect(), next })
    }

    /// Create one row. The created row comes back where Uniconta answers with it.
    ///
    /// # Errors
    /// `uncertain` when the row may have been created.
    pub fn insert(&self, entity: &str, row: &Map<String, Value>) -> Result<Option<Row>, Error> {
        let answer = self.write(Method::Post, "Insert", entity, &serde_json::to_vec(row).unwrap_or_default())?;
        Ok(Row::new(answer))
    }

    /// Create several rows in one call. Rows come back where Uniconta answers with them; empty otherwise.
    ///
    /// # Errors
    /// `uncertain` when rows may have been created.
    pub fn insert_list(&self, entity: &str, rows: &[Map<String, Value>]) -> Result<Vec<Row>, Error> {
        let answer = self.write(Method::Post, "InsertList", entity, &serde_json::to_vec(rows).unwrap_or_default())?;
        Ok(match answer {
            Value::Array(rows) => rows.into_iter().filter_map(Row::new).collect(),
            _ => Vec::new(),
        })
    }

    /// Replace one row by the whole row given. The row as it now is comes back where Uniconta answers with it.
    ///
    /// # Errors
    /// `uncertain` when the row may have been changed.
    pub fn update(&self, entity: &str, row: &Map<String, Value>) -> Result<Option<Row>, Error> {
        let answer = self.write(Method::Put, "Update", entity, &serde_json::to_vec(row).unwrap_or_default())?;
        Ok(Row::new(answer))
    }

    fn write(&self, method: Method, verb: &str, entity: &str, body: &[u8]) -> Result<Value, Error> {
        self.call(method, format!("https://{ODATA_HOST}/api/Entities/{verb}/{entity}"), Some(body), Purpose::Write)
    }

    fn call(&self, method: Method, url: String, body: Option<&[u8]>, purpose: Purpose) -> Result<Value, Error> {
        let user = qualified_user(self.settings.company, &self.settings.user);
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", self.settings.password));
        let mut headers = vec![("accept", "application/json".to_owned()), ("authorization", format!("Basic {basic}"))];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let request = Request { method, url, headers, body: body.unwrap_or_default().to_vec() };
        let response: Result<Response, HttpError> = self.http.send(&request);
        let response = response.map_err(|error| refusal::no_answer(&error, purpose, self.locale))?;
        answer::read(&response, purpose, self.locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_kit::types::Setting;

    /// Every page names the next one, wherever that is said to lie.
    struct Endless(&'static str);

    impl Http for Endless {
        fn send(&self, _: &Request) -> Result<Response, HttpError> {
            let body = json!({ "value": [{ "RowId": 1 }], "@odata.nextLink": self.0 }).to_string().into_bytes();
            Ok(Response { status: 200, content_type: String::new(), retry_after_s: None, body })
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
        for next in [
            "https://evil.example/odata/1/DebtorClient?$skip=1",
            "https://odata.uniconta.com/odata/1/DebtorClient?$skip=1",
        ] {
            let error = Api::new(&Endless(next), &settings, Locale::En)
                .read_all("DebtorClient", &Query::default())
                .unwrap_err();
            assert_eq!(error.code, "uniconta.not-understood");
        }
    }
}
