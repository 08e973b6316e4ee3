//! What FlexyBox sends in: customers and days. All of it is on the disk when these functions come back.

use crate::alarms::timer_event;
use crate::body;
use crate::error::ServiceError;
use crate::migration::refuse_moved;
use crate::model::CustomerIn;
use crate::service::Service;
use accounting_store::{Accepted, CustomerArrival, CustomerRow, EventKind, Installation, NewEvent, Priority};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::exports::on_day_closed::DailyReport;
use std::collections::BTreeSet;

/// The most customers taken in at once.
pub const MOST_CUSTOMERS_IN: usize = 5_000;

/// How many customers are looked at together when all of them are.
pub(crate) const PAGE: u32 = 1_000;

/// The longest id of an event, in characters.
const LONGEST_EVENT_ID: usize = 128;

/// The longest id of a customer or a report, in characters, as the contract says.
const LONGEST_ID: usize = 64;

/// The most lines of a day's report, as the contract says.
const MOST_LINES: usize = 10_000;

impl Service {
    /// Take in customers, all or none, at most [`MOST_CUSTOMERS_IN`]. `bulk` says that nobody waits for them: they go behind
    /// what people do now.
    ///
    /// # Errors
    /// Unknown installation, or one whose place another has taken; an id or revision that the contract has no room for; the store cannot
    /// keep them now.
    pub async fn customers_arrived(
        &self,
        id: &str,
        customers: Vec<CustomerIn>,
        bulk: bool,
        correlation: &str,
    ) -> Result<Vec<Accepted>, ServiceError> {
        if customers.len() > MOST_CUSTOMERS_IN {
            let message = format!("{} customers at once; at most {MOST_CUSTOMERS_IN}", customers.len());
            return Err(ServiceError::invalid("too-many-customers", message));
        }
        let _taking_in = self.inner.intake.read().await;
        let mut row = self.row(id).await?;
        refuse_moved(&row)?;
        let priority = if bulk { Priority::Bulk } else { Priority::Change };
        let now = self.now();
        let mut arrivals = Vec::with_capacity(customers.len());
        for one in &customers {
            check_customer(one)?;
            arrivals.push(CustomerArrival {
                event: customer_event(&one.customer.id, &one.event_id, one.kind, priority, correlation, now)?,
                customer: body::customer_row(&one.customer, &row.customer_tag)?,
                force: one.kind == ChangeKind::Resync,
            });
        }
        let accepted = self.store().accept_customers(id, arrivals).await?;
        let concerned = |one: &Accepted| matches!(one, Accepted::New(_) | Accepted::Collapsed(_));
        // The tag may have been changed in between: then these customers were judged by the old one.
        let after = self.row(id).await?;
        if after.customer_tag != row.customer_tag {
            row = after;
            self.sweep(&row, Some(customers.into_iter().map(|one| one.customer.id).collect())).await?;
        }
        if accepted.iter().any(concerned) {
            self.wake_at(id, row.concurrency);
        }
        Ok(accepted)
    }

    /// Everything of these customers is written again; of all that are synchronised when none are named. Returns how many.
    ///
    /// # Errors
    /// Unknown installation or customer; the store cannot keep the events now.
    pub async fn resync(
        &self,
        id: &str,
        customers: Option<Vec<String>>,
        correlation: &str,
    ) -> Result<u64, ServiceError> {
        let row = self.row(id).await?;
        let some = customers.is_some();
        let mut count = 0u64;
        if let Some(ids) = customers {
            let rows = self.store().customers_by_id(id, &ids).await?;
            if let Some(unknown) = ids.iter().find(|wanted| rows.iter().all(|row| row.id != **wanted)) {
                let message = format!("there is no customer {unknown} in installation {id}; send it first");
                return Err(ServiceError::invalid("unknown-customer", message).about("customers"));
            }
            let priority = if rows.len() > 1 { Priority::Bulk } else { Priority::Person };
            count = self.again(&row, rows, ChangeKind::Resync, priority, correlation).await?;
        }
        let left_out = if some { BTreeSet::new() } else { self.left_out(&row).await? };
        let mut after = (!some).then(String::new);
        while let Some(place) = after {
            let place = Some(place.as_str()).filter(|place| !place.is_empty());
            let mut page = self.store().customers(id, place, PAGE).await?;
            page.items.retain(|held| !left_out.contains(&held.id));
            let more = self.again(&row, page.items, ChangeKind::Resync, Priority::Bulk, correlation).await?;
            count = count.saturating_add(more);
            after = page.next;
        }
        self.wake_at(id, row.concurrency);
        Ok(count)
    }

