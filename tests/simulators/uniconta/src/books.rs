//! The books of one company: rows, checked on the way in by what [`crate::schema`] says of their table.
//!
//! One way in for everybody: the two surfaces and a person typing (the control surface) pass the same checks and leave the same
//! trace, a [`Change`], from which the calls to Modification URLs are made.

pub(crate) mod journal;
mod posted;
mod rules;

use crate::data::{CompanyData, UserField};
use crate::enumerations::COUNTRIES;
use crate::matching::fold;
use crate::refusal::{ErrorCode, Refusal};
use crate::schema::{Property, Table};
use crate::switches::{MissingKeys, Switches};
use crate::tables::{DEBTOR, table_named, tables};
use crate::value::{date_time_text, show};
use jiff::civil::DateTime;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A row, as kept: only properties that have a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Kept values by property name, user-defined fields among them.
    pub values: BTreeMap<String, Value>,
    /// Whether the row has transactions and so cannot be deleted.
    pub has_transactions: bool,
}

/// The rows of one table.
#[derive(Clone, Debug, Default)]
struct Rows {
    by_id: BTreeMap<u32, Row>,
    by_key: BTreeMap<String, u32>,
    next: u32,
}

/// What a caller sees of a table: with or without the user-defined fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// The table.
    pub table: &'static Table,
    /// Whether user-defined fields are part of it.
    pub user_fields: bool,
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// It was created.
    Add,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

/// A change that was written.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The table.
    pub table: &'static Table,
    /// The row.
    pub row_id: u32,
    /// Its key; empty where the table has none.
    pub key: String,
    /// What happened.
    pub action: Action,
}

/// The books of one company.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    company: u32,
    closed_months: BTreeSet<(i16, i8)>,
    user_properties: BTreeMap<&'static str, Vec<Property>>,
    tables: BTreeMap<&'static str, Rows>,
}

impl Books {
    /// Books without rows.
    ///
    /// # Errors
    /// A user-defined field belongs to no table, or its name clashes with another property. The text says which.
    pub(crate) fn new(company: u32, data: &CompanyData) -> Result<Self, String> {
        let mut user_properties = BTreeMap::new();
        for (name, fields) in &data.user_fields {
            let table = table_named(name).ok_or_else(|| format!("user_fields: there is no table {name}"))?;
            user_properties.insert(table.name, own_fields(table, fields)?);
        }
        let tables =
            tables().iter().map(|table| (table.name, Rows { next: table.first_row_id, ..Rows::default() })).collect();
        Ok(Self { company, closed_months: BTreeSet::new(), user_properties, tables })
    }

    /// The properties of a view, in order.
    pub(crate) fn properties(&self, view: View) -> impl Iterator<Item = &Property> {
        let own = if view.user_fields { self.user_properties.get(view.table.name) } else { None };
        view.table.properties.iter().chain(own.into_iter().flatten())
    }

    /// The property of that name. `KeyStr`, `KeyName` and `CountryName` are other names of the key, the name and the country.
    pub(crate) fn property(&self, view: View, name: &str) -> Option<&Property> {
        let name = match name {
            "KeyStr" => view.table.key?,
            "KeyName" => "Name",
            "CountryName" => "Country",
            name => name,
        };
        self.properties(view).find(|property| property.name == name)
    }

    /// The rows of a table, by `RowId`.
    pub(crate) fn rows(&self, table: &Table) -> impl Iterator<Item = (u32, &Row)> {
        self.tables.get(table.name).into_iter().flat_map(|rows| rows.by_id.iter().map(|(id, row)| (*id, row)))
    }

    /// The rows of a table from this `RowId` on.
    pub(crate) fn rows_from(&self, table: &Table, first: u32) -> impl Iterator<Item = &Row> {
        self.tables.get(table.name).into_iter().flat_map(move |rows| rows.by_id.range(first..).map(|(_, row)| row))
    }

    /// One row.
    pub(crate) fn row(&self, table: &Table, row_id: u32) -> Option<&Row> {
        self.tables.get(table.name)?.by_id.get(&row_id)
    }

