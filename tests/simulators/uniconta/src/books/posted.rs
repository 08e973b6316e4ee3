//! What only posting does to the books: rows that no caller may write, lines that leave their journal, months that are closed.

use super::{Books, Row};
use crate::kept::{Values, kept_number, number};
use crate::tables::table_named;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

impl Books {
    /// Adds a row of a table that only posting writes. What it holds was checked by whoever made it.
    pub(crate) fn enter(&mut self, table: &str, mut values: Values) {
        let company = self.company;
        if let Some(rows) = table_named(table).and_then(|table| self.tables.get_mut(table.name)) {
            let row_id = rows.next;
            values.insert("RowId".to_owned(), Value::from(row_id));
            values.insert("CompanyId".to_owned(), Value::from(company));
            rows.by_id.insert(row_id, Row { values, has_transactions: false });
            rows.next = row_id.saturating_add(1);
        }
    }

    /// Removes rows of a table without a key.
    pub(crate) fn drop_rows(&mut self, table: &str, row_ids: &[u32]) {
        if let Some(rows) = table_named(table).and_then(|table| self.tables.get_mut(table.name)) {
            for row_id in row_ids {
                rows.by_id.remove(row_id);
            }
        }
    }

    /// Notes a transaction on an account: it can no longer be deleted, and its balance moves by `amount` where it has one.
    pub(crate) fn note_transaction(&mut self, table: &str, row_id: u32, amount: Decimal) {
        let Some(table) = table_named(table) else {
            return;
        };
        let has_balance = table.properties.iter().any(|property| property.name == "CurBalance");
        if let Some(row) = self.row_mut(table, row_id) {
            row.has_transactions = true;
            if has_balance {
                let balance = number(&row.values, "CurBalance").checked_add(amount);
                let balance = balance.and_then(kept_number);
                row.values.extend(balance.map(|balance| ("CurBalance".to_owned(), balance)));
            }
        }
    }

    /// Whether a person has closed the month of a day.
    pub(crate) fn is_month_closed(&self, day: Date) -> bool {
        self.closed_months.contains(&(day.year(), day.month()))
    }

    /// Closes or opens a month, given by year and number.
    pub(crate) fn set_month(&mut self, month: (i16, i8), open: bool) {
        if open {
            self.closed_months.remove(&month);
        } else {
            self.closed_months.insert(month);
        }
    }

    /// The closed months, by year and number.
    pub(crate) fn closed_months(&self) -> impl Iterator<Item = (i16, i8)> {
        self.closed_months.iter().copied()
    }
}
