//! How far a switching-on is, and what is still to come.

use super::record::{Record, SwitchOnPhase};
use crate::clock::moment;
use crate::error::ServiceError;
use crate::service::Service;
use crate::turn::{budget, bulk_waits_until};
use accounting_policy::{Calls, Plan, Work, decide_and_write, look_ahead};
use accounting_store::{Change, EventFilter, EventKind, EventState, Installation, Ms, Waits};

/// So many events that wait may all be timers, of which there are two. Where more do, nobody asks whose they are.
const FEW: i64 = 4;

/// A switching-on as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchOnView {
    /// How far it is; none when nobody has begun.
    pub phase: Option<SwitchOnPhase>,
    /// Customers with the tag.
    pub customers: u64,
    /// Debtors there are, as far as it is known: those read once all were, before that what a person said.
    pub debtors: Option<u64>,
    /// Debtors read.
    pub read: u64,
    /// Customers that may have a debtor.
    pub found: u64,
    /// Those whose debtor would be written.
    pub due: u64,
    /// Events that wait or run.
    pub waiting: u64,
    /// Events that waited when a person said go.
    pub waited: u64,
    /// Events that wait for a person.
    pub parked: u64,
    /// What is to come: while nobody has begun and during the look the calls of the look, then those that follow.
    pub plan: Plan,
    /// Calls to the accounting system a day; 0 for no limit.
    pub daily_calls: u32,
    /// Calls that this work may still make today; none for no limit.
    pub left_today: Option<u64>,
    /// When it goes on, where today's calls are used.
    pub goes_on: Option<Ms>,
    /// Why the installation waits, stable code; empty when it works.
    pub paused: String,
}

impl Service {
    /// How far the switching-on of an installation is, or what it would cost.
    ///
    /// # Errors
    /// It is unknown, or its connector does not look ahead.
    pub async fn switch_on_view(&self, id: &str) -> Result<SwitchOnView, ServiceError> {
        self.switch_on_plan(id, None).await
    }

    /// The same, with the number of debtors a person says there are.
    ///
    /// # Errors
    /// As [`Service::switch_on_view`].
    pub async fn switch_on_plan(&self, id: &str, debtors: Option<u64>) -> Result<SwitchOnView, ServiceError> {
        let row = self.row(id).await?;
        let rows = self.rows_a_call_of(&row.connector)?;
        let mut record = self.switching_on(id).await?;
        let waits = self.store().waits(id).await?;
        if let Some(going) = record.as_mut().filter(|record| record.phase == SwitchOnPhase::Going)
            && waits.open <= FEW
            && self.nobody_waits(id).await?
        {
            going.phase = SwitchOnPhase::Done;
            self.commit(Change { writes: vec![going.kept(id)?], ..Change::default() }).await?;
        }
        Ok(view(&row, record.as_ref(), waits, debtors, rows, self.now()))
    }

    /// No customer of an import waits or is in a call. What waits for a later attempt does.
    async fn nobody_waits(&self, id: &str) -> Result<bool, ServiceError> {
        for state in [EventState::Waiting, EventState::Running] {
            let filter =
                EventFilter { installation: Some(id.to_owned()), state: Some(state), kind: Some(EventKind::Customer) };
            if !self.store().events(&filter, None, 1).await?.items.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn view(
    row: &Installation,
    record: Option<&Record>,
    waits: Waits,
    debtors: Option<u64>,
    rows: u64,
    now: Ms,
) -> SwitchOnView {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let phase = record.map(|record| record.phase);
    let told = debtors.or_else(|| record.and_then(|record| record.debtors));
    let (read, found, due) =
        record.map_or((0, 0, 0), |record| (record.read, record.found.min(count(waits.tagged)), record.due));
    let waiting = count(waits.open);
    let calls = match phase {
        None => look_ahead(told, rows),
        Some(SwitchOnPhase::Looking) => look_ahead(told.map(|told| told.saturating_sub(read)), rows),
        Some(SwitchOnPhase::Looked) => decide_and_write(found, due, count(waits.tagged).saturating_sub(found)),
        Some(SwitchOnPhase::Going | SwitchOnPhase::Done) => Calls { least: 0, most: (waiting == 0).then_some(0) },
    };
    let budget = budget(row);
    let looked = !matches!(phase, None | Some(SwitchOnPhase::Looking));
    let under_way = matches!(phase, Some(SwitchOnPhase::Looking | SwitchOnPhase::Going));
    SwitchOnView {
        phase,
        customers: count(waits.tagged),
        debtors: if looked { Some(read) } else { told },
        read,
        found,
        due: due.min(found),
        waiting,
        waited: record.map_or(0, |record| record.waited),
        parked: count(waits.parked),
        plan: Plan::of(calls, budget, row.daily_calls, moment(now)),
        daily_calls: row.daily_calls,
        left_today: budget.left(Work::Bulk, row.daily_calls, moment(now)),
        goes_on: under_way.then(|| bulk_waits_until(row, now)).flatten(),
        paused: row.pause.as_ref().map(|pause| pause.code.clone()).unwrap_or_default(),
    }
}
