//! What posting a journal would write. Made without touching the books, so that a journal is posted wholly or not at all.

use super::Fault;
use super::entries::{Amounts, Entry, Making};
use super::line::{SIDES, amounts, check_again, check_side, check_voucher, posting_day, years};
use super::money::decimals;
use crate::books::{Books, Row};
use crate::kept::{Values, flag, number, text, whole};
use crate::refusal::{ErrorCode, Refusal};
use crate::switches::Switches;
use crate::tables::{DEBTOR, DEBTOR_TRANS, GL_ACCOUNT, GL_TRANS, JOURNAL_LINE, table_named};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is written, checked and numbered.
#[derive(Debug)]
pub(super) struct Plan {
    entries: Vec<Numbered>,
    lines: Vec<u32>,
    series: Series,
}

/// New numbers for vouchers, where the journal assigns them when it is posted.
#[derive(Debug, Default)]
struct Series {
    numbers: BTreeMap<Voucher, i64>,
    /// Row of the number series, and what it stands at afterwards.
    next: Option<(u32, i64)>,
}

#[derive(Debug)]
struct Numbered {
    entry: Entry,
    post_type: Option<Value>,
}

/// The lines of one voucher: its number in the journal and, where that is 0, its day.
type Voucher = (i64, Option<Date>);

/// Where a voucher stands.
#[derive(Debug, Default)]
struct Sums {
    by_day: BTreeMap<Date, Decimal>,
    last_line: u32,
    last_account: String,
}

impl Plan {
    /// Plans the posting of a journal's lines up to and with a day.
    ///
    /// # Errors
    /// The journal breaks a rule; the fault says which and where.
    pub(super) fn new(books: &Books, journal: &Row, last: Option<Date>, switches: &Switches) -> Result<Self, Fault> {
        if flag(&journal.values, "Blocked") {
            return Err(ErrorCode::JournalIsBlocked.into());
        }
        let chosen = lines(books, journal, last);
        if chosen.is_empty() {
            return Err(ErrorCode::NoLinesFound.into());
        }
        let assigned = flag(&journal.values, "GenerateVoucher");
        let years = years(books);
        let own = own_decimals(books);
        let mut made = Vec::new();
        let mut vouchers: BTreeMap<Voucher, Sums> = BTreeMap::new();
        let mut order = Vec::new();
        for (count, values) in &chosen {
            let account = text(values, "Account").unwrap_or_default();
            let at = |refusal| Fault { refusal, line: *count, account: account.to_owned() };
            let day = posting_day(values, &years, books).map_err(at)?;
            if !assigned {
                check_voucher(values).map_err(at)?;
            }
            check_again(values, books, switches).map_err(at)?;
            let number = whole(values, "Voucher");
            let voucher = (number, (number == 0).then_some(day));
            let sums = vouchers.entry(voucher).or_insert_with(|| {
                order.push(voucher);
                Sums::default()
            });
            (sums.last_line, sums.last_account) = (*count, account.to_owned());
            for entry in entries(books, values, own, switches).map_err(at)? {
                let sum = sums.by_day.entry(day).or_default();
                let too_large = || at(Refusal::on(ErrorCode::FieldHasinvalidValue, "Debit"));
                *sum = sum.checked_add(entry.amount).ok_or_else(too_large)?;
                made.push((voucher, Numbered { entry, post_type: values.get("DCPostType").cloned() }));
            }
        }
        for sums in order.iter().filter_map(|voucher| vouchers.get(voucher)) {
            sums.check()?;
        }
        let series = if assigned { Series::new(books, journal, &order, switches)? } else { Series::default() };
        let mut plan =
            Self { entries: Vec::new(), lines: chosen.iter().filter_map(|(_, values)| id(values)).collect(), series };
        plan.number(made, journal);
        Ok(plan)
    }

    /// Writes the voucher, its line and the number series on each row.
    fn number(&mut self, made: Vec<(Voucher, Numbered)>, journal: &Row) {
        let mut within: BTreeMap<Voucher, u32> = BTreeMap::new();
        for (voucher, mut numbered) in made {
            let line = within.entry(voucher).or_default();
            *line = line.saturating_add(1);
            let values = &mut numbered.entry.values;
            let number = self.series.numbers.get(&voucher).copied().unwrap_or(voucher.0);
            values.insert("Voucher".to_owned(), Value::from(number));
            values.insert("VoucherLine".to_owned(), Value::from(*line));
            values.extend(journal.values.get("NumberSerie").map(|serie| ("NumberSerie".to_owned(), serie.clone())));
            self.entries.push(numbered);
        }
    }

