//! A scenario that uses most of what scenarios can, and recording it.

use super::books::Books;
use super::driver::Small;
use host_harness::replay::{Privacy, RecordError, Recorded, Recording, record};
use host_harness::scenario::Scenario;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

pub(crate) const PASSWORD: &str = "hunter-of-secrets";
pub(crate) const API_KEY: &str = "1f1f1f1f-2222-4333-8444-55555555abcd";

pub(crate) fn scenario_json() -> Value {
    json!({
        "title": "A customer becomes a debtor",
        "about": "and its name comes back",
        "now": "2026-11-24T08:00:00Z",
        "webhook_link": "https://flexybox.example/in/abc",
        "settings": {"user": "bogholder", "password": PASSWORD, "api-key": API_KEY, "tag": "Erhverv"},
        "customers": [
            {"id": "C1", "number": "00042", "name": "Søren Ærlig", "email": "soren@aerlig.dk", "tags": ["Erhverv"],
             "fields": [{"name": "Rabat", "kind": "number", "value": "1.250,50"}]},
            {"id": "C2", "number": "00043", "name": "Uden Mærke"}
        ],
        "events": [
            {"simulator": [{"drop-next-write": true}]},
            {"customers-changed": {"customers": [{"id": "C1", "kind": "created"}]}},
            {"advance": {"ms": 60000}},
            {"retry": true},
            {"customers-changed": {"customers": [{"id": "C2", "force": true}]}},
            {"customers-changed": {"customers": [{"id": "C2"}]}},
            {"simulator": [{"set": {"id": 7, "name": "Søren Ærlig & Søn"}}]},
            {"webhook": {"method": "POST", "headers": {"content-type": "application/json"}, "body": {"json": {"id": 7}}}},
            {"edit": {"customer": "C1", "set": {"email": "ny@aerlig.dk"}}},
            {"customers-changed": {"customers": [{"id": "C1"}]}},
            {"configure": {}},
            {"check": {}}
        ]
    })
}

pub(crate) fn scenario(json: &Value) -> Scenario {
    Scenario::parse(&json.to_string(), Path::new("scenario.json")).unwrap()
}

pub(crate) async fn record_into(folder: &Path, privacy: Privacy) -> Result<Recorded, RecordError> {
    record_with(&Small::default(), &Arc::new(Books::default()), &scenario(&scenario_json()), folder, privacy).await
}

pub(crate) async fn record_with(
    driver: &Small,
    books: &Arc<Books>,
    scenario: &Scenario,
    folder: &Path,
    privacy: Privacy,
) -> Result<Recorded, RecordError> {
    let recording = Recording {
        scenario,
        folder,
        driver,
        transport: books.clone(),
        control: Some(books.as_ref()),
        privacy,
        progress: None,
    };
    record(&recording).await
}

/// All three files in one text.
pub(crate) fn everything_in(folder: &Path) -> String {
    ["scenario.json", "exchanges.json", "expected.json"]
        .iter()
        .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
        .collect()
}
