//! What an accounting system answers, whatever it is: through one request of Uniconta's interface, and through every
//! function of both connectors.

use crate::club::{self, Club, NOW};
use crate::{input, laws};
use accounting_kit::exports::configure::{AccountEntry, AccountSource, Catalogue, CustomerField, DimensionEntry};
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome, SyncResult};
use accounting_kit::exports::on_day_closed::{Accrual, DailyReport, Posting, Receipt, ReportLine};
use accounting_kit::exports::upkeep::BookedDay;
use accounting_kit::http::HttpError;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Effect, Error, ErrorKind, FieldKind, Locale};
use economic_connector::guest::Economic;
use serde_json::{Map, Value};
use uniconta_connector::api::filter::Query;
use uniconta_connector::api::{Api, Row};
use uniconta_connector::guest::Uniconta;
use uniconta_connector::settings::UnicontaSettings;

/// Sections: what is done (`read`, `insert`, `update`, `list`, `login` for one request; or `uniconta` or `economic` and
/// `change`, `delete`, `day`, `check`, `configure`), then answers.
pub fn check(bytes: &[u8]) {
    if laws::holds_a_secret(bytes) {
        return;
    }
    let sections = input::sections(bytes);
    let what = input::text(sections.first().copied().unwrap_or_default());
    let answers = sections.get(1..).unwrap_or_default();
    match what.split_once(' ') {
        Some(("uniconta", what)) => through::<Uniconta>("uniconta", "Domestic", what, answers),
        Some(("economic", what)) => through::<Economic>("economic", "1", what, answers),
        _ => one_request(&what, answers),
    }
}

/// What one request comes to, as far as the caller is told.
enum Came {
    Read(Result<(), Error>),
    Written(Result<Vec<Row>, Error>),
}

fn one_request(what: &str, answers: &[&[u8]]) {
    let Ok(settings) = UnicontaSettings::parse(&club::settings("Domestic"), Locale::En) else {
        panic!("the club's settings are in order")
    };
    let club = Club::new(answers.get(..1).unwrap_or_default());
    let api = Api::new(&club, &settings, Locale::En);
    let row = Map::from_iter([("Account".to_owned(), Value::String("1008".to_owned()))]);
    let came = match what {
        "read" => Came::Read(api.read("DebtorClientUser", &Query::default()).map(|_| ())),
        "login" => Came::Read(api.login()),
        "insert" => Came::Written(api.insert("DebtorClientUser", &row).map(|row| row.into_iter().collect())),
        "list" => {
            let mut created = Vec::new();
            let sent = api.insert_list("DebtorClientUser", &mut [row].into_iter(), &mut |row| created.push(row));
            Came::Written(sent.map(|()| created))
        }
        _ => {
            let held = Row::new(&Value::Object(row));
            let sent = held.map_or(Ok(None), |held| api.update("DebtorClientUser", &held, &[]));
            Came::Written(sent.map(|row| row.into_iter().collect()))
        }
    };
    laws::of_the_outside(&club);
    let answer = answers.first().map(|section| input::answer(section));
    match came {
        Came::Read(Ok(())) => {
            let good =
                matches!(&answer, Some(Ok(response)) if response.is_success() && laws::whole(&response.body).is_some());
            assert!(good, "read from an answer that is not whole: {answer:?}");
        }
        Came::Read(Err(error)) => {
            laws::of_an_error(&error, "uniconta");
            laws::of_a_result(&error);
            assert_ne!(error.kind, ErrorKind::Uncertain, "nothing was written: {error:?}");
        }
        Came::Written(Ok(rows)) => {
            let Some(Ok(response)) = &answer else { panic!("written without an answer: {rows:?}") };
            assert!(response.is_success(), "written by an answer of status {}", response.status);
            sent_back_whole(&rows, &settings);
        }
        Came::Written(Err(error)) => {
            laws::of_an_error(&error, "uniconta");
            laws::of_a_result(&error);
            of_a_failed_write(&error, answer.as_ref());
        }
    }
}

