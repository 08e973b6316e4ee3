//! The OpenAPI document holds every route with its scope, all it can answer, and nothing that is not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_vault::Scope;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Every route, and the scope it needs; empty for none.
const ROUTES: [(&str, &str, &str); 53] = [
    ("get", "/hooks/{token}", ""),
    ("post", "/hooks/{token}", ""),
    ("get", "/healthz", ""),
    ("get", "/readyz", ""),
    ("get", "/metrics", "metrics:read"),
    ("get", "/openapi.json", ""),
    ("get", "/api/v1/connectors", "installations:read"),
    ("post", "/api/v1/connectors", "operate"),
    ("get", "/api/v1/installations", "installations:read"),
    ("post", "/api/v1/installations", "installations:write"),
    ("get", "/api/v1/installations/{id}", "installations:read"),
    ("patch", "/api/v1/installations/{id}", "installations:write"),
    ("delete", "/api/v1/installations/{id}", "admin"),
    ("post", "/api/v1/installations/{id}/configure", "installations:write"),
    ("post", "/api/v1/installations/{id}/recording", "operate"),
    ("get", "/api/v1/installations/{id}/recording", "installations:read"),
    ("delete", "/api/v1/installations/{id}/recording", "operate"),
    ("post", "/api/v1/installations/{id}/pause", "operate"),
    ("post", "/api/v1/installations/{id}/resume", "operate"),
    ("get", "/api/v1/installations/{id}/switch-on", "installations:read"),
    ("post", "/api/v1/installations/{id}/switch-on/look", "installations:write"),
    ("post", "/api/v1/installations/{id}/switch-on/go", "installations:write"),
    ("get", "/api/v1/installations/{id}/link", "installations:write"),
    ("post", "/api/v1/installations/{id}/link/rotate", "installations:write"),
    ("get", "/api/v1/installations/{id}/doctor", "installations:read"),
    ("post", "/api/v1/installations/{id}/check", "operate"),
    ("post", "/api/v1/installations/{id}/catch-up", "operate"),
    ("get", "/api/v1/installations/{id}/customers", "customers:write"),
    ("post", "/api/v1/installations/{id}/customers", "customers:write"),
    ("get", "/api/v1/installations/{id}/customers/{customer_id}", "customers:write"),
    ("post", "/api/v1/installations/{id}/resync", "operate"),
    ("post", "/api/v1/installations/{id}/days", "days:write"),
    ("get", "/api/v1/installations/{id}/days/{report_id}/receipts", "days:write"),
    ("get", "/api/v1/installations/{id}/links", "installations:read"),
    ("get", "/api/v1/installations/{id}/flags", "installations:read"),
    ("delete", "/api/v1/installations/{id}/flags/{customer_id}/{code}", "operate"),
    ("get", "/api/v1/installations/{id}/migration", "installations:read"),
    ("get", "/api/v1/installations/{id}/migration/customers", "installations:read"),
    ("post", "/api/v1/installations/{id}/migration/preview", "installations:write"),
    ("post", "/api/v1/installations/{id}/migration/apply", "installations:write"),
    ("post", "/api/v1/installations/{id}/migration/undo", "installations:write"),
    ("get", "/api/v1/installations/{id}/events", "installations:read"),
    ("get", "/api/v1/installations/{id}/parked", "installations:read"),
    ("get", "/api/v1/installations/{id}/events/{seq}", "installations:read"),
    ("post", "/api/v1/installations/{id}/parked/{seq}/retry", "operate"),
    ("delete", "/api/v1/installations/{id}/parked/{seq}", "operate"),
    ("get", "/api/v1/installations/{id}/activity", "installations:read"),
    ("get", "/api/v1/outbox", "outbox:read"),
    ("post", "/api/v1/outbox/{id}/ack", "outbox:read"),
    ("get", "/api/v1/keys", "admin"),
    ("post", "/api/v1/keys", "admin"),
    ("delete", "/api/v1/keys/{key_id}", "admin"),
    ("post", "/api/v1/backup", "admin"),
];

fn document() -> Value {
    serde_json::to_value(accounting_web::openapi()).unwrap()
}

/// Method, path, operation.
fn operations(document: &Value) -> Vec<(&str, &str, &Map<String, Value>)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(|(method, operation)| (method.as_str(), path.as_str(), operation.as_object().unwrap()))
    });
    all.collect()
}

