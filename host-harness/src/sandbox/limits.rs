//! How much a connector may use in one call.
//!
//! Two kinds. **Ending** limits (memory, tables, handles, headers, wall time, fuel, result) end the call: the connector
//! cannot go on without what it asked for. **Refusing** limits (requests, bytes each way) are told to the connector as an HTTP error, so that a batch
//! keeps what it has done so far; the report names them all the same. The log is cut off and says so.

use crate::engine::{MEMORY_CEILING, TABLE_ELEMENTS};
use serde::Serialize;
use std::time::Duration;

/// 32 MiB of WebAssembly memory: a batch of 500 customers takes under 4, and an answer of 16 MiB must fit beside it. A
/// day of 10,000 lines and the one before it take 16 by themselves, so a connector reads an answer of that size in pieces.
pub const MEMORY_BYTES: u64 = 32 * 1024 * 1024;
/// 30 seconds, waiting for the accounting system included: two slow answers, and short enough for a queue.
pub const WALL_TIME: Duration = Duration::from_secs(30);
/// 1,000 requests: the largest batch of the contract needs a write for each of its 500 customers and the look-ups before.
/// Accounting systems count calls by the day (5,000 is known), and one call must not eat them.
pub const REQUESTS: u64 = 1_000;
/// 8 MiB out in one call: 10,000 journal lines take about 4.
pub const BYTES_OUT: u64 = 8 * 1024 * 1024;
/// 8 MiB out in one request: one request may use all that the call has.
pub const REQUEST_BYTES: u64 = 8 * 1024 * 1024;
/// 16 MiB in one answer: 3 MB is the largest table known, with room to grow.
pub const ANSWER_BYTES: u64 = 16 * 1024 * 1024;
/// 64 MiB in over all answers of one call: four of the largest.
pub const BYTES_IN: u64 = 64 * 1024 * 1024;
/// 8 MiB of result, as it lies in the host's memory: 500 customers with all their conflicts take under 2.
pub const RESULT_BYTES: u64 = 8 * 1024 * 1024;
/// 64 KiB of log: some 500 lines.
pub const LOG_BYTES: u64 = 64 * 1024;
/// 2,000 handles held at once (streams, requests, answers, headers): two for each request a call may make. What hangs on
/// one, e.g. a piece of a body, is 64 KiB at most.
pub const HANDLES: u64 = 2_000;
/// 32 KiB of headers of one request, as they lie in the host's memory: servers take 8 or 16 on the wire.
pub const HEADER_BYTES: u64 = 32 * 1024;

/// The least that may be handed over in one piece, whatever [`Limits::result_bytes`] says: the arguments of host calls are
/// measured by the same rule, and one chunk of a request's body must pass.
pub const LEAST_HAND_OVER_BYTES: u64 = 256 * 1024;

/// The limits of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// WebAssembly memory, bytes, all memories together; see [`MEMORY_BYTES`]. At most [`MEMORY_CEILING`] takes effect.
    pub memory_bytes: u64,
    /// Time from the beginning of the call to its end; see [`WALL_TIME`].
    pub wall_time: Duration,
    /// Requests let out; see [`REQUESTS`].
    pub requests: u64,
    /// Bytes of all request bodies; see [`BYTES_OUT`].
    pub bytes_out: u64,
    /// Bytes of one request body; see [`REQUEST_BYTES`].
    pub request_bytes: u64,
    /// Bytes of one answer's body; see [`ANSWER_BYTES`].
    pub answer_bytes: u64,
    /// Bytes of all answers' bodies; see [`BYTES_IN`].
    pub bytes_in: u64,
    /// Bytes of the result; see [`RESULT_BYTES`]. At least [`LEAST_HAND_OVER_BYTES`] takes effect.
    pub result_bytes: u64,
    /// Bytes of log messages; see [`LOG_BYTES`].
    pub log_bytes: u64,
    /// Instructions, where the engine counts them; none for no limit but time.
    pub fuel: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: MEMORY_BYTES,
            wall_time: WALL_TIME,
            requests: REQUESTS,
            bytes_out: BYTES_OUT,
            request_bytes: REQUEST_BYTES,
            answer_bytes: ANSWER_BYTES,
            bytes_in: BYTES_IN,
            result_bytes: RESULT_BYTES,
            log_bytes: LOG_BYTES,
            fuel: None,
        }
    }
}