    /// Look at customers that are held (all when none are named) in the light of the installation's tag as it is now: whoever carries
    /// it is synchronised from now on, whoever is linked without it is let go.
    pub(crate) async fn sweep(&self, row: &Installation, ids: Option<Vec<String>>) -> Result<(), ServiceError> {
        let some = ids.is_some();
        if let Some(ids) = ids {
            let rows = self.store().customers_by_id(&row.id, &ids).await?;
            self.sweep_page(row, rows, &BTreeSet::new()).await?;
        }
        let left_out = if some { BTreeSet::new() } else { self.left_out(row).await? };
        let mut after = (!some).then(String::new);
        while let Some(place) = after {
            let place = Some(place.as_str()).filter(|place| !place.is_empty());
            let page = self.store().customers(&row.id, place, PAGE).await?;
            self.sweep_page(row, page.items, &left_out).await?;
            after = page.next;
        }
        Ok(())
    }

    async fn sweep_page(
        &self,
        row: &Installation,
        rows: Vec<CustomerRow>,
        left_out: &BTreeSet<String>,
    ) -> Result<(), ServiceError> {
        let mut tagged = Vec::with_capacity(rows.len());
        for held in &rows {
            let customer = body::customer(held)?;
            tagged.push((held.id.clone(), body::is_tagged(&customer, &row.customer_tag)));
        }
        let otherwise = rows.iter().zip(&tagged).filter(|(held, (_, tagged))| held.tagged != *tagged);
        let otherwise: Vec<(String, bool)> = otherwise.map(|(_, tagged)| tagged.clone()).collect();
        if !otherwise.is_empty() {
            let writes = vec![accounting_store::Write::Retag(otherwise)];
            let change = accounting_store::Change { installation: row.id.clone(), guards: Vec::new(), writes };
            self.commit(change).await?;
        }
        let ids: Vec<String> = tagged.iter().map(|(id, _)| id.clone()).collect();
        let links = self.store().links_of(&row.id, &ids).await?;
        let is_linked = |id: &str| links.iter().any(|link| link.customer_id == id);
        let concerned = rows.into_iter().zip(&tagged).filter_map(|(held, (_, tagged))| {
            ((*tagged && !left_out.contains(&held.id)) || is_linked(&held.id))
                .then_some(CustomerRow { tagged: *tagged, ..held })
        });
        let concerned = concerned.filter(|held| !held.deleted).collect();
        self.again(row, concerned, ChangeKind::Changed, Priority::Bulk, "customer-tag").await?;
        Ok(())
    }

    /// Customers that are held go through once more; how many of them are concerned.
    pub(crate) async fn again(
        &self,
        row: &Installation,
        rows: Vec<CustomerRow>,
        kind: ChangeKind,
        priority: Priority,
        correlation: &str,
    ) -> Result<u64, ServiceError> {
        let now = self.now();
        let arrivals = rows.into_iter().map(|held| {
            let event = customer_event(&held.id, "", kind, priority, correlation, now)?;
            Ok(CustomerArrival { event, customer: held, force: true })
        });
        let arrivals = arrivals.collect::<Result<Vec<_>, ServiceError>>()?;
        if arrivals.is_empty() {
            return Ok(0);
        }
        let accepted = self.store().accept_customers(&row.id, arrivals).await?;
        let concerned = accepted.iter().filter(|one| matches!(one, Accepted::New(_) | Accepted::Collapsed(_)));
        Ok(u64::try_from(concerned.count()).unwrap_or(u64::MAX))
    }

