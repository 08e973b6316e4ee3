//! A day as a table: a line for each line of the report, sums, and what the connector says.

use super::amount::{decimals, for_people};
use super::words::{self, Words, words};
use super::{DayOutcome, DaySheet, account, customer, dimensions};
use crate::bindings::exports::on_day_closed::{Adjustment, PostingState, Receipt, ReportLine};
use crate::bindings::types::Locale;
use crate::table::{lines, table, to_the_right};

/// The columns that are there only when a line uses them.
struct Used {
    vat: bool,
    dimensions: Vec<usize>,
    period: bool,
}

impl DaySheet {
    /// The day as people read it, in their language.
    pub fn text(&self, locale: Locale) -> String {
        let (report, words) = (&self.report, words(locale));
        let mut out = vec![one_line(&words::title(
            &report.id,
            &report.date,
            &report.department,
            &report.currency,
            report.revision,
            locale,
        ))];
        if decimals(&report.currency).is_none() {
            out.push(one_line(&words::unknown_currency(&report.currency, locale)));
        }
        out.push(String::new());
        self.table_text(locale, words, &mut out);
        out.push(String::new());
        self.outcome_text(locale, words, &mut out);
        out.iter().map(|line| format!("{line}\n")).collect()
    }

    fn table_text(&self, locale: Locale, words: &Words, out: &mut Vec<String>) {
        let (used, decimals) = (self.used(), decimals(&self.report.currency));
        let amount = |minor_units: i128| for_people(minor_units, decimals, locale);
        let dimension_headings: Vec<String> =
            used.dimensions.iter().map(|place| format!("{} {}", words.dimension, place.saturating_add(1))).collect();
        let mut headings = vec![words.number, words.source, words.account, words.text, words.debit, words.credit];
        headings.extend(used.vat.then_some(words.vat));
        headings.extend(dimension_headings.iter().map(String::as_str));
        headings.extend(used.period.then_some(words.period));
        let mut rows = table(&headings);
        for (place, line) in self.report.lines.iter().enumerate() {
            let mut row = vec![place.saturating_add(1).to_string()];
            row.extend(line_cells(line, locale, words));
            row.extend(sides(i128::from(line.amount), amount));
            row.extend(used.vat.then(|| one_line(&line.vat_code)));
            let all = dimensions(line);
            row.extend(
                used.dimensions.iter().map(|place| all.get(*place).map(|value| one_line(value)).unwrap_or_default()),
            );
            row.extend(used.period.then(|| period(line)));
            rows.add_row(row);
        }
        let sums = self.sums();
        let below = |word: &str, debit: String, credit: String| {
            [String::new(), String::new(), String::new(), word.to_owned(), debit, credit]
        };
        rows.add_row(below(words.sum, amount(sums.debit), amount(sums.credit)));
        if sums.difference() != 0 {
            let [debit, credit] = sides(sums.difference(), amount);
            rows.add_row(below(words.difference, debit, credit));
        }
        for right in [0, 4, 5] {
            to_the_right(&mut rows, right);
        }
        // Headings first; no cell has a line break, so each row is one line.
        for (place, text) in lines(&rows).enumerate() {
            out.push(text);
            let line = place.checked_sub(1).filter(|line| *line < self.report.lines.len());
            out.extend(line.into_iter().flat_map(|line| self.adjustments(Some(line))).map(|one| adjusted(one, None)));
        }
    }

    fn outcome_text(&self, locale: Locale, words: &Words, out: &mut Vec<String>) {
        let said = |out: &mut Vec<String>, what: &str, code: &str, lines: &[String]| {
            let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
            out.push(format!("{what}{code}"));
            out.extend(lines.iter().map(|line| format!("  {}", one_line(line))));
        };
        match &self.outcome {
            DayOutcome::Booked(receipt) => out.push(one_line(&self.receipt_text(receipt, locale, words))),
            DayOutcome::Refused { code, lines } => said(out, words.refused, code, lines),
            DayOutcome::Stopped { code, lines } if self.unanswered => said(out, words.stopped_unanswered, code, lines),
            DayOutcome::Stopped { code, lines } => said(out, words.stopped, code, lines),
        }
        out.extend(self.adjustments(None).map(|one| adjusted(one, Some(words.whole))));
        if self.unanswered {
            out.push(words.unchecked.to_owned());
        }
    }

    fn receipt_text(&self, receipt: &Receipt, locale: Locale, words: &Words) -> String {
        let mut parts = vec![words::receipt(&receipt.journal, &receipt.voucher, receipt.lines.len(), locale)];
        if !receipt.corrects.is_empty() {
            parts.push(words::corrects(&receipt.corrects, locale));
        }
        if receipt.revision != self.report.revision {
            parts.push(words::earlier(receipt.revision, locale));
        }
        let state = match receipt.state {
            PostingState::AwaitsPerson => words.awaits_person,
            PostingState::Posted => words.posted,
        };
        parts.push(state.to_owned());
        parts.join("; ")
    }

    fn used(&self) -> Used {
        let lines = &self.report.lines;
        let used = |place: &usize| {
            lines.iter().any(|line| dimensions(line).get(*place).is_some_and(|value| !value.is_empty()))
        };
        Used {
            vat: lines.iter().any(|line| !line.vat_code.is_empty()),
            dimensions: (0..5).filter(used).collect(),
            period: lines.iter().any(|line| line.accrual.is_some()),
        }
    }
}

/// Source, account or customer, and text.
fn line_cells(line: &ReportLine, locale: Locale, words: &Words) -> [String; 3] {
    let source = format!("{} {}", words::source(line.source, locale), line.source_name);
    let account = match (account(line), customer(line)) {
        (None, Some(id)) => format!("{} {id}", words.customer),
        (None | Some(""), _) => words.missing.to_owned(),
        (Some(account), _) => account.to_owned(),
    };
    [one_line(&source), one_line(&account), one_line(&line.text)]
}

/// An amount on its side: debit, credit.
fn sides(minor_units: i128, amount: impl Fn(i128) -> String) -> [String; 2] {
    if minor_units < 0 {
        [String::new(), amount(minor_units.saturating_neg())]
    } else {
        [amount(minor_units), String::new()]
    }
}

fn period(line: &ReportLine) -> String {
    line.accrual.as_ref().map(|accrual| one_line(&format!("{} – {}", accrual.first, accrual.last))).unwrap_or_default()
}

fn adjusted(adjustment: &Adjustment, about: Option<&str>) -> String {
    let about = about.map(|about| format!("{about}: ")).unwrap_or_default();
    one_line(&format!("     → {about}{} ({})", adjustment.message, adjustment.code))
}

/// What was typed cannot break a line or move the cursor.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
