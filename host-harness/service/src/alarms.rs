//! What happens by itself: timers of installations, the host's own clock, and housekeeping.
//!
//! Timers live in memory and are written down only to be found again after a start: a timer that goes off twice puts one event
//! in the inbox, since an event that waits takes the second in.

use crate::clock::{moment, ms};
use crate::error::ServiceError;
use crate::service::{Service, Stop};
use crate::timers::{Timers, Which};
use accounting_policy::Occasion;
use accounting_store::{Change, EventKind, Ms, NewEvent, Priority, Write};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// How often timers are looked at.
const TICK: Duration = Duration::from_millis(500);

/// How often the host writes down that it lives, milliseconds.
const ALIVE_EVERY_MS: Ms = 30_000;

/// A host that was away for longer was down: two signs of life missed.
const DOWN_AFTER_MS: Ms = 2 * ALIVE_EVERY_MS;

/// A clock that moved back by more was set; less is the clock being kept right.
const SET_BACK_MS: Ms = 1_000;

/// How often old ids and activity are forgotten, milliseconds.
const PURGE_EVERY_MS: Ms = 60 * 60 * 1_000;

/// How long ids of events and activity are kept, milliseconds: 30 days. A sender that repeats an event later than that is
/// not recognised by the id, only by the revision.
const KEPT_FOR_MS: Ms = 30 * 24 * 60 * 60 * 1_000;

/// Where the host's last sign of life is kept.
const ALIVE: &str = "alive";

fn interval_ms(which: Which, service: &Service) -> u64 {
    match which {
        Which::Check => service.inner.timers.check_ms,
        Which::CatchUp => service.inner.timers.catch_up_ms,
    }
}

fn due_then(which: Which, at: Ms) -> Write {
    match which {
        Which::Check => Write::NextCheck(at),
        Which::CatchUp => Write::NextCatchUp(at),
    }
}

fn timers(service: &Service) -> MutexGuard<'_, Timers> {
    service.inner.alarms.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When `check` of an installation is due next; from now on it is.
pub(crate) fn next_check(service: &Service, installation: &str) -> Ms {
    set(service, installation, Which::Check, None)
}

/// When `catch-up` of an installation is due next; from now on it is.
pub(crate) fn next_catch_up(service: &Service, installation: &str) -> Ms {
    set(service, installation, Which::CatchUp, None)
}

/// The same, sooner, since the link is in error and calls nobody.
pub(crate) fn catch_up_after_error(service: &Service, installation: &str) -> Ms {
    set(service, installation, Which::CatchUp, Some(Occasion::LinkInError))
}

fn set(service: &Service, installation: &str, which: Which, occasion: Option<Occasion>) -> Ms {
    let (now, interval) = (moment(service.now()), interval_ms(which, service));
    let at = ms(match occasion {
        Some(occasion) => which.policy().sooner(occasion, interval, now, installation),
        None => which.policy().next_after(interval, now, installation),
    });
    timers(service).set(installation, which, at);
    at
}

/// Set the timers of all installations as they were written down, look whether the host was down or the clock set back, and
/// go on looking in the background.
pub(crate) async fn begin(service: &Service) -> Result<(), ServiceError> {
    let now = service.now();
    let alive: Option<Ms> = service.store().meta(ALIVE).await?.and_then(|text| text.parse().ok());
    if let Some(alive) = alive {
        if alive.saturating_sub(now) > SET_BACK_MS {
            set_back(service, alive.saturating_sub(now)).await?;
        } else if now.saturating_sub(alive) > DOWN_AFTER_MS {
            *service.inner.was_down.lock().unwrap_or_else(PoisonError::into_inner) = Some((alive, now));
        }
    }
    // However short the host was away, a call of the link that found nobody puts it in error.
    let restarted = alive.is_some();
    for row in service.store().installations().await? {
        let stored = [(Which::Check, row.next_check), (Which::CatchUp, row.next_catch_up)];
        let mut writes = Vec::new();
        for (which, at) in stored {
            if restarted && which == Which::CatchUp {
                writes.push(due_then(which, set(service, &row.id, which, Some(Occasion::HostWasDown))));
                continue;
            }
            let interval = interval_ms(which, service);
            let at = ms(which.policy().stored_or_next(moment(at), interval, moment(now), &row.id));
            timers(service).set(&row.id, which, at);
        }
        if !writes.is_empty() {
            service.commit(Change { installation: row.id, guards: Vec::new(), writes }).await?;
        }
    }
    service.commit_meta(ALIVE, now.to_string()).await?;
    tokio::spawn(watch(service.clone(), now));
    tokio::spawn(ring(service.clone()));
    Ok(())
}

