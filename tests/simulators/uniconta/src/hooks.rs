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
use percent_encoding::utf8_percent_encode;
use serde_json::{Value, json};
use simulator_kit::answer::JSON;
use simulator_kit::{Delivery as Call, Order, QUERY_VALUE};
use std::collections::BTreeMap;

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

/// Whose a call is: a TableChangeEvent row of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// The company.
    pub company: u32,
    /// The row.
    pub row_id: u32,
}

/// The calls that wait, and what became of the others.
pub(crate) type Outbox = simulator_kit::Outbox<Event>;

impl Delivery {
    pub(crate) fn of(event: Event, call: Call) -> Self {
        let Call { id, method, url, body, attempt, .. } = call;
        Self { id, change_event_row_id: event.row_id, method, url, body, attempt }
    }
}

/// Queues the calls for a change: one for each row that watches the table.
pub(crate) fn queue(outbox: &mut Outbox, company: u32, books: &Books, change: &Change, switches: &Switches) {
    let Some(number) = change.table.number else {
        return;
    };
    let Some(events) = table_named(CHANGE_EVENT) else {
        return;
    };
    for (row_id, row) in books.rows(events) {
        let watches = row.values.get("TableId").and_then(Value::as_u64) == Some(u64::from(number));
        let stopped = row.values.contains_key("HasError") && switches.has_error == HasError::Stops;
        if !watches || stopped {
            continue;
        }
        let text = |name| row.values.get(name).and_then(Value::as_str);
        let post = row.values.get("UsePost") == Some(&Value::Bool(true));
        let call = Call {
            id: 0,
            method: if post { Method::POST } else { Method::GET },
            url: call_url(text("Url").unwrap_or_default(), text("Argument"), company, change, switches),
            headers: if post { vec![("content-type".to_owned(), JSON.to_owned())] } else { Vec::new() },
            body: post.then(|| record(books, change, switches).to_string()),
            attempt: 1,
        };
        if switches.deliver == Deliver::Twice {
            outbox.push(Event { company, row_id }, call.clone());
        }
        outbox.push(Event { company, row_id }, call);
    }
}

/// Takes the next call out. Calls of a row that is in error or gone are lost on the way.
pub(crate) fn next(
    outbox: &mut Outbox,
    companies: &BTreeMap<u32, Books>,
    switches: &Switches,
) -> Option<(Event, Call)> {
    let order = match switches.deliver {
        Deliver::Reversed => Order::Reversed,
        Deliver::InOrder | Deliver::Twice => Order::InOrder,
    };
    outbox.next(order, |event| {
        let row = table_named(CHANGE_EVENT).and_then(|events| companies.get(&event.company)?.row(events, event.row_id));
        row.is_some_and(|row| switches.has_error == HasError::Continues || !row.values.contains_key("HasError"))
    })
}

/// Notes how a call went, on the row and in the record.
pub(crate) fn done(
    outbox: &mut Outbox,
    id: u64,
    outcome: Result<u16, String>,
    companies: &mut BTreeMap<u32, Books>,
    now: DateTime,
    switches: &Switches,
) {
    let Some(ended) = outbox.done(id, outcome) else {
        return;
    };
    let retry = ended.problem.is_some() && ended.delivery.attempt <= switches.hook_retries;
    if let Some(row) = table_named(CHANGE_EVENT)
        .and_then(|events| companies.get_mut(&ended.owner.company)?.row_mut(events, ended.owner.row_id))
    {
        row.values.insert("LastEvent".to_owned(), Value::from(date_time_text(now)));
        match &ended.problem {
            Some(message) if !retry => {
                row.values.insert("HasError".to_owned(), Value::Bool(true));
                row.values.insert("ErrorMessage".to_owned(), Value::from(message.as_str()));
            }
            Some(_) => {}
            None => {
                row.values.remove("HasError");
                row.values.remove("ErrorMessage");
            }
        }
    }
    if retry {
        outbox.again(ended);
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
