//! A server that says exactly what a test wants, byte by byte, and remembers what it was asked.
#![allow(dead_code, reason = "each test uses some of it")]

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What it does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Say this and close.
    Say(Vec<u8>),
    /// Say this and then nothing more, without closing.
    SayAndHang(Vec<u8>),
    /// Say the first, then the second again and again, a little at a time, without end.
    Drip(Vec<u8>, Vec<u8>),
    /// Close without a word.
    Close,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    /// The CA that vouches for it, DER; empty for plain HTTP.
    pub(crate) root: Vec<u8>,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    pub(crate) names: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Plain HTTP.
    pub(crate) async fn http(reply: Reply) -> Self {
        Self::start(reply, None, Vec::new()).await
    }

    /// HTTPS, with a certificate for `name`.
    pub(crate) async fn https(name: &str, reply: Reply) -> Self {
        let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let root = certified.cert.der().to_vec();
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(root.clone())], key)
            .unwrap();
        Self::start(reply, Some(TlsAcceptor::from(Arc::new(config))), root).await
    }

    async fn start(reply: Reply, tls: Option<TlsAcceptor>, root: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, root, connections: Arc::default(), requests: Arc::default(), names: Arc::default() };
        let (connections, requests, names) =
            (Arc::clone(&server.connections), Arc::clone(&server.requests), Arc::clone(&server.names));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (tls, reply, requests, names) =
                    (tls.clone(), reply.clone(), Arc::clone(&requests), Arc::clone(&names));
                tokio::spawn(async move {
                    match tls {
                        None => answer(stream, reply, &requests).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            let name = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
                            names.lock().unwrap().push(name);
                            answer(stream, reply, &requests).await;
                        }
                    }
                });
            }
        });
        server
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, reply: Reply, requests: &Mutex<Vec<String>>) {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !is_whole(&seen) {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&piece[..read]),
        }
    }
    requests.lock().unwrap().push(String::from_utf8_lossy(&seen).into_owned());
    match reply {
        Reply::Say(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::SayAndHang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Reply::Drip(first, again) => {
            let mut said = stream.write_all(&first).await;
            while said.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
                said = stream.write_all(&again).await.and(stream.flush().await);
            }
        }
        Reply::Close => {}
    }
}

/// The head and as much body as it promises are there.
fn is_whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    body.len() >= length
}
