//! A closed day in a dry run, as a bookkeeper reads it: table, JSON, CSV.

use super::days::receipt;
use super::driver::{Small, error};
use super::stage::{PASSWORD, scenario, scenario_json};
use host_harness::bindings::exports::on_day_closed::{Adjustment, Receipt};
use host_harness::bindings::types::{Error, ErrorKind, Locale};
use host_harness::day_sheet::{CsvDay, DaySheet, csv};
use host_harness::replay::{DryRun, DryRunEvent, dry_run};
use serde_json::{Value, json};
use std::sync::Mutex;

/// A day of a swimming hall: two item groups, a payment, a customer's account, a missing account.
fn day() -> Value {
    json!({"id": "RAP-17", "date": "2026-11-23", "department": "Svømmehal", "currency": "DKK", "lines": [
        {"source": "item-group", "source_name": "Entré", "posting": {"ledger": "1010"}, "amount": -125050,
         "vat_code": "U25", "text": "Entré, voksne", "dimensions": ["HAL", "", "BAD", "", ""]},
        {"source": "item-group", "source_name": "Hold", "posting": {"ledger": "01020"}, "amount": -90000000,
         "text": "Svømmehold\nefterår", "accrual": ["2026-12-01", "2027-02-28"]},
        {"source": "payment-type", "source_name": "Dankort", "posting": {"ledger": ""}, "amount": 90125000},
        {"source": "special-account", "source_name": "Forudbetaling", "posting": {"customer": "C1"}, "amount": 50,
         "text": "=1+1"},
    ]})
}

async fn run(day: Value, driver: &Small) -> DryRunEvent {
    let mut json = scenario_json();
    json["events"] = json!([{"day-closed": day}]);
    let events = dry_run(&DryRun { scenario: &scenario(&json), driver, answers: None, reads: None }).await.unwrap();
    let [event] = events.try_into().unwrap();
    event
}

async fn sheet(day: Value, answer: Result<Receipt, Error>) -> DaySheet {
    let driver = Small { days: Mutex::new(vec![answer]), ..Small::default() };
    run(day, &driver).await.day.unwrap()
}

fn adjustment(line: Option<u32>, code: &str, message: &str) -> Adjustment {
    Adjustment { line, code: code.into(), message: message.into() }
}

/// Booked, with a text that was shortened and a rounding line.
fn booked() -> Receipt {
    let adjustments = vec![
        adjustment(Some(1), "text-shortened", "teksten er forkortet til 10 tegn"),
        adjustment(None, "rounding-line", "0,01 på konto 9999"),
    ];
    Receipt { adjustments, corrects: "117".into(), ..receipt("RAP-17", 1, &[Some(0), Some(1), Some(2), Some(3), None]) }
}

fn refusal() -> Error {
    Error {
        kind: ErrorKind::Validation,
        code: "books.day".into(),
        message: format!("betalingsværdien 'Dankort' mangler kontonummer\nmomskoden U25 findes ikke ({PASSWORD})"),
        ..error(ErrorKind::Validation, "books.day")
    }
}

#[tokio::test]
async fn a_danish_bookkeeper_reads_the_lines_the_sums_and_what_was_changed() {
    let text = sheet(day(), Ok(booked())).await.text(Locale::Da);
    let expected = "\
dagsrapport RAP-17 for 2026-11-23, afdeling Svømmehal, DKK, revision 1

NR.  KILDE                       KONTO      TEKST                    DEBET      KREDIT  MOMS  DIMENSION 1  DIMENSION 3  PERIODE
  1  varegruppe Entré            1010       Entré, voksne                     1.250,50  U25   HAL          BAD
  2  varegruppe Hold             01020      Svømmehold efterår              900.000,00                                  2026-12-01 – 2027-02-28
     → teksten er forkortet til 10 tegn (text-shortened)
  3  betalingsværdi Dankort      (mangler)                      901.250,00
  4  specialkonto Forudbetaling  kunde C1   =1+1                      0,50
                                            i alt               901.250,50  901.250,50

kvittering: kladde Dag, bilag 61, linjer: 5; retter bilag 117; ligger i kladden og bogføres af en person
     → hele rapporten: 0,01 på konto 9999 (rounding-line)
";
    assert_eq!(text, expected, "\n{text}");
}

#[tokio::test]
async fn an_english_bookkeeper_reads_what_is_refused_line_by_line_and_no_secret() {
    let mut day = day();
    day["lines"][3]["amount"] = json!(51);
    day["department"] = json!("");
    let text = sheet(day, Err(refusal())).await.text(Locale::En);
    let expected = "\
day's report RAP-17 of 2026-11-23, DKK, revision 1

NO.  SOURCE                         ACCOUNT      TEXT                     DEBIT      CREDIT  VAT  DIMENSION 1  DIMENSION 3  PERIOD
  1  item group Entré               1010         Entré, voksne                     1,250.50  U25  HAL          BAD
  2  item group Hold                01020        Svømmehold efterår              900,000.00                                 2026-12-01 – 2027-02-28
  3  payment type Dankort           (missing)                        901,250.00
  4  special account Forudbetaling  customer C1  =1+1                      0.51
                                                 total               901,250.51  901,250.50
                                                 difference                0.01

refused (books.day)
  betalingsværdien 'Dankort' mangler kontonummer
  momskoden U25 findes ikke (…)
";
    assert_eq!(text, expected, "\n{text}");
}

