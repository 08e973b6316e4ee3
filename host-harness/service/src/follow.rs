//! What follows a call that failed: the one place where the policy's decisions become writes.

use crate::clock::{moment, ms};
use accounting_policy::{Decision, Failure, Locale, Next, Tally, Trouble, decide, halves};
use accounting_store::{Attempt, Claimed, ClaimedEvent, EventKind, Ms, NewOutboxItem, Pause, Write};
use host_harness::bindings::types::{Error, ErrorKind};
use host_harness::installation::{CallFailure, RunError};
use serde_json::json;

/// What went wrong, in the form that is kept and shown.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    pub(crate) trouble: Trouble,
    pub(crate) code: String,
    /// For people, in the installation's language; empty where only the policy has words for it.
    pub(crate) message: String,
    pub(crate) detail: String,
    pub(crate) subject: String,
    pub(crate) retry_after_ms: Option<u64>,
}

impl Wrong {
    /// Something the host itself found.
    pub(crate) fn found(trouble: Trouble, detail: impl Into<String>) -> Self {
        Self {
            trouble,
            code: format!("host.{}", trouble.name()),
            message: String::new(),
            detail: detail.into(),
            subject: String::new(),
            retry_after_ms: None,
        }
    }
}

impl From<&Error> for Wrong {
    fn from(error: &Error) -> Self {
        Self {
            trouble: match error.kind {
                ErrorKind::Config => Trouble::Config,
                ErrorKind::Auth => Trouble::Auth,
                ErrorKind::Validation => Trouble::Validation,
                ErrorKind::Conflict => Trouble::Conflict,
                ErrorKind::RateLimited => Trouble::RateLimited,
                ErrorKind::Transient => Trouble::Transient,
                ErrorKind::Uncertain => Trouble::Uncertain,
                ErrorKind::Unsupported => Trouble::Unsupported,
                ErrorKind::Internal => Trouble::Internal,
            },
            code: error.code.clone(),
            message: error.message.clone(),
            detail: error.detail.clone().unwrap_or_default(),
            subject: error.subject.clone().unwrap_or_default(),
            retry_after_ms: error.retry_after_ms,
        }
    }
}

impl From<&RunError> for Wrong {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::Connector(error) => error.into(),
            RunError::Call(failed) => {
                let trouble = match failed.kind {
                    CallFailure::Trapped => Trouble::Trapped,
                    CallFailure::Limit => Trouble::Limit,
                    CallFailure::Busy => Trouble::Busy,
                    CallFailure::Store => Trouble::Store,
                };
                Self::found(trouble, failed.message.clone())
            }
            RunError::Contract(reason) => Self::found(Trouble::Contract, reason.clone()),
        }
    }
}

/// What follows, as writes.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    pub(crate) writes: Vec<Write>,
    /// The installation waits from now on.
    pub(crate) paused: bool,
    /// The earliest an event runs again by itself.
    pub(crate) again_at: Option<Ms>,
    /// The accounting system has been away for long.
    pub(crate) slow: bool,
    /// What follows, in one word, for the activity and the log.
    pub(crate) word: &'static str,
}

/// Decides for events that failed together.
pub(crate) struct Follow {
    pub(crate) now: Ms,
    pub(crate) locale: Locale,
    pub(crate) random: fn() -> u64,
}

impl Follow {
    /// All events of a batch failed as a whole.
    pub(crate) fn whole(&self, claimed: &Claimed, wrong: &Wrong) -> Followed {
        let worst = claimed.events.iter().max_by_key(|event| event.attempt);
        let Some(worst) = worst else { return Followed::default() };
        let decision = self.decide(worst, claimed.events.len(), wrong);
        let mut followed = Followed::default();
        if let Next::Split { .. } = decision.next {
            let (first, second) = halves(&claimed.events);
            for (half, name) in [(first, "a"), (second, "b")] {
                let batch = format!("{}{name}", claimed.batch);
                half.iter().for_each(|event| self.one(event, &decision, wrong, Some(&batch), &mut followed));
            }
        } else {
            let batch = Some(claimed.batch.as_str());
            claimed.events.iter().for_each(|event| self.one(event, &decision, wrong, batch, &mut followed));
        }
        followed
    }

    /// One event of a batch has an error of its own; what follows comes to what follows the others.
    pub(crate) fn alone(&self, event: &ClaimedEvent, wrong: &Wrong, followed: &mut Followed) {
        self.one(event, &self.decide(event, 1, wrong), wrong, None, followed);
    }