/// Wakes installations whose alarm is due.
async fn ring(service: Service) {
    while service.stopping() == Stop::No {
        let (due, next) = service.inner.schedule.due(service.now());
        for installation in due {
            service.wake(&installation).await;
        }
        let wait = next.map_or(TICK, |next| {
            let wait = u64::try_from(next.saturating_sub(service.now()).max(1)).unwrap_or(1);
            Duration::from_millis(wait).min(TICK)
        });
        tokio::select! {
            () = service.inner.schedule.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Looks at timers and clock.
async fn watch(service: Service, began: Ms) {
    let (mut last, mut alive, mut purged) = (began, began, began);
    while service.stopping() == Stop::No {
        tokio::time::sleep(TICK).await;
        let now = service.now();
        metrics::gauge!("accounting_turns_under_way").set(service.inner.schedule.turns());
        let looked = async {
            if last.saturating_sub(now) > SET_BACK_MS {
                set_back(&service, last.saturating_sub(now)).await?;
                (alive, purged) = (now, now);
            }
            // Only now: a store that did not take the new times is asked again.
            last = now;
            catch_up_with_missed(&service).await?;
            let off = timers(&service).off(now);
            for (installation, which) in off {
                if let Err(error) = goes_off(&service, &installation, which).await {
                    tracing::warn!(installation, %error, "a timer waits for the store");
                    timers(&service).set(&installation, which, now);
                }
            }
            if now.saturating_sub(alive) >= ALIVE_EVERY_MS {
                service.commit_meta(ALIVE, now.to_string()).await?;
                alive = now;
            }
            if now.saturating_sub(purged) >= PURGE_EVERY_MS {
                service.store().purge(now.saturating_sub(KEPT_FOR_MS)).await?;
                purged = now;
            }
            Ok::<(), ServiceError>(())
        };
        if let Err(error) = looked.await {
            tracing::warn!(%error, "timers wait for the store");
        }
    }
}

async fn set_back(service: &Service, by: Ms) -> Result<(), ServiceError> {
    tracing::warn!(by_ms = by, "the clock was set back; what waits for a time waits for an earlier one");
    service.store().set_back(by).await?;
    timers(service).earlier(by);
    for installation in service.inner.schedule.ring_all() {
        service.wake(&installation).await;
    }
    Ok(())
}

async fn goes_off(service: &Service, installation: &str, which: Which) -> Result<(), ServiceError> {
    let Some(row) = service.store().installation(installation).await? else { return Ok(()) };
    let next = set(service, installation, which, None);
    let kind = match which {
        Which::Check => EventKind::Check,
        Which::CatchUp => EventKind::CatchUp,
    };
    let able = match (which, service.inner.connectors.get(&row.connector)) {
        (_, None) => false,
        (Which::Check, Some(_)) => true,
        (Which::CatchUp, Some(loaded)) => loaded.description.capabilities.iter().any(|one| one == "catch-up"),
    };
    let mut writes = vec![due_then(which, next)];
    if able && row.pause.is_none() {
        let correlation = format!("timer-{}", crate::random::hex16()?);
        writes.push(Write::Enqueue(timer_event(kind, Priority::Routine, &correlation, service.now())));
    }
    service.commit(Change { installation: installation.to_owned(), guards: Vec::new(), writes }).await?;
    service.wake_at(installation, row.concurrency);
    Ok(())
}

/// The event of a timer, or of a person who does not wait for it.
pub(crate) fn timer_event(kind: EventKind, priority: Priority, correlation: &str, now: Ms) -> NewEvent {
    NewEvent {
        id: String::new(),
        kind,
        key: timer_key(kind),
        payload_json: "null".to_owned(),
        priority,
        correlation: correlation.to_owned(),
        received: now,
        not_before: now,
    }
}

/// The key of a timer's events.
pub(crate) fn timer_key(kind: EventKind) -> String {
    format!("t:{}", crate::follow::kind_name(kind))
}

/// Whose link was called while nothing could be kept reads everything again, now that it can.
async fn catch_up_with_missed(service: &Service) -> Result<(), ServiceError> {
    let missed: Vec<String> = {
        let missed = service.inner.missed.lock().unwrap_or_else(PoisonError::into_inner);
        missed.iter().cloned().collect()
    };
    for installation in missed {
        // One that was forgotten meanwhile has nothing to read, and must not hold up the others.
        if service.store().installation(&installation).await?.is_some() {
            let event = timer_event(EventKind::CatchUp, Priority::Change, "after-refused-calls", service.now());
            let writes = vec![Write::Enqueue(event)];
            service.commit(Change { installation: installation.clone(), guards: Vec::new(), writes }).await?;
        }
        service.inner.missed.lock().unwrap_or_else(PoisonError::into_inner).remove(&installation);
        service.wake(&installation).await;
    }
    Ok(())
}
