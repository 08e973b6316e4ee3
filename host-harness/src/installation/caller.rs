//! Calling a connector and checking what it says against the contract, without applying anything.
//!
//! [`Host`](super::Host) applies the answer to an installation in memory; a host with a database of its own uses this and
//! applies it there.

use super::driver::{CallFailed, CallRecord, Called, Driver};
use super::receipt::check_receipt;
use super::shown::Shown;
use crate::bindings::exports::configure::{Catalogue, Configured, SettingSpec};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::{Context, Error};
use crate::connector::Surroundings;
use crate::directory::Directory;
use crate::egress::AllowList;
use crate::processor::Account;
use crate::sandbox::Limits;
use crate::transport::Transport;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest cursor a connector may ask to keep, in characters, as the contract says.
const LONGEST_CURSOR: usize = 4_096;

/// Why a call has no answer that can be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    /// The connector says what is wrong; its kind decides what to do next.
    #[error("{}: {}", .0.code, .0.message)]
    Connector(Error),
    /// The call itself failed.
    #[error(transparent)]
    Call(#[from] CallFailed),
    /// The connector broke the contract; nothing may be applied.
    #[error("the connector broke the contract: {0}")]
    Contract(String),
}

/// What came of one call.
#[derive(Debug, Clone)]
pub struct Answered<T> {
    /// The answer, checked, or why there is none.
    pub result: Result<T, RunError>,
    /// The customers the connector was shown: it may change those and no others.
    pub shown: BTreeSet<String>,
    /// What the call took.
    pub record: CallRecord,
}

/// Whoever answers the calls, and what a call can reach.
pub struct Caller<'a> {
    /// Who answers.
    pub driver: &'a dyn Driver,
    /// Whose customers and links.
    pub directory: Arc<dyn Directory>,
    /// Where requests go.
    pub transport: Arc<dyn Transport>,
    /// The hosts it may reach.
    pub hosts: AllowList,
    /// How much one call may use.
    pub limits: Limits,
    /// On whose account; see [`Surroundings::account`].
    pub account: Account,
    /// Ties the call to its event.
    pub correlation: String,
}

impl Caller<'_> {
    /// Customers changed: one result for each, in the order they were handed over.
    pub async fn customers(&self, context: Context, changes: Vec<CustomerChange>) -> Answered<Vec<SyncResult>> {
        let ids: Vec<String> = changes.iter().map(|change| change.customer.id.clone()).collect();
        let shown = self.shown(ids.iter().cloned());
        let called = self.driver.customers_changed(&self.around(&shown), context, changes).await;
        answered(called, &shown, |results| check_order(&ids, results))
    }

    /// The accounting system called the link.
    pub async fn webhook(&self, context: Context, request: Request) -> Answered<WebhookResult> {
        let shown = self.shown([]);
        let called = self.driver.webhook(&self.around(&shown), context, request).await;
        answered(called, &shown, |_| Ok(()))
    }

    /// A day's report is ready for the books.
    pub async fn day(
        &self,
        context: Context,
        report: &DailyReport,
        previous: Option<&BookedReport>,
    ) -> Answered<Receipt> {
        let shown = self.shown([]);
        let around = self.around(&shown);
        let called = self.driver.day_closed(&around, context, report.clone(), previous.cloned()).await;
        answered(called, &shown, |receipt| check_receipt(report, previous, receipt))
    }

    /// One page of what changed in the accounting system.
    pub async fn page(&self, context: Context, cursor: Option<String>) -> Answered<Page> {
        let shown = self.shown([]);
        let called = self.driver.catch_up(&self.around(&shown), context, cursor.clone()).await;
        answered(called, &shown, |page| check_page(page, cursor.as_deref()))
    }

    /// Why does nothing arrive?
    pub async fn check(&self, context: Context, unposted: Vec<BookedDay>) -> Answered<Health> {
        let shown = self.shown([]);
        let called = self.driver.check(&self.around(&shown), context, unposted).await;
        answered(called, &shown, |_| Ok(()))
    }

    /// Prove the settings. What is to be remembered may not take the place of a setting that a person enters.
    pub async fn configure(
        &self,
        context: Context,
        catalogue: Catalogue,
        specs: &[SettingSpec],
    ) -> Answered<Configured> {
        let shown = self.shown([]);
        let called = self.driver.configure(&self.around(&shown), context, catalogue).await;
        answered(called, &shown, |configured| {
            let taken = |key: &str| specs.iter().any(|spec| spec.key == key);
            match configured.remember.iter().find(|one| taken(&one.key)) {
                Some(one) => {
                    Err(format!("configure wants to remember {:?}, which is a setting a person enters", one.key))
                }
                None => Ok(()),
            }
        })
    }

    fn shown(&self, handed_over: impl IntoIterator<Item = String>) -> Arc<Shown> {
        Arc::new(Shown::new(Arc::clone(&self.directory), handed_over))
    }

    fn around(&self, shown: &Arc<Shown>) -> Surroundings {
        Surroundings {
            directory: Arc::clone(shown) as _,
            transport: Arc::clone(&self.transport),
            hosts: self.hosts.clone(),
            limits: self.limits.clone(),
            account: self.account.clone(),
            correlation: self.correlation.clone(),
        }
    }
}

fn answered<T>(called: Called<T>, shown: &Shown, check: impl FnOnce(&T) -> Result<(), String>) -> Answered<T> {
    let result = match called.result {
        Ok(Ok(value)) => check(&value).map(|()| value).map_err(RunError::Contract),
        Ok(Err(error)) => Err(RunError::Connector(error)),
        Err(failed) => Err(RunError::Call(failed)),
    };
    Answered { result, shown: shown.ids(), record: called.record }
}

/// One result for each customer, in the order they were handed over.
fn check_order(ids: &[String], results: &[SyncResult]) -> Result<(), String> {
    if ids.len() != results.len() {
        return Err(format!("{} customers were handed over and {} results came back", ids.len(), results.len()));
    }
    for (place, (wanted, result)) in ids.iter().zip(results).enumerate() {
        if *wanted != result.customer_id {
            let got = &result.customer_id;
            return Err(format!("result {} must be for customer {wanted} and is for {got}", place.saturating_add(1)));
        }
    }
    Ok(())
}

/// A page must lead on, and its cursor must be short enough to keep.
fn check_page(page: &Page, before: Option<&str>) -> Result<(), String> {
    if page.cursor.chars().count() > LONGEST_CURSOR {
        return Err(format!("the cursor is longer than {LONGEST_CURSOR} characters"));
    }
    if page.more && before == Some(page.cursor.as_str()) {
        return Err("the page says there is more, but its cursor is where it began".to_owned());
    }
    Ok(())
}
