//! What would become of the customers: asked for in parts, and kept.

use super::examine::TOGETHER;
use super::record::{Lines, MigrationClass, MigrationState, Record, taken};
use super::{MigrationView, Pair};
use crate::body;
use crate::configure::KeptConfigured;
use crate::error::{Refusal, ServiceError};
use crate::service::Service;
use accounting_store::EventKind;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long one wish goes on asking before it answers with how far it came: well within the time a request may take, with a
/// call of the longest kind still to come.
const AT_A_TIME: Duration = Duration::from_secs(20);

impl Service {
    /// Find out what would become of each synchronised customer of `from` in `to`, without changing anything on either side. Answers
    /// after a while with how far it came; ask again while [`MigrationView::more`] says so. What is known already is not asked
    /// for again, unless the customer changed, the question failed, `to` is set up otherwise, a day has passed, or `anew` is said
    /// with the first wish.
    ///
    /// # Errors
    /// Unknown installations; `to` is not ready, has another customer tag, or has customers of its own; one of the two is
    /// being moved; the accounting system or the day's budget of calls does not let it go on now.
    pub async fn migration_preview(&self, to: &str, from: &str, anew: bool) -> Result<MigrationView, ServiceError> {
        let _one = self.inner.migrating.lock().await;
        let pair = self.pair(from, to).await?;
        self.check_pair(&pair).await?;
        let (mut record, mut lines) = self.begun(&pair, anew).await?;
        let until = Instant::now() + AT_A_TIME;
        loop {
            let (open, gone) = self.unexamined(from, &lines, TOGETHER).await?;
            gone.iter().for_each(|id| drop(lines.remove(id)));
            let done = open.is_empty();
            let mut examined = Ok(());
            if done {
                record.state = MigrationState::Previewed;
                record.examined = Some(self.now());
            } else {
                examined = self.examine(&pair, open, &mut lines, until).await;
            }
            // What was found out before the question failed is kept.
            let kept = record.kept_lines(&lines)?;
            self.step(&record, to, vec![kept]).await?;
            examined?;
            if done || Instant::now() >= until {
                return self.migration_view(record, lines).await;
            }
        }
    }

    /// The migration as it stands.
    ///
    /// # Errors
    /// Unknown installation, or nothing was ever previewed for it.
    pub async fn migration(&self, to: &str) -> Result<MigrationView, ServiceError> {
        self.row(to).await?;
        let record = self.migration_to(to).await?.ok_or_else(|| super::view::no_migration(to))?;
        let lines = self.migration_lines(to).await?;
        self.migration_view(record, lines).await
    }

    /// A pass that goes on, or a new one.
    async fn begun(&self, pair: &Pair, anew: bool) -> Result<(Record, Lines), ServiceError> {
        let (from, to) = (&pair.from.id, &pair.to.id);
        let fingerprint = self.fingerprint(&pair.to)?;
        let kept = self.migration_to(to).await?;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.state.binds()) {
            return Err(taken(kept));
        }
        let kept = kept.filter(|kept| kept.from == *from && kept.state != MigrationState::Undone);
        match kept {
            Some(mut record) if !anew && !self.is_outdated(&record, &fingerprint) => {
                let mut lines = self.migration_lines(to).await?;
                if record.state == MigrationState::Previewed {
                    lines.retain(|_, line| line.class != MigrationClass::Failed);
                }
                record.state = MigrationState::Previewing;
                record.examined = None;
                Ok((record, lines))
            }
            _ => Ok((
                Record {
                    from: from.clone(),
                    to: to.clone(),
                    state: MigrationState::Previewing,
                    fingerprint,
                    begun: self.now(),
                    examined: None,
                    create_missing: false,
                    paused_before: None,
                    left_behind: Vec::new(),
                    unsure: BTreeSet::new(),
                },
                Lines::new(),
            )),
        }
    }

    /// Whether the two can take part at all.
    async fn check_pair(&self, pair: &Pair) -> Result<(), ServiceError> {
        let Pair { from, to } = pair;
        super::pauses::refuse_moved(from)?;
        let refuse = |code, message: String, subject: &str| {
            Err(ServiceError::new(Refusal::Conflict, code, message).about(subject))
        };
        let configured: Option<KeptConfigured> = match to.configured_json.as_str() {
            "" => None,
            text => Some(body::read("what configure said", text)?),
        };
        if !configured.is_some_and(|kept| kept.ready) {
            return refuse(
                "never-configured",
                format!("installation {} is not ready; press OK (configure) first", to.id),
                "to",
            );
        }
        if from.customer_tag.is_empty() {
            return refuse(
                "no-customer-tag",
                format!("installation {} has no customer tag, so nobody is synchronised", from.id),
                "from",
            );
        }
        if from.customer_tag != to.customer_tag {
            let message = format!(
                "the customers of {} carry the tag {:?}, and {} looks for {:?}; enter the same tag in both",
                from.id, from.customer_tag, to.id, to.customer_tag
            );
            return refuse("other-customer-tag", message, "customer-tag");
        }
        let links = self.store().counts(&to.id).await?.links;
        if links > 0 {
            return refuse(
                "not-empty",
                format!("installation {} has {links} linked customers of its own; make a new one", to.id),
                "to",
            );
        }
        for kind in [EventKind::Customer, EventKind::Day] {
            if let Some(event) = self.events_of(&to.id, Some(kind)).await?.first() {
                let message = format!(
                    "event {} of installation {} is not done; wait for it, or drop it when it is parked",
                    event.seq, to.id
                );
                return refuse("not-empty", message, "to");
            }
        }
        Ok(())
    }
}
