//! The server that attackers talk to: it hangs, drips or answers at length. It has a thread of its own, as it would be elsewhere: what the
//! honest ones talk to has nothing to do with it.

use crate::error::CannotRun;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Bytes of an answer at length.
const LARGE: usize = 4 * 1024 * 1024;
/// Between two bytes of an answer in drops: well within what the host waits for.
const DRIP: Duration = Duration::from_millis(100);

/// Serves until it is dropped.
#[derive(Debug)]
pub(super) struct Tarpit {
    port: u16,
    _until_dropped: oneshot::Sender<()>,
}

impl Tarpit {
    pub(super) fn start() -> Result<Self, CannotRun> {
        let cannot = |error: std::io::Error| CannotRun::because("the attackers' server", error);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let port = listener.local_addr().map_err(cannot)?.port();
        let (until_dropped, dropped) = oneshot::channel::<()>();
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(listener) => {}
                    _ = dropped => {}
                }
            });
        };
        std::thread::Builder::new().name("tarpit".to_owned()).spawn(serve).map_err(cannot)?;
        Ok(Self { port, _until_dropped: until_dropped })
    }

    /// Where it is, without a slash at the end.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

async fn serve(listener: std::net::TcpListener) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    while let Ok((stream, _)) = listener.accept().await {
        // A client that goes away is what this is for.
        tokio::spawn(async move { drop(answer(stream).await) });
    }
    Ok(())
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut piece = [0; 16 * 1024];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => head.extend_from_slice(piece.get(..read).unwrap_or_default()),
        }
    }
    let target = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
    match target.as_str() {
        "/hang" => std::future::pending().await,
        "/drip" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(DRIP).await;
            }
        }
        "/large" => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n").as_bytes()).await?;
            stream.write_all(&vec![b'x'; LARGE]).await?;
        }
        _ => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await?,
    }
    // The rest of what it is sent is taken in, so that its end is no broken line.
    stream.shutdown().await?;
    while stream.read(&mut piece).await? > 0 {}
    Ok(())
}
