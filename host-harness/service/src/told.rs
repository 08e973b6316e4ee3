//! Tells the log of every request a connector makes, with the correlation of the event that led to it, and the way out for which
//! installation it is.
//!
//! Method, host, status and time; never the path or the query, which hold what was searched for.

use async_trait::async_trait;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::Arc;
use std::time::Instant;

/// A transport that tells.
pub(crate) struct Told {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) installation: String,
    pub(crate) correlation: String,
}

#[async_trait]
impl Transport for Told {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let (method, host) = (request.method.clone(), host_of(&request.url));
        let began = Instant::now();
        let answer = self.inner.send_for(&self.installation, request).await;
        let (installation, correlation) = (&self.installation, &self.correlation);
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &answer {
            Ok(answer) => {
                let (status, truncated) = (answer.status, answer.truncated);
                tracing::info!(installation, correlation, method, host, status, truncated, ms, "asked");
            }
            Err(error) => {
                tracing::warn!(installation, correlation, method, host, %error, ms, "asked without an answer")
            }
        }
        answer
    }
}

fn host_of(url: &str) -> String {
    let uri: Option<http::Uri> = url.parse().ok();
    uri.as_ref().and_then(http::Uri::host).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Remembers for whom it was asked.
    #[derive(Default)]
    struct Outside(Mutex<Vec<String>>);

    #[async_trait]
    impl Transport for Outside {
        async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
            self.send_for("nobody", request).await
        }

        async fn send_for(&self, whom: &str, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
            self.0.lock().unwrap().push(whom.to_owned());
            Ok(InboundResponse { status: 200, headers: Vec::new(), body: bytes::Bytes::new(), truncated: false })
        }
    }

    #[tokio::test]
    async fn the_way_out_learns_for_whom_a_request_is() {
        let outside = Arc::new(Outside::default());
        for installation in ["a", "b"] {
            let told =
                Told { inner: outside.clone(), installation: installation.to_owned(), correlation: "c".to_owned() };
            let url = "https://api.example.com/".to_owned();
            let request =
                OutboundRequest { method: "GET".to_owned(), url, headers: Vec::new(), body: bytes::Bytes::new() };
            told.send(request).await.unwrap();
        }
        assert_eq!(*outside.0.lock().unwrap(), ["a", "b"]);
    }
}
