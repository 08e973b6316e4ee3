//! A call of the link: a query and a body by anyone on the internet, and what is read afterwards.
//!
//! The call is not signed, so it is only a reason to read. That is the law behind the laws here: what it says never changes
//! anybody by itself, and never reaches further than one row of one company.

use crate::club::{self, COMPANY, Club};
use crate::{input, laws};
use accounting_kit::exports::on_webhook::{IgnoreReason, WebhookOutcome, WebhookResult};
use accounting_kit::http::Method;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Effect, Error, Locale};
use economic_connector::guest::Economic;
use economic_connector::webhook as economic;
use percent_encoding::percent_decode_str;
use uniconta_connector::guest::Uniconta;
use uniconta_connector::webhook::{self as uniconta, Action, Notice, Which};

/// Sections: the query, the body, answers.
pub fn check(bytes: &[u8]) {
    if laws::holds_a_secret(bytes) {
        return;
    }
    let sections = input::sections(bytes);
    let query = input::text(sections.first().copied().unwrap_or_default());
    let body = sections.get(1).copied().unwrap_or_default();
    let answers = sections.get(2..).unwrap_or_default();
    parsed_by_uniconta(&query);
    parsed_by_economic(&query, body);
    let zone = |system| if system == "uniconta" { "Domestic" } else { "1" };
    handled::<Uniconta>("uniconta", zone("uniconta"), &query, body, answers);
    handled::<Economic>("economic", zone("economic"), &query, body, answers);
    asked_of_uniconta(&query, answers);
}

/// What is read can be written as the documented query, and is then read as the same.
fn parsed_by_uniconta(query: &str) {
    let (da, en) = (uniconta::parse(query, Locale::Da), uniconta::parse(query, Locale::En));
    assert_eq!(da.as_ref().ok(), en.as_ref().ok(), "the language decides what a call says");
    match en {
        Ok(notice) => {
            if let Which::RowId(id) = &notice.row {
                assert!((1..=10).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()), "row id {id:?}");
            }
            let written = written(&notice);
            assert_eq!(uniconta::parse(&written, Locale::En).as_ref(), Ok(&notice), "{written}");
        }
        Err(error) => unreadable(
            &error,
            "uniconta",
            &["the action is not add, update or delete", "it names neither RowId nor Key"],
        ),
    }
}

/// The query Uniconta documents, for what a call says.
fn written(notice: &Notice) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    if let Some(company) = &notice.company {
        out.append_pair("CompanyId", company);
    }
    out.append_pair("Table", &notice.table);
    match &notice.row {
        Which::RowId(id) => out.append_pair("RowId", id),
        Which::Account(account) => out.append_pair("Key", account),
    };
    let action = if notice.action == Action::Deleted { "delete" } else { "update" };
    out.append_pair("Action", action).finish()
}

fn parsed_by_economic(query: &str, body: &[u8]) {
    let (da, en) = (economic::parse(query, body, Locale::Da), economic::parse(query, body, Locale::En));
    assert_eq!(da.as_ref().ok(), en.as_ref().ok(), "the language decides what a call says");
    match en {
        Ok(notice) => {
            let numbers = [&notice.new, &notice.old].into_iter().flatten();
            assert!(numbers.clone().next().is_some(), "a notice without a number");
            for number in numbers {
                let value: u32 = number.parse().unwrap_or_default();
                assert!((1..=999_999_999).contains(&value) && value.to_string() == *number, "number {number:?}");
            }
            let side = |number: &Option<String>| number.clone().unwrap_or_default();
            let written = format!("new={}&old={}", side(&notice.new), side(&notice.old));
            assert_eq!(economic::parse(&written, b"", Locale::En).as_ref(), Ok(&notice), "{written}");
        }
        Err(error) => unreadable(&error, "economic", &["it names no customer number"]),
    }
}

/// A refusal is made of the connector's own words: nothing that the call says comes back in it.
fn unreadable(error: &Error, system: &str, details: &[&str]) {
    laws::of_an_error(error, system);
    assert_eq!(error.code, format!("{system}.webhook-unreadable"));
    assert!(error.detail.as_deref().is_some_and(|detail| details.contains(&detail)), "{error:?}");
    assert!(error.message.starts_with("the call of the link could not be read"), "{error:?}");
}

