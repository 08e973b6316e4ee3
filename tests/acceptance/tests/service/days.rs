//! Closed days: booked once, their receipts kept, corrected, and parked where they cannot be booked.

use crate::books::status;
use crate::clock::until;
use crate::stage::{CLUB, Stage};
use accounting_store::Accepted;
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{BookedReport, DailyReport, Posting, ReportLine};
use rstest::rstest;
use uniconta_sim::FaultAction;

/// A day with a sale of so many øre, paid by card.
pub(crate) fn day(id: &str, revision: u32, sold: i64) -> DailyReport {
    let line = |source, name: &str, account: &str, amount| ReportLine {
        source,
        source_name: name.to_owned(),
        posting: Posting::Ledger(account.to_owned()),
        amount,
        vat_code: String::new(),
        text: String::new(),
        dimensions: Default::default(),
        accrual: None,
    };
    DailyReport {
        id: id.to_owned(),
        date: "2026-11-24".to_owned(),
        department: "Hallen".to_owned(),
        currency: "DKK".to_owned(),
        revision,
        lines: vec![
            line(AccountSource::ItemGroup, "Entré", "1020", -sold),
            line(AccountSource::PaymentType, "Dankort", "5520", sold),
        ],
    }
}

async fn receipts(stage: &Stage, id: &str) -> Vec<BookedReport> {
    let rows = stage.service.receipts(CLUB, id).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body_json).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_booked_told_and_the_same_again_has_the_same_receipt() {
    let mut stage = Stage::open().await;
    let first = stage.service.day_closed(CLUB, "Z-1-r1", day("Z-1", 1, 10_000), "day").await.unwrap();
    assert!(matches!(first, Accepted::New(_)));
    stage.quiet().await;
    let kept = receipts(&stage, "Z-1").await;
    assert_eq!((kept.len(), kept[0].receipt.total_debit, stage.books().journal_lines()), (1, 10_000, 2));
    assert_eq!(stage.counts().await.unposted, 1);
    stage.club.read(&stage.service).await;
    // The same event is no event; the same content under another id is answered with what there is.
    let again = stage.service.day_closed(CLUB, "Z-1-r1", day("Z-1", 1, 10_000), "day").await.unwrap();
    assert_eq!(again, Accepted::Duplicate);
    stage.service.day_closed(CLUB, "another", day("Z-1", 1, 10_000), "day").await.unwrap();
    stage.quiet().await;
    assert_eq!((receipts(&stage, "Z-1").await, stage.books().journal_lines()), (kept, 2));
    let told = stage.club.outbox(&stage.service).await;
    assert_eq!((told.len(), told[0].item.kind.as_str()), (1, "day-booked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_booked_beside_the_first_and_keeps_its_own_receipt() {
    let stage = Stage::open().await;
    for (revision, sold) in [(1, 10_000), (2, 12_500)] {
        let id = format!("Z-1-r{revision}");
        stage.service.day_closed(CLUB, &id, day("Z-1", revision, sold), "day").await.unwrap();
        stage.quiet().await;
    }
    let kept = receipts(&stage, "Z-1").await;
    let sums: Vec<_> = kept.iter().map(|kept| (kept.receipt.revision, kept.receipt.total_debit)).collect();
    assert_eq!(sums, [(1, 10_000), (2, 2_500)], "{kept:?}");
    assert_eq!(stage.books().journal_lines(), 4);
    stage.books().post_journal("DAG");
    stage.service.check_now(CLUB).await.unwrap();
    stage.quiet().await;
    assert_eq!(stage.counts().await.unposted, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_does_not_balance_is_parked_until_its_correction_takes_its_place() {
    let stage = Stage::open().await;
    let mut wrong = day("Z-1", 1, 10_000);
    wrong.lines[0].amount += 10_000_000;
    let accepted = stage.service.day_closed(CLUB, "Z-1-r1", wrong, "day").await.unwrap();
    let Accepted::New(seq) = accepted else { panic!("{accepted:?}") };
    until("it is parked", async || !stage.parked().await.is_empty()).await;
    assert_eq!(stage.books().journal_lines(), 0);
    assert!(!stage.parked().await[0].reason.is_empty());
    let right = stage.service.day_closed(CLUB, "Z-1-r1b", day("Z-1", 1, 10_000), "day").await.unwrap();
    assert_eq!(right, Accepted::Collapsed(seq));
    stage.quiet().await;
    assert_eq!(
        (receipts(&stage, "Z-1").await.len(), stage.books().journal_lines(), stage.parked().await.len()),
        (1, 2, 0)
    );
}

/// However the line breaks while a day is booked, it is booked once.
#[rstest]
#[case::answer_lost(FaultAction::DropAfter)]
#[case::lost_on_the_way(FaultAction::DropBefore)]
#[case::away(status(503))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_in_the_books_once_whatever_becomes_of_the_line(#[case] action: FaultAction) {
    let stage = Stage::open().await;
    stage.books().fault(Some("POST"), "/Insert", 1, action);
    stage.service.day_closed(CLUB, "Z-1-r1", day("Z-1", 1, 10_000), "day").await.unwrap();
    stage.quiet_in_time().await;
    assert_eq!((stage.books().journal_lines(), receipts(&stage, "Z-1").await.len()), (2, 1));
    assert_eq!(stage.activity().await.pop().unwrap().attempt, 2);
}
