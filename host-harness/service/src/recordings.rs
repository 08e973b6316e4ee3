//! Recording what an installation's connector does at work, as fixtures: for trying another build of it, or another connector,
//! on what really happens, with `harness diff`.
//!
//! While a recording runs, calls of the installation are listened to. Each is written by itself, in turn, beside the work: secrets
//! and personal data are replaced before anything is on the disk, and the fixture is replayed to prove it. What cannot be
//! recorded is counted by reason, and the work itself never waits. A recording lasts until it has as many calls as were asked
//! for, until it is stopped, or until the host stops; it is not kept over a restart, so that nobody is recorded by oversight.

use crate::connectors::Loaded;
use crate::error::{Refusal, ServiceError};
use crate::service::Service;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::{HeardCall, Listener, NotTold, Privacy, RecordError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// The most calls one recording has: some weeks of a club, and a diff of some minutes.
pub const MOST_RECORDED_CALLS: u32 = 10_000;

/// The most words that are not replaced.
pub const MOST_KEPT_WORDS: usize = 100;

/// Calls that wait to be written; what comes while so many wait is left out, and counted.
const WAITING: usize = 32;

/// All recordings of this start, and where they go.
#[derive(Default)]
pub(crate) struct Recordings {
    folder: Mutex<Option<PathBuf>>,
    by_installation: Mutex<BTreeMap<String, Arc<Session>>>,
}

/// A recording as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingView {
    /// Calls are listened to.
    pub running: bool,
    /// Calls asked for.
    pub wanted: u32,
    /// Calls written.
    pub written: u32,
    /// Calls left out, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// The folder of the fixtures, on the host.
    pub folder: PathBuf,
}

/// One recording.
pub(crate) struct Session {
    /// What is listened to; after a swap of the connector the recording ends.
    loaded: Arc<Loaded>,
    folder: PathBuf,
    wanted: u32,
    waiting: mpsc::Sender<HeardCall>,
    over: AtomicBool,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    written: u32,
    left_out: BTreeMap<String, u64>,
}

impl Session {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave_out(&self, why: &str) {
        *self.counted().left_out.entry(why.to_owned()).or_default() += 1;
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    fn end(&self) {
        self.over.store(true, Ordering::Release);
    }

    fn view(&self) -> RecordingView {
        let counted = self.counted();
        RecordingView {
            running: !self.is_over(),
            wanted: self.wanted,
            written: counted.written,
            left_out: counted.left_out.clone(),
            folder: self.folder.clone(),
        }
    }
}

/// Hears the calls for a recording.
#[derive(Clone)]
pub(crate) struct Ear(Arc<Session>);

impl Listener for Ear {
    fn heard(&self, call: Result<HeardCall, NotTold>) {
        let session = &self.0;
        if session.is_over() {
            return;
        }
        match call {
            Ok(call) => {
                if session.waiting.try_send(call).is_err() {
                    session.leave_out("too-fast");
                }
            }
            Err(why) => session.leave_out(word_of(why)),
        }
    }
}

impl Recordings {
    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Session>>> {
        self.by_installation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who listens to this installation's calls of this connector, if anybody does.
    pub(crate) fn ear(&self, installation: &str, loaded: &Arc<Loaded>) -> Option<Ear> {
        let session = Arc::clone(self.running().get(installation)?);
        if session.is_over() {
            return None;
        }
        if !Arc::ptr_eq(&session.loaded, loaded) {
            session.leave_out("another-connector");
            session.end();
            return None;
        }
        Some(Ear(session))
    }

    /// The installation is gone; what was written stays.
    pub(crate) fn forget(&self, installation: &str) {
        if let Some(session) = self.running().remove(installation) {
            session.end();
        }
    }

    pub(crate) fn set_folder(&self, folder: PathBuf) {
        *self.folder.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
    }

    fn folder_of(&self, installation: &str) -> Option<PathBuf> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner).clone();
        folder.map(|folder| folder.join(installation))
    }
}

impl Service {
    /// Recordings go into this folder, a folder for each installation. Without it there are none.
    pub fn keep_recordings_in(&self, folder: PathBuf) {
        self.inner.recordings.set_folder(folder);
    }

    /// Record the next `calls` calls of an installation's connector as fixtures. Words in `keep` are not replaced: those that mean
    /// something to the connector and to nobody else. A recording that runs goes on instead with what is asked for now.
    ///
    /// # Errors
    /// The installation is unknown, its connector is not loaded, the host keeps no recordings, or more is asked for than
    /// [`MOST_RECORDED_CALLS`] and [`MOST_KEPT_WORDS`].
    pub async fn record(&self, id: &str, calls: u32, keep: Vec<String>) -> Result<RecordingView, ServiceError> {
        let invalid = |code, message: String| ServiceError::new(Refusal::Invalid, code, message);
        if !(1..=MOST_RECORDED_CALLS).contains(&calls) {
            return Err(invalid("invalid-value", format!("calls is {calls}; give 1 to {MOST_RECORDED_CALLS}")));
        }
        if keep.len() > MOST_KEPT_WORDS {
            return Err(invalid("invalid-value", format!("keep has more than {MOST_KEPT_WORDS} words")));
        }
        let row = self.row(id).await?;
        let conflict = |code, message: String| ServiceError::new(Refusal::Conflict, code, message);
        let loaded = self.inner.connectors.get(&row.connector).ok_or_else(|| {
            let message = format!("connector {} is not loaded; start the host with it", row.connector);
            conflict("connector-missing", message)
        })?;
        let folder = self.inner.recordings.folder_of(id).ok_or_else(|| {
            conflict("no-recordings", "this host keeps no recordings; start it with a folder for them".to_owned())
        })?;
        let (waiting, waits) = mpsc::channel(WAITING);
        let session = Arc::new(Session {
            loaded,
            folder,
            wanted: calls,
            waiting,
            over: AtomicBool::new(false),
            counted: Mutex::default(),
        });
        let before = self.inner.recordings.running().insert(id.to_owned(), Arc::clone(&session));
        before.iter().for_each(|before| before.end());
        let view = session.view();
        tracing::info!(installation = id, calls, "a recording begins");
        tokio::spawn(write_all(session, waits, Privacy::Pseudonyms { keep }, id.to_owned()));
        Ok(view)
    }

