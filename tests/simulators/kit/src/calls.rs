//! The record of calls, for tests that count and for people who wonder. Never holds a password or a header; bodies only where the
//! simulator was started so.

use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most calls that are kept; older ones are forgotten, so that a long load test does not fill the memory.
const KEPT: usize = 100_000;

/// A call that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent; empty where there is none.
    pub query: String,
    /// HTTP status of the answer, as it would have been where the connection was dropped.
    pub status: u16,
    /// Who called, where the credentials were right.
    pub user: Option<String>,
    /// The ordered fault that struck.
    pub fault: Option<&'static str>,
    /// How much slower the quota made it, in milliseconds.
    pub slowed_ms: u64,
    /// The body, where bodies are recorded.
    pub body: Option<String>,
}

/// The record.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    count: u64,
    calls: std::collections::VecDeque<Call>,
}

impl Calls {
    /// Notes a call; its number is given here.
    pub fn note(&mut self, call: Call) {
        self.count += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(Call { number: self.count, ..call });
    }

    /// The calls, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    /// Forgets all calls.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Calls per user in the record; those without right credentials count under the empty name.
    pub fn per_user(&self) -> BTreeMap<String, u64> {
        let mut count = BTreeMap::new();
        for call in &self.calls {
            *count.entry(call.user.clone().unwrap_or_default()).or_default() += 1;
        }
        count
    }
}

impl Call {
    /// The call as the control surface shows it.
    pub fn shown(&self) -> Value {
        let mut line = json!({
            "number": self.number,
            "at": self.at.to_string(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "user": self.user,
            "fault": self.fault,
            "slowed_ms": self.slowed_ms,
        });
        if let (Some(body), Some(object)) = (&self.body, line.as_object_mut()) {
            object.insert("body".to_owned(), Value::from(body.clone()));
        }
        line
    }
}
