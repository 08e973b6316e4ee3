//! Recordings of what a connector does at work.

use crate::check::{self, Checked, Invalid, LONGEST_NAME};
use crate::requests::Document;
use accounting_service as service;
use accounting_service::{MOST_KEPT_WORDS, MOST_RECORDED_CALLS};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What is to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartRecording {
    /// Calls to record.
    #[schema(minimum = 1, maximum = 10_000)]
    pub(crate) calls: u32,
    /// Words that are not replaced by made-up ones: those that mean something to the connector, e.g. the name of a group.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(crate) keep: Vec<String>,
}

impl Document for StartRecording {
    fn check(&self) -> Checked {
        if !(1..=MOST_RECORDED_CALLS).contains(&self.calls) {
            return Err(Invalid::new("calls", format!("is {}; give 1 to {MOST_RECORDED_CALLS}", self.calls)));
        }
        if self.keep.len() > MOST_KEPT_WORDS {
            return Err(Invalid::new("keep", format!("has more than {MOST_KEPT_WORDS} words")));
        }
        let mut each = self.keep.iter().enumerate();
        each.try_for_each(|(at, word)| check::filled(&format!("keep[{at}]"), word, LONGEST_NAME))
    }
}

/// A recording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recording {
    /// Calls are listened to.
    running: bool,
    /// Calls asked for.
    wanted: u32,
    /// Calls written.
    written: u32,
    /// Calls left out, by reason. An open set.
    left_out: BTreeMap<String, u64>,
    /// The folder of the fixtures, on the host.
    folder: String,
}

impl From<service::RecordingView> for Recording {
    fn from(view: service::RecordingView) -> Self {
        Self {
            running: view.running,
            wanted: view.wanted,
            written: view.written,
            left_out: view.left_out,
            folder: view.folder.display().to_string(),
        }
    }
}
