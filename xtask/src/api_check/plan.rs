//! What is called, with what, and what is not.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::ground::{CHANGED, Ground, LIVELY, REMOVED};

/// The variable schemathesis takes the API key from, so that no command line shows it.
pub(super) const KEY_VARIABLE: &str = "API_KEY";
/// The file beside the configuration that mends what is made up.
pub(super) const HOOKS: &str = "hooks.py";
/// Seconds until an answer is given up. The slowest of them presses OK, which calls the simulator a dozen times.
const PATIENCE_S: u32 = 60;

/// An operation that is treated apart, and why.
#[derive(Debug)]
pub(super) struct Apart {
    /// Its `operationId`.
    pub(super) operation: &'static str,
    /// Why.
    pub(super) reason: &'static str,
}

/// Never called.
pub(super) const NOT_CALLED: [Apart; 2] = [
    Apart { operation: "back_up", reason: "writes a file wherever the made-up name says" },
    Apart {
        operation: "load_connector",
        reason: "takes a component, which cannot be made up; a real one would replace the one at work",
    },
];

/// Called at the end, in a run without chains of calls, where no answer can name what the others need.
pub(super) const CALLED_LAST: [Apart; 2] = [
    Apart { operation: "delete_installation", reason: "takes away what the others look at" },
    Apart { operation: "revoke_api_key", reason: "could take back the key in use, which the list of keys names" },
];

/// Operations with limits that a schema cannot say, so that they may refuse what fits theirs with 422.
const REFUSING_MORE: [Apart; 5] = [
    Apart { operation: "close_day", reason: "an amount is not 0, and a period does not end before it begins" },
    Apart { operation: "acknowledge", reason: "a revision goes with `applied` and with nothing else" },
    Apart { operation: "create_installation", reason: "settings and hosts are those of the connector" },
    Apart { operation: "resync", reason: "customers are those that are there" },
    Apart { operation: "change_installation", reason: "settings and hosts are those of the connector" },
];

/// Operations that change an installation so that it stops working; they get one of their own.
const BREAKING: [&str; 3] = ["change_installation", "rotate_link", "pause"];

/// Whether every operation that is named here exists. One that got another name would be called unseen.
///
/// # Errors
/// When one does not, which the message names.
pub(super) fn check_names(document: &Value) -> Result<()> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let operations = paths.filter_map(Value::as_object).flat_map(Map::values);
    let ids: BTreeSet<&str> = operations.filter_map(|operation| operation.get("operationId")?.as_str()).collect();
    let apart = NOT_CALLED.iter().chain(&CALLED_LAST).chain(&REFUSING_MORE).map(|apart| apart.operation);
    for name in apart.chain(BREAKING).chain(["outbox"]) {
        ensure!(ids.contains(name), "the API has no operation `{name}` any more; see xtask/src/api_check/plan.rs");
    }
    Ok(())
}

/// The configuration file of schemathesis.
pub(super) fn configuration(ground: &Ground) -> Value {
    // Four times in five, what a parameter names is there; otherwise it is made up.
    let one_of = |dictionary: &str| json!({"dictionary": dictionary, "probability": 0.8});
    json!({
        "auth": {"openapi": {"key": {"bearer": format!("${{{KEY_VARIABLE}}}")}}},
        "hooks": HOOKS,
        "continue-on-failure": true,
        "request-timeout": PATIENCE_S,
        "generation": {
            "database": "none",
            // No text of the API may hold a NUL, which its description says in words: every pattern would have to.
            "allow-x00": false,
        },
        "checks": {
            // What is too large is refused before it is read, so 413 comes before what the rest would deserve.
            "negative_data_rejection": {
                "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "429"],
            },
        },
        "dictionaries": {
            "lively": {"values": [LIVELY]},
            "removed": {"values": [REMOVED]},
            "customers": {"values": ground.customers},
            "reports": {"values": ground.reports},
            "parked": {"values": ground.parked},
            "items": {"values": ground.items},
            "tokens": {"values": [ground.token]},
            "keys": {"values": [ground.other_key_id]},
            "connectors": {"values": [ground.connector]},
        },
        "parameters": {
            "path.id": one_of("lively"),
            "path.customer_id": one_of("customers"),
            "path.report_id": one_of("reports"),
            "path.seq": one_of("parked"),
            "path.token": one_of("tokens"),
            "path.key_id": one_of("keys"),
            "query.installation": one_of("lively"),
        },
        "operations": [
            {
                "include-operation-id": REFUSING_MORE.map(|apart| apart.operation),
                "checks": {"positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "422", "429"],
                }},
            },
            {"include-operation-id": "acknowledge", "parameters": {"path.id": one_of("items")}},
            {"include-operation-id": BREAKING, "parameters": {"path.id": CHANGED}},
            {
                "include-operation-id": "create_installation",
                "parameters": {"body.connector": one_of("connectors")},
            },
            {"include-operation-id": "delete_installation", "parameters": {"path.id": one_of("removed")}},
            // A wait of up to a minute, many times over, would find out that time passes.
            {"include-operation-id": "outbox", "parameters": {"query.wait_s": 0}},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_is_gone_is_named() {
        let error = check_names(&json!({"paths": {"/x": {"get": {"operationId": "back_up"}}}})).unwrap_err();
        assert!(error.to_string().contains("load_connector"), "{error}");
    }
}
