//! A simulator: its process, and the trial surface over HTTP.

use crate::profile;
use crate::verdict::{Checked, Wrong};
use accounting_trial::{
    About, Call, Clock, Debtor, Delivery, Fault, How, Link, On, ROOT, Typed, VERSION, Voucher, Wrong as Told,
};
use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::{Route, Routes};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A simulator begins to listen within this: it starts in milliseconds, and a machine may be busy.
const START: Duration = Duration::from_secs(30);
/// The name by which the surface is asked for; it is routed to the simulator and looked up nowhere.
const HOST: &str = "simulator.invalid";

/// A simulator that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// It did not start.
    #[error("the simulator {program} did not start: {reason}; see simulator.command in the profile")]
    Start {
        /// What was started.
        program: PathBuf,
        /// What happened.
        reason: String,
    },
    /// It offers no surface that this suite understands.
    #[error("the simulator offers no trial surface this suite understands: {0}")]
    Surface(String),
}

/// A running simulator.
pub(crate) struct Simulator {
    /// Where it listens: address and port.
    pub(crate) target: String,
    routes: Routes,
    /// Ends with this; none where there is no simulator at all.
    process: Option<Child>,
}

impl Simulator {
    /// There is none: whatever is asked of it cannot be tried.
    pub(crate) fn none() -> Self {
        Self { target: String::new(), routes: Routes::only(Arc::new(NowhereElse)), process: None }
    }

    /// Whether there is one.
    pub(crate) fn is_there(&self) -> bool {
        self.process.is_some()
    }