    fn decide(&self, event: &ClaimedEvent, customers: usize, wrong: &Wrong) -> Decision {
        let failure = Failure {
            trouble: wrong.trouble,
            attempt: u32::try_from(event.attempt).unwrap_or(u32::MAX),
            tally: Tally::from_number(event.crashes),
            customers,
            retry_after_ms: wrong.retry_after_ms,
            now_ms: moment(self.now),
        };
        decide(&failure, (self.random)())
    }

    fn one(
        &self,
        event: &ClaimedEvent,
        decision: &Decision,
        wrong: &Wrong,
        batch: Option<&str>,
        followed: &mut Followed,
    ) {
        let seq = event.seq;
        let policy = decision.next.reason().text(self.locale);
        let reason = if wrong.message.is_empty() { policy } else { wrong.message.clone() };
        let again = |not_before: Ms, keep_input: bool, batch: Option<&str>| Write::RetryEvent {
            seq,
            not_before,
            keep_input,
            batch: batch.map(str::to_owned),
            counts: i64::from(decision.attempt) > event.attempt,
            crashes: decision.tally.to_number(),
            reason_code: wrong.code.clone(),
            reason: reason.clone(),
        };
        let word = match &decision.next {
            Next::RetryAt { not_before_ms, keep_input, .. } => {
                let at = ms(*not_before_ms);
                followed.again_at = Some(followed.again_at.map_or(at, |before| before.min(at)));
                followed.writes.push(again(at, *keep_input, batch.filter(|_| *keep_input)));
                "retry"
            }
            Next::Split { .. } => {
                followed.again_at = Some(self.now);
                followed.writes.push(again(self.now, true, batch));
                "split"
            }
            Next::PauseInstallation { .. } => {
                if !followed.paused {
                    followed.writes.push(self.pause(wrong, &reason));
                    followed.writes.push(self.tell(
                        "installation-paused",
                        "",
                        json!({"code": wrong.code, "message": reason}),
                    ));
                }
                followed.paused = true;
                followed.writes.push(again(self.now, true, batch));
                "paused"
            }
            // A timer's event is made anew when the timer goes off; nobody mends or retries it.
            Next::Park { .. } if matches!(event.event.kind, EventKind::Check | EventKind::CatchUp) => {
                followed.writes.push(Write::EndEvent(seq));
                "given-up"
            }
            Next::Park { .. } => {
                followed.writes.push(Write::ParkEvent { seq, reason_code: wrong.code.clone(), reason: reason.clone() });
                followed.writes.push(self.tell(
                    "event-parked",
                    customer_of(event),
                    json!({
                        "seq": seq, "kind": kind_name(event.event.kind), "code": wrong.code, "message": reason,
                    }),
                ));
                "parked"
            }
        };
        followed.word = word;
        followed.slow |= decision.slow;
        if word != "given-up" {
            followed.writes.push(Write::PutAttempt {
                seq,
                attempt: Attempt {
                    attempt: event.attempt,
                    at: self.now,
                    trouble: wrong.trouble.name().to_owned(),
                    code: wrong.code.clone(),
                    message: reason.clone(),
                    detail: wrong.detail.clone(),
                    followed: word.to_owned(),
                },
            });
        }
    }

    fn pause(&self, wrong: &Wrong, message: &str) -> Write {
        Write::Pause(Pause {
            code: wrong.code.clone(),
            message: message.to_owned(),
            subject: wrong.subject.clone(),
            at: self.now,
        })
    }

    fn tell(&self, kind: &str, customer_id: &str, body: serde_json::Value) -> Write {
        Write::PutOutbox(NewOutboxItem {
            kind: kind.to_owned(),
            customer_id: customer_id.to_owned(),
            revision: 0,
            body_json: body.to_string(),
            at: self.now,
        })
    }
}

/// The customer an event is about; empty for others.
fn customer_of(event: &ClaimedEvent) -> &str {
    if event.event.kind == EventKind::Customer { event.event.key.strip_prefix("c:").unwrap_or_default() } else { "" }
}

/// What a kind of event is called outside.
pub(crate) fn kind_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Customer => "customer",
        EventKind::Webhook => "webhook",
        EventKind::Day => "day",
        EventKind::CatchUp => "catch-up",
        EventKind::Check => "check",
    }
}
