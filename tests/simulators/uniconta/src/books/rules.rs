//! What a row must fulfil before it is kept: types and lengths, references, required properties, the unique key; and what the
//! server adds by itself.

use super::journal::checked_when_posted;
use super::{Books, Row, View, key_of};
use crate::refusal::{ErrorCode, Refusal};
use crate::schema::Table;
use crate::switches::{MissingGroup, Switches};
use crate::tables::{CHANGE_EVENT, DEBTOR, JOURNAL_LINE, table_named, table_numbered};
use crate::value::accept;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Books {
    /// Moves what a body says into `values`. Keys that the view does not have are dropped, as the server does.
    pub(super) fn take_over(
        &self,
        view: View,
        body: &Map<String, Value>,
        seeding: bool,
        values: &mut BTreeMap<String, Value>,
        switches: &Switches,
    ) -> Result<(), Refusal> {
        for property in self.properties(view) {
            let fixed = matches!(property.name.as_str(), "RowId" | "CompanyId");
            if fixed || (property.read_only && !seeding) {
                continue;
            }
            let Some(sent) = body.get(&property.name) else {
                continue;
            };
            match accept(property, sent, switches)? {
                Some(mut kept) => {
                    if let Some((target, code)) = property.reference {
                        kept = match self.referred(target, &kept, view.table, values, switches) {
                            Some(found) => found,
                            None if checked_when_posted(view.table, code, switches) => kept,
                            None => return Err(Refusal::on(code, &property.name)),
                        };
                    }
                    values.insert(property.name.clone(), kept);
                }
                None => {
                    values.remove(&property.name);
                }
            }
        }
        Ok(())
    }

    /// The key of the row that `kept` refers to, as that row spells it. A row may refer to itself.
    fn referred(
        &self,
        target: &str,
        kept: &Value,
        own_table: &Table,
        own_values: &BTreeMap<String, Value>,
        switches: &Switches,
    ) -> Option<Value> {
        let table = table_named(target)?;
        let wanted = kept.as_str()?;
        if table.name == own_table.name && key_of(table, own_values) == wanted {
            return Some(kept.clone());
        }
        let row = self.row(table, self.with_key(table, wanted, switches)?)?;
        row.values.get(table.key?).cloned()
    }

    /// What the server adds by itself.
    pub(super) fn fill_in(
        &self,
        table: &Table,
        values: &mut BTreeMap<String, Value>,
        switches: &Switches,
    ) -> Result<(), Refusal> {
        if table.name == DEBTOR && !values.contains_key("Group") {
            match switches.missing_group {
                MissingGroup::Accept => {}
                MissingGroup::Refuse => {
                    return Err(Refusal::on(ErrorCode::FieldCannotBeBlank, "Group"));
                }
                MissingGroup::Default => {
                    if let Some(group) = self.default_group() {
                        values.insert("Group".to_owned(), group);
                    }
                }
            }
        }
        if table.name == CHANGE_EVENT {
            let number = values.get("TableId").and_then(Value::as_u64).unwrap_or(0);
            if number == 0 {
                values.remove("Table");
                if !values.contains_key("Job") {
                    return Err(Refusal::on(ErrorCode::FieldCannotBeBlank, "TableId"));
                }
            } else {
                let watched = u32::try_from(number).ok().and_then(table_numbered);
                let watched = watched.ok_or_else(|| Refusal::on(ErrorCode::FieldHasinvalidValue, "TableId"))?;
                values.insert("Table".to_owned(), Value::from(watched.name));
            }
        }
        if table.name == JOURNAL_LINE {
            self.complete_line(table, values, switches)?;
        }
        Ok(())
    }

    fn default_group(&self) -> Option<Value> {
        let groups = table_named("DebtorGroup")?;
        let default = |row: &&Row| row.values.get("IsDefault") == Some(&Value::Bool(true));
        self.rows(groups).map(|(_, row)| row).find(default)?.values.get("Group").cloned()
    }

    /// Required properties and the unique key.
    pub(super) fn check(
        &self,
        view: View,
        values: &BTreeMap<String, Value>,
        row_id: Option<u32>,
        switches: &Switches,
    ) -> Result<(), Refusal> {
        if let Some(key) = view.table.key {
            let value = key_of(view.table, values);
            if value.is_empty() {
                return Err(Refusal::on(ErrorCode::KeyIsEmpty, key));
            }
            if self.with_key(view.table, &value, switches).is_some_and(|found| Some(found) != row_id) {
                return Err(Refusal::on(ErrorCode::KeyExists, key));
            }
        }
        match self.properties(view).find(|property| property.required && !values.contains_key(&property.name)) {
            Some(property) => Err(Refusal::on(ErrorCode::FieldCannotBeBlank, &property.name)),
            None => Ok(()),
        }
    }
}
