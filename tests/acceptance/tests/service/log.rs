//! What all tests of this program say in the log, from the first that listens on.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tracing_subscriber::EnvFilter;

/// Everything of ours, and what the parts below it think worth telling.
const FILTER: &str = "info,accounting_service=trace,accounting_store=trace,accounting_vault=trace,host_harness=trace";

/// What was said so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Listen from now on, in all tests.
pub(crate) fn begin() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    let begun = LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_env_filter(EnvFilter::new(FILTER)).with_writer(move || writer.clone());
        subscriber.with_ansi(false).init();
        log
    });
    begun.clone()
}

/// The line that a text stands in, for a message.
pub(crate) fn around<'t>(all: &'t str, text: &str) -> &'t str {
    all.lines().find(|line| line.contains(text)).unwrap_or_default()
}
