//! The old installation takes over again.

use super::record::{LeftBehind, Lines, MigrationClass, MigrationState, Record};
use super::{MigrationView, Pair};
use crate::alarms::timer_event;
use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::intake::{PAGE, customer_event};
use crate::service::Service;
use accounting_store::{Change, CustomerArrival, CustomerRow, EventKind, Pause, Priority, Write};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;

/// How many links are forgotten, and events given up, in one transaction.
const IN_ONE: usize = 500;

impl Service {
    /// Let `from` take its place back: customers that changed meanwhile are brought to it as changes, the links of `to` are forgotten, and
    /// `from` goes on with its own links and cursor and a catch-up. What was created in the new accounting system stays there, and is
    /// listed. May be repeated, and must be where it was cut off. Afterwards the same two may be previewed anew.
    ///
    /// # Errors
    /// There is nothing to undo; days of `to` may be in its books, or FlexyBox has not answered its updates.
    pub async fn migration_undo(&self, to: &str, from: &str) -> Result<MigrationView, ServiceError> {
        let _one = self.inner.migrating.lock().await;
        let pair = self.pair(from, to).await?;
        let mut record = self.migration_between(from, to).await?;
        let lines = self.migration_lines(to).await?;
        match record.state {
            MigrationState::Applying | MigrationState::Applied => {
                self.check_settled(&pair.to, true).await?;
                record.state = MigrationState::Undoing;
            }
            MigrationState::Undoing => {}
            MigrationState::Undone => return self.migration_view(record, lines).await,
            MigrationState::Previewing | MigrationState::Previewed => {
                let message =
                    format!("the migration from {from} to {to} was never applied, so there is nothing to undo");
                return Err(ServiceError::new(Refusal::Conflict, "not-applied", message));
            }
        }
        self.hold(&record, to, from).await?;
        self.check_updates(&record, to).await?;
        self.stop_taking_in(&record, to, from).await?;
        self.hand_over_days(to, from).await?;
        self.bring_back(&pair).await?;
        self.forget_links(&mut record, &lines).await?;
        self.give_up_events(to).await?;
        record.state = MigrationState::Undone;
        let writes = self.to_go_on(&record, &pair).await?;
        self.step(&record, from, writes).await?;
        tracing::info!(from, to, left_behind = record.left_behind.len(), "a move of an installation was undone");
        self.ring_outbox();
        self.wake_at(from, pair.from.concurrency);
        self.migration_view(record, lines).await
    }

    /// Customers of which the new installation holds a newer revision have changed since.
    async fn bring_back(&self, pair: &Pair) -> Result<(), ServiceError> {
        let mut after = None::<String>;
        loop {
            let page = self.store().customers(&pair.to.id, after.as_deref(), PAGE).await?;
            let ids: Vec<String> = page.items.iter().map(|row| row.id.clone()).collect();
            let held = self.store().customers_by_id(&pair.from.id, &ids).await?;
            let newer = |row: &CustomerRow| held.iter().all(|held| held.id != row.id || held.revision < row.revision);
            let arrivals = page.items.iter().filter(|row| newer(row)).map(|row| self.arrival(pair, row));
            let arrivals = arrivals.collect::<Result<Vec<_>, ServiceError>>()?;
            if !arrivals.is_empty() {
                self.store().accept_customers(&pair.from.id, arrivals).await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn arrival(&self, pair: &Pair, row: &CustomerRow) -> Result<CustomerArrival, ServiceError> {
        let kind = if row.deleted { ChangeKind::Deleted } else { ChangeKind::Changed };
        let correlation = format!("back-from-{}", pair.to.id);
        Ok(CustomerArrival {
            event: customer_event(&row.id, "", kind, Priority::Bulk, &correlation, self.now())?,
            customer: body::customer_row(&body::customer(row)?, &pair.from.customer_tag)?,
            force: false,
        })
    }

    /// The links go, and what they led to is listed first, in the same transaction.
    async fn forget_links(&self, record: &mut Record, lines: &Lines) -> Result<(), ServiceError> {
        let to = record.to.clone();
        loop {
            let page = self.store().links(&to, None, u32::try_from(IN_ONE).unwrap_or(1)).await?;
            if page.items.is_empty() {
                return Ok(());
            }
            let mut writes = Vec::with_capacity(page.items.len());
            for row in &page.items {
                let link = body::link(row)?;
                record.left_behind.push(LeftBehind {
                    was_there: lines.get(&row.customer_id).is_some_and(|line| {
                        line.class == MigrationClass::Link
                            && (line.external_id == row.external_id || line.external_id.is_empty())
                    }),
                    customer: link.customer_id,
                    debtor: link.external_key,
                });
                writes.push(Write::RemoveLink(row.customer_id.clone()));
            }
            self.step(record, &to, writes).await?;
        }
    }

    /// What waits in the new installation is about links that are no more.
    async fn give_up_events(&self, to: &str) -> Result<(), ServiceError> {
        let events = self.events_of(to, None).await?;
        for events in events.chunks(IN_ONE) {
            let writes = events.iter().map(|event| Write::DropEvent(event.seq)).collect();
            self.commit(Change { installation: to.to_owned(), guards: Vec::new(), writes }).await?;
        }
        let writes = vec![Write::Cursor(None)];
        self.commit(Change { installation: to.to_owned(), guards: Vec::new(), writes }).await
    }

    /// What lets the old installation go on: as it was before, or waiting for what it waited for before.
    async fn to_go_on(&self, record: &Record, pair: &Pair) -> Result<Vec<Write>, ServiceError> {
        let mut writes = vec![self.beside(&record.from, &record.to).await?];
        let loaded = self.inner.connectors.get(&pair.from.connector);
        if loaded.is_some_and(|loaded| loaded.description.capabilities.iter().any(|one| one == "catch-up")) {
            let correlation = format!("back-from-{}", record.to);
            let event = timer_event(EventKind::CatchUp, Priority::Change, &correlation, self.now());
            writes.push(Write::Enqueue(event));
        }
        match &record.paused_before {
            Some(before) => writes.push(Write::Pause(Pause {
                code: before.code.clone(),
                message: before.message.clone(),
                subject: before.subject.clone(),
                at: before.at,
            })),
            None => writes.extend([Write::Resume, self.told_to_go_on()]),
        }
        Ok(writes)
    }
}
