//! A call that was listened to, as a scenario of one event and what was answered meanwhile.

use super::super::play::PlayError;
use super::super::record::{Notes, RecordError, Recorded, first_run, write_down};
use super::super::recorder::{Heard, Recorder};
use super::super::redaction::{Privacy, can_be_safe};
use super::playback::Playback;
use super::witness::Seen;
use crate::bindings::exports::configure::Catalogue;
use crate::bindings::exports::on_customer_changed::CustomerChange;
use crate::bindings::exports::on_day_closed::DailyReport;
use crate::bindings::exports::on_webhook::Request;
use crate::bindings::types::Context;
use crate::connector::Surroundings;
use crate::installation::Driver;
use crate::scenario::{
    CatalogueSpec, CatchUpSpec, ChangedCustomer, ChangedSpec, CustomerSpec, Empty, EventSpec, LimitsSpec, LinkSpec,
    Scenario, webhook,
};
use std::path::Path;
use std::sync::Arc;

/// A call that cannot be told as a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NotTold {
    /// A scenario begins without receipts, so a correction and a look at days booked before have no place in it.
    #[error("it is about days booked before")]
    EarlierDays,
    /// A scenario's first attempt is the first, but for customers.
    #[error("it is another attempt at an event")]
    Attempt,
    /// The link was called with a body that is no text.
    #[error("the body of the call is no text")]
    Binary,
    /// The host's own store did not answer.
    #[error("the host's store did not answer")]
    Store,
}

/// A call that was listened to: secrets and people as they are, so in memory only. [`HeardCall::write`] makes a fixture of it.
pub struct HeardCall {
    pub(super) scenario: Scenario,
    pub(super) heard: Vec<Heard>,
}

/// What a call is about, before anything of it is known.
pub(super) struct Asked {
    event: EventSpec,
    seen: Seen,
    cursor: Option<String>,
    catalogue: CatalogueSpec,
}

impl Asked {
    fn of(event: EventSpec) -> Self {
        Self { event, seen: Seen::default(), cursor: None, catalogue: CatalogueSpec::default() }
    }

    pub(super) fn customers(context: &Context, changes: &[CustomerChange]) -> Self {
        let mut seen = Seen::default();
        for change in changes {
            seen.customers.insert(change.customer.id.clone(), change.customer.clone());
            seen.links.extend(change.link.clone().map(|link| (link.customer_id.clone(), link)));
        }
        let one = |change: &CustomerChange| ChangedCustomer {
            id: change.customer.id.clone(),
            kind: change.kind.into(),
            force: true,
        };
        let customers = changes.iter().map(one).collect();
        let event = EventSpec::CustomersChanged(ChangedSpec { customers, attempt: context.attempt.max(1) });
        Self { seen, ..Self::of(event) }
    }

    pub(super) fn webhook(context: &Context, request: Request) -> Result<Self, NotTold> {
        first_attempt(context)?;
        webhook(request).map(|call| Self::of(EventSpec::Webhook(call))).ok_or(NotTold::Binary)
    }

    pub(super) fn day(context: &Context, report: DailyReport, again: bool) -> Result<Self, NotTold> {
        first_attempt(context)?;
        if again { Err(NotTold::EarlierDays) } else { Ok(Self::of(EventSpec::DayClosed(report.into()))) }
    }

    pub(super) fn check(context: &Context, earlier_days: bool) -> Result<Self, NotTold> {
        first_attempt(context)?;
        if earlier_days { Err(NotTold::EarlierDays) } else { Ok(Self::of(EventSpec::Check(Empty {}))) }
    }

    pub(super) fn page(context: &Context, cursor: Option<String>) -> Result<Self, NotTold> {
        first_attempt(context)?;
        Ok(Self { cursor, ..Self::of(EventSpec::CatchUp(CatchUpSpec { max_pages: Some(1) })) })
    }

    pub(super) fn configure(context: &Context, catalogue: Catalogue) -> Result<Self, NotTold> {
        first_attempt(context)?;
        Ok(Self { catalogue: catalogue.into(), ..Self::of(EventSpec::Configure(Empty {})) })
    }

    /// Those who are handed over.
    pub(super) fn handed_over(&self) -> Seen {
        self.seen.clone()
    }

    /// The whole call.
    pub(super) fn told(self, context: Context, around: &Surroundings, seen: Seen, heard: Vec<Heard>) -> HeardCall {
        let kind = self.event.kind();
        let requests = around.limits.requests;
        let milliseconds = i64::try_from(context.now).unwrap_or(i64::MAX);
        let scenario = Scenario {
            title: format!("{kind}, as it was heard"),
            about: String::new(),
            now: jiff::Timestamp::from_millisecond(milliseconds).unwrap_or(jiff::Timestamp::MAX),
            locale: context.locale.into(),
            webhook_link: context.webhook_link,
            settings: context.settings.into_iter().map(|setting| (setting.key, setting.value)).collect(),
            approved_hosts: Some(around.hosts.hosts().map(str::to_owned).collect()),
            customers: seen.customers.into_values().map(CustomerSpec::from).collect(),
            links: seen.links.into_values().map(LinkSpec::from).collect(),
            catalogue: self.catalogue,
            cursor: self.cursor,
            limits: LimitsSpec {
                requests: (requests != crate::sandbox::REQUESTS).then_some(requests),
                ..LimitsSpec::default()
            },
            events: vec![self.event],
        };
        HeardCall { scenario, heard }
    }
}

fn first_attempt(context: &Context) -> Result<(), NotTold> {
    if context.attempt > 1 { Err(NotTold::Attempt) } else { Ok(()) }
}

impl HeardCall {
    /// What was called, as a scenario's event is called.
    pub fn kind(&self) -> &'static str {
        self.scenario.events.first().map_or("", EventSpec::kind)
    }

    /// Write the call as a fixture, with secrets and personal data replaced, and prove that it holds. Nobody is asked anything.
    ///
    /// `driver` is the connector that was listened to, on an engine that counts fuel.
    ///
    /// # Errors
    /// As for [`record`](super::super::record()), and when the connector does not do the same again.
    pub async fn write(&self, driver: &dyn Driver, folder: &Path, privacy: &Privacy) -> Result<Recorded, RecordError> {
        let description = driver.describe().await.map_err(PlayError::Undescribed)?;
        can_be_safe(&self.scenario, &description)?;
        let playback = Arc::new(Playback::new(self.heard.clone()));
        let recorder = Arc::new(Recorder::new(playback.clone()));
        let (played, heard) = first_run(&self.scenario, driver, recorder, &Notes::default()).await?;
        if !playback.was_used_up() {
            return Err(RecordError::NotTheSameAgain);
        }
        write_down(&self.scenario, &played, &heard, driver, folder, privacy).await
    }
}

impl std::fmt::Debug for HeardCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nothing of what is in it.
        f.debug_struct("HeardCall").field("kind", &self.kind()).finish_non_exhaustive()
    }
}