    /// Start one; programs named by a path are looked for from `folder`.
    pub(crate) async fn start(wanted: &profile::Simulator, folder: &Path) -> Result<Self, SimulatorError> {
        let program = program(wanted, folder);
        let failed = |reason: String| SimulatorError::Start { program: program.clone(), reason };
        let mut process = Command::new(&program)
            .args(wanted.command.iter().skip(1))
            .envs(&wanted.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let out = process.stdout.take().ok_or_else(|| failed("it has no standard output".to_owned()))?;
        let mut line = String::new();
        let mut lines = BufReader::new(out);
        let read = tokio::time::timeout(START, lines.read_line(&mut line)).await;
        read.map_err(|_| failed(format!("it printed nothing within {} s", START.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let url = told.get("listening").and_then(Value::as_str);
        let expected = "it must first print {\"listening\": \"http://127.0.0.1:PORT\"}";
        let url = url.ok_or_else(|| failed(format!("{expected}, and printed {:?}", line.trim())))?;
        let route: Route =
            format!("{HOST}={}", url.trim_end_matches('/')).parse().map_err(|_| failed(expected.to_owned()))?;
        let target = route.target.clone();
        let routes = Routes::new(Arc::new(NowhereElse), [route]).map_err(|error| failed(error.to_string()))?;
        let simulator = Self { target, routes, process: Some(process) };
        simulator.check_surface().await?;
        Ok(simulator)
    }

    async fn check_surface(&self) -> Result<(), SimulatorError> {
        let about: About = match self.ask("GET", "", &json!(null)).await {
            Ok(about) => about,
            Err(Wrong::CannotTry(reason) | Wrong::Fails(reason) | Wrong::NotNeeded(reason)) => {
                return Err(SimulatorError::Surface(reason));
            }
        };
        if about.trial == VERSION {
            return Ok(());
        }
        Err(SimulatorError::Surface(format!("it speaks version {}, the suite version {VERSION}", about.trial)))
    }

    /// Data as at the start, and the clock at this moment.
    pub(crate) async fn reset(&self, now: &str) -> Checked {
        self.done("POST", "/clock", &Clock { now: now.to_owned() }).await?;
        self.done("POST", "/reset", &json!({})).await
    }

    pub(crate) async fn set_clock(&self, now: &str) -> Checked {
        self.done("POST", "/clock", &Clock { now: now.to_owned() }).await
    }

    pub(crate) async fn debtors(&self) -> Checked<Vec<Debtor>> {
        self.ask("GET", "/debtors", &json!(null)).await
    }

    pub(crate) async fn type_debtor(&self, typed: &Typed) -> Checked<Debtor> {
        self.ask("POST", "/debtors", typed).await
    }

    pub(crate) async fn edit_debtor(&self, external_id: &str, typed: &Typed) -> Checked<Debtor> {
        self.ask("PATCH", &debtor(external_id), typed).await
    }

    pub(crate) async fn delete_debtor(&self, external_id: &str) -> Checked {
        self.done("DELETE", &debtor(external_id), &json!({})).await
    }

    pub(crate) async fn vouchers(&self) -> Checked<Vec<Voucher>> {
        self.ask("GET", "/vouchers", &json!(null)).await
    }

    /// The next call of this kind goes wrong.
    pub(crate) async fn trouble(&self, on: On, how: How) -> Checked {
        self.troubles(on, 0, 1, how).await
    }

    /// So many calls of this kind go wrong, after some that go well.
    pub(crate) async fn troubles(&self, on: On, skip: u32, times: u32, how: How) -> Checked {
        self.done("POST", "/faults", &Fault { on, skip, times, how }).await
    }

    pub(crate) async fn no_more_trouble(&self) -> Checked {
        self.done("DELETE", "/faults", &json!({})).await
    }

    pub(crate) async fn calls(&self) -> Checked<Vec<Call>> {
        self.ask("GET", "/calls", &json!(null)).await
    }

    pub(crate) async fn writes(&self) -> Checked<usize> {
        Ok(self.calls().await?.iter().filter(|call| call.write).count())
    }

    pub(crate) async fn forget_calls(&self) -> Checked {
        self.done("DELETE", "/calls", &json!({})).await
    }

    pub(crate) async fn enter_link(&self, url: &str) -> Checked {
        self.done("POST", "/link", &Link { url: url.to_owned() }).await
    }

    pub(crate) async fn take_deliveries(&self) -> Checked<Vec<Delivery>> {
        self.ask("POST", "/deliveries/take", &json!({})).await
    }

    /// A call of the link about somebody else; none where the system makes no such calls.
    pub(crate) async fn foreign_delivery(&self) -> Checked<Option<Delivery>> {
        let (status, body) = self.exchange("GET", "/deliveries/foreign", &json!(null)).await?;
        if status == 404 {
            return Ok(None);
        }
        understood(status, &body, "/deliveries/foreign").map(Some)
    }

    async fn done(&self, method: &str, path: &str, body: &impl Serialize) -> Checked {
        self.ask::<Value>(method, path, body).await.map(drop)
    }

    async fn ask<T: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> Checked<T> {
        let (status, answer) = self.exchange(method, path, body).await?;
        understood(status, &answer, path)
    }

    async fn exchange(&self, method: &str, path: &str, body: &impl Serialize) -> Checked<(u16, Bytes)> {
        let cannot = |error: String| Wrong::CannotTry(format!("{method} {ROOT}{path} of the simulator: {error}"));
        let body = serde_json::to_vec(body).map_err(|error| cannot(error.to_string()))?;
        let request = OutboundRequest {
            method: method.to_owned(),
            url: format!("https://{HOST}{ROOT}{path}"),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        };
        let answer = self.routes.send(request).await.map_err(|error| cannot(error.to_string()))?;
        Ok((answer.status, answer.body))
    }
}

fn understood<T: DeserializeOwned>(status: u16, body: &[u8], path: &str) -> Checked<T> {
    let cannot = |error: String| Wrong::CannotTry(format!("{ROOT}{path} of the simulator: {error}"));
    if status != 200 {
        let told = serde_json::from_slice(body).map_or_else(|_| format!("status {status}"), |told: Told| told.error);
        return Err(cannot(told));
    }
    serde_json::from_slice(body).map_err(|error| cannot(format!("the answer is not as the surface says: {error}")))
}

fn debtor(external_id: &str) -> String {
    format!("/debtors/{}", utf8_percent_encode(external_id, NON_ALPHANUMERIC))
}

/// The program to start.
fn program(wanted: &profile::Simulator, folder: &Path) -> PathBuf {
    if let Some(named) = wanted.program_variable.as_ref().and_then(std::env::var_os) {
        return named.into();
    }
    let name = wanted.command.first().map(String::as_str).unwrap_or_default();
    if name.contains('/') {
        return folder.join(name);
    }
    let own = std::env::current_exe().unwrap_or_default();
    // Tests run from a folder below the one that programs are in.
    let folders = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    folders.into_iter().find(|path| path.is_file()).unwrap_or_else(|| Path::new(name).to_owned())
}

/// Only the simulator is asked.
pub(crate) struct NowhereElse;

#[async_trait]
impl Transport for NowhereElse {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let host = request.url.split('/').nth(2).unwrap_or_default();
        Err(TransportError::Refused {
            reason: format!("the suite lets nothing out but to the simulator, and not to {host}"),
        })
    }
}
