//! Answers what was heard, in the order it was heard: for playing a call again without asking anybody.

use super::super::exchange::RequestSpec;
use super::super::record::alike;
use super::super::recorder::Heard;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};

/// A transport that answers once for each request that was heard.
pub(super) struct Playback {
    heard: Vec<Heard>,
    next: Mutex<usize>,
}

impl Playback {
    pub(super) fn new(heard: Vec<Heard>) -> Self {
        Self { heard, next: Mutex::new(0) }
    }

    /// Whether every request was asked again, and none besides; a request that was not heard asks past the end.
    pub(super) fn was_used_up(&self) -> bool {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) == self.heard.len()
    }
}

#[async_trait]
impl Transport for Playback {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let asked = RequestSpec::of(&request);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = self.heard.get(*next).filter(|heard| alike(&RequestSpec::of(&heard.request), &asked));
        match heard {
            Some(heard) => {
                *next = next.saturating_add(1);
                heard.answer.clone()
            }
            None => {
                *next = usize::MAX;
                Err(TransportError::Refused { reason: "this was not asked when it was listened to".to_owned() })
            }
        }
    }
}
