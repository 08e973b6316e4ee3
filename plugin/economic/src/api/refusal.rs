//! Turning what went wrong into an error for people: one place for texts, so that no message ever holds a token or what
//! somebody typed.
//!
//! Bodies come in three shapes: the REST interface's own (`message`, `errorCode`), the same with a tree of `errors` or
//! `items` below, and `application/problem+json`. All are read as free JSON, by property name; their texts, which may be
//! Danish and may quote what was sent (`inputValue`), are passed on to nobody.

use super::{Purpose, Subject};
use crate::ECONOMIC;
use crate::assumptions::{KEY_REUSED, MODULE_MISSING, PATIENCE_MS};
use crate::settings::key;
use accounting_kit::http::{HttpError, Response};
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Locale};
use serde_json::Value;

/// Faults kept of one answer: a day has thousands of lines, and each may be refused for the same reason.
const MOST_FAULTS: usize = 50;

/// One fault that an answer names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// e-conomic's code, e.g. `E07140`; empty when there is none.
    pub code: String,
    /// The property it is about, e.g. `customerGroup`; empty when none is named.
    pub property: String,
}

/// Everything an answer says against what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// The code at the top; empty when there is none.
    pub code: String,
    /// Each fault once.
    pub leaves: Vec<Fault>,
    /// The vendor's own number of the call, for their support.
    log_id: String,
}

impl Faults {
    /// Read a body of any shape.
    pub fn read(body: &[u8]) -> Self {
        let mut faults = Self::default();
        if let Ok(Value::Object(top)) = serde_json::from_slice::<Value>(body) {
            let text = |name: &str| top.get(name).and_then(Value::as_str).map(word).unwrap_or_default();
            faults.code = text("errorCode");
            faults.log_id = text("logId");
            if faults.log_id.is_empty() {
                faults.log_id = text("traceId");
            }
            if let Some(errors) = top.get("errors") {
                faults.walk(errors, "");
            }
        }
        faults
    }

    fn walk(&mut self, value: &Value, at: &str) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.walk(one, at)),
            Value::Object(map) => {
                let text = |name: &str| map.get(name).and_then(Value::as_str).map(word);
                if let Some(code) = text("errorCode") {
                    let property = text("propertyName").or_else(|| text("property")).unwrap_or_else(|| at.to_owned());
                    let fault = Fault { code, property };
                    if self.leaves.len() < MOST_FAULTS && !self.leaves.contains(&fault) {
                        self.leaves.push(fault);
                    }
                    return;
                }
                for (name, below) in map.iter().filter(|(name, _)| *name != "inputValue") {
                    let wrapping = matches!(name.as_str(), "errors" | "items" | "entries");
                    self.walk(below, if wrapping { at } else { name });
                }
            }
            _ => {}
        }
    }

    /// Whether one of the codes is named, wherever.
    pub fn names(&self, code: &str) -> bool {
        self.code == code || self.leaves.iter().any(|fault| fault.code == code)
    }

    fn detail(&self, status: u16) -> String {
        let mut out = format!("http status {status}");
        let leaves = self.leaves.iter().map(|fault| format!("{} {}", fault.code, fault.property));
        let top = Some(self.code.clone()).filter(|code| !code.is_empty());
        let log = Some(format!("log id {}", self.log_id)).filter(|_| !self.log_id.is_empty());
        for part in top.into_iter().chain(leaves).chain(log) {
            out.push_str(", ");
            out.push_str(part.trim());
        }
        out
    }
}

/// A code or a name: what is not one is told by its first letters only.
fn word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
        .take(60)
        .collect()
}

