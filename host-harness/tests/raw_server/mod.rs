//! A server that says exactly what a test wants, byte by byte, and remembers what it was asked, and over which connection.
#![allow(dead_code, reason = "each test uses some of it")]

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

/// What it does with every request.
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

/// One thing of what it does with a request; behind the last it waits for the next request.
#[derive(Clone)]
pub(crate) enum Step {
    Say(Vec<u8>),
    /// Say this again and again, a little at a time, until nobody listens.
    Drip(Vec<u8>),
    /// Until a permit is added.
    Wait(Arc<Semaphore>),
    /// Add a permit.
    Tell(Arc<Semaphore>),
    Hang,
    Close,
}

/// A request it got.
#[derive(Clone)]
pub(crate) struct Asked {
    /// Over which connection, from 0.
    pub(crate) connection: usize,
    /// Which it was of all, from 0.
    pub(crate) request: usize,
    pub(crate) text: String,
}

/// Says what it does with a request.
type Steps = dyn Fn(&Asked) -> Vec<Step> + Send + Sync;

/// What it does with a request of which it has read this.
#[derive(Clone)]
pub(crate) struct Script {
    /// As soon as the head is there; the body stays where it is.
    heads_suffice: bool,
    steps: Arc<Steps>,
}

impl Script {
    pub(crate) fn new(steps: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self { heads_suffice: false, steps: Arc::new(steps) }
    }

    pub(crate) fn at_the_head(steps: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self { heads_suffice: true, ..Self::new(steps) }
    }
}

impl From<Reply> for Script {
    fn from(reply: Reply) -> Self {
        Self::new(move |_| match reply.clone() {
            Reply::Say(bytes) => vec![Step::Say(bytes), Step::Close],
            Reply::SayAndHang(bytes) => vec![Step::Say(bytes), Step::Hang],
            Reply::Drip(first, again) => vec![Step::Say(first), Step::Drip(again)],
            Reply::Close => vec![Step::Close],
        })
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    /// The CA that vouches for it, DER; empty for plain HTTP.
    pub(crate) root: Vec<u8>,
    pub(crate) connections: Arc<AtomicUsize>,
    /// Connections that are no more, whoever closed them.
    pub(crate) ended: Arc<AtomicUsize>,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    pub(crate) names: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.text).collect()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Until so many connections are no more.
    pub(crate) async fn has_ended(&self, connections: usize) {
        while self.ended.load(Ordering::SeqCst) < connections {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Plain HTTP.
    pub(crate) async fn http(script: impl Into<Script>) -> Self {
        Self::start(script.into(), None, Vec::new()).await
    }

    /// HTTPS, with a certificate for `name`.
    pub(crate) async fn https(name: &str, script: impl Into<Script>) -> Self {
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
        Self::start(script.into(), Some(TlsAcceptor::from(Arc::new(config))), root).await
    }

    async fn start(script: Script, tls: Option<TlsAcceptor>, root: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self {
            port,
            root,
            connections: Arc::default(),
            ended: Arc::default(),
            asked: Arc::default(),
            names: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // What is said in two pieces comes as it is said, not when the first has been acknowledged.
                stream.set_nodelay(true).unwrap();
                let connection = serving.connections.fetch_add(1, Ordering::SeqCst);
                let (server, script, tls) = (serving.clone(), script.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => server.serve(stream, connection, &script).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                let name = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
                                server.names.lock().unwrap().push(name);
                                server.serve(stream, connection, &script).await;
                            }
                        }
                    }
                    server.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// The stream is closed by the time this comes back.
    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin, connection: usize, script: &Script) {
        let mut seen = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let length = loop {
                if let Some(length) = length_of(&seen, script.heads_suffice) {
                    break length;
                }
                match stream.read(&mut piece).await {
                    Ok(0) | Err(_) => return,
                    Ok(read) => seen.extend_from_slice(&piece[..read]),
                }
            };
            let text = String::from_utf8_lossy(&seen.drain(..length).collect::<Vec<u8>>()).into_owned();
            let asked = {
                let mut all = self.asked.lock().unwrap();
                let asked = Asked { connection, request: all.len(), text };
                all.push(asked.clone());
                asked
            };
            for step in (script.steps)(&asked) {
                match step {
                    Step::Say(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.flush().await;
                    }
                    Step::Drip(again) => {
                        while stream.write_all(&again).await.and(stream.flush().await).is_ok() {
                            tokio::time::sleep(Duration::from_millis(10)).await;
                        }
                    }
                    Step::Wait(until) => until.acquire().await.unwrap().forget(),
                    Step::Tell(whom) => whom.add_permits(1),
                    Step::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
                    Step::Close => {
                        let _ = stream.shutdown().await;
                        return;
                    }
                }
            }
        }
    }
}

/// The length of the first request, when its head and as much body as that promises are there.
fn length_of(seen: &[u8], heads_suffice: bool) -> Option<usize> {
    let head = seen.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    if heads_suffice {
        return Some(head);
    }
    let text = String::from_utf8_lossy(&seen[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    (seen.len() >= head + length).then_some(head + length)
}
