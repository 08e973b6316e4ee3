//! Closed days: which receipt is handed over, which are asked about, and receipts that are not kept.

use super::driver::{Small, error};
use super::installation::{host, moment};
use super::people::installation;
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{
    Adjustment, BookedReport, DailyReport, LineReceipt, Posting, PostingState, Receipt, ReportLine,
};
use host_harness::bindings::exports::upkeep::{BookedDay, DayReport, DayState};
use host_harness::bindings::types::ErrorKind;
use host_harness::installation::{Driven, EventError, Installation, RunError, RunResult};
use rstest::rstest;

pub(crate) fn report(id: &str, revision: u32, amounts: &[i64]) -> DailyReport {
    let line = |amount: &i64| ReportLine {
        source: AccountSource::ItemGroup,
        source_name: "Entré".into(),
        posting: Posting::Ledger("1010".into()),
        amount: *amount,
        vat_code: String::new(),
        text: String::new(),
        dimensions: Default::default(),
        accrual: None,
    };
    DailyReport {
        id: id.into(),
        date: "2026-11-23".into(),
        department: String::new(),
        currency: "DKK".into(),
        revision,
        lines: amounts.iter().map(line).collect(),
    }
}

pub(crate) fn receipt(id: &str, revision: u32, lines: &[Option<u32>]) -> Receipt {
    Receipt {
        report_id: id.into(),
        revision,
        journal: "Dag".into(),
        voucher: format!("{}{revision}", id.len()),
        corrects: String::new(),
        lines: lines.iter().map(|line| LineReceipt { line: *line, external_id: String::new() }).collect(),
        total_debit: 500,
        total_credit: 500,
        fingerprint: format!("print-{id}-{revision}"),
        state: PostingState::AwaitsPerson,
        adjustments: vec![],
        booked_at: 1_000 + u64::from(revision),
    }
}

fn two_lines(id: &str, revision: u32) -> Receipt {
    receipt(id, revision, &[Some(0), Some(1)])
}

/// Close a day, answered with this receipt.
async fn close(driver: &Small, installation: &Installation, report: DailyReport, receipt: Receipt) -> Driven {
    *driver.days.lock().unwrap() = vec![Ok(receipt)];
    host(driver, installation).day_closed(report, &moment("1")).await.unwrap()
}

fn kept(installation: &Installation, id: &str) -> Vec<(u32, u32, String)> {
    let one = |booked: BookedReport| (booked.report.revision, booked.receipt.revision, booked.receipt.voucher);
    installation.booked(id).into_iter().map(one).collect()
}

fn asked(days: &[BookedDay]) -> Vec<(&str, u32)> {
    days.iter().map(|day| (day.report_id.as_str(), day.revision)).collect()
}

fn said(report_id: &str, revision: u32, state: DayState) -> DayReport {
    DayReport { report_id: report_id.into(), revision, state }
}

async fn check(driver: &Small, installation: &Installation, days: Vec<DayReport>) {
    *driver.said.lock().unwrap() = days;
    host(driver, installation).check(&moment("1")).await;
}

#[tokio::test]
async fn a_correction_is_kept_beside_the_first_receipt_and_the_highest_is_handed_over() {
    let (driver, installation) = (Small::default(), installation());
    close(&driver, &installation, report("R1", 1, &[500, -500]), two_lines("R1", 1)).await;
    close(&driver, &installation, report("R1", 3, &[400, -400]), receipt("R1", 3, &[None, Some(1)])).await;
    close(&driver, &installation, report("R1", 4, &[400, -400]), receipt("R1", 3, &[None, Some(1)])).await;
    close(&driver, &installation, report("R2", 1, &[5, -5]), two_lines("R2", 1)).await;
    assert_eq!(kept(&installation, "R1"), [(1, 1, "21".to_owned()), (3, 3, "23".to_owned())]);
    assert_eq!(kept(&installation, "R3"), []);
    let previous = driver.previous.lock().unwrap();
    let handed: Vec<_> = previous.iter().map(|one| one.as_ref().map(|one| one.receipt.revision)).collect();
    assert_eq!(handed, [None, Some(1), Some(3), None]);
    assert_eq!(previous[2].as_ref().unwrap().report, report("R1", 3, &[400, -400]));
}

#[tokio::test]
async fn the_first_receipt_once_more_overwrites_nothing() {
    let (driver, installation) = (Small::default(), installation());
    let first = report("R1", 1, &[500, -500]);
    close(&driver, &installation, first.clone(), two_lines("R1", 1)).await;
    check(&driver, &installation, vec![said("R1", 1, DayState::Posted)]).await;
    let again = Receipt { booked_at: 9_999, ..two_lines("R1", 1) };
    let driven = close(&driver, &installation, report("R1", 2, &[500, -500]), again.clone()).await;
    // The caller sees what came back; what is kept is the first.
    assert!(matches!(driven.result, Ok(RunResult::DayClosed(came)) if came == again));
    let [booked] = installation.booked("R1").try_into().unwrap();
    assert_eq!((booked.report, booked.receipt.booked_at), (first, 1_001));
    assert!(installation.unposted().is_empty());
}

