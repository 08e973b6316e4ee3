//! The settings page: everything that is wrong is told at once, what can be chosen is offered, the link is entered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod club;

use accounting_kit::exports::configure::{
    AccountEntry, AccountSource, Catalogue, Configured, CustomerField, MatchKind, WebhookRegistration,
};
use accounting_kit::types::{FieldKind, Severity};
use club::{Club, LINK, TAG};
use economic_sim::Config;
use economic_sim::switches::AppRole;

fn catalogue() -> Catalogue {
    let entry = |name: &str, account: &str, vat: &str| AccountEntry {
        source: AccountSource::ItemGroup,
        name: name.to_owned(),
        account: account.to_owned(),
        vat_code: vat.to_owned(),
    };
    let field = |name: &str, kind| CustomerField { name: name.to_owned(), kind, choices: Vec::new() };
    Catalogue {
        customer_tags: vec![TAG.to_owned()],
        customer_fields: vec![field("website", FieldKind::Text), field("Skostørrelse", FieldKind::Number)],
        account_plan: vec![entry("Entré", "1010", "U25"), entry("Café", "4711", "U26"), entry("Hal", "", "")],
        dimensions: Vec::new(),
    }
}

fn codes(configured: &Configured, severity: Severity) -> Vec<&str> {
    configured.findings.iter().filter(|told| told.severity == severity).map(|told| told.code.as_str()).collect()
}

#[test]
fn good_settings_register_the_link_once() {
    let club = Club::new();
    let first = club.configure(&catalogue());
    assert!(first.ready, "{:?}", first.findings);
    assert_eq!(first.webhook, WebhookRegistration::Registered);
    assert_eq!(codes(&first, Severity::Warning), ["economic.field-lost"]);
    assert_eq!(first.field_matches[1].kind, MatchKind::None);
    assert_eq!(first.remember[0].value, "DKK");
    let keys: Vec<&str> = first.choices.iter().map(|choices| choices.key.as_str()).collect();
    assert_eq!(keys, ["customer-group", "payment-terms", "vat-zone", "journal"]);
    assert_eq!(club.configure(&catalogue()).webhook, WebhookRegistration::Present);
    // A new link takes the place of the old one.
    let mut context = club.context();
    context.webhook_link = Some(format!("{LINK}-new"));
    assert_eq!(club.configure_with(&context, &catalogue()).webhook, WebhookRegistration::Registered);
    assert_eq!(club.configure_with(&context, &catalogue()).webhook, WebhookRegistration::Present);
}

#[test]
fn everything_wrong_with_the_settings_comes_at_once() {
    let club = Club::new();
    for (key, value) in [
        ("customer-tag", "Nobody"),
        ("customer-group", "99"),
        ("payment-terms", ""),
        ("vat-zone", "77"),
        ("journal", "3"),
        ("rounding-account", "2799"),
    ] {
        club.set(key, value);
    }
    let told = club.configure(&catalogue());
    assert!(!told.ready);
    assert_eq!(
        codes(&told, Severity::Error),
        [
            "economic.tag-missing",
            "economic.default-missing",
            "economic.setting-missing",
            "economic.default-missing",
            "economic.journal-unusable",
            "economic.setting-missing",
            "economic.account-plan",
            "economic.account-plan",
            "economic.account-plan",
            "economic.rounding-account",
        ]
    );
    assert_eq!(told.webhook, WebhookRegistration::NotNeeded);
}

#[test]
fn what_has_the_wrong_form_is_told_without_a_call_and_without_its_value() {
    let club = Club::new();
    for (key, value) in [
        ("app-secret-token", ""),
        ("agreement-grant-token", "sec ret"),
        ("customer-group", "first"),
        ("currency", "kroner"),
        ("conflict-rule", "coin"),
        ("rest-base", "http://restapi.e-conomic.com"),
    ] {
        club.set(key, value);
    }
    let told = club.configure(&catalogue());
    assert_eq!(codes(&told, Severity::Error).len(), 6, "{:?}", told.findings);
    assert!(
        told.findings.iter().all(|finding| !finding.message.contains("sec ret") && !finding.message.contains("coin"))
    );
    assert!(club.calls().is_empty());
}

#[test]
fn wrong_keys_are_told() {
    let club = Club::new();
    club.set("agreement-grant-token", "wrong");
    let told = club.configure(&catalogue());
    assert_eq!(codes(&told, Severity::Error), ["economic.unauthorized"]);
}

#[test]
fn another_integration_s_webhook_is_left_in_peace() {
    let club = Club::new();
    club.simulator.set_webhook("https://other.example/hook?n=[NEWNUMBER]").unwrap();
    let told = club.configure(&catalogue());
    assert!(told.ready);
    assert!(codes(&told, Severity::Warning).contains(&"economic.link-taken"));
    let WebhookRegistration::Manual(steps) = told.webhook else { panic!("{:?}", told.webhook) };
    assert!(steps.iter().any(|step| step.contains(LINK)));
    let health = club.check(&[]);
    assert_eq!(health.findings[0].code, "economic.link-taken");
}

#[test]
fn a_role_that_does_not_reach_the_webhooks_means_by_hand() {
    let mut config = Config::example();
    config.switches.app_role = AppRole::Sales;
    let club = Club::with(config);
    let told = club.configure(&Catalogue { account_plan: Vec::new(), ..catalogue() });
    assert!(told.ready, "{:?}", told.findings);
    assert!(matches!(told.webhook, WebhookRegistration::Manual(_)));
    assert!(codes(&told, Severity::Warning).contains(&"economic.link-by-hand"));
}

#[test]
fn the_check_tells_what_stands_in_the_way() {
    let club = Club::new();
    assert_eq!(club.check(&[]).findings[0].code, "economic.link-missing");
    club.configure(&catalogue());
    let health = club.check(&[]);
    assert!(health.healthy && health.findings.is_empty());
    assert_eq!(health.webhook.unwrap().registered, Some(true));
    club.set("app-secret-token", "wrong");
    assert_eq!(club.check(&[]).findings[0].code, "economic.unauthorized");
}
