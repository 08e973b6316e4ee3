//! Closed days into the books.

use crate::stage::{Stage, day, kind};
use crate::verdict::{Checked, Wrong, expect, fails};
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_day_closed::{DailyReport, Posting, Receipt, ReportLine};
use host_harness::bindings::types::ErrorKind;
use std::collections::BTreeMap;

/// Minor units by account.
type Sums = BTreeMap<String, i128>;

/// A day with these amounts, in minor units: each is debited on the one account and credited on the other.
pub(super) fn report(stage: &Stage, id: &str, revision: u32, amounts: &[i64]) -> Checked<DailyReport> {
    let books = stage.profile().books.as_ref();
    let books = books.ok_or_else(|| Wrong::CannotTry("the profile has no section books".to_owned()))?;
    let [debit, credit] = &books.accounts;
    let lines = amounts.iter().enumerate().flat_map(|(nth, amount)| {
        [(debit, *amount, "Dankort"), (credit, amount.saturating_neg(), "Kontingent")]
            .map(|(account, amount, name)| line(account, amount, &format!("{name} {nth}")))
    });
    let date = stage.profile().now.chars().take(10).collect();
    let (id, currency) = (id.to_owned(), books.currency.clone());
    Ok(DailyReport { id, date, department: String::new(), currency, revision, lines: lines.collect() })
}

fn line(account: &str, amount: i64, name: &str) -> ReportLine {
    ReportLine {
        source: if amount > 0 { AccountSource::PaymentType } else { AccountSource::ItemGroup },
        source_name: name.to_owned(),
        posting: Posting::Ledger(account.to_owned()),
        amount,
        vat_code: String::new(),
        text: format!("{name} af dagen"),
        dimensions: Default::default(),
        accrual: None,
    }
}

/// What stands on the report's accounts in the books, exactly.
async fn sums(stage: &Stage, report: &DailyReport) -> Checked<Sums> {
    let mut sums = Sums::new();
    for voucher in stage.books.vouchers().await? {
        for line in voucher.lines {
            let wanted = report
                .lines
                .iter()
                .any(|one| matches!(&one.posting, Posting::Ledger(account) if *account == line.account));
            if wanted {
                let minor = minor_units(&line.amount).ok_or_else(|| {
                    Wrong::Fails(format!("amounts have at most two decimals, and one is {}", line.amount))
                })?;
                *sums.entry(line.account).or_default() += minor;
            }
        }
    }
    Ok(sums)
}

/// Decimal text as hundredths; none for more decimals than two, unless they are zeros.
fn minor_units(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 2 {
        return None;
    }
    let minor: i128 = format!("{whole}{fraction:0<2}").parse().ok()?;
    Some(if negative { -minor } else { minor })
}

/// What a report says of each account.
fn wanted(report: &DailyReport) -> Sums {
    let mut sums = Sums::new();
    for line in &report.lines {
        if let Posting::Ledger(account) = &line.posting {
            *sums.entry(account.clone()).or_default() += i128::from(line.amount);
        }
    }
    sums
}

/// The books hold these amounts more than at first, on the report's accounts.
pub(super) async fn hold(stage: &Stage, report: &DailyReport, before: &Sums, times: i128) -> Checked {
    let now = sums(stage, report).await?;
    for (account, amount) in wanted(report) {
        let more = now.get(&account).unwrap_or(&0) - before.get(&account).unwrap_or(&0);
        expect(more == amount * times, || {
            format!("the books hold {} øre on account {account}, and hold {more}", amount * times)
        })?;
    }
    Ok(())
}

/// What the books hold before anything is sent.
pub(super) async fn before(stage: &Stage, report: &DailyReport) -> Checked<Sums> {
    sums(stage, report).await
}

async fn booked(stage: &mut Stage, report: &DailyReport) -> Checked<Receipt> {
    let receipt = stage.closed(report).await?;
    receipt.map_err(|error| {
        Wrong::Fails(format!("the day is booked, and is refused ({} {}): {}", kind(&error), error.code, error.message))
    })
}

pub(super) async fn closed(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let report = report(stage, "day-1", 1, &[12_550, 9_900, 5])?;
    let first = before(stage, &report).await?;
    let receipt = booked(stage, &report).await?;
    hold(stage, &report, &first, 1).await?;
    let debit: u64 = 12_550 + 9_900 + 5;
    expect(receipt.total_debit == debit && receipt.total_credit == debit, || {
        format!("the receipt's totals are {debit} øre, and are {} and {}", receipt.total_debit, receipt.total_credit)
    })?;
    expect(receipt.corrects.is_empty() && receipt.revision == 1, || {
        "the receipt is of revision 1 and corrects nothing".to_owned()
    })?;
    expect(receipt.lines.len() == report.lines.len(), || {
        format!(
            "the receipt has a line for each of the report's {}, and has {}",
            report.lines.len(),
            receipt.lines.len()
        )
    })?;
    let there = stage.books.vouchers().await?.iter().any(|voucher| names(&receipt.voucher, &voucher.voucher));
    expect(there, || format!("the receipt's voucher {} is in the books, and is not", receipt.voucher))
}

