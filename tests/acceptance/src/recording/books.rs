//! `simulator.json` beside a scenario: what is different in the simulator from the example books. Only the recording
//! reads it; a replay needs no simulator.

use super::RecordingError;
use clap::Parser;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;
use uniconta_sim::{Config, Data, EXAMPLE, Password, Switches};

/// Recorded scenarios hold stand-ins for secrets. The simulator accepts exactly these, so that a scenario can be recorded
/// again from what was written.
const PASSWORD: &str = "replaced-password";
/// See [`PASSWORD`].
const API_KEY: &str = "5ec2e75e-0000-4000-8000-000000000001";

/// Where the example books hold their debtors.
const DEBTORS: &str = "/companies/0/rows/DebtorClientUser";

/// The file. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct SimulatorFile {
    /// What the simulator lets in, where that is not what the scenario says.
    pub accepts: Accepts,
    /// Switches as on the command line of `uniconta-sim`, e.g. `["--change-events", "hidden"]`.
    pub switches: Vec<String>,
    /// Further users, as in the simulator's data.
    pub users: Vec<Value>,
    /// `false`: none of the example's debtors.
    pub example_debtors: Option<bool>,
    /// Further fields of the company's own on debtors.
    pub user_fields: Vec<Value>,
    /// Further debtors.
    pub debtors: Vec<Value>,
    /// Further debtors that differ in row id and account only.
    pub many_debtors: Option<Many>,
    /// Modification URLs that are there from the start.
    pub change_events: Vec<Value>,
}

/// Who may log in. What is not given is as the scenarios have it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Accepts {
    /// User name.
    pub user: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// API key, a GUID.
    pub api_key: Option<uuid::Uuid>,
}

/// Many debtors: account `500000` and up, row id `5000` and up.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Many {
    /// How many.
    pub count: u32,
    /// What they all hold.
    pub row: Map<String, Value>,
    /// A property that holds a long text: its name and how many characters.
    #[serde(default)]
    pub long_text: Option<(String, usize)>,
}

#[derive(Parser)]
#[command(no_binary_name = true)]
struct Line {
    #[command(flatten)]
    switches: Switches,
}

impl SimulatorFile {
    /// The file in a fixture's folder; nothing special where there is none.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn beside(folder: &Path) -> Result<Self, RecordingError> {
        let path = folder.join("simulator.json");
        if !path.exists() {
            return Ok(Self::default());
        }
        let wrong = |reason: String| RecordingError::SimulatorFile { path: path.clone(), reason };
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
    }

    /// What to start the simulator with. `path` is for messages.
    ///
    /// # Errors
    /// A switch or a row that there is not.
    pub fn config(&self, path: &Path) -> Result<Config, RecordingError> {
        let wrong = |reason: String| RecordingError::SimulatorFile { path: path.to_owned(), reason };
        let line = Line::try_parse_from(&self.switches).map_err(|error| wrong(error.to_string()))?;
        let data = self.data().and_then(|text| Data::parse(&text).map_err(|error| error.to_string()));
        let example = Config::example();
        Ok(Config {
            user: self.accepts.user.clone().unwrap_or_else(|| example.user.clone()),
            password: Password::new(self.accepts.password.as_deref().unwrap_or(PASSWORD)),
            api_key: self.accepts.api_key.or_else(|| API_KEY.parse().ok()).unwrap_or(example.api_key),
            data: data.map_err(wrong)?,
            switches: line.switches,
            ..example
        })
    }

    /// The example books with what is added to them.
    fn data(&self) -> Result<String, String> {
        let mut books: Value = serde_json::from_str(EXAMPLE).map_err(|error| error.to_string())?;
        if self.example_debtors == Some(false) {
            for place in [DEBTORS, "/companies/0/debtors_with_transactions"] {
                books.pointer_mut(place).and_then(Value::as_array_mut).map(Vec::clear);
            }
        }
        let many = self.many_debtors.iter().flat_map(Many::rows);
        add(&mut books, "/companies/0/user_fields/Debtor", self.user_fields.iter().cloned())?;
        add(&mut books, "/users", self.users.iter().cloned())?;
        add(&mut books, DEBTORS, self.debtors.iter().cloned().chain(many).map(long_there))?;
        if !self.change_events.is_empty() {
            let rows = books.pointer_mut("/companies/0/rows").and_then(Value::as_object_mut);
            let rows = rows.ok_or("the example books have no rows")?;
            rows.insert("TableChangeEventClient".to_owned(), Value::from(self.change_events.clone()));
        }
        Ok(books.to_string())
    }
}

fn add(books: &mut Value, place: &str, more: impl Iterator<Item = Value>) -> Result<(), String> {
    let list = books.pointer_mut(place).and_then(Value::as_array_mut);
    list.ok_or_else(|| format!("the example books have no {place}"))?.extend(more);
    Ok(())
}

/// A row that was there long before the scenario begins. Without these the simulator, whose clock is only stopped once it
/// runs, would say that it was made now.
fn long_there(mut row: Value) -> Value {
    if let Some(row) = row.as_object_mut() {
        for moment in ["Created", "UpdatedAt"] {
            row.entry(moment).or_insert_with(|| Value::from("2025-04-01T00:00:00"));
        }
    }
    row
}

impl Many {
    fn rows(&self) -> impl Iterator<Item = Value> {
        (0..self.count).map(|number| {
            let mut row = self.row.clone();
            row.insert("RowId".to_owned(), Value::from(5_000_u32.saturating_add(number)));
            row.insert("Account".to_owned(), Value::from(500_000_u32.saturating_add(number).to_string()));
            if let Some((property, length)) = &self.long_text {
                row.insert(property.clone(), Value::from("x".repeat(*length)));
            }
            Value::Object(row)
        })
    }
}