type Handled = Result<WebhookResult, Error>;

fn handled<L: Logic>(system: &str, zone: &str, query: &str, body: &[u8], answers: &[&[u8]]) {
    let run = |body: &[u8], answers: &[&[u8]]| -> (Handled, Club) {
        let club = Club::new(answers);
        let context = club::context(Locale::En, zone);
        let result = L::webhook_called(club.ports(), &context, &club::link_call(query, body));
        laws::of_the_outside(&club);
        laws::of_a_result(&result);
        (result, club)
    };
    let (result, club) = run(body, answers);
    match &result {
        Err(error) => laws::of_an_error(error, system),
        Ok(result) => of_what_was_found(result, &club, system),
    }
    // A call by itself, with nothing that answers, changes nobody.
    let (alone, _) = run(body, &[]);
    assert!(alone.as_ref().map_or(true, |result| result.effects.is_empty()), "effects on a call's word: {alone:?}");
    // A body may only spare the read of an echo, but for a system whose calls name the row there.
    if system == "uniconta" {
        let (without, _) = run(b"", answers);
        let echo = |handled: &Handled| {
            matches!(handled, Ok(WebhookResult { outcome: WebhookOutcome::Ignored(IgnoreReason::Echo), .. }))
        };
        assert!(result == without || echo(&result), "the body decides: {result:?} against {without:?}");
    }
}

/// Only customers of the club are changed, and nobody on a failure to read.
fn of_what_was_found(result: &WebhookResult, club: &Club, system: &str) {
    if let WebhookOutcome::Failed(error) = &result.outcome {
        laws::of_an_error(error, system);
    }
    let known = |id: &str| id == club::LINKED || id == club::WAITING;
    for effect in &result.effects {
        let whom = match effect {
            Effect::PutLink(link) => &link.customer_id,
            Effect::RemoveLink(id) => id,
            Effect::UpdateCustomer(update) => &update.customer_id,
            Effect::FlagCustomer(flag) => &flag.customer_id,
        };
        assert!(known(whom), "an effect on {whom:?}");
    }
    let answered = club.asked.borrow().iter().any(|(_, status)| status.is_some());
    assert!(result.effects.is_empty() || answered, "effects without an answer: {result:?}");
}

/// The question that follows a call is about the one row it names, in the one company, and about nothing else however the
/// name is spelt.
fn asked_of_uniconta(query: &str, answers: &[&[u8]]) {
    let Ok(notice) = uniconta::parse(query, Locale::En) else { return };
    let club = Club::new(answers);
    let context = club::context(Locale::En, "Domestic");
    let result = Uniconta::webhook_called(club.ports(), &context, &club::link_call(query, b""));
    let asked = club.asked.borrow();
    let elsewhere = notice.company.as_ref().is_some_and(|named| named.parse::<u32>().ok() != Some(COMPANY));
    if elsewhere {
        assert!(asked.is_empty(), "asked about another company: {asked:?}");
        let reason = result.map(|result| result.outcome);
        assert_eq!(reason, Ok(WebhookOutcome::Ignored(IgnoreReason::OtherCompany)));
        return;
    }
    let Some((first, _)) = asked.first() else { return };
    assert_eq!(first.method, Method::Get);
    let filter =
        first.url.strip_prefix(&format!("https://odata.uniconta.com/odata/{COMPANY}/DebtorClientUser?$filter="));
    let filter = filter.map(|filter| percent_decode_str(filter).decode_utf8_lossy().into_owned());
    let expected = match &notice.row {
        Which::RowId(id) => format!("RowId eq {id}"),
        Which::Account(account) => format!("Account eq '{}'", account.replace('\'', "''")),
    };
    assert_eq!(filter.as_deref(), Some(expected.as_str()), "{}", first.url);
    assert!(!first.url.contains('&'), "more than a filter: {}", first.url);
}