    /// One row, to set what no caller may write (transactions, the state of a Modification URL).
    pub(crate) fn row_mut(&mut self, table: &Table, row_id: u32) -> Option<&mut Row> {
        self.tables.get_mut(table.name)?.by_id.get_mut(&row_id)
    }

    /// The row that a body names by `RowId`, else by its key.
    pub(crate) fn named_by(&self, table: &Table, body: &Map<String, Value>, switches: &Switches) -> Option<u32> {
        if let Some(row_id) = body.get("RowId").and_then(row_id_of) {
            return self.row(table, row_id).map(|_| row_id);
        }
        self.with_key(table, body.get(table.key?)?.as_str()?, switches)
    }

    /// The row with that key.
    pub(crate) fn with_key(&self, table: &Table, key: &str, switches: &Switches) -> Option<u32> {
        self.tables.get(table.name)?.by_key.get(&fold(key, switches)).copied()
    }

    /// A row as the API reads it: null properties left out.
    pub(crate) fn shown(&self, view: View, row: &Row, switches: &Switches) -> Map<String, Value> {
        let mut shown = Map::new();
        for property in self.properties(view) {
            let kept = row.values.get(&property.name);
            if let Some(value) = show(property, kept, switches) {
                shown.insert(property.name.clone(), value);
            }
        }
        if let Some(key) = view.table.key.and_then(|key| row.values.get(key)) {
            shown.insert("KeyStr".to_owned(), key.clone());
        }
        if let Some(name) = row.values.get("Name") {
            shown.insert("KeyName".to_owned(), name.clone());
        }
        self.show_account_names(view.table, row, &mut shown, switches);
        if view.table.name == DEBTOR {
            let country = row.values.get("Country").cloned();
            shown.insert("CountryName".to_owned(), country.unwrap_or_else(|| Value::from(COUNTRIES[0])));
        }
        shown
    }

    /// Creates a row.
    ///
    /// # Errors
    /// The row breaks a rule of its table.
    pub(crate) fn insert(
        &mut self,
        view: View,
        body: &Map<String, Value>,
        now: DateTime,
        switches: &Switches,
    ) -> Result<Change, Refusal> {
        let row_id = self.tables.get(view.table.name).map_or(1, |rows| rows.next);
        self.insert_as(view, body, row_id, now, false, switches)
    }

    /// Creates a row of the data file: its `RowId` and read-only properties count.
    ///
    /// # Errors
    /// The row breaks a rule of its table, or its `RowId` is taken.
    pub(crate) fn seed(
        &mut self,
        view: View,
        body: &Map<String, Value>,
        now: DateTime,
        switches: &Switches,
    ) -> Result<Change, Refusal> {
        let next = self.tables.get(view.table.name).map_or(1, |rows| rows.next);
        let row_id = body.get("RowId").and_then(row_id_of).unwrap_or(next);
        if self.row(view.table, row_id).is_some() {
            return Err(Refusal::on(ErrorCode::KeyExists, "RowId"));
        }
        self.insert_as(view, body, row_id, now, true, switches)
    }

    fn insert_as(
        &mut self,
        view: View,
        body: &Map<String, Value>,
        row_id: u32,
        now: DateTime,
        seeding: bool,
        switches: &Switches,
    ) -> Result<Change, Refusal> {
        let mut values = BTreeMap::new();
        values.insert("RowId".to_owned(), Value::from(row_id));
        values.insert("CompanyId".to_owned(), Value::from(self.company));
        for name in ["Created", "UpdatedAt"] {
            if self.property(view, name).is_some() {
                values.insert(name.to_owned(), Value::from(date_time_text(now)));
            }
        }
        self.take_over(view, body, seeding, &mut values, switches)?;
        self.fill_in(view.table, &mut values, switches)?;
        self.check(view, &values, None, switches)?;
        let key = key_of(view.table, &values);
        let Some(rows) = self.tables.get_mut(view.table.name) else {
            return Err(Refusal::of(ErrorCode::InvalidObject));
        };
        if view.table.key.is_some() {
            rows.by_key.insert(fold(&key, switches), row_id);
        }
        rows.by_id.insert(row_id, Row { values, has_transactions: false });
        rows.next = rows.next.max(row_id.saturating_add(1));
        Ok(Change { table: view.table, row_id, key, action: Action::Add })
    }

