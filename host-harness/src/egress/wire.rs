//! One connection, held in the hand between two requests: nobody reads from it meanwhile, so it can be looked at before it is used again.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

/// What lies under a connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// The socket itself.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// One connection.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    opened: Instant,
    patience: Option<Duration>,
    /// Bytes were handed over that may not have gone out.
    unflushed: bool,
}

impl Wire {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), opened: Instant::now(), patience: None, unflushed: false }
    }

    pub(super) fn opened(&self) -> Instant {
        self.opened
    }

    /// How long it may rest before the other side closes it, as far as that has said.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// The other side closes it after so long a rest. A second less is kept, so that the end and a request do not cross.
    pub(super) fn closes_after(&mut self, rest: Duration) {
        self.patience = Some(rest.saturating_sub(Duration::from_secs(1)));
    }

    /// Everything that was handed over has gone out.
    pub(super) fn is_flushed(&self) -> bool {
        !self.unflushed
    }

    /// The other side has neither closed nor said anything unasked.
    ///
    /// The socket is asked, not the runtime: that learns of a connection's end a moment later, and in that moment a request would be
    /// written to nobody. Whatever has come unasked, be it the half of something, ends the connection.
    pub(super) fn is_quiet(&mut self) -> bool {
        let mut unasked = [MaybeUninit::uninit()];
        let peeked = socket2::SockRef::from(self.stream.socket()).peek(&mut unasked);
        if !peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
            return false;
        }
        // What TLS has taken off the socket already.
        let mut byte = [0];
        let mut read = ReadBuf::new(&mut byte);
        let mut nobody = Context::from_waker(Waker::noop());
        Pin::new(&mut self.stream).poll_read(&mut nobody, &mut read).is_pending()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.unflushed = true;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.unflushed = false;
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
