//! Look-ups that are answered in the thread that asks.
//!
//! A connector asks whose a debtor is some four times for each, in the middle of a call, and a page has a thousand of them. Over a
//! connection with a thread of its own each of these questions changes threads twice, which takes many times as long as the look
//! into an index that is the answer. What it trades away: while a page of the database comes from the disk, the thread that asked waits.

use super::SqliteOptions;
use super::fault::near_error;
use crate::error::StoreError;
use crate::people::{CustomerRow, LinkRow};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Connections that are kept: as many as ask at once where that is one for each processor; whoever finds none opens one.
const KEPT: usize = 4;
/// Page cache of each, in KiB: the indices of an installation with 100,000 customers.
const CACHE_KIB: i64 = 16_384;

const CUSTOMER: &str = "SELECT * FROM customers WHERE installation = $1 AND id = $2";
const LINK: &str = "SELECT * FROM links WHERE installation = $1 AND customer_id = $2";
const LINK_TO: &str = "SELECT * FROM links WHERE installation = $1 AND external_id = $2";

/// Synchronised, living customers whose `$column` is `$2`.
macro_rules! search {
    ($column:literal) => {
        concat!(
            "SELECT c.* FROM customers c WHERE c.installation = $1 AND c.",
            $column,
            " = $2 AND c.deleted = FALSE AND (c.tagged = TRUE OR EXISTS (SELECT 1 FROM links l WHERE l.installation = c.installation \
             AND l.customer_id = c.id)) ORDER BY c.id LIMIT $3"
        )
    };
}

/// What customers are searched by.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Number,
    Cvr,
    Email,
}

impl By {
    fn statement(self) -> &'static str {
        match self {
            Self::Number => search!("number"),
            Self::Cvr => search!("cvr_digits"),
            Self::Email => search!("email_lower"),
        }
    }
}

/// Connections that read, each for one question at a time.
pub(crate) struct Near {
    file: PathBuf,
    busy_timeout: Duration,
    /// None once the store was let go of.
    free: Mutex<Option<Vec<Connection>>>,
}

impl Near {
    /// For a database that is open.
    pub(crate) fn new(file: &Path, options: &SqliteOptions) -> Self {
        let free = Mutex::new(Some(Vec::new()));
        Self { file: file.to_owned(), busy_timeout: options.busy_timeout, free }
    }

    /// Nobody asks from now on.
    pub(crate) fn close(&self) {
        drop(self.free().take());
    }

    /// A customer.
    pub(crate) fn customer(&self, installation: &str, id: &str) -> Result<Option<CustomerRow>, StoreError> {
        Ok(self.ask(CUSTOMER, (installation, id), customer_row)?.pop())
    }

    /// Synchronised, living customers with this value; none for an empty one, which would be everybody without.
    pub(crate) fn customers(
        &self,
        installation: &str,
        what: By,
        value: &str,
        most: u32,
    ) -> Result<Vec<CustomerRow>, StoreError> {
        if value.is_empty() {
            return Ok(Vec::new());
        }
        self.ask(what.statement(), (installation, value, most), customer_row)
    }

    /// The link of a customer.
    pub(crate) fn link(&self, installation: &str, customer_id: &str) -> Result<Option<LinkRow>, StoreError> {
        Ok(self.ask(LINK, (installation, customer_id), link_row)?.pop())
    }

    /// The link to an external id.
    pub(crate) fn link_to(&self, installation: &str, external_id: &str) -> Result<Option<LinkRow>, StoreError> {
        Ok(self.ask(LINK_TO, (installation, external_id), link_row)?.pop())
    }

    fn free(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<T>(
        &self,
        statement: &'static str,
        values: impl Params,
        row: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let free = self.free().as_mut().ok_or(StoreError::Closed)?.pop();
        let said = |error: rusqlite::Error| near_error(&error, &self.file);
        let connection = free.map_or_else(|| self.open(), Ok).map_err(said)?;
        let found = answer(&connection, statement, values, row);
        if let Some(free) = self.free().as_mut().filter(|free| free.len() < KEPT) {
            free.push(connection);
        }
        found.map_err(said)
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(self.busy_timeout)?;
        // A plan does not hang on the values that are asked for, so that a statement stays prepared: otherwise SQLite prepares anew for
        // each value of a LIMIT.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // SQLite takes KiB as a negative number.
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        // Mapped memory would turn a failing disk into the end of the process.
        connection.pragma_update(None, "mmap_size", 0)?;
        Ok(connection)
    }
}

fn answer<T>(
    connection: &Connection,
    statement: &'static str,
    values: impl Params,
    row: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(statement)?.query_map(values, row)?.collect()
}

fn customer_row(row: &Row<'_>) -> rusqlite::Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get("id")?,
        revision: row.get("revision")?,
        number: row.get("number")?,
        cvr_digits: row.get("cvr_digits")?,
        email_lower: row.get("email_lower")?,
        tagged: row.get("tagged")?,
        deleted: row.get("deleted")?,
        body_json: row.get("body")?,
        changed: row.get("changed")?,
    })
}

fn link_row(row: &Row<'_>) -> rusqlite::Result<LinkRow> {
    Ok(LinkRow {
        customer_id: row.get("customer_id")?,
        external_id: row.get("external_id")?,
        body_json: row.get("body")?,
        version: row.get("version")?,
    })
}
