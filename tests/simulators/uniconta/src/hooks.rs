//! Calls to Modification URLs (ændrings-URL): made from changes, kept in an outbox, and their outcome written back to the row.
//!
//! The core never opens a socket. The shell (or a property test) takes a call out, makes it, and says how it went; a call that
//! fails sets HasError, and a row in error is not called until somebody refreshes it. What changes meanwhile is lost, which is
//! how the product's guide describes the real one.

use crate::books::{Action, Books, Change, View};
use crate::switches::{Deliver, HasError, HookCase, HookParameter, HookSeparator, Switches};
use crate::tables::{CHANGE_EVENT, table_named};
use crate::value::date_time_text;
use http::Method;
use jiff::civil::DateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// What stays as it is in a query value.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Keys of a row that the body of a POST does not carry (`[code]` for KeyStr and Country; `[inf]` for the others).
const NOT_IN_BODY: [&str; 5] = ["KeyStr", "KeyName", "Country", "RowId", "CompanyId"];

/// A call to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Number of the call; [`crate::Uniconta::delivery_done`] takes it.
    pub id: u64,
    /// The TableChangeEvent row it belongs to.
    pub change_event_row_id: u32,
    /// GET, or POST where the row says so.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// The record as JSON, for a POST.
    pub body: Option<String>,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// How a call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Not made yet.
    Waiting,
    /// Being made.
    Sent,
    /// Answered with this status.
    Answered(u16),
    /// No answer, and why.
    Failed(String),
    /// Never made, because the row was in error or gone.
    Lost,
}

#[derive(Clone, Debug)]
struct Entry {
    company: u32,
    delivery: Delivery,
    outcome: Outcome,
}

/// The calls that wait, and what became of the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    count: u64,
    waiting: VecDeque<u64>,
    entries: BTreeMap<u64, Entry>,
}

impl Outbox {
    /// An empty outbox that goes on counting where this one stopped, so that a late outcome cannot hit a new call.
    pub(crate) fn emptied(&self) -> Self {
        Self { count: self.count, ..Self::default() }
    }

    /// Queues the calls for a change: one for each row that watches the table.
    pub(crate) fn queue(&mut self, company: u32, books: &Books, change: &Change, switches: &Switches) {
        let Some(number) = change.table.number else {
            return;
        };
        let Some(events) = table_named(CHANGE_EVENT) else {
            return;
        };
        let mut calls = Vec::new();
        for (row_id, row) in books.rows(events) {
            let watches = row.values.get("TableId").and_then(Value::as_u64) == Some(u64::from(number));
            let stopped = row.values.contains_key("HasError") && switches.has_error == HasError::Stops;
            if watches && !stopped {
                let text = |name| row.values.get(name).and_then(Value::as_str);
                let post = row.values.get("UsePost") == Some(&Value::Bool(true));
                let url = call_url(text("Url").unwrap_or_default(), text("Argument"), company, change, switches);
                calls.push((row_id, post, url));
            }
        }
        for (row_id, post, url) in calls {
            let body = post.then(|| record(books, change, switches).to_string());
            let method = if post { Method::POST } else { Method::GET };
            let copies = if switches.deliver == Deliver::Twice { 2 } else { 1 };
            for _ in 0..copies {
                let delivery = Delivery {
                    id: 0,
                    change_event_row_id: row_id,
                    method: method.clone(),
                    url: url.clone(),
                    body: body.clone(),
                    attempt: 1,
                };
                let id = self.enter(company, delivery);
                self.waiting.push_back(id);
            }
        }
    }

    fn enter(&mut self, company: u32, delivery: Delivery) -> u64 {
        self.count += 1;
        let delivery = Delivery { id: self.count, ..delivery };
        self.entries.insert(self.count, Entry { company, delivery, outcome: Outcome::Waiting });
        self.count
    }

    /// Takes the next call out. Calls of a row that is in error or gone are lost on the way.
    pub(crate) fn next(&mut self, companies: &BTreeMap<u32, Books>, switches: &Switches) -> Option<Delivery> {
        loop {
            let id = match switches.deliver {
                Deliver::Reversed => self.waiting.pop_back()?,
                Deliver::InOrder | Deliver::Twice => self.waiting.pop_front()?,
            };
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            let row = table_named(CHANGE_EVENT)
                .and_then(|events| companies.get(&entry.company)?.row(events, entry.delivery.change_event_row_id));
            let open = row
                .is_some_and(|row| switches.has_error == HasError::Continues || !row.values.contains_key("HasError"));
            if open {
                entry.outcome = Outcome::Sent;
                return Some(entry.delivery.clone());
            }
            entry.outcome = Outcome::Lost;
        }
    }

