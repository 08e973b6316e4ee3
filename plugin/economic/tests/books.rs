//! Days in the books: once, exactly, corrected, looked up when an answer is lost, and told when a person changes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod club;

use accounting_kit::exports::configure::AccountSource;
use accounting_kit::exports::on_customer_changed::ChangeKind;
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Posting, PostingState, Receipt, ReportLine};
use accounting_kit::exports::upkeep::{BookedDay, DayState};
use accounting_kit::types::ErrorKind;
use club::{Club, customer};
use economic_sim::{Config, Fault, FaultAction};
use rstest::rstest;

const JOURNAL: u32 = 2;

fn club(book: bool) -> Club {
    let club = Club::with(Config::example());
    club.set("journal", "2");
    club.set("contra-account", "5700");
    club.set("economic.books-currency", "DKK");
    club.set("book", if book { "true" } else { "false" });
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    club
}

fn line(name: &str, posting: Posting, amount: i64, vat: &str) -> ReportLine {
    let none = String::new;
    ReportLine {
        source: AccountSource::ItemGroup,
        source_name: name.to_owned(),
        posting,
        amount,
        vat_code: vat.to_owned(),
        text: none(),
        dimensions: (none(), none(), none(), none(), none()),
        accrual: None,
    }
}

fn ledger(account: &str) -> Posting {
    Posting::Ledger(account.to_owned())
}

