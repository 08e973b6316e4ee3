use super::*;
use crate::requests::parse;
use rstest::rstest;
use serde_json::{Value, json};

fn day() -> Value {
    json!({"event_id": "e-1", "report": {
        "id": "r-1", "date": "2026-11-24", "department": "Aarhus", "currency": "DKK", "revision": 2,
        "lines": [
            {"source": "item-group", "source_name": "Kontingent", "posting": {"ledger": "1010"}, "amount": -12_500,
             "vat_code": "U25", "text": "Kontingent", "dimensions": ["1", "", "", "", "x"],
             "accrual": {"first": "2026-11-01", "last": "2026-11-30"}},
            {"source": "payment-type", "source_name": "Dankort", "posting": {"customer": "C1"}, "amount": 12_500},
        ],
    }})
}

/// The field a problem is about, if there is one.
fn fault(day: &Value) -> Result<(), (u16, String)> {
    let read = parse::<ClosedDay>(day.to_string().as_bytes()).and_then(|day| Ok(day.check()?));
    read.map_err(|problem| (problem.status.as_u16(), problem.subject))
}

#[test]
fn a_day_may_be_written_in_full() {
    assert_eq!(fault(&day()), Ok(()));
}

#[test]
fn what_may_be_left_out_is_as_the_contract_says() {
    let mut short = day();
    short.as_object_mut().unwrap().remove("event_id");
    let report = short["report"].as_object_mut().unwrap();
    report.remove("department");
    report.remove("revision");
    let read: ClosedDay = parse(short.to_string().as_bytes()).unwrap();
    let (event_id, report) = read.into_parts();
    assert_eq!((event_id.as_str(), report.department.as_str(), report.revision), ("", "", 1));
    let line = report.lines.last().unwrap();
    assert_eq!((line.vat_code.as_str(), line.text.as_str(), line.accrual.is_none()), ("", "", true));
    assert_eq!(line.dimensions, <(String, String, String, String, String)>::default());
}

#[rstest]
#[case("/event_id", json!("x".repeat(129)), "event_id")]
#[case("/event_id", json!("a\u{0}b"), "event_id")]
#[case("/report/id", json!(""), "report.id")]
#[case("/report/id", json!("x".repeat(65)), "report.id")]
#[case("/report/id", json!("a\nb"), "report.id")]
#[case("/report/date", json!("2026-02-30"), "report.date")]
#[case("/report/date", json!("24-11-2026"), "report.date")]
#[case("/report/currency", json!("kr."), "report.currency")]
#[case("/report/department", json!("x".repeat(4_097)), "report.department")]
#[case("/report/revision", json!(0), "report.revision")]
#[case("/report/revision", json!(-1), "report.revision")]
#[case("/report/revision", json!(4_294_967_296u64), "report.revision")]
#[case("/report/lines/0/amount", json!(0), "report.lines[0].amount")]
#[case("/report/lines/1/amount", json!("12"), "report.lines[1].amount")]
#[case("/report/lines/0/text", json!("x".repeat(4_097)), "report.lines[0].text")]
#[case("/report/lines/0/text", json!("\u{0}"), "report.lines[0].text")]
#[case("/report/lines/0/source_name", json!("x".repeat(4_097)), "report.lines[0].source_name")]
#[case("/report/lines/0/vat_code", json!("\u{0}"), "report.lines[0].vat_code")]
#[case("/report/lines/0/source", json!("till"), "report.lines[0].source")]
#[case("/report/lines/0/posting", json!({"ledger": "x".repeat(4_097)}), "report.lines[0].posting.ledger")]
#[case("/report/lines/1/posting", json!({"customer": ""}), "report.lines[1].posting.customer")]
#[case("/report/lines/1/posting", json!({"customer": "x".repeat(65)}), "report.lines[1].posting.customer")]
#[case("/report/lines/0/dimensions/4", json!("\u{0}"), "report.lines[0].dimensions[4]")]
#[case("/report/lines/0/accrual/first", json!("2026-11"), "report.lines[0].accrual.first")]
#[case("/report/lines/0/accrual/last", json!("2026-10-31"), "report.lines[0].accrual.last")]
#[case("/report/lines/0/accrual", json!({"first": "2026-11-01"}), "report.lines[0].accrual")]
fn a_fault_names_its_field(#[case] at: &str, #[case] value: Value, #[case] field: &str) {
    let mut day = day();
    *day.pointer_mut(at).unwrap() = value;
    assert_eq!(fault(&day), Err((422, field.to_owned())));
}

#[rstest]
#[case("9223372036854775807", true)]
#[case("-9223372036854775808", true)]
#[case("9223372036854775808", false)]
#[case("-9223372036854775809", false)]
#[case("1.5", false)]
#[case("1e2", false)]
#[case("1e999", false)]
#[case("123456789012345678901234567890", false)]
fn an_amount_fits_or_is_refused(#[case] amount: &str, #[case] good: bool) {
    let text = day().to_string().replace("-12500", amount);
    let read = parse::<ClosedDay>(text.as_bytes()).and_then(|day| Ok(day.check()?));
    let expected = if good { Ok(()) } else { Err((422, "report.lines[0].amount".to_owned())) };
    assert_eq!(read.map_err(|problem| (problem.status.as_u16(), problem.subject)), expected);
}

#[rstest]
#[case(4)]
#[case(6)]
fn there_are_five_dimensions(#[case] count: usize) {
    let mut day = day();
    *day.pointer_mut("/report/lines/0/dimensions").unwrap() = json!(vec![""; count]);
    let (status, field) = fault(&day).unwrap_err();
    assert_eq!(status, 422);
    assert!(field.starts_with("report.lines[0].dimensions"), "{field}");
}

#[test]
fn there_are_at_most_10_000_lines() {
    let mut many = day();
    let line = many["report"]["lines"][1].clone();
    many["report"]["lines"] = json!(vec![line.clone(); 10_000]);
    assert_eq!(fault(&many), Ok(()));
    many["report"]["lines"] = json!(vec![line; 10_001]);
    assert_eq!(fault(&many), Err((422, "report.lines".to_owned())));
}

#[test]
fn a_whole_report_of_full_lines_fits_into_its_body() {
    let mut many = day();
    let line = many["report"]["lines"][0].clone();
    many["report"]["lines"] = json!(vec![line; 10_000]);
    assert!(many.to_string().len() < ClosedDay::MOST_BYTES / 4);
}
