//! The example books in process, without sockets: calls on the OData surface, journal lines, posting.

use base64::Engine;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use uniconta_sim::{Config, Posting, Switches, Uniconta};

pub(crate) const LINE: &str = "GLDailyJournalLineClient";

pub(crate) struct Books {
    pub(crate) core: Uniconta,
}

impl Books {
    pub(crate) fn new() -> Self {
        Self::with(Switches::default())
    }

    pub(crate) fn with(switches: Switches) -> Self {
        Self { core: Uniconta::new(Config { switches, ..Config::example() }).unwrap() }
    }

    /// Status and body of a call on the OData surface.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let credentials = base64::engine::general_purpose::STANDARD.encode("0012345/flexybox:example-password");
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("Host", "localhost")
            .header("Accept", "application/json")
            .header("Authorization", format!("Basic {credentials}"))
            .body(Bytes::from(body.to_string()));
        let response = self.core.answer(request.unwrap()).response;
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    pub(crate) fn insert(&self, entity: &str, row: &Value) -> (u16, String) {
        self.call("POST", &format!("/api/Entities/Insert/{entity}"), row)
    }

    pub(crate) fn insert_list(&self, entity: &str, rows: &[Value]) -> (u16, String) {
        self.call("POST", &format!("/api/Entities/InsertList/{entity}"), &Value::from(rows))
    }

    /// The rows of an entity that meet a filter, over all pages.
    pub(crate) fn filter(&self, entity: &str, filter: &str) -> Vec<Value> {
        let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let mut next = Some(format!("/odata/12345/{entity}?$filter={encoded}"));
        let mut rows = Vec::new();
        while let Some(path) = next {
            let (status, text) = self.call("GET", &path, &Value::Null);
            assert_eq!(status, 200, "{text}");
            let page: Value = serde_json::from_str(&text).unwrap();
            rows.extend(page["value"].as_array().unwrap().clone());
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        rows
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.core.rows(LINE)
    }

    /// Types rows in, as a person does.
    pub(crate) fn type_in(&self, entity: &str, row: Value) -> Value {
        self.core.type_in(entity, row).unwrap()
    }

    /// The `RowId` of the row of an entity whose property reads `value`.
    pub(crate) fn row_id(&self, entity: &str, property: &str, value: &str) -> u64 {
        let rows = self.core.rows(entity);
        rows.iter().find(|row| row[property] == value).unwrap()["RowId"].as_u64().unwrap()
    }

    /// Puts lines into the journal DAG, voucher 10000 on 2026-02-01 unless they say otherwise, and posts it.
    pub(crate) fn post(&self, lines: &[Value]) -> Posting {
        let lines: Vec<Value> = lines.iter().map(line).collect();
        let (status, text) = self.insert_list(LINE, &lines);
        assert_eq!(status, 200, "{text}");
        self.core.post_journal("DAG", None).unwrap()
    }
}

/// A line of the journal DAG, with what `own` says.
pub(crate) fn line(own: &Value) -> Value {
    let mut line: Map<String, Value> =
        json!({"Journal": "DAG", "Date": "2026-02-01", "Voucher": 10_000}).as_object().unwrap().clone();
    line.extend(own.as_object().unwrap().clone());
    Value::Object(line)
}

/// The name of the code that posting was refused with.
pub(crate) fn refused(posting: &Posting) -> &'static str {
    posting.refusal.as_ref().map_or("Succes", |refusal| refusal.code.name())
}

/// The named properties of rows, as text.
pub(crate) fn texts(rows: &[Value], names: &[&str]) -> Vec<String> {
    let of = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| names.iter().map(|name| of(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}
