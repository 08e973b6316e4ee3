//! The doors into the host, and no others: what is linked here is all that a connector can call.

use super::clock::{ClockView, HasClock};
use super::outgoing;
use super::state::{Fatal, State};
use crate::bindings::types::{Customer, Link};
use crate::bindings::{Bindings, imports};
use crate::directory::DirectoryError;
use wasmtime::component::{HasSelf, Linker};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi_http::p2::bindings::http;
use wasmtime_wasi_http::{WasiHttp, WasiHttpView};

/// Exactly the interfaces that a connector may import.
pub(crate) fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::<State>::new(engine);
    wasmtime_wasi_io::add_to_linker_async(&mut linker)?;
    monotonic_clock::add_to_linker::<_, HasClock>(&mut linker, |state| ClockView {
        clock: &mut state.clock,
        table: &mut state.table,
    })?;
    outgoing::link(&mut linker)?;
    http::types::add_to_linker::<_, WasiHttp>(&mut linker, &http::types::LinkOptions::default(), State::http)?;
    Bindings::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    Ok(linker)
}

impl State {
    fn found<T>(&mut self, answer: Result<T, DirectoryError>) -> wasmtime::Result<T> {
        answer.map_err(|error| self.end(Fatal::Directory(error)))
    }
}

impl imports::types::Host for State {}

impl imports::customers::Host for State {
    async fn by_id(&mut self, id: String) -> wasmtime::Result<Option<Customer>> {
        let answer = self.directory.customer_by_id(&id).await;
        self.found(answer)
    }

    async fn by_number(&mut self, number: String) -> wasmtime::Result<Vec<Customer>> {
        let answer = self.directory.customers_by_number(&number).await;
        self.found(answer)
    }

    async fn by_cvr(&mut self, cvr: String) -> wasmtime::Result<Vec<Customer>> {
        let answer = self.directory.customers_by_cvr(&cvr).await;
        self.found(answer)
    }

    async fn by_email(&mut self, email: String) -> wasmtime::Result<Vec<Customer>> {
        let answer = self.directory.customers_by_email(&email).await;
        self.found(answer)
    }
}

impl imports::links::Host for State {
    async fn by_customer(&mut self, id: String) -> wasmtime::Result<Option<Link>> {
        let answer = self.directory.link_by_customer(&id).await;
        self.found(answer)
    }

    async fn by_external_id(&mut self, external_id: String) -> wasmtime::Result<Option<Link>> {
        let answer = self.directory.link_by_external_id(&external_id).await;
        self.found(answer)
    }
}

impl imports::log::Host for State {
    async fn write(&mut self, level: imports::log::Level, message: String) -> wasmtime::Result<()> {
        self.ledger.lock().write(level, &message);
        Ok(())
    }
}
