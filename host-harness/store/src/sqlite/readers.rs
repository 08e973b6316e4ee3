//! Connections that read and cannot write.
//!
//! What an index answers with a few rows is answered in the thread that asks. A connector asks whose a debtor is some four times
//! for each, in the middle of a call, and a page has a thousand of them: to change threads for each of these questions would take many
//! times as long as the look into an index that is the answer. What that trades away: while a page of the database comes from the
//! disk, the thread that asked waits. So what may read many rows is answered in a thread that may wait, and only a few such
//! questions at once.

use super::{SqliteOptions, blocking, fault, opening};
use crate::error::StoreError;
use rusqlite::{Connection, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Connections that are kept: as many as ask at once where that is one for each processor; whoever finds none opens one.
const KEPT: usize = 4;
/// Long questions answered at once before they queue up.
const LONG: u32 = 4;
/// So many ids of a list are looked up in the thread that asks: as many questions as a connector asks in a call of its own.
const FEW: usize = 8;

/// Connections that read, each for one question at a time.
pub(crate) struct Readers {
    file: PathBuf,
    options: SqliteOptions,
    /// None once the store was let go of.
    free: Mutex<Option<Vec<Connection>>>,
    long: Arc<Semaphore>,
}

impl Readers {
    /// For a database that is open.
    pub(crate) fn new(file: &Path, options: &SqliteOptions) -> Self {
        let (free, long) = (Mutex::new(Some(Vec::new())), Arc::new(Semaphore::new(LONG as usize)));
        Self { file: file.to_owned(), options: options.clone(), free, long }
    }

    /// Nobody asks from now on; comes back when the long questions were answered.
    pub(crate) async fn close(&self) {
        drop(self.free().take());
        // An error: somebody else closed it.
        let _ = self.long.acquire_many(LONG).await;
        self.long.close();
    }

    /// A question that an index answers with a few rows.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T, StoreError> {
        let free = self.free().as_mut().ok_or(StoreError::Closed)?.pop();
        let said = |error: rusqlite::Error| fault::store_error(&error, &self.file);
        let connection = free.map_or_else(|| opening::reader(&self.file, &self.options), Ok).map_err(said)?;
        let found = question(&connection);
        if let Some(free) = self.free().as_mut().filter(|free| free.len() < KEPT) {
            free.push(connection);
        }
        found.map_err(said)
    }

    /// A question that may read many rows. Whatever it reads, it sees the database as it was at one moment.
    pub(crate) async fn ask_long<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.long).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        blocking(move || {
            // Held until the answer is there, even if whoever asked goes away.
            let _turn = turn;
            readers.ask(|connection| {
                let moment = connection.unchecked_transaction()?;
                let found = question(&moment)?;
                moment.commit()?;
                Ok(found)
            })
        })
        .await
    }

    /// What an index finds for these ids, each asked for once.
    pub(crate) async fn ask_each<T: Send + 'static>(
        self: &Arc<Self>,
        installation: &str,
        ids: &[String],
        one: fn(&Connection, &str, &str) -> Result<Option<T>>,
    ) -> Result<Vec<T>, StoreError> {
        let ids: BTreeSet<String> = ids.iter().cloned().collect();
        let (few, installation) = (ids.len() <= FEW, installation.to_owned());
        let question = move |connection: &Connection| {
            ids.iter().filter_map(|id| one(connection, &installation, id).transpose()).collect()
        };
        if few { self.ask(question) } else { self.ask_long(question).await }
    }

    fn free(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
