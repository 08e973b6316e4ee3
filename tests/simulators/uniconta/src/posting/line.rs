//! The rules that a single line must fulfil to be posted.

use super::money::{decimals, fits};
use crate::books::Books;
use crate::books::journal::{ACCOUNT, DIMENSIONS, Ledger, OFFSET, Party, Side};
use crate::kept::{Values, day, flag, number, text, whole};
use crate::refusal::{ErrorCode, Refusal};
use crate::switches::Switches;
use crate::tables::{FINANCE_YEAR, JOURNAL_LINE, table_named};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A finance year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Year {
    from: Date,
    to: Date,
    open: bool,
}

/// The finance years of a company.
pub(super) fn years(books: &Books) -> Vec<Year> {
    let rows = table_named(FINANCE_YEAR).into_iter().flat_map(|table| books.rows(table));
    rows.filter_map(|(_, row)| {
        let values = &row.values;
        let open = flag(values, "Open") && !flag(values, "Closed") && !flag(values, "Blocked");
        Some(Year { from: day(values, "FromDate")?, to: day(values, "ToDate")?, open })
    })
    .collect()
}

/// The day of a line, which must lie in an open month of an open year.
pub(super) fn posting_day(values: &Values, years: &[Year], books: &Books) -> Result<Date, Refusal> {
    let refuse = |code| Refusal::on(code, "Date");
    let day = day(values, "Date").ok_or_else(|| refuse(ErrorCode::DateNotSet))?;
    let year = years.iter().find(|year| year.from <= day && day <= year.to);
    match year {
        None => Err(refuse(ErrorCode::FinancePeriodDoesNotExist)),
        Some(year) if !year.open => Err(refuse(ErrorCode::FinancePeriodNotOpen)),
        Some(_) if books.is_month_closed(day) => Err(refuse(ErrorCode::MonthNotOpen)),
        Some(_) => Ok(day),
    }
}

/// The amount of a line in a currency of so many decimals, and in its own currency where it has one.
pub(super) fn amounts(values: &Values, own_decimals: u32) -> Result<(Decimal, Option<Decimal>), Refusal> {
    let refuse = |code| Err(Refusal::on(code, "Debit"));
    let (amount, in_currency) = (number(values, "Amount"), number(values, "AmountCur"));
    if !fits(amount, own_decimals) || !fits(in_currency, decimals(text(values, "Currency").unwrap_or_default())) {
        return refuse(ErrorCode::FieldHasinvalidValue);
    }
    if in_currency == Decimal::ZERO {
        return Ok((amount, None));
    }
    if amount == Decimal::ZERO {
        return refuse(ErrorCode::NoExchangeRate);
    }
    if amount.is_sign_negative() != in_currency.is_sign_negative() {
        return refuse(ErrorCode::AmountAndAmountCurHasDifferentSign);
    }
    Ok((amount, Some(in_currency)))
}

/// What is checked when a line is written is checked again: the books may have changed, or the switch leaves it to posting.
pub(super) fn check_again(values: &Values, books: &Books, switches: &Switches) -> Result<(), Refusal> {
    if text(values, ACCOUNT.account).is_none() {
        return Err(Refusal::on(ErrorCode::AccountIsMissing, ACCOUNT.account));
    }
    books.check_parties(values, switches)?;
    let references = table_named(JOURNAL_LINE).into_iter().flat_map(|table| &table.properties);
    for property in references {
        if let (Some((target, code)), Some(key)) = (property.reference, text(values, &property.name))
            && books.keyed(target, key, switches).is_none()
        {
            return Err(Refusal::on(code, &property.name));
        }
    }
    Ok(())
}

/// Whether a line has a voucher number.
pub(super) fn check_voucher(values: &Values) -> Result<(), Refusal> {
    match whole(values, "Voucher") {
        0 => Err(Refusal::on(ErrorCode::VoucherCannotBeZero, "Voucher")),
        _ => Ok(()),
    }
}

/// What the account of a side asks of the line: dimensions, and a VAT code of its kind, or none.
pub(super) fn check_side(
    values: &Values,
    side: Side,
    party: Party<'_>,
    books: &Books,
    switches: &Switches,
) -> Result<(), Refusal> {
    if party.ledger != Ledger::Finance {
        return Ok(());
    }
    let account = &party.row.values;
    let policies = ["Dim1Parm", "Dim2Parm", "Dim3Parm", "Dim4Parm", "Dim5Parm"];
    for (policy, dimension) in policies.into_iter().zip(DIMENSIONS) {
        if text(account, policy) == Some("Mandatory") && text(values, dimension).is_none() {
            return Err(Refusal::on(ErrorCode::DimensionIsMandatory, dimension));
        }
    }
    let refuse = |code| Err(Refusal::on(code, side.vat));
    let code = text(values, side.vat).and_then(|key| books.keyed("GLVat", key, switches));
    match (text(account, "MandatoryTax"), code) {
        (Some("Mandatory"), None) => return refuse(ErrorCode::AccountHasMandatoryVat),
        (Some("NoVat"), Some(_)) => return refuse(ErrorCode::VatCodeCannotBeUsedOnThisAccount),
        _ => {}
    }
    let purchase = code.map(|code| text(&code.values, "VatType") == Some("Buy"));
    match (text(account, "AccountType"), purchase) {
        (Some("Revenue" | "Income"), Some(true)) => refuse(ErrorCode::PurchaseVatCannotBeUsedOnSalesAccount),
        (Some("Cost" | "CostOfGoodSold" | "Expense" | "Depreciasions"), Some(false)) => {
            refuse(ErrorCode::SalesVatCannotBeUsedOnPurchaceAccount)
        }
        _ => Ok(()),
    }
}

/// The sides of a line, and whether the amount changes its sign there.
pub(super) const SIDES: [(Side, bool); 2] = [(ACCOUNT, false), (OFFSET, true)];
