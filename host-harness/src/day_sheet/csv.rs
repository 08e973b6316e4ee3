//! Days as CSV for a spreadsheet: one line for each line of a report.
//!
//! Written for what Danish spreadsheets open by a double click: UTF-8 with a byte order mark (without it æøå are read as
//! something else), semicolons, lines ended by CR LF, and the decimal mark of the chosen language, since a program of the
//! other language would read `1250,50` as 125050. A text that a spreadsheet would run as a formula gets an apostrophe in
//! front; amounts are digits and a mark, never a formula.

use super::amount::{decimals, for_spreadsheet};
use super::{DayOutcome, DaySheet, account, customer, dimensions};
use crate::bindings::types::Locale;
use crate::replay::to_json;

/// The byte order mark.
const MARK: &str = "\u{feff}";

const COLUMNS: [&str; 28] = [
    "event",
    "report",
    "revision",
    "date",
    "department",
    "currency",
    "decimals",
    "line",
    "source",
    "source-name",
    "account",
    "customer",
    "text",
    "debit",
    "credit",
    "vat-code",
    "dimension-1",
    "dimension-2",
    "dimension-3",
    "dimension-4",
    "dimension-5",
    "accrual-first",
    "accrual-last",
    "outcome",
    "code",
    "journal",
    "voucher",
    "adjustments",
];

/// One day, and the event of the scenario it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct CsvDay<'a> {
    /// From 1.
    pub event: usize,
    /// The day.
    pub sheet: &'a DaySheet,
}

/// All lines of all days, in order, under one heading. `decimals` is empty for a currency that is not known, and the
/// amounts of those lines are minor units.
///
/// # Errors
/// None that is known: text is written to memory.
pub fn csv(days: &[CsvDay<'_>], locale: Locale) -> Result<String, ::csv::Error> {
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(::csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec());
    writer.write_record(COLUMNS)?;
    for day in days {
        for record in records(day, locale) {
            writer.write_record(record)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn records<'a>(day: &'a CsvDay<'_>, locale: Locale) -> impl Iterator<Item = [String; 28]> + 'a {
    let report = &day.sheet.report;
    let decimals = decimals(&report.currency);
    let (outcome, code) = match &day.sheet.outcome {
        DayOutcome::Booked(_) => ("booked", ""),
        DayOutcome::Refused { code, .. } => ("refused", code.as_str()),
        DayOutcome::Stopped { code, .. } => ("not-known", code.as_str()),
    };
    let receipt = day.sheet.outcome.receipt();
    report.lines.iter().enumerate().map(move |(place, line)| {
        let amount = i128::from(line.amount);
        let written = for_spreadsheet(amount.saturating_abs(), decimals, locale);
        let (debit, credit) = if amount < 0 { (String::new(), written) } else { (written, String::new()) };
        let adjustments: Vec<&str> =
            day.sheet.adjustments(Some(place)).map(|adjustment| adjustment.message.as_str()).collect();
        let accrual = line.accrual.as_ref();
        let [one, two, three, four, five] = dimensions(line).map(text);
        [
            day.event.to_string(),
            text(&report.id),
            report.revision.to_string(),
            text(&report.date),
            text(&report.department),
            text(&report.currency),
            decimals.map(|decimals| decimals.to_string()).unwrap_or_default(),
            place.saturating_add(1).to_string(),
            to_json(&line.source).as_str().unwrap_or_default().to_owned(),
            text(&line.source_name),
            text(account(line).unwrap_or_default()),
            text(customer(line).unwrap_or_default()),
            text(&line.text),
            debit,
            credit,
            text(&line.vat_code),
            one,
            two,
            three,
            four,
            five,
            text(accrual.map(|accrual| accrual.first.as_str()).unwrap_or_default()),
            text(accrual.map(|accrual| accrual.last.as_str()).unwrap_or_default()),
            outcome.to_owned(),
            text(code),
            text(receipt.map(|receipt| receipt.journal.as_str()).unwrap_or_default()),
            text(receipt.map(|receipt| receipt.voucher.as_str()).unwrap_or_default()),
            text(&adjustments.join("; ")),
        ]
    })
}

/// A text that no spreadsheet takes for a formula: they begin with `=`, `+`, `-` or `@`, and a blank that a program cuts
/// off first does not help.
fn text(field: &str) -> String {
    let begins = field.trim_start().starts_with(['=', '+', '-', '@']);
    let blank = field.starts_with(['\t', '\r', '\n']);
    if begins || blank { format!("'{field}") } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("+45 12 34 56 78", "'+45 12 34 56 78")]
    #[case("-5", "'-5")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case(" =1+1", "' =1+1")]
    #[case("\t=1+1", "'\t=1+1")]
    #[case("\rx", "'\rx")]
    #[case("1010", "1010")]
    #[case("a=b", "a=b")]
    #[case("", "")]
    fn no_text_is_a_formula(#[case] field: &str, #[case] written: &str) {
        assert_eq!(text(field), written);
    }
}
