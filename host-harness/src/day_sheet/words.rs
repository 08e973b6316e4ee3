//! The words of a day's table, in both languages.

use crate::bindings::exports::configure::AccountSource;
use crate::bindings::types::Locale;

/// Words that stand by themselves.
pub(super) struct Words {
    pub(super) number: &'static str,
    pub(super) source: &'static str,
    pub(super) account: &'static str,
    pub(super) text: &'static str,
    pub(super) debit: &'static str,
    pub(super) credit: &'static str,
    pub(super) vat: &'static str,
    pub(super) dimension: &'static str,
    pub(super) period: &'static str,
    pub(super) missing: &'static str,
    pub(super) customer: &'static str,
    pub(super) sum: &'static str,
    pub(super) difference: &'static str,
    pub(super) whole: &'static str,
    pub(super) refused: &'static str,
    pub(super) stopped: &'static str,
    pub(super) stopped_unanswered: &'static str,
    pub(super) unchecked: &'static str,
    pub(super) awaits_person: &'static str,
    pub(super) posted: &'static str,
}

/// The words of a language.
pub(super) fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::Da => &DANISH,
        Locale::En => &ENGLISH,
    }
}

/// What an account was entered on.
pub(super) fn source(source: AccountSource, locale: Locale) -> &'static str {
    match (source, locale) {
        (AccountSource::ItemGroup, Locale::Da) => "varegruppe",
        (AccountSource::PaymentType, Locale::Da) => "betalingsværdi",
        (AccountSource::SpecialAccount, Locale::Da) => "specialkonto",
        (AccountSource::ItemGroup, Locale::En) => "item group",
        (AccountSource::PaymentType, Locale::En) => "payment type",
        (AccountSource::SpecialAccount, Locale::En) => "special account",
    }
}

/// The line above the table.
pub(super) fn title(id: &str, date: &str, department: &str, currency: &str, revision: u32, locale: Locale) -> String {
    let department = match (department, locale) {
        ("", _) => String::new(),
        (name, Locale::Da) => format!(", afdeling {name}"),
        (name, Locale::En) => format!(", department {name}"),
    };
    match locale {
        Locale::Da => format!("dagsrapport {id} for {date}{department}, {currency}, revision {revision}"),
        Locale::En => format!("day's report {id} of {date}{department}, {currency}, revision {revision}"),
    }
}

/// That amounts are minor units.
pub(super) fn unknown_currency(currency: &str, locale: Locale) -> String {
    match locale {
        Locale::Da => {
            format!("{currency:?} er ikke en valuta i ISO 4217 med decimaler; beløbene er i mindste enhed (f.eks. øre)")
        }
        Locale::En => {
            format!(
                "{currency:?} is no currency of ISO 4217 with decimals; amounts are in the smallest unit (e.g. cents)"
            )
        }
    }
}

/// The receipt in one line, without what is left for a person.
pub(super) fn receipt(journal: &str, voucher: &str, lines: usize, locale: Locale) -> String {
    match locale {
        Locale::Da => format!("kvittering: kladde {journal}, bilag {voucher}, linjer: {lines}"),
        Locale::En => format!("receipt: journal {journal}, voucher {voucher}, lines: {lines}"),
    }
}

/// That the voucher corrects another.
pub(super) fn corrects(voucher: &str, locale: Locale) -> String {
    match locale {
        Locale::Da => format!("retter bilag {voucher}"),
        Locale::En => format!("corrects voucher {voucher}"),
    }
}

/// That the receipt is of an earlier revision.
pub(super) fn earlier(revision: u32, locale: Locale) -> String {
    match locale {
        Locale::Da => format!("bogført allerede med revision {revision}"),
        Locale::En => format!("booked already with revision {revision}"),
    }
}

const DANISH: Words = Words {
    number: "nr.",
    source: "kilde",
    account: "konto",
    text: "tekst",
    debit: "debet",
    credit: "kredit",
    vat: "moms",
    dimension: "dimension",
    period: "periode",
    missing: "(mangler)",
    customer: "kunde",
    sum: "i alt",
    difference: "difference",
    whole: "hele rapporten",
    refused: "afvises",
    stopped: "det vides ikke, om dagen kan bogføres: kaldet mislykkedes",
    stopped_unanswered: "det vides ikke, om dagen kan bogføres: der kom intet svar fra regnskabssystemet",
    unchecked: "kontrollerne mod regnskabet er ikke foretaget, eller ikke alle: en prøvekørsel sender intet",
    awaits_person: "ligger i kladden og bogføres af en person",
    posted: "bogført",
};

const ENGLISH: Words = Words {
    number: "no.",
    source: "source",
    account: "account",
    text: "text",
    debit: "debit",
    credit: "credit",
    vat: "vat",
    dimension: "dimension",
    period: "period",
    missing: "(missing)",
    customer: "customer",
    sum: "total",
    difference: "difference",
    whole: "whole report",
    refused: "refused",
    stopped: "not known whether the day can be booked: the call failed",
    stopped_unanswered: "not known whether the day can be booked: there was no answer from the accounting system",
    unchecked: "the checks against the books were not made, or not all of them: a dry run sends nothing",
    awaits_person: "lies in the journal, for a person to post",
    posted: "posted",
};
