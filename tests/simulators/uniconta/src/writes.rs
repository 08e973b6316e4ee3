//! Creating, changing and deleting rows by API; the same for both surfaces.

use crate::books::{Books, Change, View, row_id_of};
use crate::refusal::{ErrorCode, Refusal};
use crate::state::State;
use crate::switches::{InsertList, Switches};
use jiff::civil::DateTime;
use serde_json::{Map, Value};

/// A write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Create one row.
    Insert,
    /// Create many rows.
    InsertList,
    /// Change a row, given whole.
    Update,
    /// Delete a row, named by `RowId` or key.
    Delete,
}

impl Write {
    /// The write that a path segment names.
    pub(crate) fn named(segment: &str) -> Option<Self> {
        match segment {
            "Insert" => Some(Self::Insert),
            "InsertList" => Some(Self::InsertList),
            "Update" => Some(Self::Update),
            "Delete" => Some(Self::Delete),
            _ => None,
        }
    }

    fn refused(self) -> ErrorCode {
        match self {
            Self::Insert | Self::InsertList => ErrorCode::NoRightsToInsert,
            Self::Update => ErrorCode::NoRightsToUpdate,
            Self::Delete => ErrorCode::NoRightsToDelete,
        }
    }
}

/// What a write left.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    /// The created or changed row.
    Row(Map<String, Value>),
    /// The created rows.
    Rows(Vec<Map<String, Value>>),
    /// Nothing: the row is gone.
    Nothing,
}

/// Carries a write out in a company and queues the calls that it brings.
///
/// # Errors
/// The user may not write, or the body breaks a rule. Nothing was written then, except the rows before the refused one where a
/// list may be written in part.
pub(crate) fn write(
    state: &mut State,
    switches: &Switches,
    company: u32,
    read_only_user: bool,
    view: View,
    write: Write,
    body: Option<Value>,
) -> Result<Written, Refusal> {
    if read_only_user || view.table.read_only {
        return Err(Refusal::of(write.refused()));
    }
    let body = body.ok_or_else(|| Refusal::of(ErrorCode::InvalidObject))?;
    let now = state.clock.local();
    let books = state.companies.get_mut(&company).ok_or_else(|| Refusal::of(ErrorCode::CompanyDoesNotExist))?;
    let changes = match (write, &body) {
        (Write::Insert, Value::Object(row)) => vec![books.insert(view, row, now, switches)?],
        (Write::InsertList, Value::Array(rows)) => {
            let (changes, refusal) = insert_all(books, view, rows, now, switches);
            match refusal {
                None => changes,
                Some(refusal) if switches.insert_list == InsertList::Atomic => {
                    books.take_back(&changes, switches);
                    return Err(refusal);
                }
                Some(refusal) => {
                    changes.iter().for_each(|change| state.announce(company, change, switches));
                    return Err(refusal);
                }
            }
        }
        (Write::Update, Value::Object(row)) => {
            let row_id = row.get("RowId").and_then(row_id_of);
            let row_id = row_id.ok_or_else(|| Refusal::on(ErrorCode::RecordNotSelected, "RowId"))?;
            vec![books.update(view, row_id, row, switches.missing_keys, now, switches)?]
        }
        (Write::Delete, Value::Object(row)) => {
            if !row.contains_key("RowId") && !view.table.key.is_some_and(|key| row.contains_key(key)) {
                return Err(Refusal::of(ErrorCode::RecordNotSelected));
            }
            let row_id = books.named_by(view.table, row, switches);
            let row_id = row_id.ok_or_else(|| Refusal::of(ErrorCode::CouldNotFind))?;
            vec![books.delete(view.table, row_id, switches)?]
        }
        _ => return Err(Refusal::of(ErrorCode::InvalidObject)),
    };
    let mut rows: Vec<Map<String, Value>> = changes
        .iter()
        .filter_map(|change| books.row(view.table, change.row_id))
        .map(|row| books.shown(view, row, switches))
        .collect();
    changes.iter().for_each(|change| state.announce(company, change, switches));
    Ok(match write {
        Write::InsertList => Written::Rows(rows),
        Write::Insert | Write::Update => rows.pop().map_or(Written::Nothing, Written::Row),
        Write::Delete => Written::Nothing,
    })
}

/// Creates rows up to the first that is refused.
fn insert_all(
    books: &mut Books,
    view: View,
    rows: &[Value],
    now: DateTime,
    switches: &Switches,
) -> (Vec<Change>, Option<Refusal>) {
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let inserted = match row {
            Value::Object(row) => books.insert(view, row, now, switches),
            _ => Err(Refusal::of(ErrorCode::InvalidObject)),
        };
        match inserted {
            Ok(change) => changes.push(change),
            Err(refusal) => return (changes, Some(refusal)),
        }
    }
    (changes, None)
}
