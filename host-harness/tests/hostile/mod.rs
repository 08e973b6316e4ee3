//! The hostile connector in the real sandbox, and what surrounds it there.
//!
//! Reads the component from the file that the environment variable `CONNECTOR_HOSTILE` names, as `cargo xtask test` sets it.
#![allow(dead_code, reason = "each test uses some of it")]

use async_trait::async_trait;
use bytes::Bytes;
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::types::{Context, Customer, Link, Locale, Setting};
use host_harness::connector::{CallError, CallReport, Connector, Surroundings};
use host_harness::directory::{Directory, DirectoryError};
use host_harness::egress::AllowList;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::sandbox::{Limit, Limits};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::{Arc, LazyLock, Mutex};

pub(crate) fn component() -> Vec<u8> {
    let path = std::env::var("CONNECTOR_HOSTILE")
        .expect("CONNECTOR_HOSTILE names no component: run these tests with `cargo xtask test`");
    std::fs::read(&path).unwrap_or_else(|error| panic!("CONNECTOR_HOSTILE={path}: {error}"))
}

/// Compiled once for all tests.
pub(crate) fn connector(metering: Metering) -> Connector {
    static METERED: LazyLock<Connector> = LazyLock::new(|| load(Metering::Fuel));
    static FREE: LazyLock<Connector> = LazyLock::new(|| load(Metering::Off));
    match metering {
        Metering::Fuel => METERED.clone(),
        Metering::Off => FREE.clone(),
    }
}

fn load(metering: Metering) -> Connector {
    let engine = Engine::new(EngineOptions { metering, ..EngineOptions::default() }).unwrap();
    Connector::load(&engine, &component()).unwrap()
}

/// Answers the same to everything, and remembers what it was asked.
pub(crate) struct Canned {
    answer: Result<InboundResponse, TransportError>,
    pub(crate) seen: Mutex<Vec<OutboundRequest>>,
}

impl Canned {
    pub(crate) fn new(answer: Result<InboundResponse, TransportError>) -> Arc<Self> {
        Arc::new(Self { answer, seen: Mutex::default() })
    }

    pub(crate) fn ok(body: impl Into<Bytes>) -> Arc<Self> {
        Self::new(Ok(InboundResponse { status: 200, headers: Vec::new(), body: body.into(), truncated: false }))
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.seen.lock().unwrap().push(request);
        self.answer.clone()
    }
}

/// Never answers.
pub(crate) struct Silence;

#[async_trait]
impl Transport for Silence {
    async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        std::future::pending().await
    }
}

/// A store that does not answer.
pub(crate) struct Broken;

#[async_trait]
impl Directory for Broken {
    async fn customer_by_id(&self, _: &str) -> Result<Option<Customer>, DirectoryError> {
        Err(DirectoryError("disk full".to_owned()))
    }
    async fn customers_by_number(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }
    async fn customers_by_cvr(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }
    async fn customers_by_email(&self, _: &str) -> Result<Vec<Customer>, DirectoryError> {
        Ok(Vec::new())
    }
    async fn link_by_customer(&self, _: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(None)
    }
    async fn link_by_external_id(&self, _: &str) -> Result<Option<Link>, DirectoryError> {
        Ok(None)
    }
}

pub(crate) fn surroundings(transport: Arc<dyn Transport>, limits: Limits) -> Surroundings {
    let hosts = AllowList::new(["approved.example"], ["approved.example", "never-approved.example"]).unwrap();
    Surroundings { transport, hosts, ..Surroundings::nothing(limits) }
}

/// What the connector saw, one text for each thing it tried.
pub(crate) async fn behave(
    connector: &Connector,
    surroundings: &Surroundings,
    behaviour: &str,
    argument: &str,
) -> CallReport<Vec<String>> {
    let setting = |key: &str, value: &str| Setting { key: key.to_owned(), value: value.to_owned() };
    let context = Context {
        now: 1_780_000_000_000,
        locale: Locale::En,
        settings: vec![setting("behaviour", behaviour), setting("argument", argument)],
        webhook_link: None,
        idempotency_key: "test".to_owned(),
        attempt: 1,
    };
    let catalogue = Catalogue {
        customer_tags: Vec::new(),
        customer_fields: Vec::new(),
        account_plan: Vec::new(),
        dimensions: Vec::new(),
    };
    let described = connector.describe(Limits::default()).await.result.unwrap();
    assert_eq!(described.id, "hostile");
    connector
        .configure(surroundings, context, catalogue)
        .await
        .map(|answer| answer.unwrap().findings.into_iter().map(|finding| finding.message).collect())
}

pub(crate) async fn run(
    transport: Arc<dyn Transport>,
    limits: Limits,
    behaviour: &str,
    argument: &str,
) -> CallReport<Vec<String>> {
    behave(&connector(Metering::Off), &surroundings(transport, limits), behaviour, argument).await
}

pub(crate) fn ended_by(report: &CallReport<Vec<String>>) -> (Limit, u64, String) {
    match report.result.as_ref().unwrap_err() {
        CallError::Limit(exceeded) => {
            assert!(report.exceeded.contains(exceeded));
            (exceeded.limit, exceeded.value, exceeded.connector.clone())
        }
        other => panic!("{other}"),
    }
}
