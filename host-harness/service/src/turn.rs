//! A turn: one call of one installation, from the claim to the commit, and then the end of the line.

use crate::follow::{Follow, Wrong};
use crate::locale;
use crate::service::{Service, Stop};
use crate::work::Job;
use accounting_policy::{ALONE_FROM_CRASHES, Budget, Permission, Tally, Trouble, Work, offset};
use accounting_store::{
    Change, Claim, ClaimRequest, Claimed, ClaimedEvent, EventKind, EventRow, Installation, Ms, Priority, Recovered,
    StoreError,
};

/// The most customers one call takes, as the contract says.
const MOST_CUSTOMERS: u32 = 500;

/// When the store does not answer, it is asked again after this long.
const STORE_PAUSE_MS: Ms = 1_000;

/// How long an installation rests after a defect of the host itself broke one of its turns.
const DEFECT_PAUSE_MS: Ms = 60_000;

/// What a turn came to.
enum Ended {
    /// Something was done: there may be more.
    More,
    /// Nothing to do before this time; none: nothing that comes by itself.
    Nothing(Option<Ms>),
}

/// Begin turns of an installation in the background. The schedule has counted it already.
pub(crate) fn begin(service: Service, installation: String) {
    tokio::spawn(async move {
        loop {
            // A turn of its own task: a panic in it ends the turn, not the installation.
            let (in_turn, id) = (service.clone(), installation.clone());
            let ended = tokio::spawn(async move { one(&in_turn, &id).await }).await;
            let rests_until = match ended {
                Ok(Ok(Ended::More)) if service.stopping() == Stop::No => continue,
                Ok(Ok(Ended::More)) => None,
                Ok(Ok(Ended::Nothing(next))) => next,
                Ok(Err(error)) => {
                    tracing::error!(installation, %error, "a turn could not be finished; it is tried again");
                    Some(service.now().saturating_add(STORE_PAUSE_MS))
                }
                Err(broken) => {
                    let panicked = broken.is_panic();
                    tracing::error!(installation, panicked, "a turn broke off; the installation rests for a minute");
                    Some(service.now().saturating_add(DEFECT_PAUSE_MS))
                }
            };
            if !service.inner.schedule.rest(&installation, rests_until) {
                break;
            }
        }
    });
}

async fn one(service: &Service, installation: &str) -> Result<Ended, crate::ServiceError> {
    let gate = service.gate(installation);
    let _open = gate.read().await;
    let Ok(slot) = service.inner.slots.clone().acquire_owned().await else { return Ok(Ended::Nothing(None)) };
    if service.stopping() != Stop::No {
        return Ok(Ended::Nothing(None));
    }
    let Some(row) = service.store().installation(installation).await? else { return Ok(Ended::Nothing(None)) };
    let now = service.now();
    let up_to = match allowed(&row, now) {
        Ok(up_to) => up_to,
        Err(wait_until) => return Ok(Ended::Nothing(Some(wait_until))),
    };
    let holds_imports = service.switching_on(installation).await?.is_some_and(|record| record.phase.holds_imports());
    let request = ClaimRequest {
        installation: installation.to_owned(),
        now,
        up_to: if holds_imports { up_to.min(Priority::Change) } else { up_to },
        most: MOST_CUSTOMERS,
        concurrency: row.concurrency,
        batch: batch_name()?,
        only: None,
    };
    let mut claim = service.store().claim(request.clone()).await;
    if holds_imports {
        // What else can wait goes on.
        for kind in [EventKind::CatchUp, EventKind::Check] {
            if matches!(claim, Ok(Claim::Nothing { .. })) {
                let only = Some(crate::alarms::timer_key(kind));
                claim = service.store().claim(ClaimRequest { up_to, only, ..request.clone() }).await;
            }
        }
    }
    let claimed = match claim {
        Ok(Claim::Work(claimed)) => claimed,
        Ok(Claim::Nothing { next, held_back }) => {
            let tomorrow = held_back.then(|| next_budget_day(&row, now));
            return Ok(Ended::Nothing(next.into_iter().chain(tomorrow).min()));
        }
        Err(error @ (StoreError::Full | StoreError::Locked | StoreError::Database(_))) => {
            tracing::warn!(installation, %error, "no work can be handed out; tried again");
            return Ok(Ended::Nothing(Some(now.saturating_add(STORE_PAUSE_MS))));
        }
        Err(error) => return Err(error.into()),
    };
    if row.concurrency > 1 {
        service.wake_at(installation, row.concurrency);
    }
    let alone = claimed.events.iter().any(|event| Tally::from_number(event.crashes).crashes >= ALONE_FROM_CRASHES);
    let slot = if alone {
        drop(slot);
        service.inner.slots.clone().acquire_many_owned(service.inner.calls_at_once).await
    } else {
        Ok(slot)
    };
    let Ok(_slot) = slot else { return Ok(Ended::Nothing(None)) };
    run(service, row, claimed).await?;
    Ok(Ended::More)
}

