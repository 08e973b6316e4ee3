//! What schemathesis found: the figures from its JSON report, the failures from its text, as only that has the calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::plan::KEY_VARIABLE;

/// Characters of a detail or a call that are shown; the log has them whole.
const SHOWN: usize = 500;

/// The part of the report that is read.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    /// Makes up the same calls again.
    pub(super) seed: u64,
    /// Whether it ran to its end.
    pub(super) complete: bool,
    /// Of the description.
    pub(super) operations: Operations,
    /// Calls.
    pub(super) test_cases: Cases,
    /// Operation to phase to what became of the calls that keep to the description.
    valid_rates: BTreeMap<String, BTreeMap<String, Rate>>,
    failures: Vec<Group>,
    errors: Vec<Group>,
}

/// How many operations.
#[derive(Debug, Deserialize)]
pub(super) struct Operations {
    /// All of the description.
    pub(super) total: u64,
    /// Those of this run.
    pub(super) selected: u64,
    /// Those that were called.
    pub(super) tested: u64,
}

/// How many calls.
#[derive(Debug, Deserialize)]
pub(super) struct Cases {
    /// Made up.
    pub(super) generated: u64,
}

/// What became of calls that keep to the description.
#[derive(Debug, Deserialize)]
struct Rate {
    accepted: u64,
}

/// Failures, or troubles of schemathesis itself, of one kind.
#[derive(Debug, Deserialize)]
struct Group {
    title: String,
    count: u64,
}

/// One failure.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    /// Method and path, or that it was found by a chain of calls.
    pub(super) operation: String,
    /// As schemathesis names it, with its code.
    pub(super) check: String,
    /// What is wrong.
    pub(super) detail: String,
    /// The answer: its status and the first line of its body.
    pub(super) answer: String,
    /// The calls that show it, in order.
    pub(super) calls: Vec<String>,
}

impl Report {
    /// Reads it.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the report {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("the report {} is of another form", path.display()))
    }

    /// How many failures there are.
    pub(super) fn failures(&self) -> u64 {
        self.failures.iter().map(|group| group.count).sum()
    }

    /// Operations that were called but never answered with success, so that little of them was seen.
    pub(super) fn never_reached(&self) -> Vec<String> {
        let never = |phases: &BTreeMap<String, Rate>| phases.values().all(|rate| rate.accepted == 0);
        self.valid_rates.iter().filter(|(_, phases)| never(phases)).map(|(name, _)| name.clone()).collect()
    }

    /// What could not be tried, as the titles that schemathesis gives them.
    pub(super) fn errors(&self) -> Vec<&str> {
        self.errors.iter().map(|group| group.title.as_str()).collect()
    }
}

/// The failures in the text that schemathesis prints.
pub(super) fn failures(text: &str) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    let mut operation = String::new();
    let mut reading = false;
    let mut next = Next::Nothing;
    for line in text.lines() {
        if line.starts_with("====") {
            reading = line.trim_matches(['=', ' ']) == "FAILURES";
            continue;
        }
        if !reading {
            continue;
        }
        if line.starts_with("__") {
            line.trim_matches(['_', ' ']).clone_into(&mut operation);
            continue;
        }
        if let Some(check) = line.strip_prefix("- ") {
            let (operation, check) = (operation.clone(), check.to_owned());
            found.push(Failure { operation, check, ..Failure::default() });
            next = Next::Detail;
            continue;
        }
        let Some(failure) = found.last_mut() else {
            continue;
        };
        let line_is_a_call = line.trim_start().starts_with("curl ");
        match next {
            _ if line.starts_with('[') => {
                line.trim_end_matches(':').clone_into(&mut failure.answer);
                next = Next::Answer;
            }
            _ if line_is_a_call => failure.calls.push(callable(line.trim())),
            Next::Detail if !line.trim().is_empty() => {
                if !failure.detail.is_empty() {
                    failure.detail.push_str("; ");
                }
                failure.detail.push_str(line.trim());
            }
            Next::Answer if !line.trim().is_empty() => {
                failure.answer.push_str(&format!(" {}", line.trim().trim_matches('`')));
                next = Next::Nothing;
            }
            Next::Detail | Next::Answer | Next::Nothing => {}
        }
    }
    found
}

