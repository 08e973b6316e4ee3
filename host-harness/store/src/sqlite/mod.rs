//! The store in one SQLite file: nothing to install, nothing to run beside it.
//!
//! One task writes ([`writer`]), a few connections read, and what is asked in the middle of a call is answered at once ([`near`]);
//! what was committed is on the disk. The SQL is such that PostgreSQL
//! takes it too (`$1`, `BIGINT`, `ON CONFLICT`, `RETURNING`); where the two differ is in the migrations and in [`opening`].
//! It trades away writing from two processes at once: the folder belongs to one.

mod activity;
mod api_keys;
mod backup;
mod claim;
mod collapse;
mod commit;
mod customers;
mod events;
mod fault;
mod flags;
mod folder;
mod guards;
mod hook_tokens;
mod inbox;
mod installations;
mod links;
mod meta;
mod near;
mod opening;
mod outbox;
mod paging;
mod receipts;
mod store;
mod upkeep;
mod writer;

use crate::error::StoreError;
use folder::Held;
use near::Near;
use sqlx::sqlite::SqlitePool;
use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use writer::{Ending, Work, Writer};

pub use backup::restore;

/// How long a write waits for another program that holds the database, unless set.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How long to wait for another program that holds the database before [`StoreError::Locked`]; 5 seconds unless set.
    pub busy_timeout: Duration,
    /// The most pages (of 4 KiB) the database may have before [`StoreError::Full`]; none for what the disk holds. For tests.
    pub most_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: BUSY_TIMEOUT, most_pages: None }
    }
}

/// A [`crate::Store`] in one SQLite file.
pub struct SqliteStore {
    file: PathBuf,
    options: SqliteOptions,
    commits: Arc<AtomicU64>,
    readers: SqlitePool,
    near: Near,
    writing: Mutex<Option<Writing>>,
}

/// What is let go of at the end.
struct Writing {
    writer: Writer,
    ending: Ending,
    held: Held,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteStore").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A future in a box, so that the database's code is compiled here and not once more in each program that opens a store.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + 'a>>;

impl SqliteStore {
    /// Open `state.sqlite` in a folder; both are made where missing, for this user alone. The folder is held until
    /// [`crate::Store::close`] has come back, or the store is dropped.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process works there; [`StoreError::Corrupt`] and [`StoreError::TooNew`] for a file
    /// that is damaged or of a newer version, which is left as it is; [`StoreError::Io`] where the folder cannot be used or
    /// cannot keep what is written.
    pub fn open(folder: &Path, options: SqliteOptions) -> Boxed<'_, Self> {
        Box::pin(async move {
            let held = Held::take(folder)?;
            let file = held.file.clone();
            opening::check(&file, &options).await?;
            let connection = opening::writer(&file, &options).await?;
            let readers = opening::readers(&file, &options).await?;
            let commits = Arc::new(AtomicU64::new(0));
            let (writer, ending) = Writer::start(connection, file.clone(), Arc::clone(&commits));
            let writing = Mutex::new(Some(Writing { writer, ending, held }));
            let near = Near::new(&file, &options);
            Ok(Self { file, options, commits, readers, near, writing })
        })
    }

    /// Transactions written since the store was opened; fewer than writing calls, since calls share them.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Have something written.
    async fn write<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let writer = {
            let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            writing.as_ref().map(|writing| writing.writer.clone())
        };
        writer.ok_or(StoreError::Closed)?.call(work).await
    }

    /// What a caller is told about an error while reading.
    fn said(&self, error: &sqlx::Error) -> StoreError {
        fault::store_error(error, &self.file)
    }

    /// Finish what was begun and let go.
    async fn let_go(&self) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.near.close();
        self.readers.close().await;
        let Some(Writing { writer, ending, held }) = writing else { return };
        drop(writer);
        match ending.finish().await {
            Ok(connection) => {
                if let Err(error) = opening::close(connection).await {
                    tracing::warn!(%error, "the log was not copied into the database; the next start does it");
                }
            }
            Err(error) => tracing::error!(%error, "the task that writes ended early"),
        }
        drop(held);
    }
}
