//! What an installation has not finished, and what a move would lose: told with every preview, and looked at before anything moves.

use super::record::Record;
use crate::body;
use crate::configure::KeptConfigured;
use crate::error::{Refusal, ServiceError};
use crate::look::MOST_ROWS;
use crate::offer::Offer;
use crate::outbox::MOST_ITEMS;
use crate::service::Service;
use accounting_store::{EventFilter, EventKind, EventRow, EventState, Installation, OutboxItem};
use host_harness::bindings::exports::configure::MatchKind;

/// The most ids that are told of one kind; the count tells of all.
const MOST_NAMED: usize = 100;

/// What is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnsettledKind {
    /// Days that may be in the old books, or correct one that is. They never move.
    DaysBegun,
    /// Days that were never tried. They move along.
    DaysWaiting,
    /// Calls of the link and catch-ups: what a bookkeeper typed and FlexyBox does not know yet.
    LinkCalls,
    /// Updates of customers that FlexyBox has not answered.
    Updates,
    /// Parked events about customers and calls of the link.
    Parked,
    /// Days that are in a journal and not known to be posted. They are posted in the old books.
    Unposted,
}

/// Something that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// What.
    pub kind: UnsettledKind,
    /// How many.
    pub count: u64,
    /// The move waits for it.
    pub blocks: bool,
    /// Which: ids of reports, numbers of events, ids of outbox items; at most a hundred.
    pub ids: Vec<String>,
}

fn unsettled(kind: UnsettledKind, ids: Vec<String>) -> Option<Unsettled> {
    let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    let blocks = matches!(kind, UnsettledKind::DaysBegun | UnsettledKind::LinkCalls | UnsettledKind::Updates);
    (count > 0).then(|| Unsettled { kind, count, blocks, ids: ids.into_iter().take(MOST_NAMED).collect() })
}

/// The report a day's event is about.
pub(super) fn report_of(event: &EventRow) -> &str {
    event.event.key.strip_prefix("d:").unwrap_or(&event.event.key)
}

impl Service {
    /// All events of an installation, of one kind where one is named, oldest first.
    pub(super) async fn events_of(&self, id: &str, kind: Option<EventKind>) -> Result<Vec<EventRow>, ServiceError> {
        let filter = EventFilter { installation: Some(id.to_owned()), state: None, kind };
        let (mut events, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = self.store().events(&filter, after.as_deref(), MOST_ROWS).await?;
            events.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(events),
            }
        }
    }

    /// Updates of customers that FlexyBox has not answered.
    pub(super) async fn open_updates(&self, id: &str) -> Result<Vec<OutboxItem>, ServiceError> {
        let (mut open, mut after) = (Vec::new(), 0);
        loop {
            let items = self.store().outbox(Some(id), after, MOST_ITEMS).await?;
            let Some(last) = items.last() else { return Ok(open) };
            after = last.id;
            open.extend(items.into_iter().filter(|item| item.item.kind == Offer::KIND));
        }
    }

    /// Whether a day may be in the books of its installation already, or corrects one that is.
    pub(super) async fn is_begun(&self, event: &EventRow) -> Result<bool, ServiceError> {
        if event.attempt > 0 || event.state != EventState::Waiting {
            return Ok(true);
        }
        Ok(!self.store().receipts(&event.installation, report_of(event)).await?.is_empty())
    }

    /// What an installation has not finished.
    pub(super) async fn unsettled(&self, row: &Installation) -> Result<Vec<Unsettled>, ServiceError> {
        let (mut begun, mut waiting, mut calls, mut parked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for event in self.events_of(&row.id, None).await? {
            let seq = event.seq.to_string();
            match (event.event.kind, event.state) {
                (EventKind::Day, _) if self.is_begun(&event).await? => begun.push(report_of(&event).to_owned()),
                (EventKind::Day, _) => waiting.push(report_of(&event).to_owned()),
                (EventKind::Check, _) => {}
                (_, EventState::Parked) => parked.push(seq),
                (EventKind::Webhook | EventKind::CatchUp, _) => calls.push(seq),
                // The customer goes along as it is now.
                (EventKind::Customer, _) => {}
            }
        }
        let updates = self.open_updates(&row.id).await?.into_iter().map(|item| item.id.to_string()).collect();
        let unposted = self.store().unposted(&row.id).await?.into_iter().map(|receipt| receipt.report_id).collect();
        let all = [
            unsettled(UnsettledKind::DaysBegun, begun),
            unsettled(UnsettledKind::DaysWaiting, waiting),
            unsettled(UnsettledKind::LinkCalls, calls),
            unsettled(UnsettledKind::Updates, updates),
            unsettled(UnsettledKind::Parked, parked),
            unsettled(UnsettledKind::Unposted, unposted),
        ];
        Ok(all.into_iter().flatten().collect())
    }

    /// Refuse to move while something would be lost. `leave` lets calls of the link stay behind.
    pub(super) async fn check_settled(&self, row: &Installation, leave: bool) -> Result<(), ServiceError> {
        let blocks = |one: &Unsettled| one.blocks && !(leave && one.kind == UnsettledKind::LinkCalls);
        match self.unsettled(row).await?.into_iter().find(blocks) {
            Some(one) => Err(refusal(&row.id, &one)),
            None => Ok(()),
        }
    }

    /// Customer data fields of FlexyBox that the new accounting system has no place for.
    pub(super) fn lost_fields(&self, to: &Installation) -> Result<Vec<String>, ServiceError> {
        if to.configured_json.is_empty() {
            return Ok(Vec::new());
        }
        let kept: KeptConfigured = body::read("what configure said", &to.configured_json)?;
        let lost = kept
            .configured
            .field_matches
            .into_iter()
            .filter(|one| matches!(one.kind, MatchKind::None | MatchKind::Ambiguous));
        Ok(lost.map(|one| one.field).collect())
    }

    /// Refuse to go on while FlexyBox has not answered updates: they would be made in FlexyBox and in neither installation.
    pub(super) async fn check_updates(&self, record: &Record, id: &str) -> Result<(), ServiceError> {
        let open = self.open_updates(id).await?;
        match unsettled(UnsettledKind::Updates, open.into_iter().map(|item| item.id.to_string()).collect()) {
            Some(one) => {
                let ServiceError { refusal: kind, code, message, subject } = refusal(id, &one);
                let message = format!(
                    "{message}; the move from {} to {} is begun, so repeat this until it is done",
                    record.from, record.to
                );
                Err(ServiceError { refusal: kind, code, message, subject })
            }
            None => Ok(()),
        }
    }
}

fn refusal(id: &str, one: &Unsettled) -> ServiceError {
    let (count, ids) = (one.count, one.ids.join(", "));
    let (code, message) = match one.kind {
        UnsettledKind::Updates => (
            "updates-waiting",
            format!(
                "FlexyBox has not answered {count} updates of customers of {id}; fetch the outbox and acknowledge them ({ids})"
            ),
        ),
        UnsettledKind::LinkCalls => (
            "calls-waiting",
            format!(
                "{count} calls of the link of {id} wait; wait until they are worked off, or leave them behind (leave_unsettled)"
            ),
        ),
        _ => (
            "days-unsettled",
            format!(
                "days of {id} may be in its books: {ids}; wait until they are booked, or look in the books and drop what is parked"
            ),
        ),
    };
    ServiceError::new(Refusal::Conflict, code, message)
}
