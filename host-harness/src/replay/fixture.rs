//! A fixture: a folder with `scenario.json`, `exchanges.json` and `expected.json`, replayed and compared whole.

use super::diff::{differences, told};
use super::exchange::Exchanges;
use super::expected::{expected, own_seal, without_fuel_and_seals};
use super::fuel;
use super::json::pretty;
use super::play::{PlayError, Played, Stage, play};
use super::seal::broken;
use super::transport::{Mismatch, ReplayTransport};
use crate::installation::Driver;
use crate::scenario::{Scenario, ScenarioError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The three files of a fixture, as they are.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The folder.
    pub folder: PathBuf,
    /// The scenario.
    pub scenario: Scenario,
    /// The exchanges.
    pub exchanges: Exchanges,
    /// `expected.json`; none when it is not there yet.
    pub expected: Option<Value>,
    raw_scenario: Value,
    raw_exchanges: Value,
}

/// A fixture that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// `scenario.json`.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// One of the other files.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It could not be played.
    #[error("{}: {reason}", folder.display())]
    Play {
        /// The fixture.
        folder: PathBuf,
        /// Why.
        reason: PlayError,
    },
}

/// What a replay showed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Replayed {
    /// The name of the folder.
    pub name: String,
    /// Events that called the connector.
    pub events: usize,
    /// Exchanges in the fixture.
    pub exchanges: usize,
    /// Fuel of all calls.
    pub fuel: u64,
    /// What is wrong; empty when the fixture holds.
    pub problems: Vec<String>,
    /// Worth telling, though nothing is wrong.
    pub notes: Vec<String>,
    /// What `expected.json` would hold if this run were right.
    #[serde(skip)]
    pub actual: Value,
    /// Requests that no exchange answered, and exchanges that nothing used: what no blessing mends.
    #[serde(skip)]
    pub mismatches: Vec<Mismatch>,
}

/// What becomes of another amount of fuel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fuel {
    /// It is a problem like any other.
    Compared,
    /// It is worth telling.
    Noted,
}

