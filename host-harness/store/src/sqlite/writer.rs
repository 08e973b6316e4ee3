//! The one thread that writes. Everything that writes comes to it over a channel; it takes what waits, does it all in one
//! transaction, and answers when that is on the disk. So a thousand webhooks cost a handful of waits for the disk instead of
//! a thousand, and no two writers ever meet inside SQLite. Nothing in a command waits for anything but the disk, so it is a thread
//! of its own rather than a task: whoever asks changes threads twice, and none of the statements does.
//!
//! It trades away a little latency (a group waits for its slowest part) and the independence of errors of the disk: if the
//! transaction as a whole fails, everybody in it is told so, and nothing of it is written.

use super::fault::{Fault, io_error, store_error};
use super::folder::Held;
use super::{opening, sql};
use crate::error::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Commands that wait before callers wait too: enough for one group to gather while the one before is written.
const WAITING: usize = 512;
/// The most commands in one transaction: more would make the first of them wait for long, and saves next to nothing.
const GROUP: usize = 256;

/// Something to do inside a transaction.
pub(crate) trait Work: Send + 'static {
    /// What the caller gets.
    type Output: Send + 'static;
    /// Do it. After an error nothing of it stays.
    fn run(self, connection: &Connection) -> Result<Self::Output, Fault>;
}

/// Work with its caller, whatever its type.
trait Job: Send {
    /// Do the work and keep what came of it. An error is kept as well; it is told whether there was one.
    fn run(&mut self, connection: &Connection, file: &Path) -> bool;
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

impl<W: Work> Job for Call<W> {
    fn run(&mut self, connection: &Connection, file: &Path) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = work.run(connection).map_err(|fault| fault.into_store(file));
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

/// What comes over the channel.
enum Command {
    Do(Box<dyn Job>),
    /// Take nothing more in, finish what waits, and end.
    Stop,
}

/// The way to the thread that writes. When the last one is dropped, the thread finishes what waits and ends.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Command>,
}

/// Comes when the thread has ended and let go of the folder; an error when it ended early.
pub(crate) type Ended = oneshot::Receiver<()>;

impl Writer {
    /// Start the thread. It holds the folder for as long as it has something to write.
    pub(crate) fn start(
        connection: Connection,
        held: Held,
        commits: Arc<AtomicU64>,
    ) -> Result<(Self, Ended), StoreError> {
        let (queue, commands) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        let file = held.file.clone();
        let task = Task { connection, commits, commands, held };
        let work = move || {
            task.work();
            // Whoever closed the store may have gone.
            let _ = end.send(());
        };
        let started = thread::Builder::new().name("store-writer".to_owned()).spawn(work);
        started.map_err(|error| io_error(&file, &error))?;
        Ok((Self { queue }, ended))
    }

    /// Have something done, and wait until it is on the disk. Once it is queued, it is done even if the caller goes away.
    pub(crate) async fn call<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Call { work: Some(work), result: None, caller });
        self.queue.send(Command::Do(job)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Have the thread finish what waits and end, whoever still holds a [`Writer`].
    pub(crate) async fn stop(self) {
        // Where the thread ended already, there is nobody to tell.
        let _ = self.queue.send(Command::Stop).await;
    }
}

/// The order of the fields is the order in which they are let go of, should a command panic: the folder last.
struct Task {
    connection: Connection,
    commits: Arc<AtomicU64>,
    commands: mpsc::Receiver<Command>,
    held: Held,
}

impl Task {
    fn work(mut self) {
        let (mut waiting, mut group) = (Vec::with_capacity(GROUP), Vec::with_capacity(GROUP));
        while self.commands.blocking_recv_many(&mut waiting, GROUP) > 0 {
            for command in waiting.drain(..) {
                match command {
                    Command::Do(job) => group.push(job),
                    Command::Stop => self.commands.close(),
                }
            }
            if !group.is_empty() {
                self.write_and_answer(&mut group);
            }
        }
        if let Err(error) = opening::close(self.connection) {
            tracing::warn!(%error, "the log was not copied into the database; the next start does it");
        }
    }

    fn write_and_answer(&self, group: &mut Vec<Box<dyn Job>>) {
        let failure = self.write(group).err();
        if let Some(error) = &failure {
            tracing::warn!(commands = group.len(), %error, "nothing was written");
        }
        for job in group.drain(..) {
            job.answer(failure.as_ref());
        }
    }

    /// All of the group in one transaction. An error means that nothing of it was written.
    fn write(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.sql("BEGIN IMMEDIATE")?;
        let result = match self.run(group) {
            Ok(true) => self.sql("COMMIT"),
            Ok(false) => {
                self.roll_back();
                return Ok(());
            }
            Err(error) => Err(error),
        };
        if result.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        } else {
            self.roll_back();
        }
        result
    }

    /// Whether there is something to commit. Each command has a savepoint of its own, so that its error leaves the others
    /// alone; a command that is alone does without.
    fn run(&self, group: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
        if let [alone] = group {
            return Ok(alone.run(&self.connection, &self.held.file));
        }
        let mut any = false;
        for job in group {
            self.sql("SAVEPOINT command")?;
            if job.run(&self.connection, &self.held.file) {
                any = true;
            } else if let Err(error) = self.sql("ROLLBACK TO SAVEPOINT command") {
                // A full disk can take the whole transaction back, savepoint and all: then the others are gone too.
                return Err(job.error().unwrap_or(error));
            }
            self.sql("RELEASE SAVEPOINT command")?;
        }
        Ok(any)
    }

    fn roll_back(&self) {
        // SQLite may have taken everything back by itself already, and then says that there is nothing to take back.
        if let Err(error) = self.sql("ROLLBACK") {
            tracing::debug!(%error, "the transaction was over already");
        }
    }

    fn sql(&self, statement: &'static str) -> Result<(), StoreError> {
        sql::run(&self.connection, statement, &[]).map(drop).map_err(|error| store_error(&error, &self.held.file))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SqliteOptions, meta};
    use super::*;

    /// Writes its key, and may then be refused.
    struct Put(&'static str, bool);

    impl Work for Put {
        type Output = ();

        fn run(self, connection: &Connection) -> Result<(), Fault> {
            meta::put(connection, self.0, "v")?;
            if self.1 { Ok(()) } else { Err(Fault::Refused("not this one".to_owned())) }
        }
    }

    #[tokio::test]
    async fn what_waits_is_one_group_in_which_each_is_answered_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let held = Held::take(folder.path()).unwrap();
        let file = held.file.clone();
        let connection = opening::writer(&file, &SqliteOptions::default()).unwrap();
        let commits = Arc::new(AtomicU64::new(0));
        let (queue, commands) = mpsc::channel(WAITING);
        let (task, writer) = (Task { connection, commits: Arc::clone(&commits), commands, held }, Writer { queue });
        // The thread begins when all three wait.
        let (first, refused, last, thread) = tokio::join!(
            writer.call(Put("first", true)),
            writer.call(Put("refused", false)),
            writer.call(Put("last", true)),
            async { thread::spawn(|| task.work()) },
        );
        assert_eq!(commits.load(Ordering::Relaxed), 1, "they were one group");
        assert!(first.is_ok() && last.is_ok());
        assert!(matches!(refused, Err(StoreError::Refused(_))));
        drop(writer);
        thread.join().unwrap();
        let reader = opening::reader(&file, &SqliteOptions::default()).unwrap();
        for (key, there) in [("first", true), ("refused", false), ("last", true)] {
            assert_eq!(meta::one(&reader, key).unwrap().is_some(), there, "{key}");
        }
    }
}
