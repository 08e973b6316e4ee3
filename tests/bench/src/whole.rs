//! Everything there is to measure, in one run: the event and its parts, live instances, and how cost grows with customers and
//! with installations.

use crate::error::CannotRun;
use crate::live::live;
use crate::side_by_side::{Order, side_by_side};
use serde_json::{Value, json};
use service_trials::error::Outcome;
use service_trials::trials::bulk::{Bulk, bulk};
use service_trials::trials::many::{Many, many};

/// How much is measured.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Runs of the event.
    pub times: u32,
    /// Instances alive at once.
    pub instances: u32,
    /// Customers switched on, one club after the other.
    pub customers: Vec<usize>,
    /// Installations of a service, one service after the other.
    pub installations: Vec<u32>,
    /// For how long changes come in for each service, in seconds.
    pub seconds: u64,
}

/// Debtors of a hundred customers' club.
const DEBTORS_PER_CENT: usize = 90;
/// Customers of each installation.
const CUSTOMERS_EACH: usize = 50;
/// Changes a second that come in for a service.
const RATE: u64 = 20;
/// What is made up is made up the same way each time.
const SEED: u64 = 2026;

impl Extent {
    /// What the figures in the documentation come from: some ten minutes.
    pub fn full() -> Self {
        let (customers, installations) = (vec![1_000, 10_000, 100_000], vec![10, 100, 2_000]);
        Self { times: 10_000, instances: 1_000, customers, installations, seconds: 15 }
    }

    /// Whether everything runs, in about a minute.
    pub fn quick() -> Self {
        Self { times: 500, instances: 100, customers: vec![1_000], installations: vec![10], seconds: 3 }
    }
}

/// Measure the event and its parts, and live instances; nothing else must run in this process meanwhile.
///
/// # Errors
/// Something cannot be run.
pub async fn event(order: &Order, extent: &Extent) -> Result<Value, CannotRun> {
    eprintln!("bench: one event, {} times", extent.times);
    let event = side_by_side(order).await?;
    eprintln!("bench: {} live instances", extent.instances);
    let live = live(&order.connector, &order.fixture, extent.instances).await?;
    Ok(json!({"event": event, "live": live}))
}

/// Measure how cost grows, with the running service.
///
/// # Errors
/// A trial cannot be held, or the host did not stand it.
pub async fn growth(extent: &Extent) -> Result<Value, CannotRun> {
    let mut clubs = Vec::new();
    for customers in extent.customers.clone() {
        let order = Bulk {
            customers,
            debtors: customers * DEBTORS_PER_CENT / 100,
            matching: 70,
            ambiguous: 1,
            kill_at: None,
            plain: false,
            seed: SEED,
            folder: None,
        };
        clubs.push(stood(bulk(order).await)?);
    }
    let mut services = Vec::new();
    for installations in extent.installations.clone() {
        let order = Many {
            installations,
            customers: CUSTOMERS_EACH,
            rate: RATE,
            seconds: extent.seconds,
            pending: 1_000,
            most_per_mille: None,
            seed: SEED,
            folder: None,
        };
        services.push(stood(many(order).await)?);
    }
    Ok(json!({"bulk": clubs, "service": services}))
}

fn stood(outcome: Result<Outcome, service_trials::error::CannotRun>) -> Result<Value, CannotRun> {
    let outcome = outcome.map_err(CannotRun::because)?;
    match outcome.is_good() {
        true => Ok(Value::Object(outcome.figures)),
        false => Err(CannotRun::new(outcome.wrong.join("; "))),
    }
}