/// Whether a receipt's voucher is this number, alone or with a mark of the connector's own behind it.
fn names(voucher: &str, number: &str) -> bool {
    let rest = voucher.strip_prefix(number).filter(|_| !number.is_empty());
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

pub(super) async fn twice(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let report = report(stage, "day-1", 1, &[12_550, 9_900])?;
    let first = before(stage, &report).await?;
    // The host lost the receipt, and sends the day again.
    let event = stage.day(&report)?;
    let one = day(&stage.run_and_forget(&event).await?)?.map_err(|error| Wrong::Fails(error.message))?;
    let other = day(&stage.run_again(&event).await?)?.map_err(|error| {
        Wrong::Fails(format!("the day that is booked is found again, and is refused: {}", error.message))
    })?;
    hold(stage, &report, &first, 1).await?;
    expect(one.voucher == other.voucher, || {
        format!("both receipts name one voucher, and name {} and {}", one.voucher, other.voucher)
    })?;
    // The host has the receipt, and sends the day again.
    let again = booked(stage, &report).await?;
    hold(stage, &report, &first, 1).await?;
    expect(again.voucher == other.voucher, || {
        "the same content again is answered with the receipt there is".to_owned()
    })?;
    // Another day of the same content is another day.
    let next = DailyReport { id: "day-2".to_owned(), ..report.clone() };
    booked(stage, &next).await?;
    hold(stage, &report, &first, 2).await
}

pub(super) async fn corrected(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let first_report = report(stage, "day-1", 1, &[12_550, 9_900])?;
    let first = before(stage, &first_report).await?;
    let receipt = booked(stage, &first_report).await?;
    let second_report = report(stage, "day-1", 2, &[12_550, 8_800, 700])?;
    let correction = booked(stage, &second_report).await?;
    hold(stage, &second_report, &first, 1).await?;
    expect(correction.corrects == receipt.voucher && correction.revision == 2, || {
        format!(
            "the correction is of revision 2 and corrects voucher {}, and it corrects {:?}",
            receipt.voucher, correction.corrects
        )
    })?;
    // Other content under a revision that is booked.
    let conflicting = report(stage, "day-1", 2, &[100])?;
    match stage.closed(&conflicting).await? {
        Err(error) if error.kind == ErrorKind::Conflict => {}
        Err(error) => {
            return fails(format!("other content under the same revision is a conflict, and is {}", kind(&error)));
        }
        Ok(_) => return fails("other content under the same revision is a conflict, and was booked"),
    }
    hold(stage, &second_report, &first, 1).await
}

pub(super) async fn refused(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let good = report(stage, "day-1", 1, &[12_550])?;
    let first = before(stage, &good).await?;
    let missing = stage.profile().books.as_ref().map(|books| books.missing_account.clone()).unwrap_or_default();
    let mut unbalanced = good.clone();
    unbalanced.lines.truncate(1);
    let mut without_account = good.clone();
    let mut unknown_account = good.clone();
    for (report, account) in [(&mut without_account, ""), (&mut unknown_account, missing.as_str())] {
        if let Some(line) = report.lines.first_mut() {
            line.posting = Posting::Ledger(account.to_owned());
        }
    }
    for (what, report, names) in [
        ("does not balance", unbalanced, ""),
        ("has a line without an account", without_account, "Dankort 0"),
        ("has an account that is not there", unknown_account, missing.as_str()),
    ] {
        match stage.closed(&report).await? {
            Ok(_) => return fails(format!("a day that {what} is refused, and was booked")),
            Err(error) => {
                expect(error.kind == ErrorKind::Validation, || {
                    format!("a day that {what} is a validation, and is {}", kind(&error))
                })?;
                expect(error.message.contains(names), || {
                    format!("the refusal of a day that {what} names {names:?}: {}", error.message)
                })?;
            }
        }
        hold(stage, &good, &first, 0).await?;
    }
    Ok(())
}

pub(super) async fn exact(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let largest = stage.profile().books.as_ref().map(|books| books.largest_amount).unwrap_or_default();
    let largest = i64::try_from(largest).unwrap_or(i64::MAX);
    let report = report(stage, "day-1", 1, &[1, 10, 20, 29, 105, 115, 100_000_001, 16_777_217, largest / 3, largest])?;
    let first = before(stage, &report).await?;
    booked(stage, &report).await?;
    hold(stage, &report, &first, 1).await
}

#[cfg(test)]
mod tests {
    use super::{minor_units, names};

    #[test]
    fn a_voucher_is_named_by_its_whole_number() {
        assert!(names("50001", "50001") && names("50001/FB563451601", "50001"));
        assert!(!names("50001", "5000") && !names("50001", "") && !names("50001", "150001"));
    }

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        assert_eq!(minor_units("-1250.5"), Some(-125_050));
        assert_eq!(minor_units("0.300"), Some(30));
        assert_eq!(minor_units("9999999999999.99"), Some(999_999_999_999_999));
        assert_eq!(minor_units("0.30000000000000004"), None);
        assert_eq!(minor_units("1e5"), None);
    }
}
