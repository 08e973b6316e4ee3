//! Lists that `odata.uniconta.com` answers with: rows out of an answer, pages, and single values.
//!
//! The reader hands rows out one at a time and never holds the answer as a tree. What it hands out is held against the tree
//! here, which is small enough to have one.

use crate::club::{self, Club, NOW};
use crate::exact::Exact;
use crate::{input, laws};
use accounting_kit::exports::on_webhook::WebhookOutcome;
use accounting_kit::shell::Logic;
use accounting_kit::sync::catch_up::Cursor;
use accounting_kit::types::{Effect, Locale};
use serde_json::{Map, Value};
use uniconta_connector::api::error_codes::Code;
use uniconta_connector::api::filter::Query;
use uniconta_connector::api::{Api, Page, Row};
use uniconta_connector::debtor::values::Kind;
use uniconta_connector::guest::Uniconta;
use uniconta_connector::settings::UnicontaSettings;

const KINDS: [Kind; 7] = [Kind::Text, Kind::Cvr, Kind::Number, Kind::Date, Kind::YesNo, Kind::Country, Kind::VatZone];

/// Sections: answers, one a page.
pub fn check(bytes: &[u8]) {
    if laws::holds_a_secret(bytes) {
        return;
    }
    let answers = input::sections(bytes);
    let Ok(settings) = UnicontaSettings::parse(&club::settings("Domestic"), Locale::En) else {
        panic!("the club's settings are in order")
    };
    for answer in &answers {
        one_page(answer, &settings);
    }
    all_pages(&answers, &settings);
    caught_up(&answers);
}

fn read(answer: &[u8], settings: &UnicontaSettings) -> Option<Page> {
    let club = Club::new(&[answer]);
    let page = Api::new(&club, settings, Locale::En).read("DebtorClientUser", &Query::default());
    laws::of_the_outside(&club);
    page.map_err(|error| laws::of_an_error(&error, "uniconta")).ok()
}

/// An answer that is read is whole, good, and says nothing of an error; each row of it is handed out once, as it is.
fn one_page(answer: &[u8], settings: &UnicontaSettings) {
    let page = read(answer, settings);
    let tree = input::answer(answer).ok().filter(|answer| answer.is_success());
    let tree = tree.and_then(|answer| laws::whole(&answer.body));
    let Some(tree) = tree else {
        assert!(page.is_none(), "rows out of an answer that is not whole");
        return;
    };
    // A key that stands twice is in a tree only once; written out again there is none.
    let again = read(tree.to_string().as_bytes(), settings);
    let list = listed(&tree).filter(|_| !says_an_error(&tree));
    match (again, list) {
        (None, list) => assert_eq!(list, None, "a good list was refused"),
        (Some(page), None) => panic!("a list out of something else: {:?}, more {}", page.rows, page.more),
        (Some(page), Some((rows, next))) => {
            let expected: Vec<Row> = rows.iter().filter_map(Row::new).collect();
            assert_eq!(page.rows, expected);
            assert_eq!(page.more, next.is_some());
            page.rows.iter().for_each(values);
        }
    }
}

/// The rows of an answer and where it goes on: a bare list, or what stands under `value`. A list with something else in it is none of
/// rows.
fn listed(tree: &Value) -> Option<(&Vec<Value>, Option<&str>)> {
    let (rows, next) = list_in(tree)?;
    rows.iter().all(Value::is_object).then_some((rows, next))
}

fn list_in(tree: &Value) -> Option<(&Vec<Value>, Option<&str>)> {
    match tree {
        Value::Array(rows) => Some((rows, None)),
        Value::Object(members) => {
            let Some(Value::Array(rows)) = members.get("value") else { return None };
            let mut links =
                ["@odata.nextLink", "odata.nextLink"].into_iter().filter_map(|key| members.get(key)?.as_str());
            Some((rows, links.next_back()))
        }
        _ => None,
    }
}

