//! What switching an existing club on costs, told before it is begun: calls at least and at most, and days.
//!
//! Two parts, told apart, since the first makes the second known: all debtors are read once, which writes nothing; then customers are linked
//! and created. Both hold as long as the accounting system refuses nothing and nobody changes customers meanwhile: what a person then
//! does costs what it costs on any day. `most` is a promise, so every rounding is taken the dear way.

use crate::{Budget, Work};

/// Customers that go to the connector in one call, as the contract says.
pub const CUSTOMERS_A_CALL: u64 = 500;

/// Debtors that a look-up by their own ids asks for at least: what is due a change is read again before it is written. An accounting
/// system that can be asked for fewer at a time is not known.
const READ_AGAIN_TOGETHER: u64 = 40;

/// How many calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calls {
    /// Not fewer.
    pub least: u64,
    /// Not more; `None` where that hangs on something that is not known.
    pub most: Option<u64>,
}

/// The calls of reading all debtors ahead, `rows` a call. The last page is full only by chance, and then another is asked for.
#[must_use]
pub const fn look_ahead(debtors: Option<u64>, rows: u64) -> Calls {
    let rows = if rows == 0 { 1 } else { rows };
    match debtors {
        None => Calls { least: 1, most: None },
        Some(debtors) => {
            let full = debtors / rows;
            Calls { least: if full == 0 { 1 } else { debtors.div_ceil(rows) }, most: Some(full.saturating_add(1)) }
        }
    }
}

/// The calls that follow, once it is known how many customers may have a debtor (`found`), how many of those would change it (`due`), and
/// how many have none (`new`).
#[must_use]
pub const fn decide_and_write(found: u64, due: u64, new: u64) -> Calls {
    let new_batches = new.div_ceil(CUSTOMERS_A_CALL);
    let found_batches = found.div_ceil(CUSTOMERS_A_CALL);
    // In each batch of those that may have one: somebody who turns out to have none, and a last read that is not full.
    let reads = (due / READ_AGAIN_TOGETHER).saturating_add(if due < found_batches { due } else { found_batches });
    let most = new_batches.saturating_add(found_batches).saturating_add(reads).saturating_add(due);
    Calls { least: new_batches, most: Some(most) }
}

/// Calls that the end of a day may cost beyond these: it may cut a batch, and what is left of it is a batch of its own.
const A_DAYS_END: u64 = 2;

/// Calls and the days they take within the share of bulk work, today counted; 0 days for no calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The calls.
    pub calls: Calls,
    /// Not fewer.
    pub days_least: u64,
    /// Not more; `None` where the calls are not known, or may never be done.
    pub days_most: Option<u64>,
}

impl Plan {
    /// Spread over days. `limit` is the day's calls, 0 for no limit.
    #[must_use]
    pub fn of(calls: Calls, budget: Budget, limit: u32, now_ms: u64) -> Self {
        let days = |calls| days(calls, budget, limit, now_ms);
        let with_ends = |most: u64| most.saturating_add(days(most).saturating_sub(1).saturating_mul(A_DAYS_END));
        // The ends may take the calls into one more day, whose end counts too.
        let most = calls.most.map(|most| with_ends(with_ends(most)).max(most));
        Self { calls: Calls { most, ..calls }, days_least: days(calls.least), days_most: most.map(days) }
    }
}

/// How many days so many calls of bulk work take, today counted; 0 for no calls.
const fn days(calls: u64, budget: Budget, limit: u32, now_ms: u64) -> u64 {
    if calls == 0 {
        return 0;
    }
    let Some(today) = budget.left(Work::Bulk, limit, now_ms) else { return 1 };
    if calls <= today {
        return 1;
    }
    let fresh = Budget { day: 0, used: 0 };
    match fresh.left(Work::Bulk, limit, 0) {
        Some(a_day) if a_day > 0 => (calls - today).div_ceil(a_day).saturating_add(1),
        _ => 1,
    }
}
