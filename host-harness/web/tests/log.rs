//! Nothing secret and nobody's data is in the log, even with all details. Alone in its process: whether a line is written
//! is decided once for all threads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod host;

use accounting_web::WebOptions;
use host::{CLUB, at, customer, hook, host};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_token_key_or_person_is_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _held = tracing::subscriber::set_default(subscriber);
    let host = host(WebOptions::default()).await;
    let link = host.link().await;
    let token = link.strip_prefix("/hooks/").unwrap();
    host.send(hook("POST", &format!("{link}?name=Sørensen"), "Sørensen")).await;
    host.send(hook("POST", &format!("{link}/Sørensen"), "x")).await;
    host.json("POST", &at("/customers"), &customer("C1", 1)).await;
    host.json("POST", &at("/customers"), &json!({"kind": "changed", "customer": {"id": 7, "name": "Sørensen"}})).await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/hooks/{token}") && log.contains("/api/v1/installations/{id}/customers"), "{log}");
    assert!(log.contains(&format!("installation=\"{CLUB}\"")) && log.contains("correlation="), "{log}");
    assert!(log.contains("status=204") && log.contains("ms="), "{log}");
    for secret in [token, &host.key, "Sørensen", "S%C3%B8rensen"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}
