//! The stage of a trial: a folder, the simulator, the host with its installations, and FlexyBox for each of them.

use crate::api::Api;
use crate::books::{self, HOSTS};
use crate::error::{CannotRun, Outcome};
use crate::flexybox::Flexybox;
use crate::measure::{Memory, memory_of};
use crate::process::Host;
use crate::programs::Programs;
use crate::uniconta::Bookkeeper;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::task::JoinSet;
use uniconta_sim::{Running, Switches};

/// Installations that are configured at once: enough to keep the machine busy.
const AT_ONCE: usize = 8;

/// What a trial needs.
#[derive(Debug)]
pub struct Plan {
    /// The installations, each with its company.
    pub installations: Vec<(String, u32)>,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
    /// How the simulator behaves.
    pub switches: Switches,
    /// Whether the simulator records bodies, as the bookkeeper's edits need.
    pub record_bodies: bool,
    /// Whether the connector that misbehaves is loaded, too.
    pub hostile: bool,
    /// Hosts beside those of the books, each with where it leads.
    pub routes: Vec<(String, String)>,
    /// Whether there is a FlexyBox for each installation.
    pub flexybox: bool,
    /// Of everything by chance.
    pub seed: u64,
    /// Debtors in the books of the first company beside the usual ones.
    pub debtors: Vec<Map<String, Value>>,
    /// Whether OK is pressed on every installation.
    pub press_ok: bool,
}

/// Where the data of a trial lie.
#[derive(Debug)]
pub enum Folder {
    /// Removed at the end.
    Temporary(TempDir),
    /// Named by a person, and left as it is.
    Named(PathBuf),
}

impl Folder {
    fn make(named: Option<PathBuf>) -> Result<Self, CannotRun> {
        let Some(path) = named else {
            let made = TempDir::with_prefix("service-trial-");
            return made.map(Self::Temporary).map_err(|error| CannotRun::because("no folder", error));
        };
        std::fs::create_dir_all(&path).map_err(|error| CannotRun::because(path.display(), error))?;
        let mut entries = std::fs::read_dir(&path).map_err(|error| CannotRun::because(path.display(), error))?;
        match entries.next() {
            None => Ok(Self::Named(path)),
            Some(_) => Err(CannotRun::because(path.display(), "it is not empty; name one that is, or none")),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Named(path) => path,
        }
    }
}

/// The stage.
#[derive(Debug)]
pub struct Scene {
    /// The host.
    pub host: Host,
    /// A client of the host that may do everything.
    pub api: Api,
    /// The simulator.
    pub simulator: Running,
    /// FlexyBox for each installation, where the plan says so.
    pub flexyboxes: Vec<Arc<Flexybox>>,
    folder: Folder,
}

impl Scene {
    /// Start everything, with every installation made, and configured where the plan says so.
    ///
    /// # Errors
    /// Something does not start, or an installation does not become ready.
    pub async fn open(plan: Plan) -> Result<Self, CannotRun> {
        let programs = Programs::find(plan.hostile)?;
        let folder = Folder::make(plan.folder)?;
        let companies: Vec<u32> = plan.installations.iter().map(|(_, company)| *company).collect();
        let simulator = books::start(&companies, plan.debtors, plan.switches, plan.record_bodies).await?;
        let target = simulator.url();
        let others = plan.routes.iter().map(|(host, target)| (host.as_str(), target.as_str()));
        let routes: Vec<(&str, &str)> = HOSTS.iter().map(|host| (*host, target.as_str())).chain(others).collect();
        let (mut host, key) = Host::prepare(&programs, folder.path(), &routes).await?;
        host.start().await?;
        let api = Api::new(host.base().to_owned(), key);
        let api_key = simulator.core.config().api_key.to_string();
        make_all(&api, &plan.installations, &api_key, plan.press_ok).await?;
        let flexybox = |(id, company): &(String, u32)| {
            Arc::new(Flexybox::start(&api, id, *company, plan.seed.wrapping_add(u64::from(*company))))
        };
        let flexyboxes = if plan.flexybox { plan.installations.iter().map(flexybox).collect() } else { Vec::new() };
        Ok(Self { host, api, simulator, flexyboxes, folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The bookkeeper of an installation.
    pub fn bookkeeper(&self, flexybox: &Flexybox) -> Bookkeeper {
        Bookkeeper::new(&self.simulator.core, flexybox.company())
    }

    /// The memory of the host now, noted as `memory_` and this.
    ///
    /// # Errors
    /// The host does not run.
    pub fn note_memory(&self, outcome: &mut Outcome, when: &str) -> Result<Memory, CannotRun> {
        let pid = self.host.pid().ok_or_else(|| CannotRun::new("the host does not run"))?;
        let memory = memory_of(pid)?;
        let figure = json!({"resident_kib": memory.resident_kib, "peak_kib": memory.peak_kib});
        outcome.figure(&format!("memory_{when}"), figure);
        Ok(memory)
    }

    /// Everything ends. Where something is wrong, the folder stays, with what happened in it, and the outcome names it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn close(mut self, outcome: &mut Outcome) -> Result<(), CannotRun> {
        if self.host.pid().is_some() {
            let status = self.host.stop().await?;
            if !status.success() {
                outcome.wrong.push(format!("asked to stop, the host ended with {status}"));
            }
        }
        for flexybox in &self.flexyboxes {
            outcome.wrong.append(&mut flexybox.club().wrong);
        }
        if !outcome.is_good() {
            for flexybox in &self.flexyboxes {
                let path = self.folder.path().join(format!("story-{}.txt", flexybox.installation()));
                let written = std::fs::write(&path, flexybox.club().story());
                written.map_err(|error| CannotRun::because(path.display(), error))?;
            }
            outcome.figure("folder", self.folder.path().display().to_string());
            if let Folder::Temporary(folder) = self.folder {
                let _stays = folder.keep();
            }
        }
        self.simulator.shutdown().await;
        Ok(())
    }
}

async fn make_all(api: &Api, installations: &[(String, u32)], api_key: &str, press_ok: bool) -> Result<(), CannotRun> {
    let mut waiting = installations.iter();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some((id, company)) = waiting.next()
        {
            let (api, id, body) = (api.clone(), id.clone(), books::installation(id, *company, api_key));
            under_way.spawn(async move {
                match press_ok {
                    true => configured(&api, &id, &body).await,
                    false => api.post("/api/v1/installations", &body).await.map(drop),
                }
            });
        }
        match under_way.join_next().await {
            None => return Ok(()),
            Some(Ok(done)) => done?,
            Some(Err(error)) => return Err(CannotRun::because("an installation", error)),
        }
    }
}

/// Make an installation and press OK.
///
/// # Errors
/// It does not become ready.
pub async fn configured(api: &Api, id: &str, body: &Value) -> Result<(), CannotRun> {
    api.post("/api/v1/installations", body).await?;
    let answer = api.post(&format!("/api/v1/installations/{id}/configure"), &json!({})).await?;
    match answer.get("ready").and_then(Value::as_bool) {
        Some(true) => Ok(()),
        _ => Err(CannotRun::because(format!("installation {id} is not ready"), answer)),
    }
}
