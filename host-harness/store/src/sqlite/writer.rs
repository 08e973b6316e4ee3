//! The one task that writes. Everything that writes comes to it over a channel; it takes what waits, does it all in one
//! transaction, and answers when that is on the disk. So a thousand webhooks cost a handful of waits for the disk instead of
//! a thousand, and no two writers ever meet inside SQLite.
//!
//! It trades away a little latency (a group waits for its slowest part) and the independence of errors of the disk: if the
//! transaction as a whole fails, everybody in it is told so, and nothing of it is written.

use super::fault::Fault;
use crate::error::StoreError;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Commands that wait before callers wait too: enough for one group to gather while the one before is written.
const WAITING: usize = 512;
/// The most commands in one transaction: more would make the first of them wait for long, and saves next to nothing.
const GROUP: usize = 256;

/// Something to do inside a transaction.
#[async_trait]
pub(crate) trait Work: Send + 'static {
    /// What the caller gets.
    type Output: Send + 'static;
    /// Do it. After an error nothing of it stays.
    async fn run(self, connection: &mut SqliteConnection) -> Result<Self::Output, Fault>;
}

/// Work with its caller, whatever its type.
#[async_trait]
trait Job: Send {
    /// Do the work and keep what came of it. An error is kept as well; it is told whether there was one.
    async fn run(&mut self, connection: &mut SqliteConnection, file: &std::path::Path) -> bool;
    /// Why the work failed, when it did.
    fn error(&self) -> Option<StoreError>;
    /// Tell the caller. `group`: why nothing of the whole group was written.
    fn answer(self: Box<Self>, group: Option<&StoreError>);
}

struct Call<W: Work> {
    work: Option<W>,
    result: Option<Result<W::Output, StoreError>>,
    caller: oneshot::Sender<Result<W::Output, StoreError>>,
}

#[async_trait]
impl<W: Work> Job for Call<W> {
    async fn run(&mut self, connection: &mut SqliteConnection, file: &std::path::Path) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = work.run(connection).await.map_err(|fault| fault.into_store(file));
        let good = result.is_ok();
        self.result = Some(result);
        good
    }

    fn error(&self) -> Option<StoreError> {
        self.result.as_ref().and_then(|result| result.as_ref().err().cloned())
    }

    fn answer(self: Box<Self>, group: Option<&StoreError>) {
        let result = match group {
            Some(error) => Err(error.clone()),
            None => self.result.unwrap_or(Err(StoreError::Closed)),
        };
        // Whoever asked may have gone; what was written stays.
        let _ = self.caller.send(result);
    }
}

/// The way to the task that writes. When the last one is dropped, the task finishes what waits and ends.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

/// The end of the task, whoever still holds a [`Writer`].
pub(crate) struct Ending {
    stop: oneshot::Sender<()>,
    task: JoinHandle<SqliteConnection>,
}

impl Ending {
    /// Take nothing more in, finish what waits, and hand the connection back.
    pub(crate) async fn finish(self) -> Result<SqliteConnection, tokio::task::JoinError> {
        // Where the task ended already, there is nobody to tell.
        let _ = self.stop.send(());
        self.task.await
    }
}

impl Writer {
    /// Start the task.
    pub(crate) fn start(connection: SqliteConnection, file: PathBuf, commits: Arc<AtomicU64>) -> (Self, Ending) {
        let (queue, commands) = mpsc::channel(WAITING);
        let (stop, stopped) = oneshot::channel();
        let task = Task { connection, file, commits, commands };
        (Self { queue }, Ending { stop, task: tokio::spawn(task.work(stopped)) })
    }

    /// Have something done, and wait until it is on the disk. Once it is queued, it is done even if the caller goes away.
    pub(crate) async fn call<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let (caller, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Call { work: Some(work), result: None, caller });
        self.queue.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

struct Task {
    connection: SqliteConnection,
    file: PathBuf,
    commits: Arc<AtomicU64>,
    commands: mpsc::Receiver<Box<dyn Job>>,
}

impl Task {
    async fn work(mut self, mut stopped: oneshot::Receiver<()>) -> SqliteConnection {
        let mut open = true;
        loop {
            let first = tokio::select! {
                first = self.commands.recv() => first,
                // Also when the store was dropped without being closed.
                _ = &mut stopped, if open => {
                    open = false;
                    self.commands.close();
                    continue;
                }
            };
            let Some(first) = first else { break };
            let mut group = vec![first];
            while group.len() < GROUP {
                let Ok(next) = self.commands.try_recv() else { break };
                group.push(next);
            }
            let failure = self.write(&mut group).await.err();
            if let Some(error) = &failure {
                tracing::warn!(commands = group.len(), %error, "nothing was written");
            }
            for job in group {
                job.answer(failure.as_ref());
            }
        }
        self.connection
    }

    /// All of the group in one transaction. An error means that nothing of it was written.
    async fn write(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.sql("BEGIN IMMEDIATE").await?;
        let result = match self.run(group).await {
            Ok(true) => self.sql("COMMIT").await,
            Ok(false) => return self.roll_back().await,
            Err(error) => Err(error),
        };
        match result {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                // SQLite may have taken everything back by itself already, and then says that there is nothing to take back.
                let _ = self.roll_back().await;
                Err(error)
            }
        }
    }

    /// Whether there is something to commit. Each command has a savepoint of its own, so that its error leaves the others
    /// alone; a command that is alone does without.
    async fn run(&mut self, group: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
        if let [alone] = group {
            return Ok(alone.run(&mut self.connection, &self.file).await);
        }
        let mut any = false;
        for job in group {
            self.sql("SAVEPOINT command").await?;
            if job.run(&mut self.connection, &self.file).await {
                any = true;
            } else if let Err(error) = self.sql("ROLLBACK TO SAVEPOINT command").await {
                // A full disk can take the whole transaction back, savepoint and all: then the others are gone too.
                return Err(job.error().unwrap_or(error));
            }
            self.sql("RELEASE SAVEPOINT command").await?;
        }
        Ok(any)
    }

    async fn roll_back(&mut self) -> Result<(), StoreError> {
        match self.sql("ROLLBACK").await {
            Err(error) => {
                tracing::debug!(%error, "the transaction was over already");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn sql(&mut self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::query(statement)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(|error| Fault::Sql(error).into_store(&self.file))
    }
}