#[tokio::test]
async fn the_receipt_there_is_answers_an_older_revision_of_the_same_content_too() {
    let (driver, installation) = (Small::default(), Installation::new("club", vec![]));
    close(&driver, &installation, report("R1", 3, &[5, -5]), two_lines("R1", 3)).await;
    let again = close(&driver, &installation, report("R1", 2, &[5, -5]), two_lines("R1", 3)).await;
    assert!(again.result.is_ok(), "{:?}", again.result);
    assert_eq!(kept(&installation, "R1").len(), 1);
}

#[tokio::test]
async fn asks_about_every_receipt_not_known_to_be_posted_oldest_day_first() {
    let (driver, installation) = (Small::default(), installation());
    let dated =
        |id: &str, revision: u32, date: &str| DailyReport { date: date.into(), ..report(id, revision, &[5, -5]) };
    close(&driver, &installation, dated("A", 1, "2026-11-23"), receipt("A", 1, &[Some(0), Some(1), None])).await;
    close(&driver, &installation, dated("A", 2, "2026-11-23"), receipt("A", 2, &[None])).await;
    close(&driver, &installation, dated("B", 1, "2026-11-21"), two_lines("B", 1)).await;
    let posted = Receipt { state: PostingState::Posted, ..two_lines("C", 1) };
    close(&driver, &installation, dated("C", 1, "2026-11-20"), posted).await;
    let days = installation.unposted();
    assert_eq!(asked(&days), [("B", 1), ("A", 1), ("A", 2)]);
    let expected = BookedDay {
        report_id: "A".into(),
        revision: 1,
        date: "2026-11-23".into(),
        journal: "Dag".into(),
        voucher: "11".into(),
        lines: 3,
        total_debit: 500,
        fingerprint: "print-A-1".into(),
        booked_at: 1_001,
    };
    assert_eq!(days[1], expected);
    check(&driver, &installation, vec![]).await;
    assert_eq!(*driver.asked.lock().unwrap(), [days]);
}

#[tokio::test]
async fn what_is_posted_is_marked_by_report_and_revision() {
    let (driver, installation) = (Small::default(), installation());
    close(&driver, &installation, report("A", 1, &[5, -5]), two_lines("A", 1)).await;
    close(&driver, &installation, report("A", 2, &[6, -6]), two_lines("A", 2)).await;
    let days = vec![
        said("A", 1, DayState::AwaitsPerson),
        said("A", 2, DayState::Posted),
        said("A", 7, DayState::Posted),
        said("nobody", 1, DayState::Posted),
    ];
    check(&driver, &installation, days).await;
    assert_eq!(asked(&installation.unposted()), [("A", 1)]);
    // Revision 2 is known to be posted and was not asked about any more: nothing takes that back.
    check(&driver, &installation, vec![said("A", 2, DayState::Missing), said("A", 1, DayState::Changed)]).await;
    assert_eq!(asked(&driver.asked.lock().unwrap()[1]), [("A", 1)]);
    assert_eq!(asked(&installation.unposted()), [("A", 1)]);
}

#[tokio::test]
async fn a_day_that_was_asked_about_can_be_found_not_posted_after_all() {
    let (driver, installation) = (Small::default(), installation());
    close(&driver, &installation, report("A", 1, &[5, -5]), two_lines("A", 1)).await;
    // Two checks under way at once: both were built while the day was not known to be posted.
    let question = installation.checked();
    check(&driver, &installation, vec![said("A", 1, DayState::Posted)]).await;
    assert!(installation.unposted().is_empty());
    *driver.said.lock().unwrap() = vec![said("A", 1, DayState::Missing)];
    host(&driver, &installation).run(&question, &moment("2")).await;
    assert_eq!(asked(&installation.unposted()), [("A", 1)]);
}

fn adjusted(line: u32) -> Receipt {
    let adjustment = Adjustment { line: Some(line), code: "text-shortened".into(), message: "kort".into() };
    Receipt { adjustments: vec![adjustment], ..two_lines("R1", 2) }
}

