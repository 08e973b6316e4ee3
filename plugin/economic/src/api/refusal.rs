//! Turning what went wrong into an error for people: one place for texts, so that no message ever holds a token or what
//! somebody typed.
//!
//! Bodies come in three shapes: the REST interface's own (`message`, `errorCode`), the same with a tree of `errors` or
//! `items` below, and `application/problem+json`. All are read as free JSON, by property name; their texts, which may be
//! Danish and may quote what was sent (`inputValue`), are passed on to nobody.

use super::Purpose;
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
pub(super) fn by_answer(response: &Response, purpose: Purpose, locale: Locale) -> Error {
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
        _ => refused(&faults, status, locale),
    };
    error.detail(faults.detail(status))
}

/// e-conomic checked what was sent and does not take it.
fn refused(faults: &Faults, status: u16, locale: Locale) -> Error {
    let setting = faults.leaves.iter().find_map(|fault| setting_of(&fault.property));
    if let Some(setting) = setting {
        let message = say!(
            locale,
            "e-conomic kender ikke det valgte under {name}; vælg igen under indstillingerne",
            "e-conomic does not know what is chosen under {name}; choose again in the settings",
            name = crate::settings::label(setting, locale)
        );
        return ECONOMIC.error(ErrorKind::Config, "default-missing", message).about(setting);
    }
    let named: Vec<String> = faults.leaves.iter().map(|fault| format!("{} ({})", fault.property, fault.code)).collect();
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