/// Whether the answer names an error beside whatever else it holds.
fn says_an_error(tree: &Value) -> bool {
    let failed = |value: &Value| {
        let code = match value {
            Value::String(name) => Code::by_name(name.trim()),
            Value::Number(number) => Code::by_number(usize::try_from(number.as_u64()?).ok()?),
            _ => None,
        };
        code.map(|code| !code.is_success())
    };
    let inner = |name: &str| tree.get("error").filter(|error| error.is_object())?.get(name).and_then(failed);
    tree.get("Err").and_then(failed).or_else(|| inner("code")).or_else(|| inner("message")).unwrap_or(false)
}

/// What a value is taken for: no number becomes another, and what FlexyBox shows for a value is, typed back, that value or
/// no such value at all, but never a different one.
fn values(row: &Row) {
    let map: Map<String, Value> = row.to_map();
    for (name, value) in &map {
        for kind in KINDS {
            let canonical = kind.from_uniconta(row.held(name));
            let shown = kind.to_flexybox(&canonical);
            if let Ok(back) = kind.from_flexybox(&shown) {
                // What is not understood is shown as it came.
                let same = back == canonical || shown == canonical;
                assert!(same, "{kind:?} {name}: {value} is shown as {shown:?}, which is {back:?}");
            }
        }
        let Value::Number(number) = value else { continue };
        assert_eq!(row.text(name), number.to_string(), "{name}");
        let Some(exact) = Exact::of(&number.to_string()) else { continue };
        let canonical = Kind::Number.from_uniconta(row.held(name));
        assert_eq!(Exact::of(&canonical), Some(exact), "{name}: {number} became {canonical}");
        // What goes back is a number, and the same one.
        let sent = Kind::Number.to_uniconta(&canonical, &canonical);
        assert!(sent.is_number(), "{name}: {number} goes back as {sent}");
        assert_eq!(Exact::of(&sent.to_string()), Exact::of(&number.to_string()), "{name}");
        let shown = Kind::Number.to_flexybox(&canonical);
        let written_out = shown.replace('.', "").replace(',', ".");
        let same = [&shown, &written_out].into_iter().any(|text| Exact::of(text) == Exact::of(&number.to_string()));
        assert!(same, "{name}: {number} is shown as {shown:?}");
    }
}

/// Pages are read to their end or not at all, and none from elsewhere.
fn all_pages(answers: &[&[u8]], settings: &UnicontaSettings) {
    let club = Club::new(answers);
    let rows = Api::new(&club, settings, Locale::En).read_all("DebtorClientUser", &Query::default());
    laws::of_the_outside(&club);
    let asked = club.asked.borrow().len();
    let pages: Vec<Option<Page>> = answers.iter().take(asked).map(|answer| read(answer, settings)).collect();
    match rows {
        Ok(rows) => {
            let ends = pages.last().and_then(Option::as_ref).is_some_and(|page| !page.more);
            assert!(ends, "an end in the middle of the pages");
            let all: Vec<Row> = pages.into_iter().flatten().flat_map(|page| page.rows).collect();
            assert_eq!(rows, all, "rows were lost between pages");
        }
        Err(error) => laws::of_an_error(&error, "uniconta"),
    }
    let own = "https://odata.uniconta.com/odata/";
    assert!(club.asked.borrow().iter().all(|(request, _)| request.url.starts_with(own)));
}

/// A page of a catch-up counts every row, and goes on from where it came to.
fn caught_up(answers: &[&[u8]]) {
    let club = Club::new(answers);
    let context = club::context(Locale::En, "Domestic");
    let page = Uniconta::caught_up(club.ports(), &context, None);
    laws::of_the_outside(&club);
    laws::of_a_result(&page);
    let page = match page {
        Ok(page) => page,
        Err(error) => return laws::of_an_error(&error, "uniconta"),
    };
    let cursor = Cursor::parse(Some(&page.cursor), NOW);
    assert!(cursor.is_some_and(|cursor| !page.more || cursor.after() > 0), "no place to go on from: {}", page.cursor);
    assert!(usize::try_from(page.examined).is_ok_and(|examined| page.results.len() <= examined));
    for result in &page.results {
        if let WebhookOutcome::Failed(error) = &result.outcome {
            laws::of_an_error(error, "uniconta");
        }
        for effect in &result.effects {
            let Effect::UpdateCustomer(update) = effect else { continue };
            assert!([club::LINKED, club::WAITING].contains(&update.customer_id.as_str()), "{update:?}");
        }
    }
}