fn day() -> DailyReport {
    DailyReport {
        id: "Z1".to_owned(),
        date: "2026-11-23".to_owned(),
        department: String::new(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines: vec![
            line("Entré", ledger("1010"), -125_050, "U25"),
            line("Kontingent", ledger("1020"), -10_001, ""),
            line("Kontingent", ledger("1020"), -10_001, ""),
            line("Dankort", ledger("5830"), 100_052, ""),
            line("Regning", Posting::Customer("C1".to_owned()), 45_000, ""),
        ],
    }
}

fn booked_day(report: &DailyReport, receipt: &Receipt) -> BookedDay {
    BookedDay {
        report_id: report.id.clone(),
        revision: receipt.revision,
        date: report.date.clone(),
        journal: receipt.journal.clone(),
        voucher: receipt.voucher.clone(),
        lines: u32::try_from(receipt.lines.len()).unwrap(),
        total_debit: receipt.total_debit,
        fingerprint: receipt.fingerprint.clone(),
        booked_at: receipt.booked_at,
    }
}

fn states(club: &Club, report: &DailyReport, receipt: &Receipt) -> Vec<DayState> {
    club.check(&[booked_day(report, receipt)]).days.iter().map(|day| day.state).collect()
}

/// The sum on an account of what is booked, in øre.
fn on_account(club: &Club, account: u64) -> i64 {
    let rows = club.booked();
    let rows = rows.iter().filter(|row| row["accountNumber"] == account);
    rows.map(|row| accounting_kit::money::from_decimal(&row["amount"].to_string(), 2).unwrap()).sum()
}

#[test]
fn a_day_lies_in_the_journal_line_by_line() {
    let club = club(false);
    let receipt = club.close(&club.context(), &day(), None).unwrap();
    assert_eq!(receipt.state, PostingState::AwaitsPerson);
    assert_eq!((receipt.total_debit, receipt.total_credit), (145_052, 145_052));
    assert!(receipt.voucher.starts_with("50000/FB"), "{}", receipt.voucher);
    assert!(receipt.lines.iter().all(|line| !line.external_id.is_empty()));
    assert!(receipt.adjustments.is_empty(), "{:?}", receipt.adjustments);
    let drafts = club.drafts(JOURNAL);
    assert_eq!(drafts.len(), 5);
    assert!(drafts.iter().all(|draft| draft["contraAccount"]["accountNumber"] == 5700));
    assert_eq!(drafts[0]["amount"].to_string(), "-1250.50");
    assert_eq!((&drafts[0]["vatAccount"]["vatCode"], &drafts[0]["date"]), (&"U25".into(), &"2026-11-23".into()));
    assert_eq!(drafts[4]["customer"]["customerNumber"], 700);
    assert_eq!(states(&club, &day(), &receipt), [DayState::AwaitsPerson]);
}

#[test]
fn with_the_setting_the_day_is_booked_and_the_clearing_account_is_zero() {
    let club = club(true);
    let receipt = club.close(&club.context(), &day(), None).unwrap();
    assert_eq!(receipt.state, PostingState::Posted, "{:?}", receipt.adjustments);
    assert!(club.drafts(JOURNAL).is_empty());
    assert_eq!((on_account(&club, 5700), on_account(&club, 1010), on_account(&club, 6902)), (0, -100_040, -25_010));
    assert_eq!((on_account(&club, 1020), on_account(&club, 5830)), (-20_002, 100_052));
    assert_eq!(states(&club, &day(), &receipt), [DayState::Posted]);
    // The same again, without a receipt too, is the same day.
    let again = club.close(&club.context(), &day(), None).unwrap();
    assert_eq!((again.state, again.voucher), (PostingState::Posted, receipt.voucher));
    assert_eq!(on_account(&club, 5830), 100_052);
}

#[test]
fn the_same_day_again_is_the_same_receipt() {
    let club = club(false);
    let receipt = club.close(&club.context(), &day(), None).unwrap();
    let previous = BookedReport { report: day(), receipt: receipt.clone() };
    club.calls();
    assert_eq!(club.close(&club.context(), &day(), Some(&previous)).unwrap(), receipt);
    assert!(club.calls().is_empty());
    let unknown = club.close(&club.context(), &day(), None).unwrap();
    assert_eq!((unknown.voucher, unknown.lines), (receipt.voucher, receipt.lines));
    assert_eq!(club.drafts(JOURNAL).len(), 5);
}

#[test]
fn a_correction_is_the_difference_under_another_voucher() {
    for book in [false, true] {
        let club = club(book);
        let receipt = club.close(&club.context(), &day(), None).unwrap();
        let previous = BookedReport { report: day(), receipt };
        let mut corrected = day();
        corrected.revision = 2;
        corrected.lines[1].amount -= 100;
        corrected.lines[3].amount += 100;
        let second = club.close(&club.context(), &corrected, Some(&previous)).unwrap();
        assert_eq!(second.corrects, previous.receipt.voucher);
        assert_eq!((second.lines.len(), second.total_debit), (2, 100));
        assert_eq!(states(&club, &corrected, &second), [if book { DayState::Posted } else { DayState::AwaitsPerson }]);
        let again = club.close(&club.context(), &corrected, Some(&previous)).unwrap();
        assert_eq!(again.voucher, second.voucher);
        // Without the receipt of the first it is not known what it changes.
        let lost = club.close(&club.context(), &corrected, None).unwrap_err();
        assert_eq!((lost.kind, lost.code.as_str()), (ErrorKind::Conflict, "economic.earlier-revision"));
    }
}

#[test]
fn a_person_changes_deletes_or_books_a_day() {
    let club = club(false);
    let receipt = club.close(&club.context(), &day(), None).unwrap();
    let numbers: Vec<u64> =
        club.drafts(JOURNAL).iter().map(|draft| draft["journalEntryNumber"].as_u64().unwrap()).collect();
    club.send("DELETE", &format!("https://restapi.e-conomic.com/journals/2/entries/{}", numbers[0]), "");
    assert_eq!(states(&club, &day(), &receipt), [DayState::Changed]);
    for number in &numbers[1..] {
        club.send("DELETE", &format!("https://restapi.e-conomic.com/journals/2/entries/{number}"), "");
    }
    assert_eq!(states(&club, &day(), &receipt), [DayState::Missing]);
    let receipt = club.close(&club.context(), &DailyReport { id: "Z2".to_owned(), ..day() }, None).unwrap();
    club.send("POST", "https://apis.e-conomic.com/journalsapi/v15.0.0/journals/2/book", "");
    assert_eq!(states(&club, &DailyReport { id: "Z2".to_owned(), ..day() }, &receipt), [DayState::Posted]);
}

type Spoil = fn(&Club, &mut DailyReport);

#[rstest]
#[case::no_account(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("4711"), "item group 'Entré': account 4711 does not exist in e-conomic")]
#[case::barred(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("2799"), "account 2799 is barred")]
#[case::heading(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("1000"), "account 1000 is a heading or a sum")]
#[case::blocked(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("5600"), "account 5600 is blocked for direct entries")]
#[case::letters(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("10A"), "the account number '10A' is not a number")]
#[case::contra(|_: &Club, day: &mut DailyReport| day.lines[0].posting = ledger("5700"), "account 5700 is the contra account itself")]
#[case::vat(|_: &Club, day: &mut DailyReport| day.lines[0].vat_code = "U26".to_owned(), "the VAT code 'U26' does not exist in e-conomic; the nearest is 'U25'")]
#[case::vat_barred(|_: &Club, day: &mut DailyReport| day.lines[0].vat_code = "U10".to_owned(), "the VAT code 'U10' is barred")]
#[case::vat_long(|_: &Club, day: &mut DailyReport| day.lines[0].vat_code = "MOMS25".to_owned(), "longer than the 5 characters")]
#[case::nobody(|_: &Club, day: &mut DailyReport| day.lines[4].posting = Posting::Customer("C9".to_owned()), "customer C9 is not in e-conomic")]
#[case::closed_year(|_: &Club, day: &mut DailyReport| day.date = "2024-06-01".to_owned(), "the date 2024-06-01 is in a closed accounting year")]
#[case::barred_period(|_: &Club, day: &mut DailyReport| day.date = "2025-01-15".to_owned(), "the date 2025-01-15 is in a barred period")]
#[case::no_year(|_: &Club, day: &mut DailyReport| day.date = "2031-01-15".to_owned(), "is in no accounting year")]
#[case::journal(|club: &Club, _: &mut DailyReport| club.set("journal", "9"), "journal 9 does not exist")]
#[case::restricted(|club: &Club, _: &mut DailyReport| club.set("journal", "3"), "journal 3 does not take finance vouchers")]
#[case::department(|club: &Club, day: &mut DailyReport| { club.set("departments", "true"); day.lines[0].dimensions.0 = "77".to_owned(); }, "the department '77' does not exist")]
#[case::split_department(|club: &Club, day: &mut DailyReport| { club.set("departments", "true"); day.lines[0].dimensions.0 = "10".to_owned(); }, "the department '10' does not exist")]
fn what_cannot_be_booked_is_named_and_nothing_is_sent(#[case] spoil: Spoil, #[case] told: &str) {
    let club = club(true);
    let mut report = day();
    spoil(&club, &mut report);
    let error = club.close(&club.context(), &report, None).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Validation, "{error:?}");
    assert!(error.message.contains(told), "{}", error.message);
    assert!(club.drafts(JOURNAL).is_empty() && club.booked().is_empty());
}

