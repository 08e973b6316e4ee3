//! One call: a fresh store, a fresh instance, one function, and a report.

use super::load::Connector;
use super::nothing::{NoDirectory, NoTransport};
use super::report::{CallError, CallReport, Function};
use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::{Context, Error};
use crate::directory::Directory;
use crate::egress::AllowList;
use crate::engine::Metering;
use crate::processor::Account;
use crate::sandbox::{Fatal, Hooks, Limit, Limits, SharedLedger, State};
use crate::transport::Transport;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;
use wasmtime::component::{ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, ResourceTableError};
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, UpdateDeadline};
use wasmtime_wasi_http::FieldMapError;

/// What a call can reach and use. Cheap to clone.
#[derive(Clone)]
pub struct Surroundings {
    /// The host's customers and links, of the installation the call is about.
    pub directory: Arc<dyn Directory>,
    /// Where requests go that were let out.
    pub transport: Arc<dyn Transport>,
    /// Which hosts may be reached.
    pub hosts: AllowList,
    /// How much may be used.
    pub limits: Limits,
    /// On whose account: of calls that compute for long, whoever has used least lately goes next.
    pub account: Account,
    /// Whatever ties the call to the event that led to it; comes back in the report, unseen by the connector.
    pub correlation: String,
}

impl Surroundings {
    /// No customers, no links, no hosts: for calls that need none.
    pub fn nothing(limits: Limits) -> Self {
        Self {
            directory: Arc::new(NoDirectory),
            transport: Arc::new(NoTransport),
            hosts: AllowList::nothing(),
            limits,
            account: Account::default(),
            correlation: String::new(),
        }
    }
}

/// An answer of the contract: the connector's own result or error.
type Answer<T> = CallReport<Result<T, Error>>;

/// A function that was called.
type Answering<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

/// A fresh instance under all limits, and which function is to be called.
struct Fresh<'a> {
    instance: Instance,
    place: Option<&'a ComponentExportIndex>,
    store: &'a mut Store<State>,
}

impl Fresh<'_> {
    async fn call<P, T>(self, parameters: P) -> wasmtime::Result<T>
    where
        P: ComponentNamedList + Lower,
        (T,): ComponentNamedList + Lift + 'static,
    {
        let place = self.place.ok_or_else(|| wasmtime::Error::msg("it is no function"))?;
        let called = self.instance.get_typed_func::<P, (T,)>(&mut *self.store, place)?;
        let (answer,) = called.call_async(&mut *self.store, parameters).await?;
        Ok(answer)
    }
}

impl Connector {
    /// What the connector is and can do. Reaches nothing outside. From then on it is known by the id it gives.
    pub async fn describe(&self, limits: Limits) -> CallReport<Description> {
        let surroundings = Surroundings::nothing(limits);
        let report: CallReport<Description> =
            self.call(Function::Describe, &surroundings, |fresh| Box::pin(fresh.call(()))).await;
        if let Ok(description) = &report.result
            && is_id(&description.id)
        {
            // The first answer stands: a connector that calls itself something else next time is still the same.
            let _ = self.loaded.id.set(description.id.as_str().into());
        }
        report
    }

    /// Make a store and an instance with all limits on, call nothing, and let both go: what every call costs before the
    /// connector's own code runs.
    pub async fn instantiate(&self, limits: Limits) -> CallReport<()> {
        self.call(Function::Instantiate, &Surroundings::nothing(limits), |_| Box::pin(async { Ok(()) })).await
    }

