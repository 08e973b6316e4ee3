//! Switching an existing club on.

use crate::check::Checked;
use crate::requests::Document;
use accounting_service as service;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known before all debtors are read ahead.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookAhead {
    /// Debtors there are, as a person sees it in the accounting system: for the plan only.
    #[schema(minimum = 0)]
    pub(crate) debtors: Option<u64>,
}

impl Document for LookAhead {
    fn unsent() -> Option<Self> {
        Some(Self::default())
    }

    fn check(&self) -> Checked {
        Ok(())
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SwitchOnPhase {
    /// Nobody has begun.
    NotBegun,
    /// Debtors are being read; nothing is written.
    Looking,
    /// All were read; a person must say go.
    Looked,
    /// Customers go through.
    Going,
    /// None waits any more.
    Done,
}

/// What is to come. Holds as long as the accounting system refuses nothing and nobody changes customers meanwhile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwitchOnPlan {
    /// Calls at least.
    calls_least: u64,
    /// Calls at most; null where that is not known.
    calls_most: Option<u64>,
    /// Days at least, today counted.
    days_least: u64,
    /// Days at most; null where that is not known.
    days_most: Option<u64>,
}

/// Switching an existing club on: how far it is, and what is to come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwitchOn {
    phase: SwitchOnPhase,
    /// Customers with the tag.
    customers: u64,
    /// Debtors there are, as far as it is known.
    debtors: Option<u64>,
    /// Debtors read.
    read: u64,
    /// Customers that may have a debtor.
    found: u64,
    /// Those whose debtor would be written.
    due: u64,
    /// Events that wait or run.
    waiting: u64,
    /// Events that waited when a person said go.
    waited: u64,
    /// Events that wait for a person.
    parked: u64,
    /// Of the look until it is done, then of what follows; of no use once it goes.
    plan: SwitchOnPlan,
    /// Calls to the accounting system a day; 0 for no limit.
    #[schema(format = Int64)]
    daily_calls: u32,
    /// Calls that this may still make today; null for no limit.
    left_today: Option<u64>,
    /// When it goes on, where today's calls are used.
    goes_on_ms: Option<i64>,
    /// Why the installation waits; empty when it works.
    paused: String,
}

impl From<service::SwitchOnView> for SwitchOn {
    fn from(view: service::SwitchOnView) -> Self {
        Self {
            phase: match view.phase {
                None => SwitchOnPhase::NotBegun,
                Some(service::SwitchOnPhase::Looking) => SwitchOnPhase::Looking,
                Some(service::SwitchOnPhase::Looked) => SwitchOnPhase::Looked,
                Some(service::SwitchOnPhase::Going) => SwitchOnPhase::Going,
                Some(service::SwitchOnPhase::Done) => SwitchOnPhase::Done,
            },
            customers: view.customers,
            debtors: view.debtors,
            read: view.read,
            found: view.found,
            due: view.due,
            waiting: view.waiting,
            waited: view.waited,
            parked: view.parked,
            plan: SwitchOnPlan {
                calls_least: view.plan.calls.least,
                calls_most: view.plan.calls.most,
                days_least: view.plan.days_least,
                days_most: view.plan.days_most,
            },
            daily_calls: view.daily_calls,
            left_today: view.left_today,
            goes_on_ms: view.goes_on,
            paused: view.paused,
        }
    }
}
