//! Turning what went wrong into an error for people: one place for texts, so that no message ever holds a credential or
//! what somebody typed.

use super::answer::Purpose;
use super::error_codes::Code;
use crate::settings::key;
use accounting_kit::http::{HttpError, Response};
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Locale};

/// How long to wait where Uniconta asks for patience and does not say how long.
const PATIENCE_MS: u64 = 60_000;

/// Uniconta named a code.
pub(super) fn by_code(code: Code, property: Option<&str>, purpose: Purpose, locale: Locale) -> Error {
    let (message, subject) = match code.name {
        "UserOrPasswordIsWrong" => (
            say!(
                locale,
                "Uniconta afviser brugernavn og kodeord; ret kodeordet, og se efter at brugernavnet er skrevet som i Uniconta",
                "Uniconta refuses the user name and password; correct the password, and check that the user name is written as in Uniconta"
            ),
            Some(key::PASSWORD),
        ),
        "UserDoesNotExist" => (
            say!(
                locale,
                "Uniconta kender ikke brugernavnet; ret Uniconta brugernavn",
                "Uniconta does not know the user name; correct the Uniconta user name"
            ),
            Some(key::USER),
        ),
        "UserIsBlocked" => (
            say!(
                locale,
                "brugeren er spærret i Uniconta; få den åbnet eller brug en anden",
                "the user is blocked in Uniconta; have it opened or use another"
            ),
            Some(key::USER),
        ),
        "UnknownAppIdent" | "AppIdentBlocked" => (
            say!(
                locale,
                "Uniconta afviser API nøglen; kopiér Uniconta API nøgle igen, eller bestil en ny hos Uniconta",
                "Uniconta refuses the API key; copy the Uniconta API key again, or order a new one from Uniconta"
            ),
            Some(key::API_KEY),
        ),
        "NoCompanyId" | "CompanyDoesNotExist" | "CompanyIsDeactivated" | "UserHasNoCompany" => (
            say!(
                locale,
                "Uniconta har intet åbent firma med dette Firma ID, som brugeren har adgang til; ret Firma ID",
                "Uniconta has no open company with this company id that the user has access to; correct the company id"
            ),
            Some(key::COMPANY),
        ),
        "IPAddressNotAllowed" => (
            say!(
                locale,
                "Uniconta tillader ikke adgang fra denne IP-adresse; fjern begrænsningen på brugeren i Uniconta",
                "Uniconta does not allow this IP address; remove the restriction on the user in Uniconta"
            ),
            Some(key::USER),
        ),
        "KeyExists" | "RecordExists" => (
            say!(
                locale,
                "kontonummeret er allerede i brug i Uniconta",
                "the account number is already in use in Uniconta"
            ),
            None,
        ),
        "NoRights" | "NoRightsToInsert" | "NoRightsToUpdate" | "NoRightsToDelete" => (
            say!(
                locale,
                "brugeren har ikke ret til det i Uniconta ({name}); giv brugeren rettigheden, eller brug en anden bruger",
                "the user has no right to do that in Uniconta ({name}); grant the user the right, or use another user",
                name = code.name
            ),
            Some(key::USER),
        ),
        "FieldHasinvalidValue" => (
            say!(
                locale,
                "Uniconta afviser en af kundens oplysninger; den findes ikke eller er ikke tilladt der, for eksempel en gruppe eller betalingsbetingelse ({name})",
                "Uniconta refuses one of the customer's values; it does not exist or is not allowed there, for example a group or payment term ({name})",
                name = code.name
            ),
            None,
        ),
        "SlowDown" | "TooManyCallsOpen" | "TooManyLoginAttempts" | "ServerIsBusy" => (
            say!(
                locale,
                "Uniconta har travlt og beder om at vente ({name})",
                "Uniconta is busy and asks to wait ({name})",
                name = code.name
            ),
            None,
        ),
        _ => (say!(locale, "Uniconta svarede {name}", "Uniconta answered {name}", name = code.name), None),
    };
    let message = match property {
        Some(property) => say!(
            locale,
            "{message} (felt {property})",
            "{message} (property {property})",
            message = message,
            property = property
        ),
        None => message,
    };
    // What was only asked has written nothing.
    let asked = purpose == Purpose::Read && code.kind == ErrorKind::Uncertain;
    let kind = if asked { ErrorKind::Transient } else { code.kind };
    let mut error = error(kind, code.dotted(), message).detail(format!("uniconta error code {}", code.name));
    error.subject = property.or(subject).map(str::to_owned);
    error.retry_after_ms = (code.kind == ErrorKind::RateLimited).then_some(PATIENCE_MS);
    error
}

