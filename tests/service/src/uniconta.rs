//! Uniconta's side: a bookkeeper who edits debtors at the screen, presses Refresh, posts; and the troubles on the line.

use crate::club::EDITED;
use crate::flexybox::Flexybox;
use acceptance::trouble::Trouble;
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uniconta_sim::{Fault, Uniconta};

/// The debtors, as people see them.
pub const DEBTORS: &str = "DebtorClient";
/// The Modification URLs.
const LINKS: &str = "TableChangeEventClient";
/// Where the connector writes; reads go elsewhere.
const WRITES: &str = "/api/Entities/";

/// A person at the screen of Uniconta.
#[derive(Debug, Clone)]
pub struct Bookkeeper {
    core: Arc<Uniconta>,
    company: u32,
}

impl Bookkeeper {
    /// In the books of this company.
    pub fn new(core: &Arc<Uniconta>, company: u32) -> Self {
        Self { core: Arc::clone(core), company }
    }

    /// The debtors.
    pub fn debtors(&self) -> Vec<Map<String, Value>> {
        self.core.rows_in(self.company, DEBTORS).unwrap_or_default()
    }

    /// Edit one of [`EDITED`] of the debtor of a customer with the tag, if it has one.
    ///
    /// The simulator must record bodies. A write of the connector that comes between the look and the typing is overwritten by
    /// the person too, so it is looked for in the record of calls.
    pub fn edit(&self, flexybox: &Flexybox, who: usize, what: usize) {
        let Some((attribute, property)) = EDITED.get(what) else { return };
        let member =
            flexybox.club().members.get(who).filter(|member| member.tagged).map(|member| member.number.clone());
        let Some(account) = member else { return };
        self.core.clear_calls();
        let debtors = self.debtors();
        let Some(row) = debtors.iter().find(|row| shown(row, "Account") == account) else { return };
        let value = {
            let mut club = flexybox.club();
            let value = club.new_value(who, attribute);
            club.theirs.insert(value.clone());
            value
        };
        let row_id = row.get("RowId").cloned().unwrap_or_default();
        let typed = Map::from_iter([("RowId".to_owned(), row_id), ((*property).to_owned(), json!(value))]);
        let typed = self.core.type_into(self.company, DEBTORS, &typed);
        let between = self.core.calls();
        let written = between.iter().filter(|call| call.path.contains(WRITES)).filter_map(|call| call.body.as_deref());
        let written = written.flat_map(|body| rows_of(body, &account)).map(|row| shown(&row, property));
        let mut club = flexybox.club();
        let old: Vec<String> = std::iter::once(shown(row, property)).chain(written).collect();
        match typed {
            Ok(_) => club.tell(format!("Uniconta {account}: {attribute} {old:?} -> {value:?}")),
            Err(error) => club.wrong.push(format!("the bookkeeper cannot edit debtor {account}: {error}")),
        }
        club.overwrote.entry(value).or_default().extend(old);
    }

    /// Modification URLs, and whether each is marked Has errors.
    pub fn links(&self) -> Vec<(u32, bool)> {
        let rows = self.core.rows_in(self.company, LINKS).unwrap_or_default();
        let link = |row: &Map<String, Value>| {
            let id = row.get("RowId").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok())?;
            Some((id, row.get("HasError") == Some(&Value::Bool(true))))
        };
        rows.iter().filter_map(link).collect()
    }

    /// Press Refresh on every link that is marked Has errors; how many there were.
    pub fn refresh(&self) -> usize {
        let marked = self.links().into_iter().filter(|(_, marked)| *marked);
        marked.filter(|(id, _)| self.core.refresh_change_event_in(self.company, *id).is_ok()).count()
    }

    /// Post a journal.
    ///
    /// # Errors
    /// Why it is not posted.
    pub fn post(&self, journal: &str) -> Result<(), String> {
        match self.core.post_journal_in(self.company, journal, None) {
            Ok(posting) => match posting.refusal {
                None => Ok(()),
                Some(refusal) => Err(format!("the journal is not posted: {refusal}")),
            },
            Err(error) => Err(format!("the journal is not posted: {error}")),
        }
    }

    /// Changes whenever a debtor does.
    pub fn state(&self) -> String {
        let edited = |row: &Map<String, Value>| EDITED.map(|(_, property)| shown(row, property)).join("|");
        self.debtors().iter().map(|row| format!("{}|{}\n", shown(row, "Account"), edited(row))).collect()
    }
}

/// One of the next calls goes wrong.
pub fn trouble(core: &Uniconta, chance: &mut Rng) {
    let trouble = match chance.u8(..5) {
        0 => Trouble::DropBefore,
        1 => Trouble::DropAfter,
        2 => Trouble::Truncated(chance.usize(1..40)),
        3 => Trouble::Unavailable,
        _ => Trouble::NotSaved,
    };
    let fault = trouble.fault(chance.u32(..3));
    let path_contains = match trouble {
        // It is what a write is answered with.
        Trouble::NotSaved => Some(WRITES.to_owned()),
        _ => None,
    };
    core.add_fault(Fault { path_contains, ..fault });
}

/// A value as text; empty where there is none.
pub fn shown(row: &Map<String, Value>, property: &str) -> String {
    match row.get(property) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The rows of this account in the body of a write.
fn rows_of(body: &str, account: &str) -> Vec<Map<String, Value>> {
    let rows = match serde_json::from_str(body) {
        Ok(Value::Array(rows)) => rows,
        Ok(row) => vec![row],
        Err(_) => Vec::new(),
    };
    let rows = rows.into_iter().filter_map(|row| match row {
        Value::Object(row) => Some(row),
        _ => None,
    });
    rows.filter(|row| shown(row, "Account") == account).collect()
}

#[cfg(test)]
mod tests {
    use super::{rows_of, shown};

    #[test]
    fn rows_of_one_account_are_found_in_a_list_and_alone() {
        let list = r#"[{"Account":"1","City":"a"},{"Account":"2","City":"b"}]"#;
        assert_eq!(rows_of(list, "2").iter().map(|row| shown(row, "City")).collect::<Vec<_>>(), ["b"]);
        assert_eq!(rows_of(r#"{"Account":"1"}"#, "1").len(), 1);
        assert!(rows_of("no JSON", "1").is_empty());
    }
}
