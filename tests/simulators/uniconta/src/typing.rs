//! What a person does at the screen of Uniconta, for tests: type a row in, delete one, press Opdater, look.
//!
//! The same checks and the same calls to Modification URLs as by API. Two things differ, as they do at the screen: a person changes
//! only the properties that are touched, and sees the user-defined fields always.

use crate::books::{View, row_id_of};
use crate::refusal::{ErrorCode, Refusal};
use crate::switches::MissingKeys;
use crate::tables::{CHANGE_EVENT, table_named, table_of_entity};
use crate::uniconta::Uniconta;
use serde_json::{Map, Value};

/// Why the control surface did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(String),
    /// The request itself is wrong.
    #[error("{0}")]
    Wrong(String),
    /// The request itself is wrong in a way that every simulator refuses.
    #[error(transparent)]
    Shared(#[from] simulator_kit::control::Wrong),
    /// Uniconta's rules refuse it.
    #[error("uniconta refuses it: {0}")]
    Refused(#[from] Refusal),
}

/// What typing a row in did.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// Whether the row is new.
    pub created: bool,
    /// The row afterwards, with its user-defined fields.
    pub row: Map<String, Value>,
}

fn view_of(entity: &str) -> Result<View, ControlError> {
    let (table, _) = table_of_entity(entity).ok_or_else(|| ControlError::NotFound(format!("entity {entity}")))?;
    Ok(View { table, user_fields: true })
}

/// Refuses what only posting writes.
fn typeable(view: View, entity: &str) -> Result<(), ControlError> {
    match view.table.posted {
        true => Err(ControlError::Wrong(format!("{entity} is only written by posting a journal"))),
        false => Ok(()),
    }
}

pub(crate) fn no_company(company: u32) -> ControlError {
    ControlError::NotFound(format!("company {company}"))
}

fn no_row(entity: &str, row_id: u32) -> ControlError {
    ControlError::NotFound(format!("row {row_id} of {entity}"))
}

impl Uniconta {
    /// Types a row in: where `RowId` or the key is known, the given properties change; else a row is created. In the company named
    /// at start.
    ///
    /// # Errors
    /// There is no such entity or property, or a rule refuses the row.
    pub fn type_in(&self, entity: &str, row: Value) -> Result<Value, ControlError> {
        let Value::Object(row) = row else {
            return Err(ControlError::Wrong("a row must be a JSON object".to_owned()));
        };
        self.type_into(self.config().company, entity, &row).map(|typed| Value::Object(typed.row))
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::type_in`], or there is no such company.
    pub fn type_into(&self, company: u32, entity: &str, row: &Map<String, Value>) -> Result<Typed, ControlError> {
        let view = view_of(entity)?;
        typeable(view, entity)?;
        let switches = &self.config().switches;
        let mut guard = self.lock();
        let state = &mut *guard;
        let now = state.clock.local();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        if let Some(unknown) = row.keys().find(|key| books.property(view, key).is_none()) {
            return Err(ControlError::NotFound(format!("property {unknown} on {entity}")));
        }
        if let Some(fixed) = row.keys().find(|key| {
            books.property(view, key).is_some_and(|property| property.read_only && property.name != "RowId")
        }) {
            return Err(ControlError::Wrong(format!("{fixed} cannot be typed in; leave it out")));
        }
        let named = books.named_by(view.table, row, switches);
        let change = match (named, row.get("RowId")) {
            (Some(row_id), _) => books.update(view, row_id, row, MissingKeys::Keep, now, switches)?,
            (None, Some(given)) => {
                return Err(match row_id_of(given) {
                    Some(row_id) => no_row(entity, row_id),
                    None => ControlError::Wrong("RowId must be a whole number of 1 or more".to_owned()),
                });
            }
            (None, None) => books.insert(view, row, now, switches)?,
        };
        let row = books.row(view.table, change.row_id).map(|row| books.shown(view, row, switches)).unwrap_or_default();
        state.announce(company, &change, switches);
        Ok(Typed { created: named.is_none(), row })
    }

    /// Deletes a row in the company named at start.
    ///
    /// # Errors
    /// There is no such entity or row, or a rule refuses it.
    pub fn remove(&self, entity: &str, row_id: u32) -> Result<(), ControlError> {
        self.remove_from(self.config().company, entity, row_id)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::remove`], or there is no such company.
    pub fn remove_from(&self, company: u32, entity: &str, row_id: u32) -> Result<(), ControlError> {
        let view = view_of(entity)?;
        typeable(view, entity)?;
        let switches = &self.config().switches;
        let mut state = self.lock();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        let change = books.delete(view.table, row_id, switches).map_err(|refusal| match refusal.code {
            ErrorCode::CouldNotFind => no_row(entity, row_id),
            _ => ControlError::Refused(refusal),
        })?;
        state.announce(company, &change, switches);
        Ok(())
    }