    /// Changes a row. Properties outside the view, and read-only ones, stay as they are.
    ///
    /// # Errors
    /// There is no such row, the key would change, or the row would break a rule of its table.
    pub(crate) fn update(
        &mut self,
        view: View,
        row_id: u32,
        body: &Map<String, Value>,
        missing: MissingKeys,
        now: DateTime,
        switches: &Switches,
    ) -> Result<Change, Refusal> {
        let before = self.row(view.table, row_id).ok_or_else(|| Refusal::of(ErrorCode::CouldNotFind))?;
        let mut values = before.values.clone();
        if missing == MissingKeys::Clear {
            for property in self.properties(view).filter(|property| !property.read_only) {
                values.remove(&property.name);
            }
        }
        let key_before = key_of(view.table, &before.values);
        self.take_over(view, body, false, &mut values, switches)?;
        let key = key_of(view.table, &values);
        if key != key_before && !key.is_empty() {
            return Err(Refusal::on(ErrorCode::PrimaryKeyCannotBeChanged, view.table.key.unwrap_or_default()));
        }
        self.fill_in(view.table, &mut values, switches)?;
        self.check(view, &values, Some(row_id), switches)?;
        if self.property(view, "UpdatedAt").is_some() {
            values.insert("UpdatedAt".to_owned(), Value::from(date_time_text(now)));
        }
        if let Some(row) = self.row_mut(view.table, row_id) {
            row.values = values;
        }
        Ok(Change { table: view.table, row_id, key, action: Action::Update })
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// There is no such row, it has transactions, or another row refers to it.
    pub(crate) fn delete(
        &mut self,
        table: &'static Table,
        row_id: u32,
        switches: &Switches,
    ) -> Result<Change, Refusal> {
        let row = self.row(table, row_id).ok_or_else(|| Refusal::of(ErrorCode::CouldNotFind))?;
        if row.has_transactions {
            return Err(Refusal::of(ErrorCode::CouldNotDeleteRecordThatHasTransactions));
        }
        let key = key_of(table, &row.values);
        if self.is_referred(table, row_id, &key) || self.is_on_a_line(table, &key) {
            return Err(Refusal::of(ErrorCode::CouldNotDeleteRecordThatIsReferred));
        }
        if let Some(rows) = self.tables.get_mut(table.name) {
            rows.by_id.remove(&row_id);
            rows.by_key.remove(&fold(&key, switches));
        }
        Ok(Change { table, row_id, key, action: Action::Delete })
    }

    fn is_referred(&self, target: &Table, row_id: u32, key: &str) -> bool {
        tables().iter().any(|table| {
            let mut referring = table
                .properties
                .iter()
                .filter(|property| property.reference.is_some_and(|(name, _)| name == target.name));
            referring.any(|property| {
                self.rows(table).any(|(id, row)| {
                    let itself = table.name == target.name && id == row_id;
                    !itself && row.values.get(&property.name).and_then(Value::as_str) == Some(key)
                })
            })
        })
    }

    /// Takes back rows that were just created, so that a list is written wholly or not at all.
    pub(crate) fn take_back(&mut self, changes: &[Change], switches: &Switches) {
        for change in changes {
            if let Some(rows) = self.tables.get_mut(change.table.name) {
                rows.by_id.remove(&change.row_id);
                rows.by_key.remove(&fold(&change.key, switches));
                rows.next = rows.next.min(change.row_id);
            }
        }
    }
}

fn own_fields(table: &Table, fields: &[UserField]) -> Result<Vec<Property>, String> {
    let mut own: Vec<Property> = Vec::new();
    for field in fields {
        let taken = table.properties.iter().chain(&own).any(|property| property.name == field.name);
        if taken || matches!(field.name.as_str(), "" | "KeyStr" | "KeyName") {
            return Err(format!("user_fields: the name {:?} cannot be used on {}", field.name, table.name));
        }
        own.push(Property::user_defined(field));
    }
    Ok(own)
}

fn key_of(table: &Table, values: &BTreeMap<String, Value>) -> String {
    table.key.and_then(|key| values.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A `RowId` sent as a number or as a numeric text.
pub(crate) fn row_id_of(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|id| u32::try_from(id).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|id| *id != 0)
}
