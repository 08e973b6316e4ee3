//! Uniconta's side: the simulator as a program of its own, and what a bookkeeper does there.

use super::CannotRun;
use host_harness::egress::{Route, Routes};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// What the simulator is started with; made up.
pub(crate) const COMPANY: &str = "12345";
pub(crate) const USER: &str = "flexybox";
pub(crate) const PASSWORD: &str = "example-password";
pub(crate) const API_KEY: &str = "11111111-2222-4333-8444-555555555555";

/// The simulator, and a line to its control surface.
pub(crate) struct Books {
    pub(crate) address: String,
    control: Routes,
    _program: Child,
}

impl Books {
    pub(crate) async fn start(program: &Path) -> Result<Self, CannotRun> {
        let failed = |error: &dyn std::fmt::Display| CannotRun::because("the simulator does not start", error);
        let mut child = Command::new(program)
            .args(["--port", "0", "--company", COMPANY, "--user", USER, "--api-key", API_KEY, "--json"])
            .env("UNICONTA_SIM_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&error))?;
        let stdout = child.stdout.take().ok_or_else(|| failed(&"it has no output"))?;
        let line =
            BufReader::new(stdout).lines().next_line().await.map_err(|error| failed(&error))?.unwrap_or_default();
        let said: Value = serde_json::from_str(&line).map_err(|_| failed(&format!("it said {line:?}")))?;
        let address = said
            .get("listening")
            .and_then(Value::as_str)
            .ok_or_else(|| failed(&"it does not say where it listens"))?
            .to_owned();
        let route = format!("control={address}").parse::<Route>().map_err(|error| failed(&error))?;
        let control = Routes::new(Arc::new(super::NowhereElse), [route]).map_err(|error| failed(&error))?;
        Ok(Self { address, control, _program: child })
    }

    /// A person types a debtor, or changes one, and every call of the link it causes is answered.
    pub(crate) async fn type_in(&self, row: Value) -> Result<(), CannotRun> {
        self.post("/_sim/rows/DebtorClientUser", &json!({ "row": row })).await?;
        self.settle().await
    }

    /// The next call of this kind goes wrong so.
    pub(crate) async fn fault(&self, method: &str, path_contains: &str, action: &str) -> Result<(), CannotRun> {
        self.post("/_sim/faults", &json!({ "method": method, "path_contains": path_contains, "action": action }))
            .await
            .map(drop)
    }

    /// Wait until no call of the link waits.
    pub(crate) async fn settle(&self) -> Result<(), CannotRun> {
        self.post("/_sim/settle", &json!({})).await.map(drop)
    }

    /// Press Opdater / Refresh on every modification URL.
    pub(crate) async fn refresh(&self) -> Result<(), CannotRun> {
        for event in self.list("/_sim/change-events").await? {
            let row_id = event.get("RowId").cloned().unwrap_or_default();
            self.post(&format!("/_sim/change-events/{row_id}/refresh"), &json!({})).await?;
        }
        Ok(())
    }

    /// The debtor with this account.
    pub(crate) async fn debtor(&self, account: &str) -> Result<Option<Row>, CannotRun> {
        Ok(self.debtors().await?.into_iter().find(|row| row.text("Account") == account))
    }

    pub(crate) async fn debtors(&self) -> Result<Vec<Row>, CannotRun> {
        self.rows("DebtorClientUser").await
    }

    /// All rows of an entity.
    pub(crate) async fn rows(&self, entity: &str) -> Result<Vec<Row>, CannotRun> {
        Ok(self.list(&format!("/_sim/rows/{entity}")).await?.into_iter().map(Row).collect())
    }

    /// A person posts a journal.
    pub(crate) async fn post_journal(&self, journal: &str) -> Result<(), CannotRun> {
        let answer = self.post("/_sim/post-journal", &json!({ "journal": journal })).await?;
        match answer.get("Err").and_then(Value::as_u64) {
            Some(0) => Ok(()),
            _ => Err(CannotRun::because("the journal is not posted", answer)),
        }
    }

    /// Whether the link is marked Has errors.
    pub(crate) async fn link_has_errors(&self) -> Result<bool, CannotRun> {
        Ok(self
            .list("/_sim/change-events")
            .await?
            .iter()
            .any(|event| event.get("HasError") == Some(&Value::Bool(true))))
    }

    /// Calls of the connector so far.
    pub(crate) async fn calls(&self) -> Result<usize, CannotRun> {
        Ok(self.list("/_sim/calls").await?.len())
    }

    async fn list(&self, path: &str) -> Result<Vec<Value>, CannotRun> {
        Ok(match self.send("GET", path, Vec::new()).await? {
            Value::Array(rows) => rows,
            Value::Object(object) => {
                object.into_iter().find_map(|(_, value)| value.as_array().cloned()).unwrap_or_default()
            }
            _ => Vec::new(),
        })
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, CannotRun> {
        self.send("POST", path, body.to_string().into_bytes()).await
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Value, CannotRun> {
        let request = OutboundRequest {
            method: method.to_owned(),
            url: format!("https://control{path}"),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        };
        let answer: Result<InboundResponse, TransportError> = self.control.send(request).await;
        let answer = answer.map_err(|error| CannotRun::because("the simulator does not answer", error))?;
        if answer.status >= 300 {
            return Err(CannotRun::because(&format!("{method} {path}"), String::from_utf8_lossy(&answer.body)));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }
}

/// A row as Uniconta shows it.
#[derive(Default)]
pub(crate) struct Row(Value);

impl Row {
    /// A property as text; empty when it is left out.
    pub(crate) fn text(&self, property: &str) -> String {
        match self.0.get(property) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }

    /// A number without the zeros behind it, so that 1250.5 and 1250.50 are the same.
    pub(crate) fn number(&self, property: &str) -> String {
        match self.text(property) {
            text if text.is_empty() => "0".to_owned(),
            text if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            text => text,
        }
    }

    pub(crate) fn is_on(&self, property: &str) -> bool {
        self.text(property) == "true"
    }
}