    /// Notes how a call went, on the row and in the record.
    pub(crate) fn done(
        &mut self,
        id: u64,
        outcome: Result<u16, String>,
        companies: &mut BTreeMap<u32, Books>,
        now: DateTime,
        switches: &Switches,
    ) {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.outcome == Outcome::Sent) else {
            return;
        };
        let problem = match &outcome {
            Ok(200..=299) => None,
            Ok(status) => Some(format!("the receiver answered {status}")),
            Err(reason) => Some(reason.clone()),
        };
        entry.outcome = match outcome {
            Ok(status) => Outcome::Answered(status),
            Err(reason) => Outcome::Failed(reason),
        };
        let (company, delivery) = (entry.company, entry.delivery.clone());
        let retry = problem.is_some() && delivery.attempt <= switches.hook_retries;
        if let Some(row) = table_named(CHANGE_EVENT)
            .and_then(|events| companies.get_mut(&company)?.row_mut(events, delivery.change_event_row_id))
        {
            row.values.insert("LastEvent".to_owned(), Value::from(date_time_text(now)));
            match problem {
                Some(message) if !retry => {
                    row.values.insert("HasError".to_owned(), Value::Bool(true));
                    row.values.insert("ErrorMessage".to_owned(), Value::from(message));
                }
                Some(_) => {}
                None => {
                    row.values.remove("HasError");
                    row.values.remove("ErrorMessage");
                }
            }
        }
        if retry {
            let id = self.enter(company, Delivery { attempt: delivery.attempt + 1, ..delivery });
            self.waiting.push_front(id);
        }
    }

    /// Calls that wait or are being made.
    pub(crate) fn pending(&self) -> usize {
        self.entries.values().filter(|entry| matches!(entry.outcome, Outcome::Waiting | Outcome::Sent)).count()
    }

    /// All calls and how they stand, oldest first.
    pub(crate) fn record(&self) -> Vec<Value> {
        let line = |entry: &Entry| {
            let delivery = &entry.delivery;
            let mut line = json!({
                "id": delivery.id,
                "company": entry.company,
                "change_event": delivery.change_event_row_id,
                "method": delivery.method.as_str(),
                "url": delivery.url,
                "attempt": delivery.attempt,
            });
            if let Some(object) = line.as_object_mut() {
                let (word, detail) = match &entry.outcome {
                    Outcome::Waiting => ("waiting", None),
                    Outcome::Sent => ("sent", None),
                    Outcome::Answered(status) => ("answered", Some(("status", Value::from(*status)))),
                    Outcome::Failed(reason) => ("failed", Some(("reason", Value::from(reason.clone())))),
                    Outcome::Lost => ("lost", None),
                };
                object.insert("outcome".to_owned(), Value::from(word));
                object.extend(detail.map(|(key, value)| (key.to_owned(), value)));
            }
            line
        };
        self.entries.values().map(line).collect()
    }
}

fn call_url(base: &str, argument: Option<&str>, company: u32, change: &Change, switches: &Switches) -> String {
    let word = match (change.action, switches.hook_case) {
        (Action::Add, HookCase::Lower) => "add",
        (Action::Update, HookCase::Lower) => "update",
        (Action::Delete, HookCase::Lower) => "delete",
        (Action::Add, HookCase::Capitalised) => "Add",
        (Action::Update, HookCase::Capitalised) => "Update",
        (Action::Delete, HookCase::Capitalised) => "Delete",
    };
    let parameter = match switches.hook_parameter {
        HookParameter::Action => "Action",
        HookParameter::Operation => "Operation",
    };
    let mut parts = vec![
        ("CompanyId", company.to_string()),
        ("Table", change.table.name.to_owned()),
        ("RowId", change.row_id.to_string()),
        ("Key", change.key.clone()),
        (parameter, word.to_owned()),
    ];
    parts.extend(argument.map(|argument| (switches.hook_argument.as_str(), argument.to_owned())));
    let separator = match switches.hook_separator {
        HookSeparator::Amp => "&",
        HookSeparator::Question => "?",
    };
    let query: Vec<String> = parts
        .iter()
        .map(|(name, value)| {
            format!("{}={}", utf8_percent_encode(name, QUERY_VALUE), utf8_percent_encode(value, QUERY_VALUE))
        })
        .collect();
    let base = base.split_once('#').map_or(base, |(before, _)| before);
    let joint = match base.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => separator,
    };
    format!("{base}{joint}{}", query.join(separator))
}

/// The record as a POST carries it. A deleted row is gone, so its body is an empty object.
fn record(books: &Books, change: &Change, switches: &Switches) -> Value {
    let view = View { table: change.table, user_fields: true };
    let Some(row) = books.row(change.table, change.row_id) else {
        return json!({});
    };
    let mut shown = books.shown(view, row, switches);
    for name in NOT_IN_BODY {
        shown.remove(name);
    }
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn change() -> Change {
        let table = table_named("Debtor").unwrap();
        Change { table, row_id: 17, key: "Ø 1&2".to_owned(), action: Action::Update }
    }

    #[rstest]
    #[case("http://h/p", None, "http://h/p?CompanyId=9&Table=Debtor&RowId=17&Key=%C3%98%201%262&Action=update")]
    #[case("http://h/p?t=1", None, "http://h/p?t=1&CompanyId=9&Table=Debtor&RowId=17&Key=%C3%98%201%262&Action=update")]
    #[case(
        "http://h/p?",
        Some("a b"),
        "http://h/p?CompanyId=9&Table=Debtor&RowId=17&Key=%C3%98%201%262&Action=update&Argument=a%20b"
    )]
    fn the_call_respects_a_query_in_the_url(
        #[case] base: &str,
        #[case] argument: Option<&str>,
        #[case] expected: &str,
    ) {
        assert_eq!(call_url(base, argument, 9, &change(), &Switches::default()), expected);
    }

    #[test]
    fn the_documented_form_is_a_switch_away() {
        let switches = Switches {
            hook_parameter: HookParameter::Operation,
            hook_case: HookCase::Capitalised,
            hook_separator: HookSeparator::Question,
            ..Switches::default()
        };
        let change = Change { key: "1000".to_owned(), ..change() };
        assert_eq!(
            call_url("http://h/p", None, 9, &change, &switches),
            "http://h/p?CompanyId=9?Table=Debtor?RowId=17?Key=1000?Operation=Update"
        );
    }
}
