//! The profile of a connector: what the suite must be told, and cannot ask the connector itself.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The moment all cases play at, unless the profile names another: within the first quarter, so that the year is open and
/// months before it are there.
const NOW: &str = "2026-03-02T08:00:00Z";
/// An amount of 15 digits, kroner 9,999,999,999,999.99: more than any day, and less than what a 64-bit float would hold exactly.
const LARGEST: u64 = 999_999_999_999_999;

/// A profile, read from a TOML file. Unknown keys are errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// The moment the cases play at.
    #[serde(default = "now")]
    pub now: String,
    /// What the connector must describe itself as capable of; all of it, and no more.
    pub capabilities: Vec<String>,
    /// How to reach the accounting system; without it every case needs exchanges to replay.
    pub simulator: Option<Simulator>,
    /// Exchanges that stand in for the accounting system in single cases.
    #[serde(default, rename = "replay")]
    pub replays: Vec<Replay>,
    /// Settings that are good. Secrets among them are made up: they open nothing but the simulator.
    pub settings: BTreeMap<String, String>,
    /// Settings that are not, one at a time.
    #[serde(default)]
    pub bad_settings: Vec<BadSetting>,
    /// What customers are like.
    #[serde(default)]
    pub customers: Customers,
    /// What the books are like; needed for a connector with bookkeeping.
    pub books: Option<Books>,
    /// Cases that are not run.
    #[serde(default, rename = "skip")]
    pub skips: Vec<Skip>,
    /// The folder of the file: programs named by a path with a slash are looked for from here.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// How to reach the accounting system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Simulator {
    /// The program and its arguments. It prints one line of JSON, `{"listening": "http://127.0.0.1:PORT"}`, serves until it is
    /// ended, and offers the trial surface. A program without a slash is looked for beside `harness`, then on the PATH.
    pub command: Vec<String>,
    /// Environment of the program.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// An environment variable that names another program to start.
    pub program_variable: Option<String>,
}

/// Exchanges that stand in for the accounting system in one case: fixtures, recorded where the system is at hand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replay {
    /// The case.
    pub case: String,
    /// Folders of fixtures, from the profile's own; all must hold.
    pub fixtures: Vec<PathBuf>,
}

/// A setting that is not good.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BadSetting {
    /// The setting.
    pub key: String,
    /// Its value; empty for one that is missing.
    pub value: String,
    /// What a finding must be about; the setting itself unless told.
    pub subject: Option<String>,
}

/// What customers are like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Customers {
    /// The customer tag (kundetag).
    #[serde(default = "tag")]
    pub tag: String,
    /// The number of the first customer; the others follow.
    #[serde(default = "first_number")]
    pub first_number: u32,
    /// A name that is too long for the accounting system has so many characters.
    #[serde(default = "too_long")]
    pub too_long: usize,
}

impl Default for Customers {
    fn default() -> Self {
        Self { tag: tag(), first_number: first_number(), too_long: too_long() }
    }
}

/// What the books are like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Books {
    /// Two accounts that lines may go to, without VAT.
    pub accounts: [String; 2],
    /// An account that is not there.
    pub missing_account: String,
    /// ISO 4217 of the books.
    #[serde(default = "currency")]
    pub currency: String,
    /// The largest amount, minor units.
    #[serde(default = "largest")]
    pub largest_amount: u64,
}

/// A case that is not run, and why.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Skip {
    /// The case.
    pub case: String,
    /// Why; for whoever reads the table.
    pub reason: String,
}

fn now() -> String {
    NOW.to_owned()
}
fn tag() -> String {
    "Regnskab".to_owned()
}
fn first_number() -> u32 {
    90_001
}
fn too_long() -> usize {
    2_000
}
fn currency() -> String {
    "DKK".to_owned()
}
fn largest() -> u64 {
    LARGEST
}

/// A profile that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It cannot be read.
    #[error("the profile {path} cannot be read: {error}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is not in its form.
    #[error("the profile {path} cannot be used: {reason}")]
    Form {
        /// Which.
        path: PathBuf,
        /// What is wrong and where.
        reason: String,
    },
}

