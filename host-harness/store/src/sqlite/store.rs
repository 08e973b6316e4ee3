//! The trait, call by call: what writes goes to the task that writes, what reads goes to a connection that cannot, and what a connector asks
//! in the middle of a call is read where it is asked.

use super::claim::ClaimWork;
use super::commit::Commit;
use super::inbox::{Accept, AcceptCustomers};
use super::near::By;
use super::upkeep::{Purge, Ready, Recover, SetBack};
use super::{
    SqliteStore, activity, api_keys, backup, customers, events, flags, hook_tokens, installations, links, meta, outbox,
    receipts, upkeep,
};
use crate::Ms;
use crate::change::{Change, Moved};
use crate::error::StoreError;
use crate::event::{
    Accepted, Attempt, Claim, ClaimRequest, CustomerArrival, EventFilter, EventRow, NewEvent, Recovered,
};
use crate::installation::{HookToken, Installation};
use crate::outbox::OutboxItem;
use crate::people::{CustomerRow, FlagRow, LinkRow, ReceiptRow};
use crate::record::{Activity, ApiKeyRow, Counts, Page, Waits};
use crate::store::Store;
use async_trait::async_trait;
use std::path::Path;

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl Store for SqliteStore {
    async fn accept(&self, installation: &str, event: NewEvent) -> Answer<Accepted> {
        self.write(Accept { installation: installation.to_owned(), event }).await
    }

    async fn accept_customers(&self, installation: &str, arrivals: Vec<CustomerArrival>) -> Answer<Vec<Accepted>> {
        self.write(AcceptCustomers { installation: installation.to_owned(), arrivals }).await
    }

    async fn claim(&self, request: ClaimRequest) -> Answer<Claim> {
        self.write(ClaimWork(request)).await
    }

    async fn commit(&self, change: Change) -> Answer<Result<(), Moved>> {
        self.write(Commit(change)).await
    }

    async fn recover(&self, now: Ms) -> Answer<Vec<Recovered>> {
        self.write(Recover(now)).await
    }

    async fn set_back(&self, by_ms: i64) -> Answer<()> {
        self.write(SetBack(by_ms)).await
    }

    async fn purge(&self, before: Ms) -> Answer<u64> {
        self.write(Purge(before)).await
    }

    async fn installations(&self) -> Answer<Vec<Installation>> {
        installations::list(&self.readers).await.map_err(|error| self.said(&error))
    }

    async fn installation(&self, id: &str) -> Answer<Option<Installation>> {
        installations::one(&self.readers, id).await.map_err(|error| self.said(&error))
    }

    async fn due(&self) -> Answer<Vec<(String, Ms)>> {
        events::due(&self.readers).await.map_err(|error| self.said(&error))
    }

    async fn counts(&self, installation: &str) -> Answer<Counts> {
        upkeep::counts(&self.readers, installation).await.map_err(|error| self.said(&error))
    }

    async fn waits(&self, installation: &str) -> Answer<Waits> {
        upkeep::waits(&self.readers, installation).await.map_err(|error| self.said(&error))
    }

    async fn hook_token(&self, hash: &str) -> Answer<Option<HookToken>> {
        hook_tokens::one(&self.readers, hash).await.map_err(|error| self.said(&error))
    }

    async fn hook_tokens(&self, installation: &str) -> Answer<Vec<HookToken>> {
        hook_tokens::of(&self.readers, installation).await.map_err(|error| self.said(&error))
    }

    async fn customer(&self, installation: &str, id: &str) -> Answer<Option<CustomerRow>> {
        self.near.customer(installation, id)
    }

    async fn customers_by_id(&self, installation: &str, ids: &[String]) -> Answer<Vec<CustomerRow>> {
        customers::by_id(&self.readers, installation, ids).await.map_err(|error| self.said(&error))
    }

    async fn customers_by_number(&self, installation: &str, number: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.near.customers(installation, By::Number, number, most)
    }

    async fn customers_by_cvr(&self, installation: &str, digits: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.near.customers(installation, By::Cvr, digits, most)
    }

    async fn customers_by_email(&self, installation: &str, email: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.near.customers(installation, By::Email, email, most)
    }

    async fn customers(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<CustomerRow>> {
        customers::list(&self.readers, installation, after, most).await.map_err(|error| self.said(&error))
    }

    async fn link(&self, installation: &str, customer_id: &str) -> Answer<Option<LinkRow>> {
        self.near.link(installation, customer_id)
    }

    async fn links_of(&self, installation: &str, customer_ids: &[String]) -> Answer<Vec<LinkRow>> {
        links::of(&self.readers, installation, customer_ids).await.map_err(|error| self.said(&error))
    }

    async fn link_by_external_id(&self, installation: &str, external_id: &str) -> Answer<Option<LinkRow>> {
        self.near.link_to(installation, external_id)
    }

    async fn links_to(&self, installation: &str, external_ids: &[String]) -> Answer<Vec<LinkRow>> {
        links::to(&self.readers, installation, external_ids).await.map_err(|error| self.said(&error))
    }

    async fn links(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<LinkRow>> {
        links::list(&self.readers, installation, after, most).await.map_err(|error| self.said(&error))
    }

    async fn flags(&self, installation: &str) -> Answer<Vec<FlagRow>> {
        flags::list(&self.readers, installation).await.map_err(|error| self.said(&error))
    }

    async fn receipts(&self, installation: &str, report_id: &str) -> Answer<Vec<ReceiptRow>> {
        receipts::of_report(&self.readers, installation, report_id).await.map_err(|error| self.said(&error))
    }

    async fn unposted(&self, installation: &str) -> Answer<Vec<ReceiptRow>> {
        receipts::unposted(&self.readers, installation).await.map_err(|error| self.said(&error))
    }

    async fn events(&self, filter: &EventFilter, after: Option<&str>, most: u32) -> Answer<Page<EventRow>> {
        events::list(&self.readers, filter, after, most).await.map_err(|error| self.said(&error))
    }

    async fn event(&self, installation: &str, seq: i64) -> Answer<Option<(EventRow, Vec<Attempt>)>> {
        events::one(&self.readers, installation, seq).await.map_err(|error| self.said(&error))
    }

    async fn activity(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<Activity>> {
        activity::list(&self.readers, installation, after, most).await.map_err(|error| self.said(&error))
    }

    async fn outbox(&self, installation: Option<&str>, after: i64, most: u32) -> Answer<Vec<OutboxItem>> {
        outbox::open(&self.readers, installation, after, most).await.map_err(|error| self.said(&error))
    }

    async fn outbox_item(&self, id: i64) -> Answer<Option<OutboxItem>> {
        outbox::one(&self.readers, id).await.map_err(|error| self.said(&error))
    }

    async fn offers(&self, installation: &str, customer_id: &str) -> Answer<Vec<OutboxItem>> {
        outbox::offers(&self.readers, installation, customer_id).await.map_err(|error| self.said(&error))
    }

    async fn api_keys(&self) -> Answer<Vec<ApiKeyRow>> {
        api_keys::list(&self.readers).await.map_err(|error| self.said(&error))
    }

    async fn meta(&self, key: &str) -> Answer<Option<String>> {
        meta::one(&self.readers, key).await.map_err(|error| self.said(&error))
    }

    async fn back_up(&self, to: &Path) -> Answer<()> {
        backup::back_up(&self.file, to, &self.options).await
    }

    async fn ready(&self) -> Answer<()> {
        self.write(Ready).await
    }

    async fn close(&self) {
        self.let_go().await;
    }
}
