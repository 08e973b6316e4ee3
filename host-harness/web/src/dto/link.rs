//! The link the accounting system calls.

use crate::check::{Checked, Invalid};
use crate::requests::Document;
use accounting_service as service;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// How long an old link is taken unless told otherwise: a day, for a person to enter the new one.
const USUAL_OVERLAP_S: u64 = 86_400;
/// Longest time an old link is taken: 30 days. A link that leaked must end some day.
const LONGEST_OVERLAP_S: u64 = 2_592_000;

/// A link that was replaced.
#[derive(Serialize, ToSchema)]
pub(crate) struct OlderLink {
    created_ms: i64,
    /// Until when it is taken.
    expires_ms: i64,
    last_used_ms: Option<i64>,
}

/// The link.
#[derive(Serialize, ToSchema)]
pub(crate) struct HookLink {
    /// The whole address. Secret: whoever has it can call it.
    #[schema(format = "uri")]
    url: String,
    created_ms: i64,
    last_used_ms: Option<i64>,
    /// Links that were replaced and are still taken.
    older: Vec<OlderLink>,
}

impl From<service::LinkView> for HookLink {
    fn from(view: service::LinkView) -> Self {
        let older = |link: service::OlderLink| OlderLink {
            created_ms: link.created,
            expires_ms: link.expires,
            last_used_ms: link.last_used,
        };
        Self {
            url: view.url,
            created_ms: view.created,
            last_used_ms: view.last_used,
            older: view.older.into_iter().map(older).collect(),
        }
    }
}

/// A wish for a new link.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// Seconds that the old links are taken longer.
    #[schema(minimum = 0, maximum = 2592000, default = 86400)]
    overlap_s: Option<u64>,
}

impl Rotation {
    pub(crate) fn overlap(&self) -> Duration {
        Duration::from_secs(self.overlap_s.unwrap_or(USUAL_OVERLAP_S))
    }
}

impl Document for Rotation {
    fn unsent() -> Option<Self> {
        Some(Self::default())
    }

    fn check(&self) -> Checked {
        match self.overlap_s {
            Some(seconds) if seconds > LONGEST_OVERLAP_S => {
                Err(Invalid::new("overlap_s", format!("is more than {LONGEST_OVERLAP_S} (30 days)")))
            }
            _ => Ok(()),
        }
    }
}
