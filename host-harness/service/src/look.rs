//! Looking at what is kept, and what a person does about parked events.

use crate::error::{Refusal, ServiceError};
use crate::migration::holds_still;
use crate::service::Service;
use accounting_store::{
    Activity, Attempt, Change, Counts, CustomerRow, EventFilter, EventRow, EventState, FlagRow, Guard, LinkRow, Page,
    ReceiptRow, Write,
};
use std::path::Path;

/// The most rows of a list at once.
pub const MOST_ROWS: u32 = 1_000;

impl Service {
    /// How much lies where.
    ///
    /// # Errors
    /// Unknown installation; the store does not answer (as for all below).
    pub async fn counts(&self, id: &str) -> Result<Counts, ServiceError> {
        self.row(id).await?;
        Ok(self.store().counts(id).await?)
    }

    /// Customers held, by id, a page at a time.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn customers(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<CustomerRow>, ServiceError> {
        self.row(id).await?;
        Ok(self.store().customers(id, after, most.clamp(1, MOST_ROWS)).await?)
    }

    /// A customer held.
    ///
    /// # Errors
    /// Unknown installation or customer.
    pub async fn customer(&self, id: &str, customer: &str) -> Result<CustomerRow, ServiceError> {
        self.row(id).await?;
        let unknown = || {
            let message = format!("there is no customer {customer} in installation {id}");
            ServiceError::new(Refusal::NotFound, "unknown-customer", message)
        };
        self.store().customer(id, customer).await?.ok_or_else(unknown)
    }

    /// Links, by customer, a page at a time.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn links(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<LinkRow>, ServiceError> {
        self.row(id).await?;
        Ok(self.store().links(id, after, most.clamp(1, MOST_ROWS)).await?)
    }

    /// Flags, oldest first.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn flags(&self, id: &str) -> Result<Vec<FlagRow>, ServiceError> {
        self.row(id).await?;
        Ok(self.store().flags(id).await?)
    }

    /// A person dealt with a flag.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn clear_flag(&self, id: &str, customer: &str, code: &str) -> Result<(), ServiceError> {
        self.row(id).await?;
        let writes = vec![Write::ClearFlag { customer_id: customer.to_owned(), code: code.to_owned() }];
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await
    }

    /// Receipts of a report, lowest revision first.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn receipts(&self, id: &str, report: &str) -> Result<Vec<ReceiptRow>, ServiceError> {
        self.row(id).await?;
        Ok(self.store().receipts(id, report).await?)
    }

    /// Events, oldest first, a page at a time.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn events(
        &self,
        filter: EventFilter,
        after: Option<&str>,
        most: u32,
    ) -> Result<Page<EventRow>, ServiceError> {
        if let Some(id) = &filter.installation {
            self.row(id).await?;
        }
        Ok(self.store().events(&filter, after, most.clamp(1, MOST_ROWS)).await?)
    }

    /// One event with its attempts.
    ///
    /// # Errors
    /// Unknown installation or event; what is done is no longer there.
    pub async fn event(&self, id: &str, seq: i64) -> Result<(EventRow, Vec<Attempt>), ServiceError> {
        self.row(id).await?;
        let unknown = || {
            let message = format!("there is no event {seq} in installation {id}; what is done is no longer there");
            ServiceError::new(Refusal::NotFound, "unknown-event", message)
        };
        self.store().event(id, seq).await?.ok_or_else(unknown)
    }

    /// A person wants a parked event to run again: with the customer as it is now, and the connector looks before it creates.
    ///
    /// # Errors
    /// Unknown installation or event; it is not parked.
    pub async fn retry_parked(&self, id: &str, seq: i64) -> Result<(), ServiceError> {
        self.parked(id, seq).await?;
        let again = Write::RetryEvent {
            seq,
            not_before: self.now(),
            keep_input: false,
            batch: None,
            counts: true,
            crashes: 0,
            reason_code: "person".to_owned(),
            reason: String::new(),
        };
        let change = Change { installation: id.to_owned(), guards: vec![Guard::Parked(seq)], writes: vec![again] };
        self.commit(change).await?;
        self.wake(id).await;
        Ok(())
    }

    /// A person gives a parked event up, or one that waits where a migration holds everything still. What it was about stays as it is on
    /// both sides.
    ///
    /// # Errors
    /// Unknown installation or event; it is not parked.
    pub async fn drop_parked(&self, id: &str, seq: i64) -> Result<(), ServiceError> {
        let (row, _) = self.event(id, seq).await?;
        let installation = self.row(id).await?;
        let guards = if row.state == EventState::Waiting && holds_still(&installation) {
            // It cannot begin to run as long as the installation is what it is now.
            vec![Guard::Installation(installation.version)]
        } else {
            self.parked(id, seq).await?;
            vec![Guard::Parked(seq)]
        };
        let writes = vec![Write::DropEvent(seq)];
        self.commit(Change { installation: id.to_owned(), guards, writes }).await?;
        tracing::info!(
            installation = id,
            seq,
            correlation = row.event.correlation,
            "a parked event was dropped by a person"
        );
        Ok(())
    }

    async fn parked(&self, id: &str, seq: i64) -> Result<EventRow, ServiceError> {
        let (row, _) = self.event(id, seq).await?;
        if row.state == EventState::Parked {
            return Ok(row);
        }
        let message = format!("event {seq} is not parked; only parked events are retried or dropped by a person");
        Err(ServiceError::new(Refusal::Conflict, "not-parked", message))
    }

    /// What happened, newest first, a page at a time.
    ///
    /// # Errors
    /// See [`Service::counts`].
    pub async fn activity(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<Activity>, ServiceError> {
        self.row(id).await?;
        Ok(self.store().activity(id, after, most.clamp(1, MOST_ROWS)).await?)
    }

    /// Write a whole copy of everything kept to a new file while work goes on. The copy holds sealed secrets, so it is worth nothing
    /// without the keys, and personal data, so it is to be kept like the original.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<(), ServiceError> {
        Ok(self.store().back_up(to).await?)
    }

    /// Whether the service takes work: its store takes writes, and a connector is loaded.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        if self.inner.connectors.all().is_empty() {
            return Err(ServiceError::new(Refusal::Unavailable, "no-connector", "no connector is loaded"));
        }
        if self.stopping() != crate::service::Stop::No {
            return Err(ServiceError::new(Refusal::Unavailable, "stopping", "the host is stopping"));
        }
        Ok(self.store().ready().await?)
    }
}
