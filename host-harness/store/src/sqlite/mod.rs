//! The store in one SQLite file: nothing to install, nothing to run beside it.
//!
//! One thread writes ([`writer`]), a few connections read, and what an index answers is read in the thread that asks
//! ([`readers`]); what was committed is on the disk. The SQL is such that PostgreSQL takes it too (`$1`, `BIGINT`,
//! `ON CONFLICT`, `RETURNING`); where the two differ is in the migrations, in [`opening`] and in [`sql`].
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
mod opening;
mod outbox;
mod paging;
mod readers;
mod receipts;
mod schema;
mod sql;
mod store;
mod upkeep;
mod writer;

use crate::error::StoreError;
use folder::Held;
use readers::Readers;
use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use writer::{Ended, Work, Writer};

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
    readers: Arc<Readers>,
    writing: Mutex<Option<Writing>>,
}

/// What is let go of at the end; the folder is held by the thread that writes.
struct Writing {
    writer: Writer,
    ended: Ended,
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
        let folder = folder.to_owned();
        Box::pin(blocking(move || Self::open_here(&folder, options)))
    }

    /// The same in this thread.
    fn open_here(folder: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        let held = Held::take(folder)?;
        let file = held.file.clone();
        opening::check(&file, &options)?;
        let connection = opening::writer(&file, &options)?;
        let readers = Arc::new(Readers::new(&file, &options));
        let commits = Arc::new(AtomicU64::new(0));
        let (writer, ended) = Writer::start(connection, held, Arc::clone(&commits))?;
        Ok(Self { file, options, commits, readers, writing: Mutex::new(Some(Writing { writer, ended })) })
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

    /// Finish what was begun and let go.
    async fn let_go(&self) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Those that read go first, so that the whole log can be copied into the database.
        self.readers.close().await;
        let Some(Writing { writer, ended }) = writing else { return };
        writer.stop().await;
        if ended.await.is_err() {
            tracing::error!("the thread that writes ended early");
        }
    }
}

/// Do in a thread that may wait for the disk what a thread that serves calls must not wait for.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Database(format!("the work with files was cut off: {error}"))),
    }
}