/// A write that may have been carried out is never reported as one that was not: `transient` stands for "nothing was
/// written", and `internal` for "it will not help to look".
fn of_a_failed_write(error: &Error, answer: Option<&Result<accounting_kit::http::Response, HttpError>>) {
    let may_be_written = match answer {
        None | Some(Err(HttpError::Unknown(_))) => true,
        Some(Err(HttpError::NotSent(_) | HttpError::Refused(_))) => {
            assert_ne!(error.kind, ErrorKind::Uncertain, "it was never sent: {error:?}");
            false
        }
        // A code names what happened; without one a server that failed, or that cannot be understood, may have written.
        Some(Ok(response)) => {
            let named = error.detail.as_deref().is_some_and(|detail| detail.starts_with("uniconta error code"));
            !named && (response.is_success() || response.status >= 500)
        }
    };
    assert!(!may_be_written || error.kind == ErrorKind::Uncertain, "it may have been written: {error:?}");
}

/// A row that came back can be sent again to the letter: what nobody here models is not lost, and no number changes.
fn sent_back_whole(rows: &[Row], settings: &UnicontaSettings) {
    for row in rows {
        let club = Club::new(&[b"{}"]);
        let sent = Api::new(&club, settings, Locale::En).update("DebtorClientUser", row, &[]);
        assert!(sent.is_ok(), "{sent:?}");
        let asked = club.asked.borrow();
        let body = asked.first().map(|(request, _)| request.body.clone()).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&body), row.to_text());
    }
}

/// One function of a connector, over its whole logic.
fn through<L: Logic>(system: &str, zone: &str, what: &str, answers: &[&[u8]]) {
    let club = Club::new(answers);
    let context = club::context(Locale::En, zone);
    match what {
        "day" => {
            let report = report();
            let result = L::day_closed(club.ports(), &context, &report, None);
            laws::of_a_result(&result);
            result.map_or_else(
                |error| laws::of_an_error(&error, system),
                |receipt| of_a_receipt(&receipt, &report, &club),
            );
        }
        "check" => {
            let result = L::checked(club.ports(), &context, &[booked()]);
            laws::of_a_result(&result);
            match result {
                Err(error) => laws::of_an_error(&error, system),
                Ok(health) => {
                    let bad = health
                        .findings
                        .iter()
                        .any(|finding| matches!(finding.severity, accounting_kit::types::Severity::Error));
                    assert_eq!(health.healthy, !bad, "{health:?}");
                    assert!(health.days.iter().all(|day| day.report_id == "dag-1"), "{health:?}");
                    assert!(health.days.len() <= 1, "more days than were asked about: {health:?}");
                }
            }
        }
        "configure" => {
            let result = L::configure(club.ports(), &context, &catalogue());
            laws::of_a_result(&result);
            result.map_or_else(
                |error| laws::of_an_error(&error, system),
                |configured| {
                    let answered = club.asked.borrow().iter().any(|(_, status)| status.is_some());
                    assert!(!configured.ready || answered, "ready without an answer: {configured:?}");
                    assert!(
                        configured.remember.iter().all(|setting| setting.key.starts_with(system)),
                        "{configured:?}"
                    );
                },
            );
        }
        _ => {
            let changes = changes(if what == "delete" { ChangeKind::Deleted } else { ChangeKind::Changed });
            let result = L::customers_changed(club.ports(), &context, &changes);
            laws::of_a_result(&result);
            result.map_or_else(
                |error| laws::of_an_error(&error, system),
                |results| of_results(&results, &changes, &club, system),
            );
        }
    }
    laws::of_the_outside(&club);
}

/// One result for each change, in order; nothing is reported as done that no answer confirmed.
fn of_results(results: &[SyncResult], changes: &[CustomerChange], club: &Club, system: &str) {
    let whom: Vec<&str> = results.iter().map(|result| result.customer_id.as_str()).collect();
    let asked: Vec<&str> = changes.iter().map(|change| change.customer.id.as_str()).collect();
    assert_eq!(whom, asked);
    let confirmed =
        club.asked.borrow().iter().any(|(_, status)| status.is_some_and(|status| (200..300).contains(&status)));
    for result in results {
        if let Outcome::Failed(error) = &result.outcome {
            laws::of_an_error(error, system);
        }
        let done = matches!(result.outcome, Outcome::Created | Outcome::Linked | Outcome::Updated | Outcome::Blocked);
        assert!(!done || confirmed, "done without an answer: {result:?}");
        for effect in &result.effects {
            if let Effect::PutLink(link) = effect {
                assert!(!link.external_id.is_empty(), "a link to nothing: {result:?}");
                assert_eq!(link.customer_id, result.customer_id);
            }
        }
    }
}