/// An answer that is not a success.
pub(super) fn by_answer(response: &Response, purpose: Purpose, about: Option<Subject>, locale: Locale) -> Error {
    let status = response.status;
    let faults = Faults::read(&response.body);
    let wait = response.retry_after_s.map(|seconds| u64::from(seconds) * 1000);
    let error = match status {
        401 => ECONOMIC
            .error(
                ErrorKind::Auth,
                "unauthorized",
                say!(
                    locale,
                    "e-conomic afviser nøglerne; giv FlexyBox' app adgang til aftalen igen i e-conomic, og indsæt den nye aftale-nøgle",
                    "e-conomic refuses the keys; grant FlexyBox's app access to the agreement in e-conomic again, and paste the new agreement key"
                ),
            )
            .about(key::GRANT_TOKEN),
        403 if faults.names(MODULE_MISSING) => ECONOMIC.error(
            ErrorKind::Config,
            "module-missing",
            say!(
                locale,
                "aftalen i e-conomic mangler et modul eller en pakke, som integrationen bruger; tilføj det i e-conomic under Alle indstillinger > Tilvalg",
                "the agreement in e-conomic lacks a module or package the integration uses; add it in e-conomic under All settings > Add-ons"
            ),
        ),
        403 => ECONOMIC.error(
            ErrorKind::Config,
            "forbidden",
            say!(
                locale,
                "FlexyBox' app har ikke lov til dette i e-conomic; dens rolle skal være SuperUser, og brugeren, der gav adgang, skal have fulde rettigheder",
                "FlexyBox's app is not allowed this in e-conomic; its role must be SuperUser, and the user who granted access must have full rights"
            ),
        ),
        404 => ECONOMIC.error(
            ErrorKind::Config,
            "not-found",
            say!(
                locale,
                "e-conomic har ikke dét, der blev bedt om; efterse adresser, versioner og valg under indstillingerne",
                "e-conomic does not have what was asked for; check addresses, versions and choices in the settings"
            ),
        ),
        409 => ECONOMIC.error(
            ErrorKind::Transient,
            "changed-meanwhile",
            say!(
                locale,
                "nogen ændrede det samme i e-conomic imens; der prøves igen",
                "somebody changed the same in e-conomic meanwhile; it will be tried again"
            ),
        ),
        408 | 429 => ECONOMIC
            .error(
                ErrorKind::RateLimited,
                "too-many-calls",
                say!(locale, "e-conomic beder om at vente", "e-conomic asks to wait"),
            )
            .retry_after_ms(Some(wait.unwrap_or(PATIENCE_MS))),
        500.. if purpose == Purpose::Write => uncertain(locale).retry_after_ms(wait),
        500.. => unreachable_now(locale).retry_after_ms(wait),
        _ if faults.names(KEY_REUSED) => ECONOMIC.error(
            ErrorKind::Internal,
            "key-reused",
            say!(locale, "e-conomic kender kaldets nøgle fra et andet kald", "e-conomic knows the key of the call from another call"),
        ),
        _ => refused(&faults, status, about, locale),
    };
    error.detail(faults.detail(status))
}

/// e-conomic checked what was sent and does not take it.
fn refused(faults: &Faults, status: u16, about: Option<Subject>, locale: Locale) -> Error {
    let setting = faults.leaves.iter().find_map(|fault| setting_of(&fault.property));
    if let (Some(setting), Some(Subject::Customer)) = (setting, about) {
        let message = say!(
            locale,
            "e-conomic kender ikke det valgte under {name}; vælg igen under indstillingerne",
            "e-conomic does not know what is chosen under {name}; choose again in the settings",
            name = crate::settings::label(setting, locale)
        );
        return ECONOMIC.error(ErrorKind::Config, "default-missing", message).about(setting);
    }
    let named: Vec<String> = faults.leaves.iter().map(|fault| fault.told(about, locale)).collect();
    let message = if named.is_empty() {
        let code = if faults.code.is_empty() { status.to_string() } else { faults.code.clone() };
        say!(locale, "e-conomic afviste det ({code})", "e-conomic refused it ({code})", code = code)
    } else {
        let named = named.join(", ");
        say!(
            locale,
            "e-conomic afviste det på grund af {named}",
            "e-conomic refused it because of {named}",
            named = named
        )
    };
    let error = ECONOMIC.error(ErrorKind::Validation, "refused", message);
    match faults.leaves.first() {
        Some(fault) if !fault.property.is_empty() => error.about(fault.property.as_str()),
        _ => error,
    }
}

