//! The demo's story and its stage: the connector in its sandbox, the simulator as a program of its own, a link that
//! really listens.

mod books;
mod club;
mod days;
mod link;
mod look;
mod print;
mod steps;

use books::Books;
use club::Club;
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::Connector;
use host_harness::egress::{AllowList, Route, Routes};
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use link::Link;
use print::Printer;
use std::path::Path;
use std::sync::Arc;

/// Why the demo could not run.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotRun(String);

impl CannotRun {
    fn because(what: &str, cause: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

/// Everybody on the stage.
pub(crate) struct Stage {
    pub(crate) club: Club,
    pub(crate) books: Books,
    pub(crate) link: Link,
}

/// Run the demo; how many steps were not as expected.
///
/// # Errors
/// [`CannotRun`] when a file cannot be read, or connector or simulator do not start.
pub async fn run(connector: &Path, simulator: &Path, json: bool) -> Result<usize, CannotRun> {
    let bytes = std::fs::read(connector).map_err(|error| CannotRun::because("cannot read the connector", error))?;
    let engine = Engine::new(EngineOptions::default()).map_err(|error| CannotRun::because("no engine", error))?;
    let connector =
        Connector::load(&engine, &bytes).map_err(|error| CannotRun::because("the connector does not load", error))?;
    let described = connector.describe(Limits::default()).await.result;
    let described: Description =
        described.map_err(|error| CannotRun::because("the connector does not describe itself", error))?;
    let books = Books::start(simulator).await?;
    let link = Link::listen().await?;
    let target = books.address.clone();
    let routes = described.hosts.iter().map(|host| format!("{host}={target}").parse::<Route>());
    let routes = routes.collect::<Result<Vec<_>, _>>().map_err(|error| CannotRun::because("no route", error))?;
    let routes = Routes::new(Arc::new(NowhereElse), routes).map_err(|error| CannotRun::because("no route", error))?;
    let hosts = AllowList::new(&described.hosts, &described.hosts)
        .map_err(|error| CannotRun::because("no allow-list", error))?;
    let club = Club::open(connector, described, Arc::new(routes), hosts, &link.url);
    let mut stage = Stage { club, books, link };
    let mut printer = Printer::new(json);
    steps::play(&mut stage, &mut printer).await?;
    Ok(printer.finish())
}

/// What is not routed to the simulator goes nowhere.
struct NowhereElse;

#[async_trait::async_trait]
impl Transport for NowhereElse {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::Refused {
            reason: format!("the demo calls nobody but the simulator, and not {}", request.url),
        })
    }
}