#[test]
fn every_route_is_there_with_its_scope() {
    let document = document();
    let mut found = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let scope = match operation.get("security") {
            None => String::new(),
            Some(security) => {
                let scopes = security[0]["key"].as_array().unwrap();
                assert_eq!((security.as_array().unwrap().len(), scopes.len()), (1, 1), "{method} {path}");
                scopes[0].as_str().unwrap().to_owned()
            }
        };
        assert!(scope.is_empty() || scope.parse::<Scope>().is_ok(), "{method} {path}: {scope}");
        found.insert((method.to_owned(), path.to_owned(), scope));
    }
    let named = |(method, path, scope): (&str, &str, &str)| (method.to_owned(), path.to_owned(), scope.to_owned());
    assert_eq!(found, ROUTES.into_iter().map(named).collect());
}

#[test]
fn every_answer_is_told() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let tells = |status: &str| answers.contains_key(status);
        let place = format!("{method} {path}");
        assert!(answers.keys().any(|status| status.starts_with('2')), "{place}");
        assert!(tells("500") && tells("405"), "{place}");
        let is_hook = path.starts_with("/hooks/");
        let has_key = operation.contains_key("security");
        assert_eq!(tells("401") && tells("403"), has_key, "{place}");
        assert_eq!(tells("429"), has_key || is_hook, "{place}");
        assert_eq!(tells("404"), path.contains('{') || path == "/api/v1/outbox", "{place}");
        let has_body = operation.contains_key("requestBody");
        assert_eq!(tells("413") && tells("408"), has_body || is_hook, "{place}");
        assert_eq!(tells("415"), has_body && !is_hook, "{place}");
        if is_hook {
            assert!(tells("204") && tells("503") && !tells("409") && !tells("422"), "{place}");
        }
        for (status, answer) in answers.iter().filter(|(status, _)| !status.starts_with('2')) {
            let name = answer["$ref"].as_str().unwrap().strip_prefix("#/components/responses/").unwrap();
            let content = &document["components"]["responses"][name]["content"]["application/problem+json"];
            assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{place} {status}");
        }
    }
}

/// Every reference in a value.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(target) if key == "$ref" => {
                        found.insert(target);
                    }
                    member => references(member, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}

#[test]
fn everything_referred_to_is_there_and_the_other_way_round() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for target in &found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
    for kind in ["schemas", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(found.contains(format!("#/components/{kind}/{name}").as_str()), "{kind} {name} is not used");
        }
    }
}

#[test]
fn operations_and_parameters_have_names_and_texts() {
    let document = document();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{method} {path}");
        let in_path: BTreeSet<_> = operation
            .get("parameters")
            .into_iter()
            .flat_map(|all| all.as_array().unwrap())
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let in_template = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(in_path, in_template, "{method} {path}");
    }
}

#[test]
fn limits_are_told() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let told = |pointer: &str| schemas.pointer(pointer).cloned().unwrap_or_default();
    for (pointer, limit) in [
        ("/Customer/properties/id/maxLength", Value::from(64)),
        ("/Customer/properties/revision/minimum", 1.into()),
        ("/Customer/properties/tags/maxItems", 10_000.into()),
        ("/CustomerId/maxLength", 64.into()),
        ("/InstallationChange/properties/settings/propertyNames/maxLength", 128.into()),
        ("/InstallationChange/properties/settings/maxProperties", 500.into()),
        ("/Posting/oneOf/0/additionalProperties", false.into()),
        ("/Posting/oneOf/1/properties/customer/minLength", 1.into()),
        ("/Customer/additionalProperties", false.into()),
        ("/DailyReport/properties/lines/maxItems", 10_000.into()),
        ("/DailyReport/properties/currency/pattern", "^[A-Z]{3}$".into()),
        ("/DailyReport/properties/revision/maximum", 4_294_967_295u64.into()),
        ("/DailyReport/properties/revision/format", "int64".into()),
        ("/ReportLine/properties/dimensions/minItems", 5.into()),
        ("/ReportLine/properties/amount/format", "int64".into()),
        ("/InstallationChange/properties/concurrency/maximum", 16.into()),
        ("/NewInstallation/properties/id/pattern", "^[A-Za-z0-9._-]{1,64}$".into()),
        ("/Rotation/properties/overlap_s/maximum", 2_592_000.into()),
    ] {
        assert_eq!(told(pointer), limit, "{pointer}");
    }
}

#[test]
fn bytes_are_no_json() {
    let document = document();
    for (path, media_type) in [("/hooks/{token}", "*/*"), ("/api/v1/connectors", "application/wasm")] {
        let content = &document["paths"][path]["post"]["requestBody"]["content"];
        assert_eq!(content, &serde_json::json!({media_type: {}}), "{path}");
    }
}

#[test]
fn says_what_it_is() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let key = &document["components"]["securitySchemes"]["key"];
    assert_eq!((key["type"].as_str(), key["scheme"].as_str()), (Some("http"), Some("bearer")));
}