impl Fault {
    /// What it means; `E04041` stands for a barred period and for a barred account, by its property.
    fn told(&self, about: Option<Subject>, locale: Locale) -> String {
        let is = |words: &[&str]| words.iter().any(|word| self.property.eq_ignore_ascii_case(word));
        let code = self.code.as_str();
        let date = is(&["date"]) && code == "E04041" || code.contains("AccountingYear");
        let account = is(&["account", "contraAccount"]) && matches!(code, "E04041" | "E07150")
            || code.starts_with("JournalEntry") && code.contains("Account");
        match about {
            Some(Subject::Books) if date => say!(
                locale,
                "perioden er spærret eller regnskabsåret lukket ({code})",
                "the period is barred or the accounting year closed ({code})",
                code = code
            ),
            Some(Subject::Books) if account => say!(
                locale,
                "en konto findes ikke eller er spærret ({code})",
                "an account does not exist or is barred ({code})",
                code = code
            ),
            _ => format!("{} ({code})", self.property),
        }
    }
}

/// The setting that a property of a new customer comes from.
fn setting_of(property: &str) -> Option<&'static str> {
    let known = [
        ("customerGroup", key::GROUP),
        ("paymentTerms", key::TERMS),
        ("vatZone", key::VAT_ZONE),
        ("currency", key::CURRENCY),
    ];
    known.iter().find(|(name, _)| name.eq_ignore_ascii_case(property)).map(|(_, setting)| *setting)
}

/// No answer at all.
pub(super) fn no_answer(cause: &HttpError, purpose: Purpose, locale: Locale) -> Error {
    match (cause, purpose) {
        (HttpError::Refused(reason), _) => ECONOMIC
            .error(
                ErrorKind::Config,
                "not-allowed-out",
                say!(
                    locale,
                    "FlexyBox tillod ikke kaldet til e-conomic; godkend e-conomics adresser under integrationen",
                    "FlexyBox did not allow the call to e-conomic; approve e-conomic's addresses for the integration"
                ),
            )
            .detail(reason),
        (HttpError::Unknown(reason), Purpose::Write) => uncertain(locale).detail(reason),
        (HttpError::Unknown(reason) | HttpError::NotSent(reason), _) => unreachable_now(locale).detail(reason),
    }
}

/// An answer that makes no sense. A write may have happened all the same.
pub(super) fn not_understood(purpose: Purpose, detail: &str, locale: Locale) -> Error {
    let kind = if purpose == Purpose::Write { ErrorKind::Uncertain } else { ErrorKind::Internal };
    let message = say!(
        locale,
        "e-conomics svar kunne ikke forstås; der prøves igen",
        "e-conomic's answer could not be understood; it will be tried again"
    );
    ECONOMIC.error(kind, "not-understood", message).detail(detail)
}

fn uncertain(locale: Locale) -> Error {
    let message = say!(
        locale,
        "e-conomic svarede ikke, så det er uvist om ændringen kom med; der ses efter, før der prøves igen",
        "e-conomic did not answer, so it is not known whether the change was taken; it is looked up before it is tried again"
    );
    ECONOMIC.error(ErrorKind::Uncertain, "outcome-unknown", message)
}