async fn run(service: &Service, row: Installation, claimed: Claimed) -> Result<(), crate::ServiceError> {
    let (in_task, its_row, its_work) = (service.clone(), row.clone(), claimed.clone());
    let ran = tokio::spawn(async move {
        let job = Job::new(&in_task, its_row, its_work);
        tokio::select! {
            done = job.run() => done,
            () = in_task.stops(Stop::Abandon) => job.let_go().await,
        }
    });
    match ran.await {
        Ok(done) => done,
        // Events that nobody moves on would count as running until the next start, and hold up the installation.
        Err(broken) => {
            tracing::error!(installation = row.id, panicked = broken.is_panic(), "a job broke off");
            let wrong = Wrong::found(Trouble::Internal, "the host itself broke down while the call ran");
            Job::new(service, row, claimed).failed(&wrong, None).await
        }
    }
}

/// How far down the priorities today's calls reach; otherwise when the next day begins.
pub(crate) fn allowed(row: &Installation, now: Ms) -> Result<Priority, Ms> {
    let lowest_first = [Priority::Routine, Priority::Bulk, Priority::Change, Priority::Day, Priority::Person];
    let (budget, moment) = (budget(row), crate::clock::moment(now));
    let may = |priority: &Priority| budget.may_run(work_of(*priority), row.daily_calls, moment) == Permission::Go;
    lowest_first.into_iter().find(may).ok_or_else(|| next_budget_day(row, now))
}

/// When bulk work may make calls again; none when it may now.
pub(crate) fn bulk_waits_until(row: &Installation, now: Ms) -> Option<Ms> {
    match allowed(row, now) {
        Ok(up_to) if up_to >= Priority::Bulk => None,
        Ok(_) | Err(_) => Some(next_budget_day(row, now)),
    }
}

/// When the day's calls begin anew, a little later for each installation, so that not all begin together.
fn next_budget_day(row: &Installation, now: Ms) -> Ms {
    let now = crate::clock::moment(now);
    let begin = budget(row).at(now).day.saturating_add(1).saturating_mul(accounting_policy::DAY_MS);
    crate::clock::ms(begin.saturating_add(offset(&row.id, 15 * 60 * 1_000)))
}

/// The installation's calls of its day.
pub(crate) fn budget(row: &Installation) -> Budget {
    Budget { day: u64::try_from(row.calls_day).unwrap_or(0), used: u64::try_from(row.calls_used).unwrap_or(0) }
}

/// What work of a priority counts as.
pub(crate) fn work_of(priority: Priority) -> Work {
    match priority {
        Priority::Person => Work::Person,
        Priority::Day => Work::Day,
        Priority::Change => Work::Customer,
        Priority::Bulk => Work::Bulk,
        Priority::Routine => Work::Routine,
    }
}

/// A name for a batch that begins now, never used again.
fn batch_name() -> Result<String, crate::ServiceError> {
    Ok(format!("b{}", crate::random::hex16()?))
}

/// What follows for a batch that ran when the host died.
pub(crate) async fn after_crash(
    service: &Service,
    row: &Installation,
    batch: String,
    events: Vec<(Recovered, EventRow)>,
) -> Result<(), crate::ServiceError> {
    let Some((first, kept)) = events.first() else { return Ok(()) };
    let claimed = Claimed {
        kind: kept.event.kind,
        batch,
        attempt: first.attempt,
        events: events
            .iter()
            .map(|(recovered, kept)| ClaimedEvent {
                seq: recovered.seq,
                attempt: recovered.attempt,
                // The store has counted this crash already, and so does the policy.
                crashes: recovered.crashes.saturating_sub(1),
                event: kept.event.clone(),
                input_json: String::new(),
            })
            .collect(),
    };
    let locale = locale::of_policy(locale::of(row));
    let follow = Follow { now: service.now(), locale, random: crate::random::number };
    let wrong = Wrong::found(Trouble::Crashed, "the host stopped while the call ran");
    let writes = follow.whole(&claimed, &wrong).writes;
    service.commit(Change { installation: row.id.clone(), guards: Vec::new(), writes }).await
}
