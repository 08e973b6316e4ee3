//! The monotonic clock a connector sees: one of its own, that tells nothing of the host.
//!
//! It begins at zero with the call and moves on by one microsecond with every look at it, so that a connector that looks
//! runs the same way on every replay. Waiting is real, and ends with the wall time limit at the latest.

use std::time::Duration;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{Duration as Nanoseconds, Host, Instant};
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

const TICK_NANOSECONDS: u64 = 1_000;

/// How often a call has looked at its clock.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    looks: u64,
}

pub(crate) struct ClockView<'a> {
    pub(crate) clock: &'a mut Clock,
    pub(crate) table: &'a mut ResourceTable,
}

pub(crate) struct HasClock;

impl HasData for HasClock {
    type Data<'a> = ClockView<'a>;
}

impl Host for ClockView<'_> {
    fn now(&mut self) -> wasmtime::Result<Instant> {
        self.clock.looks = self.clock.looks.saturating_add(1);
        Ok(self.clock.looks.saturating_mul(TICK_NANOSECONDS))
    }

    fn resolution(&mut self) -> wasmtime::Result<Nanoseconds> {
        Ok(TICK_NANOSECONDS)
    }

    fn subscribe_instant(&mut self, when: Instant) -> wasmtime::Result<Resource<DynPollable>> {
        let now = self.clock.looks.saturating_mul(TICK_NANOSECONDS);
        self.subscribe_duration(when.saturating_sub(now))
    }

    fn subscribe_duration(&mut self, when: Nanoseconds) -> wasmtime::Result<Resource<DynPollable>> {
        // A time too far off to be told is never reached: the wall time limit comes first.
        let until = tokio::time::Instant::now().checked_add(Duration::from_nanos(when));
        let alarm = self.table.push(Alarm { until })?;
        subscribe(self.table, alarm)
    }
}

struct Alarm {
    until: Option<tokio::time::Instant>,
}

#[async_trait::async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        match self.until {
            // Also for a time that has passed: a connector that polls in a circle must let others run.
            Some(until) if until <= tokio::time::Instant::now() => tokio::task::yield_now().await,
            Some(until) => tokio::time::sleep_until(until).await,
            None => std::future::pending().await,
        }
    }
}