    /// Prove the settings.
    pub async fn configure(
        &self,
        surroundings: &Surroundings,
        context: Context,
        catalogue: Catalogue,
    ) -> Answer<Configured> {
        self.call(Function::Configure, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, &catalogue)).await })
        })
        .await
    }

    /// Customers changed in FlexyBox.
    pub async fn on_customer_changed(
        &self,
        surroundings: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Answer<Vec<SyncResult>> {
        self.call(Function::OnCustomerChanged, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, changes.as_slice())).await })
        })
        .await
    }

    /// The accounting system called the link.
    pub async fn on_webhook(
        &self,
        surroundings: &Surroundings,
        context: Context,
        request: Request,
    ) -> Answer<WebhookResult> {
        self.call(Function::OnWebhook, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, &request)).await })
        })
        .await
    }

    /// A day's report is ready for the books.
    pub async fn on_day_closed(
        &self,
        surroundings: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Answer<Receipt> {
        self.call(Function::OnDayClosed, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, &report, previous.as_ref())).await })
        })
        .await
    }

    /// Why does nothing arrive?
    pub async fn check(
        &self,
        surroundings: &Surroundings,
        context: Context,
        unposted: Vec<BookedDay>,
    ) -> Answer<Health> {
        self.call(Function::Check, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, unposted.as_slice())).await })
        })
        .await
    }

    /// Read again what changed in the accounting system.
    pub async fn catch_up(
        &self,
        surroundings: &Surroundings,
        context: Context,
        cursor: Option<String>,
    ) -> Answer<Page> {
        self.call(Function::CatchUp, surroundings, move |fresh| {
            Box::pin(async move { fresh.call((&context, cursor.as_deref())).await })
        })
        .await
    }

    async fn call<T: Send + 'static>(
        &self,
        function: Function,
        surroundings: &Surroundings,
        call: impl for<'a> FnOnce(Fresh<'a>) -> Answering<'a, T> + Send + 'static,
    ) -> CallReport<T> {
        let whole = self.clone().whole(function, surroundings.clone(), call);
        self.engine().processor().run(surroundings.account.clone(), whole).await
    }

    /// The call from its first instruction to its report, in one piece that can be carried out anywhere.
    async fn whole<T>(
        self,
        function: Function,
        surroundings: Surroundings,
        call: impl for<'a> FnOnce(Fresh<'a>) -> Answering<'a, T> + Send,
    ) -> CallReport<T> {
        let began = Instant::now();
        let limits = surroundings.limits.clone().within_bounds();
        let ledger = SharedLedger::new(limits.clone(), self.id().into());
        let mut store = self.store(&surroundings, &limits, ledger.clone());
        let work = async {
            let fuel = limits.fuel.unwrap_or(u64::MAX);
            if self.engine().metering() == Metering::Fuel {
                store.set_fuel(fuel)?;
            }
            let instance = self.loaded.ready.instantiate_async(&mut store).await?;
            call(Fresh { instance, place: self.loaded.places.place(function), store: &mut store }).await
        };
        // The clock of the engine stops a connector that runs; this stops one that waits.
        let ended = tokio::time::timeout(limits.wall_time, work).await;
        let result = match ended {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.call_error(function, &error, store.data_mut())),
            Err(_) => {
                let mut ledger = ledger.lock();
                let limit = ledger.exceed(Limit::WallTime);
                Err(ledger.exceeded_by(limit).into())
            }
        };
        let fuel = (self.engine().metering() == Metering::Fuel)
            .then(|| limits.fuel.unwrap_or(u64::MAX).saturating_sub(store.get_fuel().unwrap_or_default()));
        let peak_memory = store.data().memory.peak;
        // Requests that are still under way end with the store, and nothing is counted after this.
        drop(store);
        let (traffic, log, exceeded) = ledger.lock().take();
        CallReport {
            connector: self.id().to_owned(),
            function,
            correlation: surroundings.correlation,
            result,
            log,
            traffic,
            exceeded,
            fuel,
            peak_memory,
            elapsed: began.elapsed(),
        }
    }

    fn store(&self, surroundings: &Surroundings, limits: &Limits, ledger: SharedLedger) -> Store<State> {
        let hooks = Hooks {
            hosts: surroundings.hosts.clone(),
            transport: Arc::clone(&surroundings.transport),
            ledger: ledger.clone(),
            turn: Arc::default(),
        };
        let state = State::new(limits, Arc::clone(&surroundings.directory), ledger, hooks);
        let mut store = Store::new(self.engine().wasmtime(), state);
        store.limiter(|state| state);
        store.set_hostcall_fuel(usize::try_from(limits.result_bytes).unwrap_or(usize::MAX));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| {
            let state = store.data_mut();
            if state.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Err(state.end(Fatal::Limit(Limit::WallTime)));
            }
            Ok(UpdateDeadline::Yield(1))
        });
        store
    }

    fn call_error(&self, function: Function, error: &wasmtime::Error, state: &mut State) -> CallError {
        let connector = self.id().to_owned();
        let exceeded = |limit: Limit| {
            let mut ledger = state.ledger.lock();
            ledger.exceed(limit);
            CallError::Limit(ledger.exceeded_by(limit))
        };
        match state.fatal.take() {
            Some(Fatal::Limit(limit)) => return exceeded(limit),
            Some(Fatal::Directory(source)) => return CallError::Directory { connector, function, source },
            None => {}
        }
        if let Some(trap) = error.downcast_ref::<Trap>() {
            return match trap {
                Trap::OutOfFuel => exceeded(Limit::Fuel),
                trap => CallError::Trapped { connector, function, reason: trap_reason(*trap) },
            };
        }
        if let Some(limit) = border_limit(error) {
            return exceeded(limit);
        }
        if error.is::<PoolConcurrencyLimitError>() {
            let reason = "the engine has no free place for another call; run fewer at once, or give it more places";
            return CallError::Host { connector, function, reason: reason.to_owned() };
        }
        let cause = error.root_cause().to_string();
        if cause.contains(HAND_OVER_REFUSED) {
            return exceeded(Limit::ResultBytes);
        }
        CallError::Trapped { connector, function, reason: crate::sandbox::one_line(&cause) }
    }
}

/// How the engine says that more is handed over in one piece than [`Limits::result_bytes`]; it has no type for it.
const HAND_OVER_REFUSED: &str = "too much data is being copied between the host and the guest";

/// A limit that the border itself holds to, and ends the call by without asking the host.
fn border_limit(error: &wasmtime::Error) -> Option<Limit> {
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
        return Some(Limit::Handles);
    }
    match error.downcast_ref() {
        Some(FieldMapError::TooManyFields | FieldMapError::TotalSizeTooBig) => Some(Limit::HeaderBytes),
        _ => None,
    }
}

fn trap_reason(trap: Trap) -> String {
    match trap {
        Trap::UnreachableCodeReached => "it gave up (a panic, most likely; its log may say why)".to_owned(),
        Trap::StackOverflow => "its calls nest too deep (stack overflow)".to_owned(),
        Trap::MemoryOutOfBounds => "it reached outside of its memory (a stack overflow, most likely)".to_owned(),
        other => other.to_string(),
    }
}

/// An id as the contract wants it: lower-case with dashes, short enough for a message.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