impl Replayed {
    /// Whether the fixture holds.
    pub fn holds(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Fixture {
    /// Read the files of a fixture.
    ///
    /// # Errors
    /// A file cannot be read or is not what it should be.
    pub fn read(folder: &Path) -> Result<Self, FixtureError> {
        let exchanges = text_of(&folder.join("exchanges.json"))?;
        let expected_path = folder.join("expected.json");
        let expected = if expected_path.exists() { Some(text_of(&expected_path)?) } else { None };
        let scenario = folder.join("scenario.json");
        let scenario = std::fs::read_to_string(&scenario)
            .map_err(|error| ScenarioError::Unreadable { path: scenario, reason: error.to_string() })?;
        Self::parse(folder, &scenario, &exchanges, expected.as_deref())
    }

    /// Like [`Fixture::read`], with the texts of the files at hand; `folder` is only named in errors.
    ///
    /// # Errors
    /// A text is not what it should be.
    pub fn parse(folder: &Path, scenario: &str, exchanges: &str, expected: Option<&str>) -> Result<Self, FixtureError> {
        let [scenario_path, exchanges_path, expected_path] =
            ["scenario.json", "exchanges.json", "expected.json"].map(|name| folder.join(name));
        Ok(Self {
            folder: folder.into(),
            scenario: Scenario::parse(scenario, &scenario_path)?,
            exchanges: json(exchanges, &exchanges_path)?,
            expected: expected.map(|text| json(text, &expected_path)).transpose()?,
            raw_scenario: json(scenario, &scenario_path)?,
            raw_exchanges: json(exchanges, &exchanges_path)?,
        })
    }

    /// A fixture out of a scenario and exchanges, not written yet.
    ///
    /// # Errors
    /// They have no JSON form.
    pub fn of(folder: &Path, scenario: Scenario, exchanges: Exchanges) -> Result<Self, FixtureError> {
        let no_json = |error: serde_json::Error| FixtureError::File { path: folder.into(), reason: error.to_string() };
        let raw_scenario = serde_json::to_value(&scenario).map_err(no_json)?;
        let raw_exchanges = serde_json::to_value(&exchanges).map_err(no_json)?;
        Ok(Self { folder: folder.into(), scenario, exchanges, expected: None, raw_scenario, raw_exchanges })
    }

    /// The name of the folder.
    pub fn name(&self) -> String {
        self.folder
            .file_name()
            .map_or_else(|| self.folder.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// Hand in values for settings (secrets that do not stand in the file).
    pub fn set_settings(&mut self, settings: &BTreeMap<String, String>) {
        self.scenario.settings.extend(settings.clone());
    }

    /// Play the scenario with the exchanges answering, and compare everything.
    ///
    /// # Errors
    /// The scenario cannot be played.
    pub async fn replay(&self, driver: &dyn Driver) -> Result<Replayed, FixtureError> {
        self.replay_with(driver, Fuel::Compared).await
    }

    /// Like [`Fixture::replay`], but another amount of fuel is only noted: for another build of the connector, which does the
    /// same and takes more or less.
    ///
    /// # Errors
    /// The scenario cannot be played.
    pub async fn replay_for_any_fuel(&self, driver: &dyn Driver) -> Result<Replayed, FixtureError> {
        self.replay_with(driver, Fuel::Noted).await
    }

    async fn replay_with(&self, driver: &dyn Driver, fuel: Fuel) -> Result<Replayed, FixtureError> {
        let transport = Arc::new(ReplayTransport::new(self.exchanges.clone()));
        let stage = Stage { driver, transport: transport.clone(), control: None, progress: None };
        let played = play(&self.scenario, &stage)
            .await
            .map_err(|reason| FixtureError::Play { folder: self.folder.clone(), reason })?;
        Ok(self.compare(&played, driver.compiler().as_deref(), transport.mismatches(), fuel))
    }

    fn compare(&self, played: &Played, compiler: Option<&str>, mismatches: Vec<Mismatch>, of_fuel: Fuel) -> Replayed {
        let actual = expected(played, &self.scenario, compiler, &self.raw_scenario, &self.raw_exchanges);
        let mut problems: Vec<String> = mismatches.iter().map(mismatch_text).collect();
        let mut notes = Vec::new();
        match &self.expected {
            None => problems.push("expected.json is missing; look at the result, then --bless".to_owned()),
            Some(expected) => {
                let sealed = expected.get("seals").cloned().unwrap_or_default();
                problems.extend(broken(&sealed, &self.raw_scenario, &self.raw_exchanges));
                let outcomes = differences(&without_fuel_and_seals(expected), &without_fuel_and_seals(&actual));
                problems.extend(told(&outcomes).iter().map(|difference| format!("expected.json: {difference}")));
                let fuel = fuel::compare(expected, &actual);
                notes = fuel.notes;
                match of_fuel {
                    Fuel::Compared => problems.extend(fuel.wrong),
                    Fuel::Noted => notes.extend(fuel.wrong),
                }
                if sealed.get("expected") != Some(&Value::String(own_seal(expected))) {
                    problems.push(
                        "expected.json: altered by hand since it was blessed; its own seal does not fit".to_owned(),
                    );
                }
            }
        }
        Replayed {
            name: self.name(),
            events: played.events.iter().filter(|event| event.driven.is_some()).count(),
            exchanges: self.exchanges.exchanges.len(),
            fuel: played
                .events
                .iter()
                .filter_map(|event| event.driven.as_ref())
                .map(crate::installation::Driven::fuel)
                .sum(),
            problems,
            notes,
            actual,
            mismatches,
        }
    }

    /// Write all three files; `expected` is what a replay found.
    ///
    /// # Errors
    /// The folder or a file cannot be written.
    pub fn write(&self, expected: &Value) -> Result<(), FixtureError> {
        let failed =
            |path: &Path, error: std::io::Error| FixtureError::File { path: path.into(), reason: error.to_string() };
        std::fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        let files = [
            ("scenario.json", pretty_in_order(&self.scenario)),
            ("exchanges.json", pretty_in_order(&self.exchanges)),
            ("expected.json", pretty(expected)),
        ];
        for (name, text) in files {
            let path = self.folder.join(name);
            std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
        }
        Ok(())
    }

    /// Write `expected.json` alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn bless(&self, expected: &Value) -> Result<(), FixtureError> {
        let path = self.folder.join("expected.json");
        std::fs::write(&path, pretty(expected)).map_err(|error| FixtureError::File { path, reason: error.to_string() })
    }
}

fn mismatch_text(mismatch: &Mismatch) -> String {
    let head = format!("exchanges.json: event {}: {}", mismatch.event, mismatch.what);
    if mismatch.difference.is_empty() { head } else { format!("{head}\n{}", mismatch.difference) }
}

/// Fixture files keep the order of their keys as the types have it: people read them from the top.
fn pretty_in_order<T: serde::Serialize>(value: &T) -> String {
    // Both types have only text keys, so this cannot fail.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("{text}\n")
}

fn text_of(path: &Path) -> Result<String, FixtureError> {
    std::fs::read_to_string(path).map_err(|error| FixtureError::File { path: path.into(), reason: error.to_string() })
}

fn json<T: serde::de::DeserializeOwned>(text: &str, path: &Path) -> Result<T, FixtureError> {
    serde_json::from_str(text).map_err(|error| FixtureError::File { path: path.into(), reason: error.to_string() })
}