#[rstest]
#[case(two_lines("R2", 2), "the receipt for report R1 names report \"R2\"")]
#[case(two_lines("R1", 3), "the receipt for report R1 is of revision 3, and 2 was sent")]
#[case(Receipt { journal: String::new(), ..two_lines("R1", 2) }, "the receipt for report R1 names no journal")]
#[case(Receipt { voucher: String::new(), ..two_lines("R1", 2) }, "the receipt for report R1 names no voucher")]
#[case(
    Receipt { fingerprint: "é".repeat(101), ..two_lines("R1", 2) },
    "the fingerprint of the receipt for report R1 has 101 characters; at most 100"
)]
#[case(
    Receipt { total_credit: 501, ..two_lines("R1", 2) },
    "the receipt for report R1 has a debit of 500 and a credit of 501, not the same"
)]
#[case(
    receipt("R1", 2, &[Some(0), Some(2)]),
    "the receipt for report R1 is about the line with index 2, and the report has 2 lines, counted from 0"
)]
#[case(
    adjusted(2),
    "the receipt for report R1 is about the line with index 2, and the report has 2 lines, counted from 0"
)]
#[tokio::test]
async fn a_receipt_that_breaks_the_contract_is_not_kept(#[case] receipt: Receipt, #[case] why: &str) {
    let (driver, installation) = (Small::default(), installation());
    let driven = close(&driver, &installation, report("R1", 2, &[500, -500]), receipt).await;
    assert_eq!(driven.result.unwrap_err(), RunError::Contract(why.to_owned()));
    assert_eq!(driven.records.len(), 1);
    assert!(installation.booked("R1").is_empty() && installation.booked("R2").is_empty());
}

#[rstest]
#[case(Receipt { fingerprint: "é".repeat(100), ..two_lines("R1", 2) })]
#[case(Receipt { fingerprint: String::new(), ..two_lines("R1", 2) })]
#[case(receipt("R1", 2, &[Some(1), None]))]
#[case(receipt("R1", 2, &[]))]
#[case(adjusted(1))]
#[case(two_lines("R1", 1))]
#[tokio::test]
async fn a_receipt_at_the_limits_is_kept(#[case] receipt: Receipt) {
    let (driver, installation) = (Small::default(), installation());
    let revision = receipt.revision;
    let driven = close(&driver, &installation, report("R1", 2, &[500, -500]), receipt).await;
    assert!(driven.result.is_ok(), "{driven:?}");
    assert_eq!(installation.booked("R1")[0].receipt.revision, revision);
}

#[tokio::test]
async fn lines_of_the_first_receipt_are_those_that_were_sent_then() {
    let (driver, installation) = (Small::default(), installation());
    let three = receipt("R1", 1, &[Some(0), Some(1), Some(2)]);
    close(&driver, &installation, report("R1", 1, &[500, -400, -100]), three.clone()).await;
    let driven = close(&driver, &installation, report("R1", 2, &[500, -500]), three).await;
    assert!(driven.result.is_ok(), "{driven:?}");
}

#[tokio::test]
async fn a_refusal_keeps_nothing() {
    let (driver, installation) = (Small::default(), installation());
    *driver.days.lock().unwrap() = vec![Err(error(ErrorKind::Validation, "books.day"))];
    let driven = host(&driver, &installation).day_closed(report("R1", 1, &[5, -4]), &moment("1")).await.unwrap();
    assert!(matches!(driven.result, Err(RunError::Connector(_))));
    assert!(installation.booked("R1").is_empty() && installation.unposted().is_empty());
}

#[rstest]
#[case(report("", 1, &[]), EventError::NoReportId { date: "2026-11-23".into() })]
#[case(report(&"é".repeat(65), 1, &[]), EventError::LongReportId { date: "2026-11-23".into(), characters: 65 })]
#[case(report("R1", 1, &[1; 10_001]), EventError::TooManyLines { id: "R1".into(), lines: 10_001 })]
#[tokio::test]
async fn a_report_that_the_contract_has_no_room_for_is_not_handed_over(
    #[case] report: DailyReport,
    #[case] why: EventError,
) {
    let (driver, installation) = (Small::default(), installation());
    let refused = host(&driver, &installation).day_closed(report, &moment("1")).await.unwrap_err();
    assert_eq!(refused, why);
    assert!(driver.contexts.lock().unwrap().is_empty());
}

#[test]
fn what_is_wrong_within_the_lines_is_for_the_connector_to_say() {
    let installation = installation();
    let mut strange = report(&"é".repeat(64), 1, &[0; 10_000]);
    strange.lines[0].posting = Posting::Ledger(String::new());
    strange.lines[1].amount = i64::MIN;
    assert!(installation.day_closed(strange).is_ok());
}

#[test]
fn the_error_says_what_to_do() {
    let told = |error: EventError| error.to_string();
    let no_id = EventError::NoReportId { date: "2026-11-23".into() };
    assert_eq!(told(no_id), "the day's report of 2026-11-23 has no id; give it one that is never used again");
    let many = EventError::TooManyLines { id: "R1".into(), lines: 10_001 };
    assert_eq!(told(many), "the day's report R1 has 10001 lines; at most 10000, so add lines of one account together");
}
