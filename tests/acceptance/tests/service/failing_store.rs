//! A store in front of the real one that fails where a test tells it to: a full disk, a defect, a write that takes its time.

use accounting_store::{
    Accepted, Activity, ApiKeyRow, Attempt, Change, Claim, ClaimRequest, Counts, CustomerArrival, CustomerRow,
    EventFilter, EventRow, FlagRow, Guard, HookToken, Installation, LinkRow, Moved, Ms, NewEvent, OutboxItem, Page,
    ReceiptRow, Recovered, Store, StoreError, Waits, Write,
};
use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tokio::sync::Semaphore;

/// The real store, and what is wrong with it.
pub(crate) struct FailingStore {
    inner: Arc<dyn Store>,
    /// Nothing can be written.
    pub(crate) full: AtomicBool,
    /// So many more writes have room; less than none: all.
    pub(crate) room_for: AtomicI64,
    /// Installations cannot be read.
    pub(crate) unreadable: AtomicBool,
    /// A defect: the next look at customers ends in a panic.
    pub(crate) panics: AtomicBool,
    /// The customer of the next answer that is kept has changed meanwhile.
    pub(crate) moved: AtomicBool,
    /// Whoever notes that a link was used waits for a place.
    pub(crate) may_note_use: Semaphore,
}

impl FailingStore {
    /// In front of this one; all is well, but nobody may note that a link was used.
    pub(crate) fn before(inner: Arc<dyn Store>) -> Arc<Self> {
        let off = || AtomicBool::new(false);
        Arc::new(Self {
            inner,
            full: off(),
            room_for: AtomicI64::new(-1),
            unreadable: off(),
            panics: off(),
            moved: off(),
            may_note_use: Semaphore::new(0),
        })
    }

    fn room(&self) -> Result<(), StoreError> {
        let taken = |left: i64| (left > 0).then_some(left - 1);
        let none_left = self.room_for.load(Ordering::SeqCst) >= 0
            && self.room_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, taken).is_err();
        if none_left || self.full.load(Ordering::SeqCst) { Err(StoreError::Full) } else { Ok(()) }
    }

    fn readable(&self) -> Result<(), StoreError> {
        if self.unreadable.load(Ordering::SeqCst) { Err(StoreError::Locked) } else { Ok(()) }
    }
}

fn notes_use(write: &Write) -> bool {
    matches!(write, Write::PutToken(token) if token.last_used.is_some())
}

