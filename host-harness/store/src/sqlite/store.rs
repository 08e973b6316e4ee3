//! The trait, call by call: what writes goes to the thread that writes, what reads goes to a connection that cannot: in the thread that asks
//! where an index answers with a few rows, aside where it may be many.

use super::claim::ClaimWork;
use super::commit::Commit;
use super::customers::By;
use super::inbox::{Accept, AcceptCustomers};
use super::upkeep::{Purge, Ready, Recover, SetBack};
use super::{
    SqliteStore, activity, api_keys, backup, blocking, customers, events, flags, hook_tokens, installations, links,
    meta, outbox, receipts, upkeep,
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
        self.readers.ask_long(installations::list).await
    }

    async fn installation(&self, id: &str) -> Answer<Option<Installation>> {
        self.readers.ask(|connection| installations::one(connection, id))
    }

    async fn due(&self) -> Answer<Vec<(String, Ms)>> {
        self.readers.ask_long(events::due).await
    }

    async fn counts(&self, installation: &str) -> Answer<Counts> {
        let installation = installation.to_owned();
        self.readers.ask_long(move |connection| upkeep::counts(connection, &installation)).await
    }

    async fn waits(&self, installation: &str) -> Answer<Waits> {
        let installation = installation.to_owned();
        self.readers.ask_long(move |connection| upkeep::waits(connection, &installation)).await
    }

    async fn hook_token(&self, hash: &str) -> Answer<Option<HookToken>> {
        self.readers.ask(|connection| hook_tokens::one(connection, hash))
    }

    async fn hook_tokens(&self, installation: &str) -> Answer<Vec<HookToken>> {
        let installation = installation.to_owned();
        self.readers.ask_long(move |connection| hook_tokens::of(connection, &installation)).await
    }

    async fn customer(&self, installation: &str, id: &str) -> Answer<Option<CustomerRow>> {
        self.readers.ask(|connection| customers::one(connection, installation, id))
    }

    async fn customers_by_id(&self, installation: &str, ids: &[String]) -> Answer<Vec<CustomerRow>> {
        self.readers.ask_each(installation, ids, customers::one).await
    }

    async fn customers_by_number(&self, installation: &str, number: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.readers.ask(|connection| customers::search(connection, installation, By::Number, number, most))
    }

    async fn customers_by_cvr(&self, installation: &str, digits: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.readers.ask(|connection| customers::search(connection, installation, By::Cvr, digits, most))
    }

    async fn customers_by_email(&self, installation: &str, email: &str, most: u32) -> Answer<Vec<CustomerRow>> {
        self.readers.ask(|connection| customers::search(connection, installation, By::Email, email, most))
    }

    async fn customers(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<CustomerRow>> {
        let (installation, after) = (installation.to_owned(), after.map(str::to_owned));
        self.readers
            .ask_long(move |connection| customers::list(connection, &installation, after.as_deref(), most))
            .await
    }

    async fn link(&self, installation: &str, customer_id: &str) -> Answer<Option<LinkRow>> {
        self.readers.ask(|connection| links::of(connection, installation, customer_id))
    }

    async fn links_of(&self, installation: &str, customer_ids: &[String]) -> Answer<Vec<LinkRow>> {
        self.readers.ask_each(installation, customer_ids, links::of).await
    }

    async fn link_by_external_id(&self, installation: &str, external_id: &str) -> Answer<Option<LinkRow>> {
        self.readers.ask(|connection| links::to(connection, installation, external_id))
    }

    async fn links_to(&self, installation: &str, external_ids: &[String]) -> Answer<Vec<LinkRow>> {
        self.readers.ask_each(installation, external_ids, links::to).await
    }

    async fn links(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<LinkRow>> {
        let (installation, after) = (installation.to_owned(), after.map(str::to_owned));
        self.readers.ask_long(move |connection| links::list(connection, &installation, after.as_deref(), most)).await
    }

    async fn flags(&self, installation: &str) -> Answer<Vec<FlagRow>> {
        let installation = installation.to_owned();
        self.readers.ask_long(move |connection| flags::list(connection, &installation)).await
    }

    async fn receipts(&self, installation: &str, report_id: &str) -> Answer<Vec<ReceiptRow>> {
        self.readers.ask(|connection| receipts::of_report(connection, installation, report_id))
    }

    async fn unposted(&self, installation: &str) -> Answer<Vec<ReceiptRow>> {
        let installation = installation.to_owned();
        self.readers.ask_long(move |connection| receipts::unposted(connection, &installation)).await
    }

    async fn events(&self, filter: &EventFilter, after: Option<&str>, most: u32) -> Answer<Page<EventRow>> {
        let (filter, after) = (filter.clone(), after.map(str::to_owned));
        self.readers.ask_long(move |connection| events::list(connection, &filter, after.as_deref(), most)).await
    }

    async fn event(&self, installation: &str, seq: i64) -> Answer<Option<(EventRow, Vec<Attempt>)>> {
        self.readers.ask(|connection| events::one(connection, installation, seq))
    }

    async fn activity(&self, installation: &str, after: Option<&str>, most: u32) -> Answer<Page<Activity>> {
        let (installation, after) = (installation.to_owned(), after.map(str::to_owned));
        self.readers.ask_long(move |connection| activity::list(connection, &installation, after.as_deref(), most)).await
    }

    async fn outbox(&self, installation: Option<&str>, after: i64, most: u32) -> Answer<Vec<OutboxItem>> {
        let installation = installation.map(str::to_owned);
        self.readers.ask_long(move |connection| outbox::open(connection, installation.as_deref(), after, most)).await
    }

    async fn outbox_item(&self, id: i64) -> Answer<Option<OutboxItem>> {
        self.readers.ask(|connection| outbox::one(connection, id))
    }

    async fn offers(&self, installation: &str, customer_id: &str) -> Answer<Vec<OutboxItem>> {
        self.readers.ask(|connection| outbox::offers(connection, installation, customer_id))
    }

    async fn api_keys(&self) -> Answer<Vec<ApiKeyRow>> {
        self.readers.ask_long(api_keys::list).await
    }

    async fn meta(&self, key: &str) -> Answer<Option<String>> {
        self.readers.ask(|connection| meta::one(connection, key))
    }

    async fn back_up(&self, to: &Path) -> Answer<()> {
        let (file, to, options) = (self.file.clone(), to.to_owned(), self.options.clone());
        blocking(move || backup::back_up(&file, &to, &options)).await
    }

    async fn ready(&self) -> Answer<()> {
        self.write(Ready).await
    }

    async fn close(&self) {
        self.let_go().await;
    }
}