fn unreachable_now(locale: Locale) -> Error {
    let message = say!(
        locale,
        "e-conomic kan ikke nås lige nu; der prøves igen",
        "e-conomic cannot be reached right now; it will be tried again"
    );
    ECONOMIC.error(ErrorKind::Transient, "unreachable", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const CUSTOMER: &str = r#"{"message":"Validation failed. 1 error found.","errorCode":"E04300","logId":"7dacf1e1192c3689-FRA","httpStatusCode":400,
        "errors":{"customerGroup":{"errors":[{"propertyName":"customerGroup","errorMessage":"CustomerGroup 'Maja' not found.","errorCode":"E07140","inputValue":"Maja"}]}}}"#;
    const PERIOD: &str = r#"{"errorCode":"E04300","errors":[{"arrayIndex":0,"entries":{"errors":[],"items":[{"arrayIndex":0,"date":{"errors":[
        {"propertyName":"Date","errorMessage":"Perioden er spærret.","errorCode":"E04041","inputValue":{"errorCode":"E1"}}]}}]}}]}"#;
    const ACCOUNT: &str = r#"{"errorCode":"E04300","errors":[{"arrayIndex":0,"account":{"errors":[{"errorCode":"E04041","inputValue":"3562"}]},
        "entries":{"errors":[],"items":[{"account":{"errors":[{"errorCode":"E07150","inputValue":3562}]}}]}}]}"#;
    const FILTER: &str = r#"{"message":"Could not parse query string filter.","errors":["Filtering is not allowed on property 'bogus'."]}"#;
    const PROBLEM: &str = r#"{"title":"Validation failed.","status":400,"errorCode":"ValidationFailed","traceId":"t-1","errors":[
        {"message":"x","errorCode":"JournalEntryDateAccountingYearPeriodBarred","property":"date"}]}"#;

    fn refused(status: u16, body: &str, about: Subject) -> Error {
        let response = Response { status, retry_after_s: None, body: body.into() };
        by_answer(&response, Purpose::Write, Some(about), Locale::En)
    }

    #[rstest]
    #[case::customer(
        CUSTOMER,
        Subject::Customer,
        ErrorKind::Config,
        "does not know what is chosen under Customer group of new customers"
    )]
    #[case::period(
        PERIOD,
        Subject::Books,
        ErrorKind::Validation,
        "the period is barred or the accounting year closed (E04041)"
    )]
    #[case::account(
        ACCOUNT,
        Subject::Books,
        ErrorKind::Validation,
        "an account does not exist or is barred (E04041), an account does not exist or is barred (E07150)"
    )]
    #[case::filter(FILTER, Subject::Books, ErrorKind::Validation, "e-conomic refused it (400)")]
    #[case::problem(
        PROBLEM,
        Subject::Books,
        ErrorKind::Validation,
        "the period is barred or the accounting year closed"
    )]
    #[case::nothing("", Subject::Customer, ErrorKind::Validation, "e-conomic refused it (400)")]
    #[case::key_reused(r#"{"errorCode":"URLChanged"}"#, Subject::Books, ErrorKind::Internal, "from another call")]
    fn every_shape_is_read(#[case] body: &str, #[case] about: Subject, #[case] kind: ErrorKind, #[case] text: &str) {
        let error = refused(400, body, about);
        assert_eq!(error.kind, kind);
        assert!(error.message.contains(text), "{}", error.message);
        let told = format!("{} {:?}", error.message, error.detail);
        assert!(!told.contains("Maja") && !told.contains("3562") && !told.contains("spærret"), "{told}");
    }

    #[rstest]
    #[case(401, Purpose::Write, ErrorKind::Auth)]
    #[case(403, Purpose::Read, ErrorKind::Config)]
    #[case(404, Purpose::Read, ErrorKind::Config)]
    #[case(409, Purpose::Write, ErrorKind::Transient)]
    #[case(429, Purpose::Write, ErrorKind::RateLimited)]
    #[case(500, Purpose::Read, ErrorKind::Transient)]
    #[case(503, Purpose::Write, ErrorKind::Uncertain)]
    #[case(400, Purpose::Write, ErrorKind::Validation)]
    fn by_status(#[case] status: u16, #[case] purpose: Purpose, #[case] kind: ErrorKind) {
        let response = Response { status, retry_after_s: Some(3), body: Vec::new() };
        let error = by_answer(&response, purpose, None, Locale::Da);
        assert_eq!(error.kind, kind);
        let waits = status == 429 || status >= 500;
        assert_eq!(error.retry_after_ms, waits.then_some(3_000));
    }

    proptest! {
        #[test]
        fn never_panics_and_passes_on_no_text(body in "\\PC{0,120}", name in "[a-zæøå ]{3,20} secret") {
            let _ = Faults::read(body.as_bytes());
            let body = serde_json::json!({ "errorCode": "E1", "errors": { "name": { "errors": [
                { "errorCode": "E2", "errorMessage": name, "inputValue": name }
            ] } } });
            let error = refused(400, &body.to_string(), Subject::Customer);
            let told = format!("{error:?}");
            prop_assert!(!told.contains("secret"));
        }
    }
}
