//! Connections are shared by the requests of one installation, and by nobody else.

use super::{Here, Stage, faithful};
use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::{LiveOptions, Routes};
use host_harness::transport::{ForInstallation, InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn the_requests_of_one_installation_go_over_one_connection() {
    let resolver = Arc::new(Here::default());
    let counted = Arc::clone(&resolver);
    let stage = Stage::with(faithful(), |options| LiveOptions { resolver: counted.clone(), ..options }).await;
    for (method, what) in [("GET", "1"), ("POST", "2"), ("PUT", "3"), ("DELETE", "4"), ("GET", "5")] {
        assert_eq!(stage.ask(method, what).await.unwrap().body, what);
    }
    assert_eq!(stage.seen(), [["1", "2", "3", "4", "5"]]);
    assert_eq!(resolver.0.load(Ordering::SeqCst), 1);
    assert!(!stage.server.requests()[0].to_lowercase().contains("connection:"));
}

#[tokio::test]
async fn two_installations_never_share_a_connection() {
    let stage = Stage::new(faithful()).await;
    for (installation, what) in [("a", "a1"), ("b", "b1"), ("a", "a2"), ("b", "b2"), ("a", "a3")] {
        let request = stage.request("GET", what);
        assert_eq!(stage.transport.send_for(installation, request).await.unwrap().body, what);
    }
    assert_eq!(stage.seen(), [vec!["a1", "a2", "a3"], vec!["b1", "b2"]]);
}

#[tokio::test]
async fn whoever_does_not_say_for_whom_shares_nothing() {
    let stage = Stage::new(faithful()).await;
    stage.ask("GET", "1").await.unwrap();
    for what in ["2", "3"] {
        stage.transport.send(stage.request("GET", what)).await.unwrap();
    }
    let transport = ForInstallation { inner: Arc::new(stage.transport.clone()), installation: "a".to_owned() };
    transport.send(stage.request("GET", "4")).await.unwrap();
    assert_eq!(stage.seen(), [vec!["1", "4"], vec!["2"], vec!["3"]]);
    assert!(stage.server.requests()[1].contains("connection: close\r\n"));
}

/// Counts for whom it was asked.
#[derive(Default)]
struct ForWhom(std::sync::Mutex<Vec<String>>);

#[async_trait]
impl Transport for ForWhom {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send_for("nobody", request).await
    }

    async fn send_for(&self, installation: &str, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.0.lock().unwrap().push(installation.to_owned());
        Ok(InboundResponse { status: 200, headers: Vec::new(), body: Bytes::new(), truncated: false })
    }
}

#[tokio::test]
async fn what_has_no_route_goes_on_for_the_same_installation() {
    let behind = Arc::new(ForWhom::default());
    let routes = Routes::only(behind.clone());
    let url = "https://api.example.com/".to_owned();
    let request = OutboundRequest { method: "GET".to_owned(), url, headers: Vec::new(), body: Bytes::new() };
    routes.send_for("a", request.clone()).await.unwrap();
    routes.send(request.clone()).await.unwrap();
    assert_eq!(*behind.0.lock().unwrap(), ["a", "nobody"]);
}