/// A receipt is about the day that was sent, and its two sides are the same.
fn of_a_receipt(receipt: &Receipt, report: &DailyReport, club: &Club) {
    assert_eq!((receipt.report_id.as_str(), receipt.revision), (report.id.as_str(), report.revision));
    assert_eq!(receipt.total_debit, receipt.total_credit, "{receipt:?}");
    assert!(!receipt.journal.is_empty() && !receipt.voucher.is_empty(), "{receipt:?}");
    let lines = report.lines.len();
    assert!(
        receipt
            .lines
            .iter()
            .filter_map(|line| line.line)
            .all(|line| usize::try_from(line).is_ok_and(|line| line < lines))
    );
    let confirmed =
        club.asked.borrow().iter().any(|(_, status)| status.is_some_and(|status| (200..300).contains(&status)));
    assert!(confirmed, "booked without an answer: {receipt:?}");
}

fn changes(kind: ChangeKind) -> Vec<CustomerChange> {
    let [linked, waiting] = club::customers();
    let deleted = matches!(kind, ChangeKind::Deleted);
    let changed = |mut customer: accounting_kit::types::Customer, link| {
        customer.phone = "00000099".to_owned();
        customer.deleted = deleted;
        CustomerChange { kind, customer, link }
    };
    vec![changed(linked, Some(club::link())), changed(waiting, None)]
}

fn report() -> DailyReport {
    let line = |posting, amount, vat: &str, text: &str, accrual| ReportLine {
        source: AccountSource::ItemGroup,
        source_name: "Kontingent".to_owned(),
        posting,
        amount,
        vat_code: vat.to_owned(),
        text: text.to_owned(),
        dimensions: (String::new(), String::new(), String::new(), String::new(), String::new()),
        accrual,
    };
    let winter = Accrual { first: "2026-11-01".to_owned(), last: "2027-01-31".to_owned() };
    DailyReport {
        id: "dag-1".to_owned(),
        date: "2026-11-24".to_owned(),
        department: "Svømmehallen".to_owned(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines: vec![
            line(Posting::Ledger("1010".to_owned()), -12_550, "U25", "Kontingent", None),
            line(Posting::Ledger("1020".to_owned()), -5_000, "", "Sæsonkort", Some(winter)),
            line(Posting::Customer(club::LINKED.to_owned()), 17_550, "", "Opkrævet", None),
        ],
    }
}

fn booked() -> BookedDay {
    BookedDay {
        report_id: "dag-1".to_owned(),
        revision: 1,
        date: "2026-11-24".to_owned(),
        journal: "3".to_owned(),
        voucher: "261124".to_owned(),
        lines: 3,
        total_debit: 17_550,
        fingerprint: "x".to_owned(),
        booked_at: NOW,
    }
}

fn catalogue() -> Catalogue {
    let field = |name: &str, kind| CustomerField { name: name.to_owned(), kind, choices: Vec::new() };
    Catalogue {
        customer_tags: vec![club::TAG.to_owned()],
        customer_fields: vec![
            field("Kredit maks", FieldKind::Number),
            field("xNote", FieldKind::Text),
            field("Ukendt", FieldKind::Text),
        ],
        account_plan: vec![AccountEntry {
            source: AccountSource::ItemGroup,
            name: "Kontingent".to_owned(),
            account: "1010".to_owned(),
            vat_code: "U25".to_owned(),
        }],
        dimensions: vec![DimensionEntry { dimension: 1, value: "10".to_owned(), name: "Svømmehallen".to_owned() }],
    }
}