#[async_trait]
impl Store for FailingStore {
    async fn accept(&self, installation: &str, event: NewEvent) -> Result<Accepted, StoreError> {
        self.room()?;
        self.inner.accept(installation, event).await
    }
    async fn accept_customers(&self, id: &str, arrivals: Vec<CustomerArrival>) -> Result<Vec<Accepted>, StoreError> {
        self.room()?;
        self.inner.accept_customers(id, arrivals).await
    }
    async fn claim(&self, request: ClaimRequest) -> Result<Claim, StoreError> {
        self.room()?;
        self.inner.claim(request).await
    }
    async fn commit(&self, change: Change) -> Result<Result<(), Moved>, StoreError> {
        self.room()?;
        if change.writes.iter().any(notes_use) {
            drop(self.may_note_use.acquire().await);
        }
        let of_a_customer = change.guards.iter().find(|guard| matches!(guard, Guard::Customer { .. }));
        if let Some(guard) = of_a_customer
            && self.moved.swap(false, Ordering::SeqCst)
        {
            return Ok(Err(Moved(guard.clone())));
        }
        self.inner.commit(change).await
    }
    async fn recover(&self, now: Ms) -> Result<Vec<Recovered>, StoreError> {
        self.inner.recover(now).await
    }
    async fn set_back(&self, by_ms: i64) -> Result<(), StoreError> {
        self.room()?;
        self.inner.set_back(by_ms).await
    }
    async fn purge(&self, before: Ms) -> Result<u64, StoreError> {
        self.inner.purge(before).await
    }
    async fn installations(&self) -> Result<Vec<Installation>, StoreError> {
        self.inner.installations().await
    }
    async fn installation(&self, id: &str) -> Result<Option<Installation>, StoreError> {
        self.readable()?;
        self.inner.installation(id).await
    }
    async fn due(&self) -> Result<Vec<(String, Ms)>, StoreError> {
        self.inner.due().await
    }
    async fn counts(&self, installation: &str) -> Result<Counts, StoreError> {
        self.inner.counts(installation).await
    }
    async fn waits(&self, installation: &str) -> Result<Waits, StoreError> {
        self.inner.waits(installation).await
    }
    async fn hook_token(&self, hash: &str) -> Result<Option<HookToken>, StoreError> {
        self.inner.hook_token(hash).await
    }
    async fn hook_tokens(&self, installation: &str) -> Result<Vec<HookToken>, StoreError> {
        self.inner.hook_tokens(installation).await
    }
    async fn customer(&self, installation: &str, id: &str) -> Result<Option<CustomerRow>, StoreError> {
        self.inner.customer(installation, id).await
    }
    async fn customers_by_id(&self, installation: &str, ids: &[String]) -> Result<Vec<CustomerRow>, StoreError> {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "a defect of the host, on purpose");
        self.inner.customers_by_id(installation, ids).await
    }
    async fn customers_by_number(&self, id: &str, number: &str, most: u32) -> Result<Vec<CustomerRow>, StoreError> {
        self.inner.customers_by_number(id, number, most).await
    }
    async fn customers_by_cvr(&self, id: &str, digits: &str, most: u32) -> Result<Vec<CustomerRow>, StoreError> {
        self.inner.customers_by_cvr(id, digits, most).await
    }
    async fn customers_by_email(&self, id: &str, email: &str, most: u32) -> Result<Vec<CustomerRow>, StoreError> {
        self.inner.customers_by_email(id, email, most).await
    }
    async fn customers(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<CustomerRow>, StoreError> {
        self.inner.customers(id, after, most).await
    }
    async fn link(&self, installation: &str, customer_id: &str) -> Result<Option<LinkRow>, StoreError> {
        self.inner.link(installation, customer_id).await
    }
    async fn links_of(&self, installation: &str, customer_ids: &[String]) -> Result<Vec<LinkRow>, StoreError> {
        self.inner.links_of(installation, customer_ids).await
    }
    async fn link_by_external_id(&self, id: &str, external_id: &str) -> Result<Option<LinkRow>, StoreError> {
        self.inner.link_by_external_id(id, external_id).await
    }
    async fn links_to(&self, id: &str, external_ids: &[String]) -> Result<Vec<LinkRow>, StoreError> {
        self.inner.links_to(id, external_ids).await
    }
    async fn links(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<LinkRow>, StoreError> {
        self.inner.links(id, after, most).await
    }
    async fn flags(&self, installation: &str) -> Result<Vec<FlagRow>, StoreError> {
        self.inner.flags(installation).await
    }
    async fn receipts(&self, installation: &str, report_id: &str) -> Result<Vec<ReceiptRow>, StoreError> {
        self.inner.receipts(installation, report_id).await
    }
    async fn unposted(&self, installation: &str) -> Result<Vec<ReceiptRow>, StoreError> {
        self.inner.unposted(installation).await
    }
    async fn events(&self, filter: &EventFilter, after: Option<&str>, most: u32) -> Result<Page<EventRow>, StoreError> {
        self.inner.events(filter, after, most).await
    }
    async fn event(&self, installation: &str, seq: i64) -> Result<Option<(EventRow, Vec<Attempt>)>, StoreError> {
        self.inner.event(installation, seq).await
    }
    async fn activity(&self, id: &str, after: Option<&str>, most: u32) -> Result<Page<Activity>, StoreError> {
        self.inner.activity(id, after, most).await
    }
    async fn outbox(&self, id: Option<&str>, after: i64, most: u32) -> Result<Vec<OutboxItem>, StoreError> {
        self.inner.outbox(id, after, most).await
    }
    async fn outbox_item(&self, id: i64) -> Result<Option<OutboxItem>, StoreError> {
        self.inner.outbox_item(id).await
    }
    async fn offers(&self, installation: &str, customer_id: &str) -> Result<Vec<OutboxItem>, StoreError> {
        self.inner.offers(installation, customer_id).await
    }
    async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, StoreError> {
        self.inner.api_keys().await
    }
    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.inner.meta(key).await
    }
    async fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        self.inner.back_up(to).await
    }
    async fn ready(&self) -> Result<(), StoreError> {
        self.room()?;
        self.inner.ready().await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}
