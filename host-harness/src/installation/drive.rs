//! Running an event: build the context, call the connector, check what it says, apply it. Retries are the caller's.

use super::Installation;
use super::apply::{Applied, ApplyError};
use super::caller::{Answered, Caller, RunError};
use super::driver::{CallRecord, Driver};
use super::event::{Event, EventError};
use super::moment::{EventId, Moment};
use crate::bindings::exports::configure::{Catalogue, Configured};
use crate::bindings::exports::on_customer_changed::{ChangeKind, CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{Health, Page as PageResult};
use crate::bindings::types::{Context, Effect};
use crate::digest::{hexadecimal, sha256_of_all};
use crate::egress::AllowList;
use crate::processor::Account;
use crate::sandbox::Limits;
use crate::transport::Transport;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One installation and whoever answers its calls.
pub struct Host<'a> {
    /// Who answers.
    pub driver: &'a dyn Driver,
    /// Whose customers.
    pub installation: &'a Installation,
    /// Where requests go.
    pub transport: Arc<dyn Transport>,
    /// The hosts it may reach: those the administrator approved out of those the connector describes.
    pub hosts: AllowList,
    /// How much one call may use.
    pub limits: Limits,
}

/// One page of a catch-up, after it was applied.
#[derive(Debug, Clone)]
pub struct Page {
    /// What the connector said.
    pub result: PageResult,
    /// What became of each result, in order.
    pub applied: Vec<Result<Applied, ApplyError>>,
}

/// What the connector answered.
#[derive(Debug, Clone)]
pub enum RunResult {
    /// Nobody in the event is synchronised: nothing was called.
    NobodyConcerned,
    /// One result for each customer.
    Customers(Vec<SyncResult>),
    /// What came of a call of the link.
    Webhook(WebhookResult),
    /// The day is in the books.
    DayClosed(Receipt),
    /// Pages read and applied. If `stopped` is set, what is on the pages stands and the cursor is behind the last of
    /// them.
    CaughtUp {
        /// The pages.
        pages: Vec<Page>,
        /// True when the pass is complete; false when a page limit, a stale update or an error ended it.
        complete: bool,
        /// What ended it.
        stopped: Option<RunError>,
    },
    /// The health.
    Checked(Health),
    /// What `configure` found out.
    Configured(Configured),
}

/// An event that was run.
#[derive(Debug, Clone)]
pub struct Driven {
    /// The connector's answer, or why there is none.
    pub result: Result<RunResult, RunError>,
    /// What became of each result with effects, in order (for a catch-up, see its pages).
    pub applied: Vec<Result<Applied, ApplyError>>,
    /// What each call took: one, none, or for a catch-up one for each page.
    pub records: Vec<CallRecord>,
}

impl Driven {
    /// True when an update was computed from a customer that has moved on: run `Event::refreshed` again.
    pub fn is_stale(&self) -> bool {
        self.everything_applied().any(|applied| applied.as_ref().is_ok_and(Applied::is_stale))
    }

    /// What became of every result, pages included.
    pub fn everything_applied(&self) -> impl Iterator<Item = &Result<Applied, ApplyError>> {
        let pages = match &self.result {
            Ok(RunResult::CaughtUp { pages, .. }) => pages.as_slice(),
            _ => &[],
        };
        self.applied.iter().chain(pages.iter().flat_map(|page| &page.applied))
    }

    /// Fuel of all calls.
    pub fn fuel(&self) -> u64 {
        self.records.iter().filter_map(|record| record.fuel).fold(0, u64::saturating_add)
    }

    fn nothing(result: RunResult) -> Self {
        Self { result: Ok(result), applied: Vec::new(), records: Vec::new() }
    }
}

