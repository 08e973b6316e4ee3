//! Guesses about e-conomic, each with its evidence: [doc] the vendor's documentation and schemas, [code] public clients and
//! what live servers answered them, [inf] inferred. Whoever finds one to be wrong changes it here. A switch of the
//! simulator turns those the other way that a test can turn (`economic-sim --help`). Sources: `docs/sources/economic.md`.
//!
//! Guesses that are a way of acting, and no value:
//! - A positive amount of a customer payment is debit on the customer [doc: the sign tells debit from credit].
//! - A refused voucher leaves nothing behind [inf].
//! - Each entry is booked as a row of its own on the contra account, with its whole amount, since VAT is taken out of the
//!   line's own account [inf]: the sums there tell whether a day was booked as sent.
//! - Text in a filter without an asterisk after `$like:` means contains, in the services too [doc, code for the other].
//! - An answer to a refused write may be kept under its `Idempotency-Key` [inf]; a customer that was mended comes as another
//!   event, with another key.

/// The event that a changed, new, deleted or renumbered customer leads to [doc].
pub const CUSTOMER_EVENT: &str = "CUSTOMER_UPDATED";

/// What stands in the link for the number a customer has now; empty when it was deleted [inf].
pub const NEW_NUMBER: &str = "[NEWNUMBER]";

/// What stands in the link for the number a customer had; empty when it is new [inf].
pub const OLD_NUMBER: &str = "[OLDNUMBER]";

/// Values that one filter may join with `$or:`. No limit is documented for text [inf]; 40 keep the address under 2,000
/// characters.
pub const MAX_ORS: usize = 40;

/// Customers asked for at a time. 1,000 is the most [doc]; 500 whole documents stay under 1 MB.
pub const PAGE_ROWS: usize = 500;

/// How far back a catch-up looks beyond the start of the last one: `lastUpdated` is in UTC to the second [code], so this is
/// for clocks that differ [inf]. Reading a customer twice changes nothing.
pub const CATCH_UP_OVERLAP_MS: u64 = 10 * 60 * 1000;

/// What a document carries that a write does not take: computed values and links [doc]. The server ignores them [code];
/// they are left out all the same, since a link may be long.
pub const READ_ONLY: [&str; 10] = [
    "balance",
    "contacts",
    "deliveryLocations",
    "dueAmount",
    "invoices",
    "lastUpdated",
    "metaData",
    "self",
    "templates",
    "totals",
];

/// The code of a refusal because of the role or the modules of the agreement [code].
pub const MODULE_MISSING: &str = "AccessDeniedAgreementMissingModules";

/// The code of a key that was used for another address [code].
pub const KEY_REUSED: &str = "URLChanged";

/// How long to wait where a refusal for too many calls does not say: the documented window [code].
pub const PATIENCE_MS: u64 = 60_000;

/// The version of the webhooks service the connector is built for [doc].
pub const WEBHOOKS_VERSION: &str = "v1.0.0";

/// The version of the journals service [doc].
pub const JOURNALS_VERSION: &str = "v15.0.0";

/// The version of the booked entries service [doc].
pub const BOOKED_ENTRIES_VERSION: &str = "v4.0.0";

/// What every line of a day carries at the end of its text, before the number that is worked out from report and revision:
/// by it the day is found again, in the journal and when it is booked. Both can be filtered by text [doc].
pub const MARKER: &str = "FB";

/// Entries booked in one call. The services take 500 at a time elsewhere [doc]; that booking has the same limit is a
/// guess [inf].
pub const BOOK_AT_ONCE: usize = 500;

/// Numbers that `$in:` takes [code].
pub const MAX_IN: usize = 200;

/// Kinds of accounts that can be booked on [doc].
pub const BOOKABLE: [&str; 2] = ["profitAndLoss", "status"];

/// The kind of departmental distribution (fordeling) that stands for one department; a split over several cannot go with a
/// contra account, as the services say [doc].
pub const DEPARTMENT: &str = "department";

/// The key of an accounting year as it stands in an address [doc]: `2026/2027` is `2026_6_2027` [inf].
pub fn year_in_address(year: &str) -> String {
    year.replace('_', "_8_").replace('/', "_6_")
}