impl Profile {
    /// Read a profile.
    ///
    /// # Errors
    /// There is no such file, or it is not in its form; the text names the key and what to do.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ProfileError::Read { path: path.to_owned(), error })?;
        let form = |reason| ProfileError::Form { path: path.to_owned(), reason };
        let mut profile = Self::parse(&text).map_err(form)?;
        profile.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(profile)
    }

    /// Read the text of a profile.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        profile.check()?;
        Ok(profile)
    }

    /// The moment the cases play at, in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        self.now
            .parse::<jiff::Timestamp>()
            .ok()
            .and_then(|now| now.as_millisecond().try_into().ok())
            .unwrap_or_default()
    }

    /// So many seconds after the moment all cases play at.
    pub(crate) fn later(&self, seconds: u32) -> String {
        let now = self.now.parse::<jiff::Timestamp>().ok();
        let later = now.and_then(|now| now.checked_add(jiff::SignedDuration::from_secs(i64::from(seconds))).ok());
        later.map_or_else(|| self.now.clone(), |later| later.to_string())
    }

    /// Whether the connector is to be capable of something.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|one| one == capability)
    }

    fn check(&self) -> Result<(), String> {
        if self.now.parse::<jiff::Timestamp>().is_err() {
            return Err(format!("now: {:?} is no moment; write it as {NOW}", self.now));
        }
        let command = self.simulator.as_ref().map(|simulator| simulator.command.first().map_or("", String::as_str));
        if command == Some("") {
            return Err("simulator.command: name the program that simulates the accounting system".to_owned());
        }
        if self.simulator.is_none() && self.replays.is_empty() {
            return Err("simulator: name one, or exchanges for each case under [[replay]]".to_owned());
        }
        for replay in &self.replays {
            known("replay", &replay.case)?;
            if replay.fixtures.is_empty() {
                return Err(format!("replay: name the fixtures that stand for {}", replay.case));
            }
        }
        if self.can("bookkeeping") && self.books.is_none() {
            return Err("books: a connector with the capability bookkeeping needs this section".to_owned());
        }
        for skip in &self.skips {
            known("skip", &skip.case)?;
            if skip.reason.trim().is_empty() {
                return Err(format!("skip: say why {} is skipped; a reason must be written", skip.case));
            }
        }
        Ok(())
    }
}

fn known(key: &str, id: &str) -> Result<(), String> {
    match crate::cases().iter().any(|case| case.id == id) {
        true => Ok(()),
        false => Err(format!("{key}: there is no case {id:?}; --list shows them")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GOOD: &str = r#"
        capabilities = ["customers"]
        [simulator]
        command = ["toy-sim"]
        [settings]
        enabled = "true"
    "#;

    #[test]
    fn what_is_not_said_has_a_default() {
        let profile = Profile::parse(GOOD).unwrap();
        assert_eq!((profile.now_ms(), profile.customers.first_number), (1_772_438_400_000, 90_001));
        assert!(profile.can("customers") && !profile.can("bookkeeping"));
        assert_eq!(profile.later(61), "2026-03-02T08:01:01Z");
    }

    #[rstest]
    #[case("[[skip]]\ncase = \"created\"\nreason = \" \"", "say why created is skipped")]
    #[case("[[skip]]\ncase = \"flies\"\nreason = \"cannot\"", "there is no case \"flies\"")]
    #[case("[[replay]]\ncase = \"flies\"\nfixtures = [\"a\"]", "replay: there is no case \"flies\"")]
    #[case("[[replay]]\ncase = \"created\"\nfixtures = []", "name the fixtures that stand for created")]
    #[case("[books]\naccounts = [\"1\"]", "accounts")]
    #[case("[customer]\ntag = \"x\"", "unknown field `customer`")]
    fn what_is_wrong_is_named(#[case] more: &str, #[case] expected: &str) {
        let error = Profile::parse(&format!("{GOOD}\n{more}")).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }

    #[rstest]
    #[case("capabilities = [\"customers\"]", "capabilities = [\"bookkeeping\"]", "books: ")]
    #[case("command = [\"toy-sim\"]", "command = []", "simulator.command: ")]
    #[case("[simulator]\n        command = [\"toy-sim\"]", "", "simulator: name one")]
    #[case("capabilities", "now = \"today\"\ncapabilities", "now: ")]
    fn what_does_not_fit_together_is_named(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
        let error = Profile::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
