//! Figures for monitoring, in the form Prometheus reads.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

/// Requests answered, by method, route and status.
const REQUESTS: &str = "accounting_http_requests_total";
/// How long requests took, by route.
const REQUEST_SECONDS: &str = "accounting_http_request_seconds";
/// How long it took to acknowledge calls of links that were kept.
const HOOK_SECONDS: &str = "accounting_hook_acknowledged_seconds";

/// Upper ends of the bands of all histograms, in seconds: from one commit to a long poll.
const BANDS: &[BandEnd] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

#[allow(clippy::disallowed_types, reason = "the recorder takes bands in no other type; they are no money")]
type BandEnd = f64;

/// Where the figures are read from. Cheap to clone.
#[derive(Clone)]
pub struct Metering(PrometheusHandle);

/// The figures cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum MeteringError {
    /// The recorder was refused.
    #[error("figures for monitoring cannot be kept: {0}; install the recorder once, before anything else installs one")]
    Refused(#[from] BuildError),
}

/// Keep figures of this process, from now on. Called again it gives the same figures.
///
/// # Errors
///
/// Another recorder than this one was installed already.
pub fn install_metrics() -> Result<Metering, MeteringError> {
    static INSTALLED: Mutex<Option<Metering>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(metering) = installed.as_ref() {
        return Ok(metering.clone());
    }
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(seconds, BANDS)?.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "requests answered, by method, route and status");
    metrics::describe_histogram!(REQUEST_SECONDS, metrics::Unit::Seconds, "how long requests took, by route");
    metrics::describe_histogram!(
        HOOK_SECONDS,
        metrics::Unit::Seconds,
        "from the headers of a call of a link to its answer, for calls that were kept"
    );
    Ok(installed.insert(Metering(handle)).clone())
}

impl Metering {
    /// All figures as text.
    pub fn text(&self) -> String {
        self.0.render()
    }

    /// Add up what was measured since last time. [`serve`](crate::serve) does it every few seconds; without it, measurements
    /// pile up until somebody reads them.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

impl fmt::Debug for Metering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metering")
    }
}

/// Count an answer.
pub(crate) fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let status = status.to_string();
    metrics::counter!(REQUESTS, "method" => method, "route" => route.to_owned(), "status" => status).increment(1);
    metrics::histogram!(REQUEST_SECONDS, "route" => route.to_owned()).record(took);
}

/// Count a call of a link that was kept.
pub(crate) fn hook_kept(took: Duration) {
    metrics::histogram!(HOOK_SECONDS).record(took);
}