impl Limits {
    /// The limits that really hold, within what the engine can do.
    pub(crate) fn within_bounds(mut self) -> Self {
        self.memory_bytes = self.memory_bytes.min(MEMORY_CEILING as u64);
        self.result_bytes = self.result_bytes.max(LEAST_HAND_OVER_BYTES);
        self
    }

    /// What a limit is set to, in its own unit.
    pub(crate) fn value_of(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Memory => self.memory_bytes,
            Limit::TableElements => TABLE_ELEMENTS as u64,
            Limit::Handles => HANDLES,
            Limit::HeaderBytes => HEADER_BYTES,
            Limit::WallTime => u64::try_from(self.wall_time.as_millis()).unwrap_or(u64::MAX),
            Limit::Fuel => self.fuel.unwrap_or(u64::MAX),
            Limit::Requests => self.requests,
            Limit::BytesOut => self.bytes_out,
            Limit::RequestBytes => self.request_bytes,
            Limit::AnswerBytes => self.answer_bytes,
            Limit::BytesIn => self.bytes_in,
            Limit::ResultBytes => self.result_bytes,
            Limit::LogBytes => self.log_bytes,
        }
    }
}

/// Which limit. Those that [`Limits`] does not name are the same for every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// WebAssembly memory, bytes.
    Memory,
    /// Elements of one WebAssembly table.
    TableElements,
    /// Handles held at once: streams, requests, answers, headers.
    Handles,
    /// Bytes of the headers of one request.
    HeaderBytes,
    /// Wall time, milliseconds.
    WallTime,
    /// Instructions.
    Fuel,
    /// Requests let out.
    Requests,
    /// Bytes of all request bodies.
    BytesOut,
    /// Bytes of one request body.
    RequestBytes,
    /// Bytes of one answer's body.
    AnswerBytes,
    /// Bytes of all answers' bodies.
    BytesIn,
    /// Bytes of the result, or of one argument of a host call.
    ResultBytes,
    /// Bytes of log messages.
    LogBytes,
}

impl Limit {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Memory => ("memory", "bytes"),
            Self::TableElements => ("size of a table", "elements"),
            Self::Handles => ("handles held at once", "handles"),
            Self::HeaderBytes => ("headers of a request", "bytes"),
            Self::WallTime => ("wall time", "ms"),
            Self::Fuel => ("fuel", "instructions"),
            Self::Requests => ("requests per call", "requests"),
            Self::BytesOut => ("bytes sent per call", "bytes"),
            Self::RequestBytes => ("bytes sent per request", "bytes"),
            Self::AnswerBytes => ("bytes received per answer", "bytes"),
            Self::BytesIn => ("bytes received per call", "bytes"),
            Self::ResultBytes => ("size of the result", "bytes"),
            Self::LogBytes => ("size of the log", "bytes"),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.words().0)
    }
}

/// A connector asked for more than a limit allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("connector {connector} went over its limit on {limit}: {value} {}", limit.words().1)]
pub struct LimitExceeded {
    /// Which limit.
    pub limit: Limit,
    /// The limit, in its own unit.
    pub value: u64,
    /// The connector's id.
    pub connector: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_connector_the_limit_and_its_value() {
        let exceeded = LimitExceeded { limit: Limit::Memory, value: MEMORY_BYTES, connector: "example".to_owned() };
        assert_eq!(exceeded.to_string(), "connector example went over its limit on memory: 33554432 bytes");
        let exceeded = LimitExceeded { limit: Limit::WallTime, value: 30_000, connector: "example".to_owned() };
        assert_eq!(exceeded.to_string(), "connector example went over its limit on wall time: 30000 ms");
    }
}
