//! The trait itself.

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
use async_trait::async_trait;
use std::path::Path;

/// Everything the host keeps. When a writing call comes back with `Ok`, what it wrote is on the disk.
#[async_trait]
pub trait Store: Send + Sync {
    /// Take in one event (a webhook, a day, a timer, a person's wish). A day that comes while one of the same key is parked takes its place.
    async fn accept(&self, installation: &str, event: NewEvent) -> Result<Accepted, StoreError>;

    /// Take in customers, all or none; the answers are in the same order. Each customer is held in its newest revision. A customer
    /// that neither carries the tag, nor has a link, nor an event of its own, causes no event. An event of the same customer that never
    /// started, or is parked, takes the new one in: its kind becomes the stronger one (`deleted` over `resync` over `created` over `changed`),
    /// its input is taken anew, its attempt count stays.
    async fn accept_customers(
        &self,
        installation: &str,
        arrivals: Vec<CustomerArrival>,
    ) -> Result<Vec<Accepted>, StoreError>;

    /// Hand out work for one call; see [`ClaimRequest`]. Nothing is handed out of a paused installation, nor an event behind another of
    /// the same key, nor one that runs alone beside another.
    async fn claim(&self, request: ClaimRequest) -> Result<Claim, StoreError>;

    /// Write a change, whole or not at all.
    async fn commit(&self, change: Change) -> Result<Result<(), Moved>, StoreError>;

    /// At start: events that ran when the host died wait again, due now, with the same input and batch.
    async fn recover(&self, now: Ms) -> Result<Vec<Recovered>, StoreError>;

    /// The clock was set back by so much: what waits for a time waits for an earlier one.
    async fn set_back(&self, by_ms: i64) -> Result<(), StoreError>;

    /// Forget ids of events, activity, and updates that were superseded and never acknowledged, older than this.
    async fn purge(&self, before: Ms) -> Result<u64, StoreError>;

    /// Every installation by id.
    async fn installations(&self) -> Result<Vec<Installation>, StoreError>;
    /// One installation.
    async fn installation(&self, id: &str) -> Result<Option<Installation>, StoreError>;
    /// Installations with waiting events, and when the first of each is due: what to begin with after a start.
    async fn due(&self) -> Result<Vec<(String, Ms)>, StoreError>;
    /// How much lies where.
    async fn counts(&self, installation: &str) -> Result<Counts, StoreError>;
    /// How many wait, for whoever looks on.
    async fn waits(&self, installation: &str) -> Result<Waits, StoreError>;

    /// A token of a link by its hash; those that have ended are found too.
    async fn hook_token(&self, hash: &str) -> Result<Option<HookToken>, StoreError>;
    /// All tokens of an installation, newest first.
    async fn hook_tokens(&self, installation: &str) -> Result<Vec<HookToken>, StoreError>;

    /// A customer.
    async fn customer(&self, installation: &str, id: &str) -> Result<Option<CustomerRow>, StoreError>;
    /// Customers with one of these ids.
    async fn customers_by_id(&self, installation: &str, ids: &[String]) -> Result<Vec<CustomerRow>, StoreError>;
    /// Synchronised (tagged or linked), living customers with this number, at most `most`.
    async fn customers_by_number(
        &self,
        installation: &str,
        number: &str,
        most: u32,
    ) -> Result<Vec<CustomerRow>, StoreError>;
    /// The same by the digits of the CVR number.
    async fn customers_by_cvr(
        &self,
        installation: &str,
        digits: &str,
        most: u32,
    ) -> Result<Vec<CustomerRow>, StoreError>;
    /// The same by e-mail address in lower case.
    async fn customers_by_email(
        &self,
        installation: &str,
        email: &str,
        most: u32,
    ) -> Result<Vec<CustomerRow>, StoreError>;
    /// All customers by id, a page at a time.
    async fn customers(
        &self,
        installation: &str,
        after: Option<&str>,
        most: u32,
    ) -> Result<Page<CustomerRow>, StoreError>;

    /// The link of a customer.
    async fn link(&self, installation: &str, customer_id: &str) -> Result<Option<LinkRow>, StoreError>;
    /// The links of these customers.
    async fn links_of(&self, installation: &str, customer_ids: &[String]) -> Result<Vec<LinkRow>, StoreError>;
    /// The link to an external id.
    async fn link_by_external_id(&self, installation: &str, external_id: &str) -> Result<Option<LinkRow>, StoreError>;
    /// The links to these external ids, in no order.
    async fn links_to(&self, installation: &str, external_ids: &[String]) -> Result<Vec<LinkRow>, StoreError>;
    /// All links by customer, a page at a time.
    async fn links(&self, installation: &str, after: Option<&str>, most: u32) -> Result<Page<LinkRow>, StoreError>;

    /// All flags of an installation, oldest first.
    async fn flags(&self, installation: &str) -> Result<Vec<FlagRow>, StoreError>;
    /// All receipts of a report, lowest revision first.
    async fn receipts(&self, installation: &str, report_id: &str) -> Result<Vec<ReceiptRow>, StoreError>;
    /// Receipts not known to be posted, oldest day first.
    async fn unposted(&self, installation: &str) -> Result<Vec<ReceiptRow>, StoreError>;

    /// Events, oldest first, a page at a time.
    async fn events(&self, filter: &EventFilter, after: Option<&str>, most: u32) -> Result<Page<EventRow>, StoreError>;
    /// One event with all its attempts, oldest first.
    async fn event(&self, installation: &str, seq: i64) -> Result<Option<(EventRow, Vec<Attempt>)>, StoreError>;
    /// What happened, newest first, a page at a time.
    async fn activity(&self, installation: &str, after: Option<&str>, most: u32) -> Result<Page<Activity>, StoreError>;

    /// Open outbox items with ids above `after`, oldest first; of one installation, or of all.
    async fn outbox(&self, installation: Option<&str>, after: i64, most: u32) -> Result<Vec<OutboxItem>, StoreError>;
    /// One item, open or superseded.
    async fn outbox_item(&self, id: i64) -> Result<Option<OutboxItem>, StoreError>;
    /// Updates of a customer that FlexyBox has not answered, open and superseded, oldest first.
    async fn offers(&self, installation: &str, customer_id: &str) -> Result<Vec<OutboxItem>, StoreError>;

    /// All API keys.
    async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, StoreError>;
    /// A value the host keeps for itself.
    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// Write a whole, consistent copy to a new file while work goes on.
    async fn back_up(&self, to: &Path) -> Result<(), StoreError>;
    /// Whether the store takes writes, by writing.
    async fn ready(&self) -> Result<(), StoreError>;
    /// Finish what was begun, and let go of the files.
    async fn close(&self);
}
