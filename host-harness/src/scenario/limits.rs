//! Other limits than usual, for scenarios about what happens at a limit.

use crate::sandbox::Limits;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits that differ from the usual ones; what is not set stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSpec {
    /// WebAssembly memory, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// From the beginning of a call to its end, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_time_ms: Option<u64>,
    /// Requests in one call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// Bytes of all request bodies of one call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_out: Option<u64>,
    /// Bytes of one request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_bytes: Option<u64>,
    /// Bytes of one answer's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_bytes: Option<u64>,
    /// Bytes of all answers' bodies of one call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_in: Option<u64>,
    /// Bytes of the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_bytes: Option<u64>,
    /// Bytes of log messages in one call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_bytes: Option<u64>,
    /// Fuel in one call, where the engine counts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
}

impl LimitsSpec {
    /// The usual limits with these in place of theirs.
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            memory_bytes: self.memory_bytes.unwrap_or(usual.memory_bytes),
            wall_time: self.wall_time_ms.map_or(usual.wall_time, Duration::from_millis),
            requests: self.requests.unwrap_or(usual.requests),
            bytes_out: self.bytes_out.unwrap_or(usual.bytes_out),
            request_bytes: self.request_bytes.unwrap_or(usual.request_bytes),
            answer_bytes: self.answer_bytes.unwrap_or(usual.answer_bytes),
            bytes_in: self.bytes_in.unwrap_or(usual.bytes_in),
            result_bytes: self.result_bytes.unwrap_or(usual.result_bytes),
            log_bytes: self.log_bytes.unwrap_or(usual.log_bytes),
            fuel: self.fuel.or(usual.fuel),
        }
    }
}