/// What the following lines are.
#[derive(Debug, Clone, Copy)]
enum Next {
    Detail,
    Answer,
    Nothing,
}

/// The call with the key in its place, which schemathesis hides.
fn callable(call: &str) -> String {
    call.replace("'Authorization: [Filtered]'", &format!("\"Authorization: Bearer ${KEY_VARIABLE}\""))
}

impl Failure {
    /// A few lines for people.
    pub(super) fn text(&self) -> String {
        let mut text =
            format!("{}\n  {}: {}\n  {}\n", self.operation, self.check, cut(&self.detail), cut(&self.answer));
        for call in &self.calls {
            text.push_str(&format!("  {}\n", cut(call)));
        }
        text
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let shown: String = text.chars().take(SHOWN).collect();
    format!("{shown} […]")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Schemathesis v4.32.5
==================================== ERRORS ====================================
____________________________ GET /errors _______________________________________
- not a failure

=================================== FAILURES ===================================
______________________________ GET /api/v1/outbox ______________________________
1. Test Case ID: eersDH

- ST103 Undocumented status code

    Received: 404
    Documented: 200, 401

[404] Not Found:

    `{\"code\":\"unknown-installation\"}`

Reproduce with:

    curl -X GET -H 'Authorization: [Filtered]' 'http://127.0.0.1:1/api/v1/outbox?installation=0'

    st replay eersDH

________________________________ Stateful tests ________________________________
1. Test Case ID: jTjCpP

- ST201 Schema-violating request accepted

    Invalid data should have been rejected

- ST500 Another check of the same call

    Received: 204

[204] No Content:

    <EMPTY>

Reproduce with:

    curl -X POST http://127.0.0.1:1/a
    curl -X POST http://127.0.0.1:1/b

=================================== WARNINGS ===================================

- no failure
";

    #[test]
    fn failures_are_read_with_their_calls() {
        let found = failures(TEXT);
        assert_eq!(
            found[0],
            Failure {
                operation: "GET /api/v1/outbox".into(),
                check: "ST103 Undocumented status code".into(),
                detail: "Received: 404; Documented: 200, 401".into(),
                answer: "[404] Not Found {\"code\":\"unknown-installation\"}".into(),
                calls: vec![
                    "curl -X GET -H \"Authorization: Bearer $API_KEY\" 'http://127.0.0.1:1/api/v1/outbox?installation=0'"
                        .into()
                ],
            }
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].operation, "Stateful tests");
        assert_eq!(found[2].calls.len(), 2);
    }

    #[test]
    fn what_is_shown_of_a_call_is_short() {
        let long = Failure { calls: vec!["æ".repeat(100_000)], ..Failure::default() };
        assert!(long.text().chars().count() < 2 * SHOWN);
    }

    #[test]
    fn the_report_is_read_by_its_figures() {
        let text = r#"{"seed":1,"complete":true,"operations":{"total":41,"selected":37,"tested":37,"errored":0},
            "test_cases":{"generated":2550,"unique_failures":3},
            "valid_rates":{"GET /a":{"coverage":{"accepted":0,"rejected":3},"fuzzing":{"accepted":1}},
                "GET /b":{"coverage":{"accepted":0,"unreachable":3}}},
            "failures":[{"type":"x","title":"a","count":2},{"title":"b","count":1}],
            "errors":[{"title":"Serialization not possible","count":1}]}"#;
        let report: Report = serde_json::from_str(text).unwrap();
        assert_eq!(report.failures(), 3);
        assert_eq!(report.never_reached(), ["GET /b"]);
        assert_eq!(report.errors(), ["Serialization not possible"]);
    }
}