#[test]
fn all_faults_against_the_books_come_at_once() {
    let club = club(false);
    let mut report = day();
    report.lines[0].posting = ledger("4711");
    report.lines[3].posting = ledger("2799");
    report.date = "2024-06-01".to_owned();
    let error = club.close(&club.context(), &report, None).unwrap_err();
    assert_eq!(error.message.lines().count(), 4, "{}", error.message);
}

#[test]
fn a_department_goes_with_the_line_and_what_has_no_place_is_told() {
    let club = club(false);
    club.set("departments", "true");
    let mut report = day();
    report.lines[0].dimensions.0 = "2".to_owned();
    report.lines[1].dimensions.1 = "HAL".to_owned();
    report.lines[3].text = "x".repeat(300);
    let receipt = club.close(&club.context(), &report, None).unwrap();
    assert_eq!(club.drafts(JOURNAL)[0]["departmentalDistribution"]["departmentalDistributionNumber"], 2);
    let told: Vec<&str> = receipt.adjustments.iter().map(|told| told.code.as_str()).collect();
    assert_eq!(told, ["text-shortened", "dimension-left-out"]);
    assert_eq!(states(&club, &report, &receipt), [DayState::AwaitsPerson]);
}

#[test]
fn whichever_answer_is_lost_the_day_is_there_once() {
    let unavailable = FaultAction::Status { status: 503, body: String::new(), content_type: "text/plain".to_owned() };
    let actions = [
        FaultAction::DropBefore,
        FaultAction::DropAfter,
        FaultAction::TruncateHalf,
        unavailable,
        FaultAction::Limited(3),
    ];
    for action in actions {
        for forgets in [false, true] {
            for skip in 0..14 {
                let club = club(true);
                let mut context = club.context();
                club.simulator.add_fault(Fault { skip, ..Fault::next(action.clone()) });
                let receipt = loop {
                    match club.close(&context, &day(), None) {
                        Ok(receipt) => break receipt,
                        Err(error) => assert!(
                            matches!(
                                error.kind,
                                ErrorKind::Transient
                                    | ErrorKind::Uncertain
                                    | ErrorKind::RateLimited
                                    | ErrorKind::Internal
                            ),
                            "{error:?}"
                        ),
                    }
                    if forgets {
                        club.simulator.advance(std::time::Duration::from_secs(2 * 60 * 60));
                    }
                    context.attempt += 1;
                    assert!(context.attempt < 5, "{action:?} at call {skip} does not come to an end");
                };
                club.simulator.clear_faults();
                assert_eq!(receipt.state, PostingState::Posted, "{action:?} at call {skip}");
                assert_eq!(
                    (on_account(&club, 5830), on_account(&club, 5700)),
                    (100_052, 0),
                    "{action:?} at call {skip}"
                );
                assert!(club.drafts(JOURNAL).is_empty());
            }
        }
    }
}

#[test]
fn a_day_that_cannot_be_booked_lies_in_the_journal_and_is_told() {
    let club = club(true);
    club.simulator.add_fault(Fault {
        path_contains: Some("bookdraftentries".to_owned()),
        ..Fault::next(FaultAction::Status {
            status: 400,
            body: "{\"errorCode\":\"ValidationFailed\",\"errors\":[]}".to_owned(),
            content_type: "application/problem+json".to_owned(),
        })
    });
    let receipt = club.close(&club.context(), &day(), None).unwrap();
    assert_eq!(receipt.state, PostingState::AwaitsPerson);
    assert_eq!(receipt.adjustments[0].code, "not-booked");
    assert_eq!(club.drafts(JOURNAL).len(), 5);
}

#[test]
fn a_day_of_more_lines_than_one_call_books() {
    let club = club(true);
    let mut report = day();
    report.lines.clear();
    for number in 0..600 {
        report.lines.push(line(&format!("Hold {number}"), ledger("1020"), -100 - number, ""));
        report.lines.push(line("Dankort", ledger("5830"), 100 + number, ""));
    }
    let receipt = club.close(&club.context(), &report, None).unwrap();
    assert_eq!((receipt.state, receipt.lines.len()), (PostingState::Posted, 1_200));
    assert_eq!(states(&club, &report, &receipt), [DayState::Posted]);
}