/// An HTTP status without a code that says more.
pub(super) fn by_status(response: &Response, purpose: Purpose, locale: Locale) -> Error {
    let status = response.status;
    let wait = response.retry_after_s.map(|seconds| u64::from(seconds) * 1000);
    let detail = format!("http status {status}");
    match status {
        401 => error(ErrorKind::Auth, "uniconta.unauthorized", say!(locale,
            "Uniconta afviser brugernavn eller kodeord; ret dem under indstillingerne for Uniconta",
            "Uniconta refuses the user name or the password; correct them in the Uniconta settings")).about(key::PASSWORD),
        403 => error(ErrorKind::Auth, "uniconta.forbidden", say!(locale,
            "brugeren har ikke adgang til firmaet eller til debitorerne i Uniconta; ret Firma ID eller giv brugeren rettigheder",
            "the user has no access to the company or its debtors in Uniconta; correct the company id or grant the user the rights")).about(key::COMPANY),
        404 => error(ErrorKind::Config, "uniconta.not-found", say!(locale,
            "Uniconta tilbyder ikke denne tabel for firmaet", "Uniconta does not offer this table for the company")),
        408 | 429 => error(ErrorKind::RateLimited, "uniconta.too-many-calls", say!(locale,
            "Uniconta beder om at vente", "Uniconta asks to wait")).retry_after_ms(Some(wait.unwrap_or(PATIENCE_MS))),
        500.. if purpose == Purpose::Write => uncertain(locale).retry_after_ms(wait),
        500.. => unreachable_now(locale).retry_after_ms(wait),
        _ => error(ErrorKind::Validation, "uniconta.refused", say!(locale,
            "Uniconta afviste det uden at sige hvorfor (status {status})", "Uniconta refused it without saying why (status {status})", status = status)),
    }
    .detail(detail)
}

/// No answer at all.
pub(super) fn no_answer(cause: &HttpError, purpose: Purpose, locale: Locale) -> Error {
    match (cause, purpose) {
        (HttpError::Refused(reason), _) => error(
            ErrorKind::Config,
            "uniconta.not-allowed-out",
            say!(
                locale,
                "FlexyBox tillod ikke kaldet til Uniconta; godkend Unicontas adresser under integrationen",
                "FlexyBox did not allow the call to Uniconta; approve Uniconta's addresses for the integration"
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
    error(
        kind,
        "uniconta.not-understood",
        say!(
            locale,
            "Unicontas svar kunne ikke forstås; der prøves igen",
            "Uniconta's answer could not be understood; it will be tried again"
        ),
    )
    .detail(detail)
}

fn uncertain(locale: Locale) -> Error {
    error(
        ErrorKind::Uncertain,
        "uniconta.outcome-unknown",
        say!(
            locale,
            "Uniconta svarede ikke, så det er uvist om ændringen kom med; der ses efter, før der prøves igen",
            "Uniconta did not answer, so it is not known whether the change was taken; it is looked up before it is tried again"
        ),
    )
}

fn unreachable_now(locale: Locale) -> Error {
    error(
        ErrorKind::Transient,
        "uniconta.unreachable",
        say!(
            locale,
            "Uniconta kan ikke nås lige nu; der prøves igen",
            "Uniconta cannot be reached right now; it will be tried again"
        ),
    )
}
