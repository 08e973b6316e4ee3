//! `wasi:http/outgoing-handler`: a request leaves the connector.
//!
//! wasmtime's own handler gives each request two tasks of the runtime, and a connector sleeps until they have run. Here a
//! request goes as far as it can at once, in the call itself: what needs no waiting (an answer that was recorded, a refusal) is there when the
//! connector asks for it. Whatever does need it waits in a task, as before.

use super::state::State;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::uri::{Scheme, Uri};
use http::{Method, Request};
use std::future::ready;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio::task::unconstrained;
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, RequestOptions, Scheme as WasiScheme};
use wasmtime_wasi_http::p2::types::{HostFutureIncomingResponse, HostOutgoingRequest};

/// The interface, for every version of WASI 0.2.
const INTERFACE: &str = "wasi:http/outgoing-handler@0.2.0";

/// A request and, if it has any, its options.
type Asked = (Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>);

/// What its answer will be known by, or why it does not go out.
type Handled = Result<Resource<HostFutureIncomingResponse>, ErrorCode>;

/// Links it.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance(INTERFACE)?.func_wrap("handle", |mut store: StoreContextMut<'_, State>, asked: Asked| {
        Ok((store.data_mut().handle(asked)?,))
    })
}

impl State {
    fn handle(&mut self, (request, options): Asked) -> wasmtime::Result<Handled> {
        if let Some(options) = options {
            // How long a connector would wait is not asked: the time of its call is the bound.
            self.table.delete(options)?;
        }
        let (head, body) = match taken_apart(self.table.delete(request)?) {
            Ok(parts) => parts,
            Err(code) => return Ok(Err(code)),
        };
        let mut answer = self.hooks.send(head, body);
        // What the runtime lets a task do before it makes it stand back is not asked here: a connector would see that it had to wait.
        let looked = pin!(unconstrained(answer.as_mut())).poll(&mut Context::from_waker(Waker::noop()));
        let future = match looked {
            Poll::Ready(answer) => HostFutureIncomingResponse::Ready(answer.map(with_nothing_behind)),
            Poll::Pending => {
                let answer = async { answer.await.map(with_nothing_behind) };
                HostFutureIncomingResponse::Pending(spawn(answer))
            }
        };
        Ok(Ok(self.table.push(future)?))
    }
}

/// An answer whose body needs nobody to carry it on.
fn with_nothing_behind<T>(answer: T) -> (T, AbortOnDropJoinHandle<()>) {
    (answer, spawn(ready(())))
}

/// A request's head and body, where they go together.
fn taken_apart(request: HostOutgoingRequest) -> Result<(Parts, Option<WasiBody>), ErrorCode> {
    let method: Method = request.method.try_into().map_err(|_| ErrorCode::HttpRequestMethodInvalid)?;
    // The allow-list refuses whatever is not https, and names the host; what names no other goes out safely.
    let scheme = match request.scheme {
        None | Some(WasiScheme::Https) => Scheme::HTTPS,
        Some(WasiScheme::Http) => Scheme::HTTP,
        Some(WasiScheme::Other(other)) => other.parse().map_err(|_| ErrorCode::HttpProtocolError)?,
    };
    let uri = Uri::builder()
        .scheme(scheme)
        .authority(request.authority.unwrap_or_default())
        .path_and_query(request.path_with_query.unwrap_or_else(|| "/".to_owned()))
        .build()
        .map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
    // No header names the host: it stands in the URL, and transports that need one make it from there.
    let (mut head, ()) = Request::new(()).into_parts();
    (head.method, head.uri, head.headers) = (method, uri, request.headers.into());
    // The length of a body that is there was held against it as it was written.
    let announces_nothing = || head.headers.get_all(CONTENT_LENGTH).iter().all(|length| length.as_bytes() == b"0");
    if request.body.is_none() && !announces_nothing() {
        return Err(ErrorCode::HttpRequestBodySize(Some(0)));
    }
    Ok((head, request.body))
}
