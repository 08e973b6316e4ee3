//! Recording the fixtures anew: the real component against the simulator, in process, with the clock stopped at the
//! scenario's `now`, so that the same scenario always gives the same bytes.
//!
//! No sockets: delays pass at once, a cut connection is told as such, and an answer that comes later than the host waits
//! is a timeout. What that trades away, real sockets and real waiting, is what the demo and the harness's own tests show.

mod books;
mod simulated;

pub use books::{Accepts, SimulatorFile};
pub use simulated::Simulated;

use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::{Privacy, RecordError, Recorded, Recording, record};
use host_harness::scenario::{Scenario, ScenarioError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uniconta_sim::{StartError, Uniconta};

/// Why a fixture was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// `scenario.json`.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// `simulator.json`.
    #[error("{}: {reason}", path.display())]
    SimulatorFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The simulator does not start with it.
    #[error("the simulator does not start: {0}")]
    Start(#[from] StartError),
    /// The run, or its replay.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// The connector and the fixtures cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}", path = path.display())]
pub struct Unusable {
    path: PathBuf,
    reason: String,
}

/// Load a connector as the replayer does: counting fuel.
///
/// # Errors
/// The file cannot be read, or is no connector.
pub fn load(path: &Path) -> Result<Connector, Unusable> {
    let unusable = |reason: String| Unusable { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let engine = Engine::new(EngineOptions { metering: Metering::Fuel, concurrent_calls: 1 })
        .map_err(|error| unusable(error.to_string()))?;
    Connector::load(&engine, &bytes).map_err(|error| unusable(error.to_string()))
}

/// The folders below `root` that hold a `scenario.json`, by name.
///
/// # Errors
/// The folder cannot be read.
pub fn fixtures_in(root: &Path) -> Result<Vec<PathBuf>, Unusable> {
    let unusable = |error: std::io::Error| Unusable { path: root.to_owned(), reason: error.to_string() };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).map_err(unusable)? {
        let path = entry.map_err(unusable)?.path();
        if path.join("scenario.json").is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Record one fixture anew from its `scenario.json` and, where there is one, its `simulator.json`.
///
/// # Errors
/// See [`RecordingError`].
pub async fn record_anew(connector: &Connector, folder: &Path) -> Result<Recorded, RecordingError> {
    let scenario = Scenario::read(&folder.join("scenario.json"))?;
    let config = SimulatorFile::beside(folder)?.config(&folder.join("simulator.json"))?;
    let core = Uniconta::new(config)?;
    core.set_now(scenario.now);
    let simulated = Arc::new(Simulated::new(core));
    let recording = Recording {
        scenario: &scenario,
        folder,
        driver: connector,
        transport: simulated.clone(),
        control: Some(simulated.as_ref()),
        privacy: Privacy::Fictional,
        progress: None,
    };
    Ok(record(&recording).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
    }

    #[test]
    fn the_index_says_of_every_fixture_what_its_title_says() {
        let index = std::fs::read_to_string(root().join("README.md")).unwrap();
        let told: BTreeSet<&str> =
            index.lines().filter(|line| line.starts_with("| `") && !line.contains(".json`")).collect();
        let there: BTreeSet<String> = fixtures_in(&root().join("uniconta"))
            .unwrap()
            .iter()
            .map(|folder| {
                let scenario = Scenario::read(&folder.join("scenario.json")).unwrap();
                format!("| `{}` | {} |", folder.file_name().unwrap().to_string_lossy(), scenario.title)
            })
            .collect();
        assert_eq!(told, there.iter().map(String::as_str).collect());
    }

    #[test]
    fn every_simulator_file_starts_a_simulator() {
        for folder in fixtures_in(&root().join("uniconta")).unwrap() {
            let config = SimulatorFile::beside(&folder).and_then(|file| file.config(&folder)).unwrap();
            Uniconta::new(config).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
    }

    #[test]
    fn a_misspelt_switch_is_told_with_its_file() {
        let file =
            SimulatorFile { switches: vec!["--change-event".into(), "hidden".into()], ..SimulatorFile::default() };
        let error = file.config(Path::new("x/simulator.json")).unwrap_err().to_string();
        assert!(error.starts_with("x/simulator.json: ") && error.contains("--change-event"), "{error}");
    }
}
