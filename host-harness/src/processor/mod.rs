//! Who gets the processor: work that has used little of it goes first, and what has used much never holds up the rest.
//!
//! A connector that computes gives way every [`EPOCH_TICK`](crate::engine::EPOCH_TICK), but to whatever stands in the line of
//! the runtime next, and with two dozen of them everything else waits for two dozen ticks at each of its steps. So calls begin
//! where they were made, which costs nothing, and a call that turns out to compute is taken from there: it goes on in a few
//! threads of its own, which are fewer than the machine has processors and yield to all others. There the one goes next whose
//! [`Account`] has used least lately. What is begun from there, a request or a look-up of a name, stands back in the same way. Nobody is
//! stopped by this: whoever computes for long has what is left over, in equal parts.
//!
//! The price is that a call that computes for long has half of the machine at most; what it takes for that and why is in
//! decision 0033.

mod account;
mod line;
mod metered;

pub use account::Account;

use account::HEAVY;
use async_task::Task;
use line::{Line, Ticket};
use metered::Metered;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Handle, Runtime, RuntimeFlavor};

/// What a call may compute where it was made: 1 ms, several times what an event takes.
const AT_HOME: Duration = Duration::from_millis(1);

/// Names of hosts that those who compute look up at once.
const LOOK_UPS: usize = 4;

/// The threads of those that compute. They begin when first needed, and end with the last clone.
#[derive(Clone)]
pub(crate) struct Processor {
    threads: Arc<Threads>,
}

struct Threads {
    line: Arc<Line>,
    begun: OnceLock<bool>,
    requests: OnceLock<Option<Runtime>>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.line.close();
        if let Some(requests) = self.requests.take().flatten() {
            // Without waiting for its end: whoever lets go of the last clone may be in a runtime.
            requests.shutdown_background();
        }
    }
}

impl Processor {
    pub(crate) fn new() -> Self {
        let threads = Threads { line: Arc::default(), begun: OnceLock::new(), requests: OnceLock::new() };
        Self { threads: Arc::new(threads) }
    }

    /// Carry out work on this account. Must be awaited within a runtime of tokio. Work that is dropped ends at its next step.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        account: Account,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Work<T> {
        Work { processor: self.clone(), stage: Stage::Here(Metered::new(account, work)) }
    }

    /// Whether there is a thread at least.
    fn begin(&self) -> bool {
        *self.threads.begun.get_or_init(|| {
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            let begun = (0..(processors / 2).max(1)).filter(|_| {
                let line = Arc::clone(&self.threads.line);
                std::thread::Builder::new().name("connector-heavy".to_owned()).spawn(move || serve(&line)).is_ok()
            });
            begun.count() > 0
        })
    }

    /// The runtime of what those that compute begin: not the one they came from, which has everybody else's requests to see to. Only one of a
    /// single thread keeps them, since it may have a clock of its own.
    fn runtime(&self) -> Handle {
        let home = Handle::current();
        if home.runtime_flavor() == RuntimeFlavor::CurrentThread {
            return home;
        }
        let requests = self.threads.requests.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .max_blocking_threads(LOOK_UPS)
                .thread_name("connector-requests")
                .on_thread_start(step_back)
                .enable_all()
                .build();
            runtime.ok()
        });
        requests.as_ref().map_or(home, |requests| requests.handle().clone())
    }

    fn take<T: Send + 'static>(&self, work: Metered<T>) -> Task<T, Ticket> {
        let ticket = Ticket { account: work.account().clone(), runtime: self.runtime() };
        let line = Arc::clone(&self.threads.line);
        // Whoever waits for it is who must hear of a panic.
        let (runnable, task) = async_task::Builder::new()
            .propagate_panic(true)
            .metadata(ticket)
            .spawn(move |_| work.exactly(), move |runnable| line.stand(runnable));
        runnable.schedule();
        task
    }
}

/// Go on with whoever is next, until nobody can come any more.
fn serve(line: &Line) {
    step_back();
    while let Some(runnable) = line.next() {
        let runtime = runnable.metadata().runtime.clone();
        // What the work begins: a request, an alarm.
        let _inside = runtime.enter();
        runnable.run();
    }
}

/// This thread steps back behind all others: it runs where nobody else wants to, and a little beside them, so that it comes to its end.
/// Where that is not allowed, the threads are merely few.
#[cfg(target_os = "linux")]
fn step_back() {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let _ =
        thread_priority::set_thread_priority_and_policy(thread_priority::thread_native_id(), ThreadPriority::Min, idle);
}

/// Elsewhere the threads are merely few.
#[cfg(not(target_os = "linux"))]
fn step_back() {}

/// Work under way.
pub(crate) struct Work<T> {
    processor: Processor,
    stage: Stage<T>,
}

enum Stage<T> {
    Here(Metered<T>),
    There(Task<T, Ticket>),
    /// While it is moved.
    Between,
}

impl<T: Send + 'static> Future for Work<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let work = &mut *self;
        if let Stage::Here(here) = &mut work.stage {
            if !is_heavy(here)
                && let Poll::Ready(done) = Pin::new(&mut *here).poll(context)
            {
                return Poll::Ready(done);
            }
            if !is_heavy(here) {
                return Poll::Pending;
            }
            if work.processor.begin()
                && let Stage::Here(here) = std::mem::replace(&mut work.stage, Stage::Between)
            {
                work.stage = Stage::There(work.processor.take(here));
            }
        }
        match &mut work.stage {
            Stage::There(there) => Pin::new(there).poll(context),
            // There is no thread to be had: it goes on where it is.
            Stage::Here(here) => Pin::new(here).poll(context),
            Stage::Between => Poll::Pending,
        }
    }
}

fn is_heavy<T>(work: &Metered<T>) -> bool {
    work.used() > AT_HOME || work.account().lately() > HEAVY
}

#[cfg(test)]
mod tests;
