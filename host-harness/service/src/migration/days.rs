//! A day is booked in one installation: what the books of another hold, or may hold, is never booked again.
//!
//! Each installation has a list of those whose books stand beside its own, since it took their place or they took its. A day that
//! one of them has a receipt of, or an event that is not done, is refused: a correction of it is made where it was booked.

use super::unsettled::report_of;
use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::service::Service;
use accounting_store::{Change, EventKind, Write};
use std::collections::BTreeSet;

fn key(id: &str) -> String {
    format!("books-beside:{id}")
}

impl Service {
    async fn books_beside(&self, id: &str) -> Result<BTreeSet<String>, ServiceError> {
        let kept = self.store().meta(&key(id)).await?.filter(|text| !text.is_empty());
        Ok(kept.map(|text| body::read("a list of installations", &text)).transpose()?.unwrap_or_default())
    }

    /// The write that puts the books of `other`, and those beside them, beside the books of `id`.
    pub(super) async fn beside(&self, id: &str, other: &str) -> Result<Write, ServiceError> {
        let mut all = self.books_beside(id).await?;
        all.extend(self.books_beside(other).await?);
        all.insert(other.to_owned());
        all.remove(id);
        Ok(Write::Meta { key: key(id), value: body::write(&all)? })
    }

    /// Refuse a day that is, or may be, in the books of another installation.
    pub(crate) async fn refuse_booked_beside(&self, id: &str, report: &str) -> Result<(), ServiceError> {
        for other in self.books_beside(id).await? {
            if self.store().installation(&other).await?.is_none() {
                continue;
            }
            if !self.store().receipts(&other, report).await?.is_empty() {
                let message = format!(
                    "the day {report} was booked by installation {other}; a correction of it is made by hand in those books"
                );
                return Err(ServiceError::new(Refusal::Conflict, "day-booked-elsewhere", message).about(&other));
            }
            let days = self.events_of(&other, Some(EventKind::Day)).await?;
            if let Some(event) = days.iter().find(|event| report_of(event) == report) {
                let message = format!(
                    "the day {report} lies in installation {other} (event {}) and may be in its books; look there, drop that event, and \
                     send the day again",
                    event.seq
                );
                return Err(ServiceError::new(Refusal::Conflict, "day-unsettled-elsewhere", message).about(&other));
            }
        }
        Ok(())
    }

    /// Days that were never tried go to the other installation: kept there first, then dropped here. One that dies in between hands
    /// them over again, and the same event is the same event.
    pub(super) async fn hand_over_days(&self, from: &str, to: &str) -> Result<(), ServiceError> {
        for event in self.events_of(from, Some(EventKind::Day)).await? {
            if self.is_begun(&event).await? {
                let message = format!(
                    "the day {} (event {}) of installation {from} may be in its books; look there, drop the event, and repeat this",
                    report_of(&event),
                    event.seq
                );
                return Err(ServiceError::new(Refusal::Conflict, "days-unsettled", message).about(from));
            }
            self.store().accept(to, event.event).await?;
            let writes = vec![Write::DropEvent(event.seq)];
            self.commit(Change { installation: from.to_owned(), guards: Vec::new(), writes }).await?;
        }
        Ok(())
    }
}