    /// Carries it out and gives the number of the posted journal.
    pub(super) fn carry_out(self, books: &mut Books) -> u32 {
        let posted = table_named(GL_TRANS).into_iter().flat_map(|table| books.rows(table));
        let before = posted.map(|(_, row)| whole(&row.values, "JournalPostedId")).max().unwrap_or(0);
        let number = u32::try_from(before).unwrap_or(0).saturating_add(1);
        for Numbered { mut entry, post_type } in self.entries {
            entry.values.insert("JournalPostedId".to_owned(), Value::from(number));
            books.note_transaction(GL_ACCOUNT, entry.account_row, entry.amount);
            if let Some(member) = &entry.subledger {
                books.note_transaction(member.table, member.row_id, entry.amount);
                if member.table == DEBTOR {
                    books.enter(DEBTOR_TRANS, debtor_row(&entry.values, post_type));
                }
            }
            books.enter(GL_TRANS, entry.values);
        }
        books.drop_rows(JOURNAL_LINE, &self.lines);
        if let (Some((row_id, next)), Some(table)) = (self.series.next, table_named("NumberSerie"))
            && let Some(row) = books.row_mut(table, row_id)
        {
            row.values.insert("Next".to_owned(), Value::from(next));
        }
        number
    }
}

impl Sums {
    /// A voucher is zero as a whole, and on each of its days.
    fn check(&self) -> Result<(), Fault> {
        let fault =
            |code| Fault { refusal: Refusal::of(code), line: self.last_line, account: self.last_account.clone() };
        let whole = self.by_day.values().try_fold(Decimal::ZERO, |sum, day| sum.checked_add(*day));
        if whole != Some(Decimal::ZERO) {
            return Err(fault(ErrorCode::VoucherSumNotZero));
        }
        match self.by_day.values().all(|sum| *sum == Decimal::ZERO) {
            true => Ok(()),
            false => Err(fault(ErrorCode::DateSumNotZero)),
        }
    }
}

/// The lines to post, each with its place in the journal.
fn lines<'b>(books: &'b Books, journal: &Row, last: Option<Date>) -> Vec<(u32, &'b Values)> {
    let key = journal.values.get("Journal");
    let all = table_named(JOURNAL_LINE).into_iter().flat_map(|table| books.rows(table));
    let mut own: Vec<&Values> = all.map(|(_, row)| &row.values).filter(|values| values.get("Journal") == key).collect();
    own.sort_by_cached_key(|values| (number(values, "LineNumber"), id(values)));
    let approved = flag(&journal.values, "UseApproved");
    let posts = |values: &Values| {
        let late = last.is_some_and(|last| crate::kept::day(values, "Date").is_some_and(|day| day > last));
        !flag(values, "OnHold") && (!approved || flag(values, "Approved")) && !late
    };
    (1_u32..).zip(own).filter(|(_, values)| posts(values)).collect()
}

/// The rows that both sides of a line become.
fn entries(books: &Books, values: &Values, own: u32, switches: &Switches) -> Result<Vec<Entry>, Refusal> {
    let (amount, in_currency) = amounts(values, own)?;
    let mut entries = Vec::new();
    for (side, turned) in SIDES {
        let Some(party) = books.party(values, side, switches)? else {
            continue;
        };
        check_side(values, side, party, books, switches)?;
        let turn = |amount: Decimal| if turned { Decimal::ZERO - amount } else { amount };
        let making = Making { books, line: values, side, decimals: own, switches };
        entries.extend(making.entries(party, Amounts { own: turn(amount), in_currency: in_currency.map(turn) })?);
    }
    Ok(entries)
}

impl Series {
    fn new(books: &Books, journal: &Row, vouchers: &[Voucher], switches: &Switches) -> Result<Self, Fault> {
        let serie = text(&journal.values, "NumberSerie").and_then(|key| books.keyed("NumberSerie", key, switches));
        let values = &serie.ok_or(ErrorCode::NumberSerieDoesNotExist)?.values;
        if flag(values, "Blocked") {
            return Err(ErrorCode::NumberSerieIsBlocked.into());
        }
        let first = whole(values, "Next").max(whole(values, "FirstValue")).max(1);
        let next = first.saturating_add(i64::try_from(vouchers.len()).unwrap_or(i64::MAX));
        let last = whole(values, "LastValue");
        if last != 0 && next > last.saturating_add(1) {
            return Err(ErrorCode::SequenceNumberError.into());
        }
        let numbers = vouchers.iter().copied().zip(first..).collect();
        Ok(Self { numbers, next: id(values).map(|row_id| (row_id, next)) })
    }
}

/// The transaction on the debtor that goes with a row on the summary account.
fn debtor_row(values: &Values, post_type: Option<Value>) -> Values {
    let same: BTreeSet<&str> = table_named(DEBTOR_TRANS)
        .into_iter()
        .flat_map(|table| table.properties.iter().map(|property| property.name.as_str()))
        .collect();
    let mut row: Values =
        values.iter().filter(|(name, _)| same.contains(name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect();
    for (own, theirs) in [("Account", "DCAccount"), ("Name", "DCName")] {
        row.remove(own);
        row.extend(values.get(theirs).map(|value| (own.to_owned(), value.clone())));
    }
    row.extend(post_type.map(|post_type| ("PostType".to_owned(), post_type)));
    row
}

/// Decimals of the company's currency.
fn own_decimals(books: &Books) -> u32 {
    let company = table_named("Company").and_then(|table| books.rows(table).next());
    decimals(company.and_then(|(_, row)| text(&row.values, "CurrencyId")).unwrap_or("DKK"))
}

fn id(values: &Values) -> Option<u32> {
    values.get("RowId").and_then(crate::books::row_id_of)
}