    /// A day is closed, or a closed day corrected under a higher revision.
    ///
    /// # Errors
    /// Unknown installation, or one whose place another has taken; a report that the contract has no room for, or that is in the books
    /// of an installation that was moved; the store cannot keep it now.
    pub async fn day_closed(
        &self,
        id: &str,
        event_id: &str,
        report: DailyReport,
        correlation: &str,
    ) -> Result<Accepted, ServiceError> {
        let _taking_in = self.inner.intake.read().await;
        let row = self.row(id).await?;
        refuse_moved(&row)?;
        check_id("report", &report.id)?;
        check_event_id(event_id)?;
        if report.lines.len() > MOST_LINES {
            let lines = report.lines.len();
            let message = format!(
                "the day's report {} has {lines} lines; at most {MOST_LINES}, so add lines of one account together",
                report.id
            );
            return Err(ServiceError::invalid("too-many-lines", message).about("lines"));
        }
        self.refuse_booked_beside(id, &report.id).await?;
        let now = self.now();
        let event = NewEvent {
            id: prefixed("d:", event_id),
            kind: EventKind::Day,
            key: format!("d:{}", report.id),
            payload_json: body::write(&report)?,
            priority: Priority::Day,
            correlation: correlation.to_owned(),
            received: now,
            not_before: now,
        };
        let accepted = self.store().accept(id, event).await?;
        self.wake_at(id, row.concurrency);
        Ok(accepted)
    }

    /// Run `check` now, as its timer would.
    ///
    /// # Errors
    /// Unknown installation; the store cannot keep the event now.
    pub async fn check_now(&self, id: &str) -> Result<Accepted, ServiceError> {
        self.timer_now(id, EventKind::Check).await
    }

    /// Read again now what changed in the accounting system.
    ///
    /// # Errors
    /// As [`Service::check_now`].
    pub async fn catch_up_now(&self, id: &str) -> Result<Accepted, ServiceError> {
        self.timer_now(id, EventKind::CatchUp).await
    }

    async fn timer_now(&self, id: &str, kind: EventKind) -> Result<Accepted, ServiceError> {
        let row = self.row(id).await?;
        let correlation = format!("person-{}", crate::random::hex16()?);
        let accepted = self.store().accept(id, timer_event(kind, Priority::Person, &correlation, self.now())).await?;
        self.wake_at(id, row.concurrency);
        Ok(accepted)
    }
}

pub(crate) fn customer_event(
    customer: &str,
    event_id: &str,
    kind: ChangeKind,
    priority: Priority,
    correlation: &str,
    now: i64,
) -> Result<NewEvent, ServiceError> {
    let kind = match kind {
        ChangeKind::Created => "created",
        ChangeKind::Changed => "changed",
        ChangeKind::Deleted => "deleted",
        ChangeKind::Resync => "resync",
    };
    Ok(NewEvent {
        id: prefixed("c:", event_id),
        kind: EventKind::Customer,
        key: format!("c:{customer}"),
        payload_json: body::write(&kind)?,
        priority,
        correlation: correlation.to_owned(),
        received: now,
        not_before: now,
    })
}

/// Ids of customers' events and of days' are two lists.
fn prefixed(prefix: &str, event_id: &str) -> String {
    if event_id.is_empty() { String::new() } else { format!("{prefix}{event_id}") }
}

fn check_customer(one: &CustomerIn) -> Result<(), ServiceError> {
    check_id("customer", &one.customer.id)?;
    check_event_id(&one.event_id)?;
    if i64::try_from(one.customer.revision).is_err() {
        let message =
            format!("customer {} has revision {}; at most {}", one.customer.id, one.customer.revision, i64::MAX);
        return Err(ServiceError::invalid("wrong-revision", message).about("revision"));
    }
    Ok(())
}

fn check_id(what: &'static str, id: &str) -> Result<(), ServiceError> {
    let characters = id.chars().count();
    if (1..=LONGEST_ID).contains(&characters) {
        return Ok(());
    }
    let message = format!("the id of a {what} has {characters} characters; 1 to {LONGEST_ID} are allowed");
    Err(ServiceError::invalid("wrong-id", message).about("id"))
}

fn check_event_id(id: &str) -> Result<(), ServiceError> {
    let characters = id.chars().count();
    if characters <= LONGEST_EVENT_ID {
        return Ok(());
    }
    let message = format!("the id of an event has {characters} characters; at most {LONGEST_EVENT_ID}");
    Err(ServiceError::invalid("wrong-id", message).about("event_id"))
}