    /// The recording of an installation as it stands, or as it ended.
    ///
    /// # Errors
    /// The installation is unknown, or there was no recording since the host began.
    pub async fn recording(&self, id: &str) -> Result<RecordingView, ServiceError> {
        Ok(self.session(id).await?.view())
    }

    /// Stop listening; what was written stays.
    ///
    /// # Errors
    /// As [`Service::recording`].
    pub async fn stop_recording(&self, id: &str) -> Result<RecordingView, ServiceError> {
        let session = self.session(id).await?;
        session.end();
        Ok(session.view())
    }

    async fn session(&self, id: &str) -> Result<Arc<Session>, ServiceError> {
        self.row(id).await?;
        let session = self.inner.recordings.running().get(id).cloned();
        session.ok_or_else(|| {
            let message = format!("there was no recording of installation {id} since the host began");
            ServiceError::new(Refusal::NotFound, "no-recording", message)
        })
    }
}

/// Write what is heard until there is enough or nobody listens any more.
async fn write_all(
    session: Arc<Session>,
    mut waits: mpsc::Receiver<HeardCall>,
    privacy: Privacy,
    installation: String,
) {
    let connector = match counting(&session.loaded).await {
        Ok(connector) => connector,
        Err(error) => {
            tracing::error!(installation, error, "the recording cannot begin");
            session.leave_out("no-engine");
            session.end();
            return;
        }
    };
    while !session.is_over() {
        // Looked at now and then, so that a recording that was stopped lets go of its connector.
        let next = tokio::time::timeout(LOOK_EVERY, waits.recv()).await;
        let Ok(Some(call)) = next else { continue };
        match write(&call, &connector, &session.folder, &privacy).await {
            Ok(()) => {
                let mut counted = session.counted();
                counted.written = counted.written.saturating_add(1);
                if counted.written >= session.wanted {
                    session.end();
                }
            }
            Err(why) => {
                tracing::warn!(installation, call = call.kind(), why, "a call was not recorded");
                session.leave_out(why);
            }
        }
    }
    tracing::info!(installation, written = session.counted().written, "the recording ended");
}

/// How often a recording looks whether it was stopped.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// The same connector on an engine that counts fuel, since fixtures hold it.
async fn counting(loaded: &Arc<Loaded>) -> Result<Connector, String> {
    let loaded = Arc::clone(loaded);
    let compiled = tokio::task::spawn_blocking(move || {
        let options = EngineOptions { metering: Metering::Fuel, concurrent_calls: 1 };
        let engine = Engine::new(options).map_err(|error| error.to_string())?;
        let engine = match loaded.connector.engine().cache() {
            Some(cache) => engine.with_cache(cache.clone()),
            None => engine,
        };
        Connector::load(&engine, &loaded.component).map_err(|error| error.to_string())
    });
    compiled.await.map_err(|error| error.to_string())?
}

/// One fixture, whole or not at all.
async fn write(call: &HeardCall, connector: &Connector, folder: &Path, privacy: &Privacy) -> Result<(), &'static str> {
    let unfinished = folder.join(".unfinished");
    let fresh = |folder: &Path| match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err("disk"),
        _ => Ok(()),
    };
    fresh(&unfinished)?;
    let written = call.write(connector, &unfinished, privacy).await;
    if let Err(error) = written {
        fresh(&unfinished)?;
        return Err(reason(&error));
    }
    let number = next_number(folder).ok_or("disk")?;
    std::fs::rename(&unfinished, folder.join(format!("{number:05}-{}", call.kind()))).map_err(|_| "disk")
}

/// One more than the highest number a fixture in the folder begins with.
fn next_number(folder: &Path) -> Option<u32> {
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let numbers = names.filter_map(|name| name.split('-').next()?.parse::<u32>().ok());
    numbers.max().unwrap_or(0).checked_add(1)
}

/// Why a call is not told, without a word of what was in it.
fn reason(error: &RecordError) -> &'static str {
    match error {
        RecordError::NotTheSameAgain => "not-the-same-again",
        RecordError::ActsOtherwise(_) => "other-with-made-up-words",
        RecordError::SecretLeft { .. } => "secret-left",
        RecordError::Redaction(_) => "secret-too-short",
        RecordError::Fixture(_) => "disk",
        RecordError::Play(_) | RecordError::DoesNotHold(_) => "does-not-hold",
    }
}

fn word_of(why: NotTold) -> &'static str {
    match why {
        NotTold::EarlierDays => "earlier-days",
        NotTold::Attempt => "another-attempt",
        NotTold::Binary => "body-no-text",
        NotTold::Store => "store",
    }
}
