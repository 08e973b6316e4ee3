//! Whether the largest day fits: its report and the one before it handed over, sent in one request and answered with as
//! much, within the limits as they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;

use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{
    Accrual, Adjustment, BookedReport, DailyReport, LineReceipt, Posting, PostingState, Receipt, ReportLine,
};
use host_harness::bindings::types::{Context, Locale, Setting};
use host_harness::engine::Metering;
use host_harness::sandbox::{LEAST_HAND_OVER_BYTES, Limits, MEMORY_BYTES, RESULT_BYTES};
use hostile::{Canned, connector, surroundings};
use rstest::rstest;

/// What one line takes in a request and in its answer, bytes.
const BYTES_A_LINE: usize = 300;

fn report(revision: u32, lines: usize) -> DailyReport {
    let line = |number: usize| ReportLine {
        source: AccountSource::ItemGroup,
        source_name: format!("Svømmehold for begyndere {number}"),
        posting: Posting::Ledger("01020".into()),
        amount: if number.is_multiple_of(2) { 100 } else { -100 },
        vat_code: "U25".into(),
        text: format!("Svømmehold for begyndere, voksne, efterår, hold {number}"),
        dimensions: ("HAL1".into(), "BASSIN2".into(), "HOLD".into(), String::new(), String::new()),
        accrual: Some(Accrual { first: "2026-12-01".into(), last: "2027-02-28".into() }),
    };
    DailyReport {
        id: "RAP-17".into(),
        date: "2026-11-23".into(),
        department: "Svømmehal".into(),
        currency: "DKK".into(),
        revision,
        lines: (0..lines).map(line).collect(),
    }
}

fn booked(lines: usize) -> BookedReport {
    let index = |number: usize| u32::try_from(number).unwrap();
    let line = |number: usize| LineReceipt { line: Some(index(number)), external_id: format!("{:020}", number) };
    let receipt = Receipt {
        report_id: "RAP-17".into(),
        revision: 1,
        journal: "Dag".into(),
        voucher: "117".into(),
        corrects: String::new(),
        lines: (0..lines).map(line).collect(),
        total_debit: 1,
        total_credit: 1,
        fingerprint: "f".repeat(100),
        state: PostingState::AwaitsPerson,
        adjustments: vec![],
        booked_at: 1,
    };
    BookedReport { report: report(1, lines), receipt }
}

#[rstest]
#[case(5_000, 10)]
#[case(10_000, 20)]
#[tokio::test]
async fn a_day_and_the_one_before_it_fit_with_a_request_and_an_answer(#[case] lines: usize, #[case] most_mib: u64) {
    let bytes = lines * BYTES_A_LINE;
    let setting = |key: &str, value: String| Setting { key: key.to_owned(), value };
    let context = Context {
        now: 1,
        locale: Locale::En,
        settings: vec![setting("behaviour", "send-bytes".into()), setting("argument", bytes.to_string())],
        webhook_link: None,
        idempotency_key: "test".to_owned(),
        attempt: 1,
    };
    let transport = Canned::ok(vec![b'y'; bytes]);
    let around = surroundings(transport.clone(), Limits::default());
    let called = connector(Metering::Fuel).on_day_closed(&around, context, report(2, lines), Some(booked(lines))).await;
    let seen = called.result.unwrap().unwrap_err().message;
    assert!(seen.starts_with(&format!("200 {bytes} bytes: ")), "{seen}");
    assert_eq!(called.traffic.bytes_out, bytes as u64);
    assert!(called.exceeded.is_empty(), "{:?}", called.exceeded);
    let peak = called.peak_memory;
    println!("{lines} lines: {} KiB of memory, {} units of fuel", peak / 1024, called.fuel.unwrap());
    assert!(peak <= most_mib * 1024 * 1024 && peak <= MEMORY_BYTES, "{peak}");
}

#[test]
fn a_receipt_with_every_line_adjusted_is_a_result_of_allowed_size() {
    let lines = 10_000;
    let (external_id, code, message) = (24, 20, 250);
    let receipt = size_of::<LineReceipt>() + external_id;
    let adjustment = size_of::<Adjustment>() + code + message;
    let bytes = lines * (receipt + adjustment);
    assert!((bytes as u64) < RESULT_BYTES / 2 && RESULT_BYTES > LEAST_HAND_OVER_BYTES, "{bytes}");
}
