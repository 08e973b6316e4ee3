//! What a call sent and received, shared between the store and the tasks that carry requests.

use super::limits::{Limit, LimitExceeded, Limits};
use super::log::{Log, LogLine, LogSource, one_line};
use crate::bindings::imports::log::Level;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Different refusals kept by name; a connector that tries every host of the world is known well enough by then.
const REFUSALS_KEPT: usize = 32;

/// What is kept of one reason, bytes: a connector writes some of it, e.g. the name of a host.
const REASON_BYTES: usize = 1_000;

/// Requests that were not let out for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Why, naming the host.
    pub reason: String,
    /// How often.
    pub times: u64,
}

/// What a call sent and received.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Requests let out.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes_out: u64,
    /// Bytes of the answers' bodies.
    pub bytes_in: u64,
    /// Requests that were not let out, each reason once; at most 32 reasons.
    pub refused: Vec<Refused>,
}

/// What grows while a call runs.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) traffic: Traffic,
    log: Log,
    exceeded: BTreeSet<Limit>,
    limits: Limits,
    connector: Arc<str>,
}

/// The ledger of one call; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct SharedLedger(Arc<Mutex<Ledger>>);

impl SharedLedger {
    pub(crate) fn new(limits: Limits, connector: Arc<str>) -> Self {
        let log = Log::new(limits.log_bytes);
        Self(Arc::new(Mutex::new(Ledger {
            traffic: Traffic::default(),
            log,
            exceeded: BTreeSet::new(),
            limits,
            connector,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Ledger> {
        // Plain numbers and lines: a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger {
    /// A line of the connector's.
    pub(crate) fn write(&mut self, level: Level, message: &str) {
        self.write_as(level, LogSource::Connector, message);
    }

    fn write_as(&mut self, level: Level, source: LogSource, message: &str) {
        if self.log.write(level, source, message) {
            self.exceeded.insert(Limit::LogBytes);
        }
    }

    /// A request that was not let out.
    pub(crate) fn refuse(&mut self, reason: &str) {
        let kept = reason.floor_char_boundary(REASON_BYTES.min(reason.len()));
        let reason = one_line(reason.get(..kept).unwrap_or_default());
        if let Some(known) = self.traffic.refused.iter_mut().find(|known| known.reason == reason) {
            known.times = known.times.saturating_add(1);
            return;
        }
        if self.traffic.refused.len() < REFUSALS_KEPT {
            self.write_as(Level::Error, LogSource::Sandbox, &format!("request refused: {reason}"));
            self.traffic.refused.push(Refused { reason, times: 1 });
        }
    }

    /// Count a request; the limit, if there are too many.
    pub(crate) fn count_request(&mut self) -> Result<(), Limit> {
        if self.traffic.requests >= self.limits.requests {
            return Err(self.exceed(Limit::Requests));
        }
        self.traffic.requests += 1;
        Ok(())
    }

    /// Count bytes that go out, of a body that has `so_far` bytes with them; the limit, if there are too many.
    pub(crate) fn count_out(&mut self, bytes: u64, so_far: u64) -> Result<(), Limit> {
        if so_far > self.limits.request_bytes {
            return Err(self.exceed(Limit::RequestBytes));
        }
        if self.traffic.bytes_out.saturating_add(bytes) > self.limits.bytes_out {
            return Err(self.exceed(Limit::BytesOut));
        }
        self.traffic.bytes_out += bytes;
        Ok(())
    }

    /// Count a whole answer; the limit, if it is too large.
    pub(crate) fn count_in(&mut self, bytes: u64) -> Result<(), Limit> {
        if bytes > self.limits.answer_bytes {
            return Err(self.exceed(Limit::AnswerBytes));
        }
        if self.traffic.bytes_in.saturating_add(bytes) > self.limits.bytes_in {
            return Err(self.exceed(Limit::BytesIn));
        }
        self.traffic.bytes_in += bytes;
        Ok(())
    }

    /// Note that a limit was passed; said in the log the first time.
    pub(crate) fn exceed(&mut self, limit: Limit) -> Limit {
        if self.exceeded.insert(limit) {
            let message = self.exceeded_by(limit).to_string();
            self.write_as(Level::Error, LogSource::Sandbox, &message);
        }
        limit
    }

    pub(crate) fn exceeded_by(&self, limit: Limit) -> LimitExceeded {
        LimitExceeded { limit, value: self.value_of(limit), connector: self.connector.as_ref().to_owned() }
    }

    pub(crate) fn value_of(&self, limit: Limit) -> u64 {
        self.limits.value_of(limit)
    }

    /// Everything, at the end of the call.
    pub(crate) fn take(&mut self) -> (Traffic, Vec<LogLine>, Vec<LimitExceeded>) {
        let exceeded = self.exceeded.iter().map(|limit| self.exceeded_by(*limit)).collect();
        let log = std::mem::replace(&mut self.log, Log::new(0));
        (std::mem::take(&mut self.traffic), log.into_lines(), exceeded)
    }
}