    /// All rows of an entity in the company named at start, with user-defined fields; none where there is no such entity.
    pub fn rows(&self, entity: &str) -> Vec<Value> {
        let rows = self.rows_in(self.config().company, entity).unwrap_or_default();
        rows.into_iter().map(Value::Object).collect()
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// There is no such entity or company.
    pub fn rows_in(&self, company: u32, entity: &str) -> Result<Vec<Map<String, Value>>, ControlError> {
        let view = view_of(entity)?;
        let state = self.lock();
        let books = state.companies.get(&company).ok_or_else(|| no_company(company))?;
        Ok(books.rows(view.table).map(|(_, row)| books.shown(view, row, &self.config().switches)).collect())
    }

    /// One row in the company named at start.
    pub fn row(&self, entity: &str, row_id: u32) -> Option<Value> {
        self.row_in(self.config().company, entity, row_id).ok().map(Value::Object)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// There is no such entity, company or row.
    pub fn row_in(&self, company: u32, entity: &str, row_id: u32) -> Result<Map<String, Value>, ControlError> {
        let view = view_of(entity)?;
        let state = self.lock();
        let books = state.companies.get(&company).ok_or_else(|| no_company(company))?;
        let row = books.row(view.table, row_id).ok_or_else(|| no_row(entity, row_id))?;
        Ok(books.shown(view, row, &self.config().switches))
    }

    /// Says whether a row has transactions; one that has cannot be deleted. In the company named at start.
    ///
    /// # Errors
    /// There is no such entity or row.
    pub fn set_has_transactions(&self, entity: &str, row_id: u32, flag: bool) -> Result<(), ControlError> {
        self.set_has_transactions_in(self.config().company, entity, row_id, flag)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::set_has_transactions`], or there is no such company.
    pub fn set_has_transactions_in(
        &self,
        company: u32,
        entity: &str,
        row_id: u32,
        flag: bool,
    ) -> Result<(), ControlError> {
        let view = view_of(entity)?;
        let mut state = self.lock();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        let row = books.row_mut(view.table, row_id).ok_or_else(|| no_row(entity, row_id))?;
        row.has_transactions = flag;
        Ok(())
    }

    /// Presses Opdater (Refresh) on a Modification URL: clears its error, so that it is called again. In the company named at start.
    ///
    /// # Errors
    /// There is no such row.
    pub fn refresh_change_event(&self, row_id: u32) -> Result<(), ControlError> {
        self.refresh_change_event_in(self.config().company, row_id)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::refresh_change_event`], or there is no such company.
    pub fn refresh_change_event_in(&self, company: u32, row_id: u32) -> Result<(), ControlError> {
        let missing = || no_row("TableChangeEventClient", row_id);
        let table = table_named(CHANGE_EVENT).ok_or_else(missing)?;
        let mut state = self.lock();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        let row = books.row_mut(table, row_id).ok_or_else(missing)?;
        row.values.remove("HasError");
        row.values.remove("ErrorMessage");
        Ok(())
    }
}
