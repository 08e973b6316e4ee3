//! Playing a scenario from its first event to its last, whatever answers the requests: the one loop that replay, record
//! and dry-run share.

use super::transport::EventTransport;
use crate::bindings::exports::configure::Connector as Description;
use crate::egress::AllowList;
use crate::installation::{
    CallFailed, Driven, Driver, Event, EventError, EventId, Host, Installation, LinkError, Moment,
};
use crate::scenario::{EventSpec, Scenario, Step, build_installation, locale_of, step_of};
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

/// Carries out what a scenario asks of a simulator (`{"simulator": [step, …]}`): faults to inject, rows to change.
#[async_trait]
pub trait SimulatorControl: Send + Sync {
    /// Carry out one step.
    ///
    /// # Errors
    /// It could not be done; the words say what and why.
    async fn step(&self, step: &Value) -> Result<(), String>;
}

/// What stands around a scenario while it is played.
pub struct Stage<'a> {
    /// Who answers the calls.
    pub driver: &'a dyn Driver,
    /// Where requests go.
    pub transport: Arc<dyn EventTransport>,
    /// Who carries out `simulator` steps; they are passed over when nobody does.
    pub control: Option<&'a dyn SimulatorControl>,
    /// Told after each event: how many are done, and of how many.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Send + Sync)>,
}

/// One event that was played.
#[derive(Debug)]
pub struct PlayedEvent {
    /// From 1.
    pub number: usize,
    /// What it is called in the file.
    pub kind: &'static str,
    /// What was run; none for events that call nothing. For a retry, what was run before.
    pub ran: Option<Arc<Event>>,
    /// What the connector answered; none for events that call nothing.
    pub driven: Option<Driven>,
}

/// A scenario that was played to its end.
pub struct Played {
    /// What the connector says of itself.
    pub description: Description,
    /// Every event, in order.
    pub events: Vec<PlayedEvent>,
    /// The installation as it is now.
    pub installation: Installation,
}

/// Why a scenario could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The connector does not say what it is.
    #[error("the connector does not describe itself: {0}")]
    Undescribed(CallFailed),
    /// The links contradict each other.
    #[error("links: {0}")]
    Links(#[from] LinkError),
    /// An approved or described host is no host name.
    #[error("approved hosts: {0}")]
    Hosts(String),
    /// An event cannot be handed over.
    #[error("event {number} ({kind}): {reason}")]
    Event {
        /// From 1.
        number: usize,
        /// What it is called in the file.
        kind: &'static str,
        /// Why.
        reason: EventError,
    },
    /// The simulator did not do as told.
    #[error("event {number} (simulator): {reason}")]
    Simulator {
        /// From 1.
        number: usize,
        /// What it said.
        reason: String,
    },
}

/// The last event that called the connector, for a retry.
struct Last {
    event: Arc<Event>,
    id: EventId,
    attempt: u32,
}

/// Play all events of a scenario.
///
/// # Errors
/// The connector does not describe itself, or an event cannot be handed over. What a connector answers is never an error
/// here.
pub async fn play(scenario: &Scenario, stage: &Stage<'_>) -> Result<Played, PlayError> {
    let description = stage.driver.describe().await.map_err(PlayError::Undescribed)?;
    let installation = build_installation(scenario, description.settings.clone())?;
    let approved = scenario.approved_hosts.as_ref().unwrap_or(&description.hosts);
    let hosts = AllowList::new(approved, &description.hosts).map_err(|error| PlayError::Hosts(error.to_string()))?;
    let host = Host {
        driver: stage.driver,
        installation: &installation,
        transport: stage.transport.clone(),
        hosts,
        limits: scenario.limits.limits(),
    };
    let mut now = u64::try_from(scenario.now.as_millisecond()).unwrap_or_default();
    let mut last: Option<Last> = None;
    let mut events = Vec::with_capacity(scenario.events.len());
    for (place, event) in scenario.events.iter().enumerate() {
        let number = place.saturating_add(1);
        let kind = event.kind();
        stage.transport.begin_event(number);
        match event {
            EventSpec::Advance(advance) => now = now.saturating_add(advance.ms),
            EventSpec::Simulator(steps) => simulate(stage.control, steps, number).await?,
            _ => {}
        }
        let step =
            step_of(event, scenario, &installation, now).map_err(|reason| PlayError::Event { number, kind, reason })?;
        let run = match step {
            Step::Run(event, attempt) => {
                Some(Last { event: Arc::from(event), id: EventId(format!("event-{number}")), attempt })
            }
            Step::Again => last.take().map(|last| Last { attempt: last.attempt.saturating_add(1), ..last }),
            Step::Done => None,
        };
        let ran = run.as_ref().map(|run| Arc::clone(&run.event));
        let driven = match run {
            Some(run) => {
                let moment =
                    Moment { now, locale: locale_of(scenario.locale), event: run.id.clone(), attempt: run.attempt };
                let driven = host.run(&run.event, &moment).await;
                last = Some(run);
                Some(driven)
            }
            None => None,
        };
        events.push(PlayedEvent { number, kind, ran, driven });
        if let Some(progress) = stage.progress {
            progress(number, scenario.events.len());
        }
    }
    drop(host);
    Ok(Played { description, events, installation })
}

async fn simulate(control: Option<&dyn SimulatorControl>, steps: &[Value], number: usize) -> Result<(), PlayError> {
    let Some(control) = control else { return Ok(()) };
    for step in steps {
        control.step(step).await.map_err(|reason| PlayError::Simulator { number, reason })?;
    }
    Ok(())
}
