//! What keeping saves: handshakes, counted; and time, as a ratio within one run.

use super::{Stage, faithful};
use host_harness::transport::Transport;
use std::time::{Duration, Instant};

const REQUESTS: usize = 200;

#[tokio::test]
async fn a_kept_connection_saves_the_handshakes() {
    let stage = Stage::new(faithful()).await;
    let (mut kept, mut new) = (Duration::ZERO, Duration::ZERO);
    // In turns, so that whatever else this machine does strikes both alike.
    for _ in 0..REQUESTS {
        let began = Instant::now();
        stage.ask("GET", "x").await.unwrap();
        kept += began.elapsed();
        let began = Instant::now();
        stage.transport.send(stage.request("GET", "x")).await.unwrap();
        new += began.elapsed();
    }
    assert_eq!(stage.server.names.lock().unwrap().len(), 1 + REQUESTS, "one handshake for all, and one for each");
    let each = |all: Duration| all.as_micros() / REQUESTS as u128;
    println!("{REQUESTS} requests: {} µs each over one connection, {} µs each over new ones", each(kept), each(new));
    assert!(kept < new);
}
