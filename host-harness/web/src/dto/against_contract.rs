//! What is answered is the contract's own JSON, and what is sent becomes the contract's own values.

use super::catalogue::Catalogue;
use super::configured::{ConfigureResult, Configured};
use super::customer::{Customer, CustomerEvent, Link};
use super::day::DailyReport;
use super::receipt::Receipts;
use accounting_service as service;
use accounting_store as store;
use host_harness::bindings::exports::configure::{self, MatchKind, WebhookRegistration};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::exports::{on_day_closed as day, on_day_closed::PostingState};
use host_harness::bindings::types::{self, ErrorKind, FieldKind, LinkState, Severity};
use host_harness::replay::to_json;
use rstest::rstest;
use serde::Serialize;
use serde_json::{Value, json};

fn text(value: &str) -> String {
    value.to_owned()
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

fn customer() -> types::Customer {
    let kinds = [FieldKind::Text, FieldKind::Number, FieldKind::Date, FieldKind::YesNo, FieldKind::Choice];
    let field = |kind| types::Field { name: format!("{kind:?}"), kind, value: text("1.250,50") };
    types::Customer {
        id: text("C1"),
        number: text("00042"),
        name: text("Maja Sørensen"),
        address: text("Æblestien 3"),
        zip: text("8000"),
        city: text("Aarhus C"),
        country: text("DK"),
        phone: text("00000010"),
        mobile: text("00000011"),
        email: text("maja@example.com"),
        cvr: text("DK 12345674"),
        ean: text("5790000000000"),
        tags: vec![text("Tag"), text("another")],
        fields: kinds.map(field).to_vec(),
        deleted: true,
        revision: u64::MAX / 2,
    }
}

#[test]
fn a_customer() {
    let inside = customer();
    let outside = Customer::from(inside.clone());
    assert_eq!(json(&outside), to_json(&inside));
    assert_eq!(types::Customer::from(outside.clone()), inside);
    let read: Customer = serde_json::from_value(to_json(&inside)).unwrap();
    assert_eq!(read, outside);
}

#[test]
fn a_customer_that_is_held() {
    let row = store::CustomerRow {
        id: text("C1"),
        revision: 1,
        number: String::new(),
        cvr_digits: String::new(),
        email_lower: String::new(),
        tagged: true,
        deleted: false,
        body_json: serde_json::to_string(&customer()).unwrap(),
        changed: 0,
    };
    assert_eq!(json(&Customer::try_from(row.clone()).unwrap()), to_json(&customer()));
    let broken = store::CustomerRow { body_json: text("{"), ..row };
    assert_eq!(Customer::try_from(broken).unwrap_err().code, "internal");
}

#[rstest]
#[case("created", ChangeKind::Created)]
#[case("changed", ChangeKind::Changed)]
#[case("deleted", ChangeKind::Deleted)]
#[case("resync", ChangeKind::Resync)]
fn a_change_of_a_customer(#[case] word: &str, #[case] kind: ChangeKind) {
    let sent = json!({"event_id": "e", "kind": word, "customer": {"id": "C1"}});
    let event = service::CustomerIn::from(serde_json::from_value::<CustomerEvent>(sent).unwrap());
    assert_eq!((event.event_id.as_str(), event.kind), ("e", kind));
    let bare = types::Customer {
        id: text("C1"),
        number: text(""),
        name: text(""),
        address: text(""),
        zip: text(""),
        city: text(""),
        country: text(""),
        phone: text(""),
        mobile: text(""),
        email: text(""),
        cvr: text(""),
        ean: text(""),
        tags: vec![],
        fields: vec![],
        deleted: false,
        revision: 1,
    };
    assert_eq!(event.customer, bare);
}

#[rstest]
#[case(LinkState::Active)]
#[case(LinkState::Dormant)]
fn a_link_without_its_base(#[case] state: LinkState) {
    let inside = types::Link {
        customer_id: text("C1"),
        external_id: text("1008"),
        external_key: text("00042"),
        state,
        base: vec![types::Agreed { name: text("Name"), value: text("Maja") }],
    };
    let mut expected = to_json(&inside);
    expected.as_object_mut().unwrap().remove("base");
    assert_eq!(json(&Link::from(inside)), expected);
}

#[test]
fn a_day() {
    let line = |source, posting, accrual| day::ReportLine {
        source,
        source_name: text("Dankort"),
        posting,
        amount: i64::MIN,
        vat_code: text("U25"),
        text: text("Køb"),
        dimensions: (text("1"), text("2"), text("3"), text("4"), text("5")),
        accrual,
    };
    let period = day::Accrual { first: text("2026-11-01"), last: text("2026-11-30") };
    let inside = day::DailyReport {
        id: text("r-1"),
        date: text("2026-11-24"),
        department: text("Aarhus"),
        currency: text("DKK"),
        revision: u32::MAX,
        lines: vec![
            line(configure::AccountSource::ItemGroup, day::Posting::Ledger(text("1010")), Some(period)),
            line(configure::AccountSource::PaymentType, day::Posting::Customer(text("C1")), None),
            line(configure::AccountSource::SpecialAccount, day::Posting::Ledger(text("")), None),
        ],
    };
    let outside: DailyReport = serde_json::from_value(to_json(&inside)).unwrap();
    assert_eq!(json(&outside), to_json(&inside));
    assert_eq!(day::DailyReport::from(outside), inside);
}

fn receipt(state: PostingState) -> day::Receipt {
    day::Receipt {
        report_id: text("r-1"),
        revision: 3,
        journal: text("Dag"),
        voucher: text("1007"),
        corrects: text("1001"),
        lines: vec![
            day::LineReceipt { line: Some(0), external_id: text("7") },
            day::LineReceipt { line: None, external_id: text("") },
        ],
        total_debit: u64::MAX,
        total_credit: 1,
        fingerprint: text("abc"),
        state,
        adjustments: vec![day::Adjustment { line: None, code: text("rounding-line"), message: text("1 øre") }],
        booked_at: 1_795_000_000_000,
    }
}

#[rstest]
#[case(PostingState::AwaitsPerson, false)]
#[case(PostingState::Posted, true)]
fn a_receipt(#[case] state: PostingState, #[case] posted: bool) {
    let report = day::DailyReport {
        id: text("r-1"),
        date: text("2026-11-24"),
        department: text(""),
        currency: text("DKK"),
        revision: 3,
        lines: vec![],
    };
    let booked = day::BookedReport { report, receipt: receipt(state) };
    let row = store::ReceiptRow {
        report_id: text("r-1"),
        revision: 3,
        date: text("2026-11-24"),
        posted,
        body_json: serde_json::to_string(&booked).unwrap(),
        at: 0,
    };
    let mut expected = to_json(&receipt(state));
    expected["posted"] = json!(posted);
    assert_eq!(json(&Receipts::try_from(vec![row]).unwrap()), json!({"receipts": [expected]}));
}

#[test]
fn a_catalogue() {
    let inside = configure::Catalogue {
        customer_tags: vec![text("Tag")],
        customer_fields: vec![configure::CustomerField {
            name: text("Kredit maks"),
            kind: FieldKind::YesNo,
            choices: vec![text("ja")],
        }],
        account_plan: vec![configure::AccountEntry {
            source: configure::AccountSource::SpecialAccount,
            name: text("Øredifference"),
            account: text("9999"),
            vat_code: text("I25"),
        }],
        dimensions: vec![configure::DimensionEntry { dimension: 5, value: text("AAR"), name: text("Aarhus") }],
    };
    let outside: Catalogue = serde_json::from_value(to_json(&inside)).unwrap();
    assert_eq!(json(&outside), to_json(&inside));
    assert_eq!(configure::Catalogue::from(outside.clone()), inside);
    assert_eq!(Catalogue::from(inside), outside);
}

fn configured(webhook: WebhookRegistration) -> configure::Configured {
    let label = types::Localized { da: text("Ja"), en: text("Yes") };
    let choice = configure::SettingChoice { value: text("1"), label };
    let finding = |severity| types::Finding {
        severity,
        code: text("x.y"),
        message: text("besked"),
        steps: vec![text("tryk")],
        subject: Some(text("company-id")),
    };
    let matched = |kind| configure::FieldMatch { field: text("a"), kind, properties: vec![text("A")] };
    let kinds =
        [MatchKind::PropertyName, MatchKind::Label, MatchKind::UserDefined, MatchKind::Ambiguous, MatchKind::None];
    configure::Configured {
        ready: true,
        findings: [Severity::Info, Severity::Warning, Severity::Error].map(finding).to_vec(),
        field_matches: kinds.map(matched).to_vec(),
        webhook,
        choices: vec![configure::SettingChoices { key: text("journal"), choices: vec![choice] }],
        remember: vec![types::Setting { key: text("session"), value: text("hidden") }],
    }
}

#[rstest]
#[case(WebhookRegistration::NotNeeded)]
#[case(WebhookRegistration::Present)]
#[case(WebhookRegistration::Registered)]
#[case(WebhookRegistration::Manual(vec![text("tryk Opdater")]))]
fn what_configure_found_out_without_what_is_remembered(#[case] webhook: WebhookRegistration) {
    let inside = configured(webhook);
    let mut expected = to_json(&inside);
    expected.as_object_mut().unwrap().remove("remember");
    assert_eq!(json(&ConfigureResult::from(inside)), expected);
}

#[test]
fn an_error_without_its_detail() {
    let kinds = [
        ErrorKind::Config,
        ErrorKind::Auth,
        ErrorKind::Validation,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Transient,
        ErrorKind::Uncertain,
        ErrorKind::Unsupported,
        ErrorKind::Internal,
    ];
    for kind in kinds {
        let error = types::Error {
            kind,
            code: text("x.y"),
            message: text("besked"),
            detail: Some(text("for the operator")),
            retry_after_ms: Some(u64::MAX),
            subject: None,
        };
        let mut expected = to_json(&error);
        expected.as_object_mut().unwrap().remove("detail");
        let answer = service::ConfigureAnswer { ready: false, configured: None, error: Some(error), requests: 4 };
        let expected = json!({"ready": false, "configured": null, "error": expected, "requests": 4});
        assert_eq!(json(&Configured::from(answer)), expected);
    }
}
