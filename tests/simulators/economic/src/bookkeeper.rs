//! What a bookkeeper does to journals and years at the screen, for tests: look, change or remove an entry, book, bar a period.
//!
//! All of it is about the first agreement.

use crate::checks::day;
use crate::economic::Economic;
use crate::ledger::{Booked, Entry, Sides, Unbookable, book, flaws};
use crate::legacy::periods_between;
use crate::resource::{ACCRUAL, Key};
use crate::resources::{ACCOUNTS, ENTRIES, JOURNALS, YEARS};
use crate::screen::{ScreenError, object};
use crate::state::days_of;
use serde_json::{Value, json};

fn no_entry(number: u64) -> ScreenError {
    ScreenError::NotFound(format!("entry {number}"))
}

impl Economic {
    /// The entries that lie in a journal, by number: the journal's and the voucher's number, and the properties by the names of the legacy
    /// interface, references as bare numbers.
    ///
    /// # Errors
    /// There is no such journal.
    pub fn entries(&self, journal: u64) -> Result<Vec<Value>, ScreenError> {
        self.at_the_screen(|scene| {
            let known = scene.agreement.books.row(&JOURNALS, None, &Key::Number(journal));
            known.ok_or_else(|| ScreenError::NotFound(format!("journal {journal}")))?;
            Ok(scene.agreement.ledger.of_journal(journal).map(|(_, entry)| shown(entry)).collect())
        })
    }

    /// The booked entries, by number.
    pub fn booked_entries(&self) -> Vec<Value> {
        self.with_first(|agreement| agreement.ledger.booked.iter().map(booked).collect()).unwrap_or_default()
    }

    /// Changes an entry: the given properties, references as bare numbers or codes; null takes one away.
    ///
    /// # Errors
    /// There is no such entry or property, or a rule refuses the change.
    pub fn edit_entry(&self, number: u64, changes: &Value) -> Result<Value, ScreenError> {
        let changes = object(changes)?;
        self.at_the_screen(|scene| {
            let mut entry = scene.agreement.ledger.entries.get(&number).ok_or_else(|| no_entry(number))?.clone();
            for (name, value) in changes {
                if ENTRIES.field(name).is_none_or(|field| field.server) {
                    return Err(ScreenError::NotFound(format!("property {name} of an entry that can be changed")));
                }
                match value {
                    Value::Null => entry.values.remove(name),
                    value => entry.values.insert(name.clone(), value.clone()),
                };
            }
            entry.version += 1;
            let broken = flaws(scene.agreement, &scene.config.switches, &entry, Sides::One);
            if !broken.is_empty() {
                return Err(ScreenError::Wrong(format!("e-conomic refuses it: {broken:?}")));
            }
            let after = shown(&entry);
            scene.agreement.ledger.entries.insert(number, entry);
            Ok(after)
        })
    }

    /// Removes an entry from its journal.
    ///
    /// # Errors
    /// There is no such entry.
    pub fn remove_entry(&self, number: u64) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            scene.agreement.ledger.entries.remove(&number).map(|_| ()).ok_or_else(|| no_entry(number))
        })
    }

    /// Spreads an entry over the days from one to another, `YYYY-MM-DD`, by way of an account (periodisering). Only the services show it,
    /// and booking takes no notice of it.
    ///
    /// # Errors
    /// There is no such entry or account, or the days are none.
    pub fn set_accrual(&self, entry: u64, account: u64, from: &str, to: &str) -> Result<(), ScreenError> {
        if day(from).zip(day(to)).is_none_or(|(from, to)| to < from) {
            return Err(ScreenError::Wrong(format!("{from} to {to} are not two days in order, YYYY-MM-DD")));
        }
        self.at_the_screen(|scene| {
            let known = scene.agreement.books.row(&ACCOUNTS, None, &Key::Number(account));
            known.ok_or_else(|| ScreenError::NotFound(format!("account {account}")))?;
            let entry = scene.agreement.ledger.entries.get_mut(&entry).ok_or_else(|| no_entry(entry))?;
            let accrual = json!({"account": account, "from": from, "to": to});
            entry.values.insert(ACCRUAL.to_owned(), accrual);
            Ok(())
        })
    }

    /// Makes a draft invoice and gives its number. Nothing but its deletion is simulated.
    pub fn draft_invoice(&self) -> u64 {
        let made = self.with_first(|agreement| {
            let number = agreement.draft_invoices.last().unwrap_or(&0) + 1;
            agreement.draft_invoices.insert(number);
            number
        });
        made.unwrap_or_default()
    }

    /// Books all of a journal.
    ///
    /// # Errors
    /// Nothing is booked where an entry cannot be.
    pub fn book_journal(&self, journal: u64) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            book(scene.agreement, &scene.config.switches, journal, None).map_err(|error| {
                ScreenError::Wrong(match error {
                    Unbookable::NoEntry(number) => format!("there is no entry {number}"),
                    Unbookable::Flawed(number, flaws) => format!("entry {number} cannot be booked: {flaws:?}"),
                    Unbookable::Unbalanced(voucher) => format!("voucher {voucher} does not sum to zero"),
                })
            })
        })
    }

    /// Bars the period that a day, `YYYY-MM-DD`, lies in, or opens it again.
    ///
    /// # Errors
    /// The day lies in no accounting year.
    pub fn set_period_barred(&self, date: &str, barred: bool) -> Result<(), ScreenError> {
        let wanted = day(date).ok_or_else(|| ScreenError::Wrong(format!("{date} is not a day, YYYY-MM-DD")))?;
        self.at_the_screen(|scene| {
            let years = scene.agreement.books.rows(&YEARS, None).values();
            let periods = years.filter_map(days_of).flat_map(|(from, to)| periods_between(from, to));
            let start = periods.filter(|(from, to)| *from <= wanted && wanted <= *to).map(|(from, _)| from).next();
            let start = start.ok_or_else(|| ScreenError::NotFound(format!("accounting year with {date}")))?;
            if barred {
                scene.agreement.barred.insert(start);
            } else {
                scene.agreement.barred.remove(&start);
            }
            Ok(())
        })
    }

    /// Closes an accounting year, or opens it again.
    ///
    /// # Errors
    /// There is no such year.
    pub fn set_year_closed(&self, year: &str, closed: bool) -> Result<(), ScreenError> {
        self.at_the_screen(|scene| {
            let rows = scene.agreement.books.rows_mut(&YEARS, None);
            let row = rows.get_mut(&Key::Text(year.to_owned()));
            let row = row.ok_or_else(|| ScreenError::NotFound(format!("accounting year {year}")))?;
            row.insert("closed".to_owned(), Value::Bool(closed));
            Ok(())
        })
    }
}

/// An entry as a test looks at it.
pub(crate) fn shown(entry: &Entry) -> Value {
    let mut shown = entry.values.clone();
    let own = json!({
        "journal": entry.journal,
        "accountingYear": entry.year,
        "voucher": entry.voucher,
        "entryType": entry.kind.word(),
    });
    shown.extend(own.as_object().cloned().unwrap_or_default());
    Value::Object(shown)
}

fn booked(booked: &Booked) -> Value {
    json!({
        "number": booked.number,
        "journal": booked.journal,
        "accountingYear": booked.year,
        "voucher": booked.voucher,
        "entryType": booked.kind.word(),
        "date": booked.date,
        "currency": booked.currency,
        "amount": booked.amount,
        "amountInBaseCurrency": booked.amount_in_base_currency,
        "account": booked.line.account,
        "customer": booked.line.customer,
        "vatCode": booked.line.vat_code,
        "text": booked.line.text,
    })
}
