//! Numbers, how long things took, and what stands for a name that is not known.

use host_harness::bindings::types::Locale;

texts! {
    the_accounting_system(): "regnskabssystemet", "the accounting system";
    under_a_minute(): "under et minut", "less than a minute";
}

pub(in crate::doctor) fn minutes(count: i64, locale: Locale) -> String {
    counted(count, ["minut", "minutter"], ["minute", "minutes"], locale)
}

pub(in crate::doctor) fn hours(count: i64, locale: Locale) -> String {
    counted(count, ["time", "timer"], ["hour", "hours"], locale)
}

pub(in crate::doctor) fn days(count: i64, locale: Locale) -> String {
    counted(count, ["dag", "dage"], ["day", "days"], locale)
}

fn counted(count: i64, [da_one, da_more]: [&str; 2], [en_one, en_more]: [&str; 2], locale: Locale) -> String {
    let noun = match (locale, count) {
        (Locale::Da, 1) => da_one,
        (Locale::Da, _) => da_more,
        (Locale::En, 1) => en_one,
        (Locale::En, _) => en_more,
    };
    format!("{} {noun}", grouped(i128::from(count), locale))
}

/// `5.000` in Danish, `5,000` in English.
pub(in crate::doctor) fn grouped(number: i128, locale: Locale) -> String {
    let between = match locale {
        Locale::Da => '.',
        Locale::En => ',',
    };
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(between);
        }
        out.push(digit);
    }
    out
}
