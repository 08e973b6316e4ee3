//! Debtors that the customers of a batch remember from a look ahead.

use crate::api::Row;
use accounting_kit::types::Agreed;

/// Each debtor once, however many customers remember it: twice would look like two that fit.
#[derive(Default)]
pub(super) struct Memory<'c>(Vec<&'c Agreed>);

impl<'c> Memory<'c> {
    /// What one customer remembers.
    pub(super) fn add(&mut self, rows: &'c [Agreed]) {
        for row in rows {
            if self.0.iter().all(|known| known.name != row.name) {
                self.0.push(row);
            }
        }
    }

    /// The debtors.
    pub(super) fn rows(&self) -> Vec<Row> {
        self.0.iter().filter_map(|row| Row::from_text(&row.value)).collect()
    }
}

/// Whether it is that debtor, still known by what it was remembered for.
pub(super) fn is_alike(row: &Row, remembered: &Row) -> bool {
    ["RowId", "Account", "CompanyRegNo", "ContactEmail"].iter().all(|name| row.held(name) == remembered.held(name))
}