impl Host<'_> {
    /// Run an event, and apply what comes of it.
    pub async fn run(&self, event: &Event, moment: &Moment) -> Driven {
        match event {
            Event::CustomersChanged(changes) if changes.is_empty() => Driven::nothing(RunResult::NobodyConcerned),
            Event::CustomersChanged(changes) => self.run_customers(changes, moment).await,
            Event::Webhook(request) => self.run_webhook(request, moment).await,
            Event::DayClosed { report, previous } => self.run_day(report, previous.as_deref(), moment).await,
            Event::CatchUp { max_pages } => self.run_catch_up(max_pages.unwrap_or(u32::MAX), moment).await,
            Event::Check(unposted) => {
                let answered = self.caller(moment).check(self.context(moment, "check"), unposted.clone()).await;
                let apply = |health: &Health| {
                    self.installation.state().booked.note(unposted, &health.days);
                    Vec::new()
                };
                finish(answered, |health, _| apply(health), RunResult::Checked)
            }
            Event::Configure(catalogue) => {
                let specs = self.installation.state().specs.clone();
                let context = self.context(moment, "configure");
                let answered = self.caller(moment).configure(context, catalogue.clone(), &specs).await;
                let apply = |configured: &Configured| {
                    self.remember(configured);
                    Vec::new()
                };
                finish(answered, |configured, _| apply(configured), RunResult::Configured)
            }
        }
    }

    /// Customers changed in FlexyBox: build the event and run it.
    ///
    /// # Errors
    /// See [`Installation::customers_changed`].
    pub async fn customers_changed(
        &self,
        changed: &[(&str, ChangeKind)],
        moment: &Moment,
    ) -> Result<Driven, EventError> {
        let event = self.installation.customers_changed(changed.iter().copied())?;
        Ok(self.run(&event, moment).await)
    }

    /// The accounting system called the link.
    pub async fn webhook(&self, request: Request, moment: &Moment) -> Driven {
        self.run(&Event::Webhook(request), moment).await
    }

    /// Read again what changed in the accounting system, page by page until there is no more.
    pub async fn catch_up(&self, moment: &Moment) -> Driven {
        self.run(&Event::CatchUp { max_pages: None }, moment).await
    }

    /// Look at the installation from the accounting system's side.
    pub async fn check(&self, moment: &Moment) -> Driven {
        self.run(&self.installation.checked(), moment).await
    }

    /// The administrator pressed OK.
    pub async fn configure(&self, catalogue: Catalogue, moment: &Moment) -> Driven {
        self.run(&Event::Configure(catalogue), moment).await
    }

    /// A day's report is ready for the books.
    ///
    /// # Errors
    /// See [`Installation::day_closed`].
    pub async fn day_closed(&self, report: DailyReport, moment: &Moment) -> Result<Driven, EventError> {
        let event = self.installation.day_closed(report)?;
        Ok(self.run(&event, moment).await)
    }

    async fn run_customers(&self, changes: &[CustomerChange], moment: &Moment) -> Driven {
        let answered = self.caller(moment).customers(self.context(moment, "customers"), changes.to_vec()).await;
        let apply = |results: &Vec<SyncResult>, shown: &BTreeSet<String>| {
            self.apply_all(shown, results.iter().map(|result| (Some(&result.customer_id), &result.effects)))
        };
        finish(answered, apply, RunResult::Customers)
    }

    async fn run_webhook(&self, request: &Request, moment: &Moment) -> Driven {
        let answered = self.caller(moment).webhook(self.context(moment, "webhook"), request.clone()).await;
        let apply = |result: &WebhookResult, shown: &BTreeSet<String>| {
            self.apply_all(shown, [(result.customer_id.as_ref(), &result.effects)])
        };
        finish(answered, apply, RunResult::Webhook)
    }

    async fn run_day(&self, report: &DailyReport, previous: Option<&BookedReport>, moment: &Moment) -> Driven {
        let answered = self.caller(moment).day(self.context(moment, "day"), report, previous).await;
        let apply = |receipt: &Receipt| {
            let booked = BookedReport { report: report.clone(), receipt: receipt.clone() };
            self.installation.state().booked.keep(booked);
            Vec::new()
        };
        finish(answered, |receipt, _| apply(receipt), RunResult::DayClosed)
    }

    async fn run_catch_up(&self, max_pages: u32, moment: &Moment) -> Driven {
        let mut driven = Driven::nothing(RunResult::NobodyConcerned);
        let mut pages = Vec::new();
        let (mut complete, mut stopped) = (false, None);
        for number in 1..=max_pages {
            let context = self.context(moment, &format!("catch-up-{number}"));
            let answered = self.caller(moment).page(context, self.installation.cursor()).await;
            driven.records.push(answered.record);
            match answered.result {
                Ok(result) => {
                    let effects = result.results.iter().map(|one| (one.customer_id.as_ref(), &one.effects));
                    let applied = self.apply_all(&answered.shown, effects);
                    let stale = applied.iter().any(|one| one.as_ref().is_ok_and(Applied::is_stale));
                    if !stale {
                        self.installation.state().cursor = Some(result.cursor.clone());
                    }
                    complete = !result.more && !stale;
                    let go_on = result.more && !stale;
                    pages.push(Page { result, applied });
                    if !go_on {
                        break;
                    }
                }
                Err(error) => {
                    stopped = Some(error);
                    break;
                }
            }
        }
        driven.result = Ok(RunResult::CaughtUp { pages, complete, stopped });
        driven
    }

    fn caller(&self, moment: &Moment) -> Caller<'_> {
        Caller {
            driver: self.driver,
            directory: Arc::new(self.installation.clone()),
            transport: Arc::clone(&self.transport),
            hosts: self.hosts.clone(),
            limits: self.limits.clone(),
            account: Account::default(),
            correlation: moment.event.0.clone(),
        }
    }

    fn context(&self, moment: &Moment, step: &str) -> Context {
        Context {
            now: moment.now,
            locale: moment.locale,
            settings: self.installation.settings(),
            webhook_link: self.installation.webhook_link(),
            idempotency_key: idempotency_key(self.installation.name(), &moment.event, step),
            attempt: moment.attempt,
        }
    }

    fn apply_all<'a>(
        &self,
        shown: &BTreeSet<String>,
        results: impl IntoIterator<Item = (Option<&'a String>, &'a Vec<Effect>)>,
    ) -> Vec<Result<Applied, ApplyError>> {
        let each = results.into_iter();
        each.map(|(id, effects)| self.installation.apply(id.map(String::as_str), effects, shown)).collect()
    }

    fn remember(&self, configured: &Configured) {
        let kept = configured.remember.iter().map(|one| (one.key.clone(), one.value.clone()));
        self.installation.state().remembered = kept.collect::<BTreeMap<_, _>>();
    }
}

fn finish<T>(
    answered: Answered<T>,
    apply: impl FnOnce(&T, &BTreeSet<String>) -> Vec<Result<Applied, ApplyError>>,
    wrap: impl FnOnce(T) -> RunResult,
) -> Driven {
    let records = vec![answered.record];
    match answered.result {
        Ok(value) => {
            let applied = apply(&value, &answered.shown);
            Driven { result: Ok(wrap(value)), applied, records }
        }
        Err(error) => Driven { result: Err(error), applied: Vec::new(), records },
    }
}

/// A key of 64 hexadecimal characters out of installation, event and step; no two different triples have the same.
pub fn idempotency_key(installation: &str, event: &EventId, step: &str) -> String {
    hexadecimal(&sha256_of_all([installation, &event.0, step]))
}
