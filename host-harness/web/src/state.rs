//! What every handler can reach.

use crate::auth::Gate;
use crate::options::WebOptions;
use crate::rate::RateLimits;
use accounting_service::Service;
use axum::extract::FromRef;
use std::sync::Arc;

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) service: Service,
    pub(crate) gate: Gate,
    /// By the hash of a link's token.
    pub(crate) hook_rates: Arc<RateLimits<[u8; 32]>>,
    pub(crate) options: Arc<WebOptions>,
}

impl Web {
    pub(crate) fn new(service: Service, options: WebOptions) -> Self {
        Self {
            gate: Gate::new(service.clone(), &options),
            hook_rates: Arc::new(RateLimits::new(options.hook_rate)),
            options: Arc::new(options),
            service,
        }
    }
}

impl FromRef<Web> for Gate {
    fn from_ref(web: &Web) -> Self {
        web.gate.clone()
    }
}

impl FromRef<Web> for Arc<WebOptions> {
    fn from_ref(web: &Web) -> Self {
        web.options.clone()
    }
}
