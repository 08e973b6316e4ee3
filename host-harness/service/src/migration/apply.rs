//! The new installation takes over.

use super::examine::TOGETHER;
use super::record::{Lines, MigrationClass, MigrationState, PausedBefore, Record};
use super::{MigrationView, MigrationWish, Pair};
use crate::error::{Refusal, ServiceError};
use crate::installations::MOST_ROUNDS;
use crate::service::{CHANGED_MEANWHILE, Service};
use accounting_store::{Change, CustomerRow, Guard, Installation, Priority, Write};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long one wish goes on asking about customers that changed in the last moment.
const AT_A_TIME: Duration = Duration::from_secs(20);

/// How many customers are copied or queued in one transaction.
const IN_ONE: u32 = 500;

impl Service {
    /// Let `to` take the place of `from`: customers are copied, and those that the preview matched with a debtor are queued; those that
    /// would be created only where `wish` says so. `from` takes in nothing from then on. May be repeated: what is done stays done,
    /// what was cut off is finished.
    ///
    /// # Errors
    /// No preview, or one that is stale; something of `from` is not settled; the accounting system cannot be asked about customers
    /// that changed in the last moment. Where the migration is begun already, both hold still until it is repeated or undone.
    pub async fn migration_apply(
        &self,
        to: &str,
        from: &str,
        wish: MigrationWish,
    ) -> Result<MigrationView, ServiceError> {
        let _one = self.inner.migrating.lock().await;
        let pair = self.pair(from, to).await?;
        let mut record = self.migration_between(from, to).await?;
        let mut lines = self.migration_lines(to).await?;
        match record.state {
            MigrationState::Previewing | MigrationState::Previewed => {
                self.check_fresh(&record, &pair, &lines).await?;
                self.check_settled(&pair.from, wish.leave_unsettled).await?;
                record.state = MigrationState::Applying;
                record.paused_before = paused_before(&pair.from);
            }
            MigrationState::Applying => {}
            MigrationState::Applied if wish.create_missing && !record.create_missing => {
                self.queue(&pair, &lines, MigrationClass::Create).await?;
                record.create_missing = true;
                self.step(&record, to, Vec::new()).await?;
                self.wake_at(to, pair.to.concurrency);
                return self.migration_view(record, lines).await;
            }
            MigrationState::Applied => return self.migration_view(record, lines).await,
            MigrationState::Undoing | MigrationState::Undone => return Err(undone(&record)),
        }
        record.create_missing |= wish.create_missing;
        self.hold(&record, from, to).await?;
        self.check_updates(&record, from).await?;
        self.hold(&record, to, from).await?;
        // Before the first day can come to the new installation it must know what is in the old books.
        let beside = self.beside(to, from).await?;
        self.step(&record, to, vec![beside]).await?;
        self.stop_taking_in(&record, from, to).await?;
        self.hand_over_days(from, to).await?;
        if !self.examine_the_last(&record, &pair, &mut lines).await? {
            return self.migration_view(record, lines).await;
        }
        let unsure = lines.values().filter(|line| line.class == MigrationClass::Ambiguous);
        record.unsure = unsure.map(|line| line.customer.clone()).collect();
        self.copy_customers(&pair).await?;
        self.queue(&pair, &lines, MigrationClass::Link).await?;
        if record.create_missing {
            self.queue(&pair, &lines, MigrationClass::Create).await?;
        }
        record.state = MigrationState::Applied;
        self.step(&record, to, vec![Write::Resume, self.told_to_go_on()]).await?;
        tracing::info!(from, to, customers = lines.len(), "an installation was moved");
        self.ring_outbox();
        self.wake_at(to, pair.to.concurrency);
        self.migration_view(record, lines).await
    }