#[tokio::test]
async fn without_an_answer_the_lines_are_there_and_the_text_says_what_was_not_checked() {
    let driver = Small { day_reads: true, days: Mutex::new(vec![Ok(booked())]), ..Small::default() };
    let event = run(day(), &driver).await;
    assert!(event.incomplete);
    assert_eq!(event.requests.len(), 1);
    let sheet = event.day.unwrap();
    let danish = sheet.text(Locale::Da);
    assert!(danish.contains("  1  varegruppe Entré "), "{danish}");
    let end = "
det vides ikke, om dagen kan bogføres: der kom intet svar fra regnskabssystemet (books.not-reached)
  det gik galt: books.not-reached
kontrollerne mod regnskabet er ikke foretaget, eller ikke alle: en prøvekørsel sender intet
";
    assert!(danish.ends_with(end), "{danish}");
    let english = sheet.text(Locale::En);
    assert!(english.contains("the checks against the books were not made"), "{english}");
    let json = sheet.json();
    assert_eq!(json["all_requests_answered"], false);
    assert_eq!(json["stopped"], json!(["det gik galt: books.not-reached"]));
    assert_eq!((&json["refused"], &json["receipt"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn what_cannot_be_booked_is_refused_even_where_the_books_gave_no_answer() {
    // Found before anything was asked: no request at all, so nothing is unchecked that was to be checked.
    let sheet = sheet(day(), Err(refusal())).await;
    assert!(!sheet.text(Locale::Da).contains("kontrollerne"));
    assert_eq!(sheet.json()["refused"].as_array().unwrap().len(), 2);
    assert_eq!(sheet.json()["all_requests_answered"], true);
}

#[tokio::test]
async fn a_retry_of_a_day_and_its_correction_show_the_day() {
    let mut json = scenario_json();
    let mut second = day();
    second["revision"] = json!(2);
    json["events"] = json!([{"day-closed": day()}, {"retry": true}, {"day-closed": second}, {"check": {}}]);
    let answers = vec![
        Err(error(ErrorKind::Uncertain, "books.no-answer")),
        Ok(receipt("RAP-17", 1, &[])),
        Ok(receipt("RAP-17", 1, &[])),
    ];
    let driver = Small { days: Mutex::new(answers), ..Small::default() };
    let run = DryRun { scenario: &scenario(&json), driver: &driver, answers: None, reads: None };
    let events = dry_run(&run).await.unwrap();
    let texts: Vec<Option<String>> =
        events.iter().map(|event| event.day.as_ref().map(|day| day.text(Locale::En))).collect();
    assert!(texts[0].as_ref().unwrap().contains("not known whether the day can be booked: the call failed"));
    assert!(texts[1].as_ref().unwrap().contains("receipt: journal Dag, voucher 61, lines: 0; lies in the journal"));
    assert!(texts[2].as_ref().unwrap().contains("booked already with revision 1"));
    assert_eq!(texts[3], None);
    assert_eq!(driver.asked.lock().unwrap()[0].len(), 1);
    assert!(serde_json::to_value(&events[3]).unwrap().get("day").is_none());
}

#[tokio::test]
async fn json_has_amounts_as_text_and_as_minor_units() {
    let json = serde_json::to_value(sheet(day(), Ok(booked())).await).unwrap();
    assert_eq!(
        json["lines"][1],
        json!({
            "number": 2, "source": "item-group", "source_name": "Hold", "account": "01020", "customer": null,
            "text": "Svømmehold\nefterår", "amount": {"decimal": "-900000.00", "minor_units": -90000000}, "vat_code": "",
            "dimensions": ["", "", "", "", ""], "accrual": {"first": "2026-12-01", "last": "2027-02-28"},
            "adjustments": [{"code": "text-shortened", "message": "teksten er forkortet til 10 tegn"}],
        })
    );
    assert_eq!((&json["lines"][3]["account"], &json["lines"][3]["customer"]), (&Value::Null, &json!("C1")));
    let mut without_lines = json.clone();
    without_lines.as_object_mut().unwrap().remove("lines");
    assert_eq!(
        without_lines,
        json!({
            "report_id": "RAP-17", "date": "2026-11-23", "department": "Svømmehal", "currency": "DKK", "decimals": 2,
            "revision": 1, "debit": {"decimal": "901250.50", "minor_units": 90125050},
            "credit": {"decimal": "901250.50", "minor_units": 90125050}, "difference": null,
            "refused": null, "stopped": null, "code": null, "all_requests_answered": true,
            "receipt": {
                "revision": 1, "journal": "Dag", "voucher": "61", "corrects": "117", "lines": 5,
                "debit": {"decimal": "5.00", "minor_units": 500}, "credit": {"decimal": "5.00", "minor_units": 500},
                "state": "awaits-person",
                "adjustments": [{"code": "rounding-line", "message": "0,01 på konto 9999"}],
            },
        })
    );
}

#[tokio::test]
async fn csv_opens_in_a_spreadsheet_and_holds_no_formula() {
    let (first, second) = (sheet(day(), Ok(booked())).await, sheet(day(), Err(refusal())).await);
    let days = [CsvDay { event: 1, sheet: &first }, CsvDay { event: 4, sheet: &second }];
    let text = csv(&days, Locale::Da).unwrap();
    let mut lines = text.split("\r\n");
    let heading = "\u{feff}event;report;revision;date;department;currency;decimals;line;source;source-name;account;\
        customer;text;debit;credit;vat-code;dimension-1;dimension-2;dimension-3;dimension-4;dimension-5;accrual-first;\
        accrual-last;outcome;code;journal;voucher;adjustments";
    assert_eq!(lines.next().unwrap(), heading);
    let one = "1;RAP-17;1;2026-11-23;Svømmehal;DKK;2;1;item-group;Entré;1010;;Entré, voksne;;1250,50;U25;HAL;;BAD;;;;;booked;;Dag;61;";
    assert_eq!(lines.next().unwrap(), one);
    let two = "1;RAP-17;1;2026-11-23;Svømmehal;DKK;2;2;item-group;Hold;01020;;\"Svømmehold\nefterår\";;900000,00;;;;;;;2026-12-01;2027-02-28;booked;;Dag;61;teksten er forkortet til 10 tegn";
    assert_eq!(lines.next().unwrap(), two);
    assert!(lines.next().unwrap().contains(";payment-type;Dankort;;;;901250,00;;"));
    let injected =
        "1;RAP-17;1;2026-11-23;Svømmehal;DKK;2;4;special-account;Forudbetaling;;C1;'=1+1;0,50;;;;;;;;;;booked;;Dag;61;";
    assert_eq!(lines.next().unwrap(), injected);
    assert!(lines.next().unwrap().ends_with(";refused;books.day;;;"));
    assert_eq!(text.split("\r\n").count(), 10);

    let english = csv(&days, Locale::En).unwrap();
    assert!(english.contains(";900000.00;") && !english.contains("900000,00"), "{english}");
    let nothing = csv(&[], Locale::Da).unwrap();
    assert_eq!(nothing, format!("{heading}\r\n"));
}

#[tokio::test]
async fn a_currency_decides_on_the_decimals_and_an_unknown_one_has_none() {
    let with = |currency: &str| {
        let mut day = day();
        day["currency"] = json!(currency);
        day
    };
    let refused = || Err(refusal());
    for (currency, danish, english, spreadsheet) in [
        ("JPY", " 90.000.000 ", " 90,000,000 ", ";90000000;"),
        ("KWD", " 90.000,000 ", " 90,000.000 ", ";90000,000;"),
        ("KRO", " 90000000 ", " 90000000 ", ";90000000;"),
    ] {
        let sheet = sheet(with(currency), refused()).await;
        let (da, en) = (sheet.text(Locale::Da), sheet.text(Locale::En));
        assert!(da.contains(danish), "{da}");
        assert!(en.contains(english), "{en}");
        let csv = csv(&[CsvDay { event: 1, sheet: &sheet }], Locale::Da).unwrap();
        assert!(csv.contains(spreadsheet), "{csv}");
        let unknown = currency == "KRO";
        assert_eq!(en.contains("\"KRO\" is no currency of ISO 4217"), unknown);
        assert_eq!(da.contains("\"KRO\" er ikke en valuta i ISO 4217"), unknown);
        assert_eq!(sheet.json()["lines"][1]["amount"]["decimal"].is_null(), unknown);
        assert_eq!(sheet.json()["lines"][1]["amount"]["minor_units"], json!(-90_000_000));
    }
}

#[tokio::test]
async fn the_largest_report_is_shown_whole() {
    let lines: Vec<Value> = (0..10_000)
        .map(|number| {
            json!({"source": "item-group", "source_name": "Entré", "posting": {"ledger": "1010"}, "text": format!("nr. {number}"),
                "amount": if number % 2 == 0 { i64::MAX } else { i64::MIN }})
        })
        .collect();
    let day = json!({"id": "R1", "date": "2026-11-23", "currency": "DKK", "lines": lines});
    let sheet = sheet(day, Err(refusal())).await;
    let text = sheet.text(Locale::Da);
    assert_eq!(text.lines().filter(|line| line.contains("varegruppe Entré")).count(), 10_000);
    // 5,000 times the largest amount, and one øre more each time on the other side.
    assert!(
        text.contains("461.168.601.842.738.790.350,00  461.168.601.842.738.790.400,00"),
        "{}",
        text.lines().last().unwrap()
    );
    assert!(text.contains("                              50,00\n"));
}