    /// Customers that changed after it was looked whether the preview is fresh; whether all are known.
    async fn examine_the_last(&self, record: &Record, pair: &Pair, lines: &mut Lines) -> Result<bool, ServiceError> {
        let until = Instant::now() + AT_A_TIME;
        loop {
            let (open, gone) = self.unexamined(&pair.from.id, lines, TOGETHER).await?;
            if open.is_empty() && gone.is_empty() {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            gone.iter().for_each(|id| drop(lines.remove(id)));
            self.examine(pair, open, lines, until).await?;
            self.step(record, &pair.to.id, vec![record.kept_lines(lines)?]).await?;
        }
    }

    /// Every customer of the old installation, untagged ones too, unless the new one holds a newer revision.
    async fn copy_customers(&self, pair: &Pair) -> Result<(), ServiceError> {
        let mut after = None::<String>;
        loop {
            let page = self.store().customers(&pair.from.id, after.as_deref(), IN_ONE).await?;
            self.copy_page(&pair.to.id, &page.items).await?;
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn copy_page(&self, to: &str, rows: &[CustomerRow]) -> Result<(), ServiceError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        for round in 1..=MOST_ROUNDS {
            let held = self.store().customers_by_id(to, &ids).await?;
            let (mut guards, mut writes) = (Vec::new(), Vec::new());
            for row in rows {
                let revision = held.iter().find(|held| held.id == row.id).map(|held| held.revision);
                if revision.is_none_or(|revision| revision < row.revision) {
                    guards.push(Guard::Customer { id: row.id.clone(), revision });
                    writes.push(Write::PutCustomer(row.clone()));
                }
            }
            match self.commit(Change { installation: to.to_owned(), guards, writes }).await {
                // A customer came in in the same moment.
                Err(error) if error.code == CHANGED_MEANWHILE && round < MOST_ROUNDS => {}
                done => return done,
            }
        }
        Ok(())
    }

    /// Customers of a class that have no link yet go through the new connector, as any customer that changed.
    async fn queue(&self, pair: &Pair, lines: &Lines, class: MigrationClass) -> Result<(), ServiceError> {
        let to = &pair.to;
        let ids: Vec<String> =
            lines.values().filter(|line| line.class == class).map(|line| line.customer.clone()).collect();
        let correlation = format!("moved-from-{}", pair.from.id);
        for ids in ids.chunks(usize::try_from(IN_ONE).unwrap_or(1)) {
            let links = self.store().links_of(&to.id, ids).await?;
            let mut rows = self.store().customers_by_id(&to.id, ids).await?;
            rows.retain(|row| row.tagged && !row.deleted && links.iter().all(|link| link.customer_id != row.id));
            self.again(to, rows, ChangeKind::Changed, Priority::Bulk, &correlation).await?;
        }
        Ok(())
    }

    /// Customers that a migration to this installation has left out: whatever goes through all customers leaves them out too. One that is
    /// named, or changes in FlexyBox, is synchronised.
    pub(crate) async fn left_out(&self, row: &Installation) -> Result<BTreeSet<String>, ServiceError> {
        let Some(record) = self.migration_to(&row.id).await?.filter(|record| record.state == MigrationState::Applied)
        else {
            return Ok(BTreeSet::new());
        };
        let lines = self.migration_lines(&row.id).await?;
        Ok(lines.into_values().filter(|line| !record.takes(line.class)).map(|line| line.customer).collect())
    }
}

impl Record {
    /// Whether customers of this class are synchronised by the migration.
    pub(super) fn takes(&self, class: MigrationClass) -> bool {
        class == MigrationClass::Link || (class == MigrationClass::Create && self.create_missing)
    }
}

fn paused_before(from: &Installation) -> Option<PausedBefore> {
    from.pause.as_ref().map(|pause| PausedBefore {
        code: pause.code.clone(),
        message: pause.message.clone(),
        subject: pause.subject.clone(),
        at: pause.at,
    })
}

fn undone(record: &Record) -> ServiceError {
    let (code, what) = match record.state {
        MigrationState::Undoing => ("undo-unfinished", "is being undone; undo it again until it is done"),
        _ => ("no-preview", "was undone; preview it anew"),
    };
    let message = format!("the migration from {} to {} {what}", record.from, record.to);
    ServiceError::new(Refusal::Conflict, code, message)
}
