//! What a connector takes of the machine, and how much room is left.

use super::customers::more;
use crate::stage::{Stage, outcome, results};
use crate::verdict::{Checked, Wrong, expect};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome};
use host_harness::bindings::types::Customer;
use host_harness::sandbox::Limits;

/// Customers in one call: as many as a club's first evening brings, and a fifth of what the contract takes.
const BATCH: u32 = 100;
/// A call uses at most this part of a limit, in quarters, so that a larger day or a slower system still fits.
const QUARTERS: u64 = 3;

pub(super) async fn within_limits(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let before = stage.books.debtors().await?.len();
    let members: Vec<Customer> = (0..BATCH).map(|nth| stage.member(nth)).collect();
    let changed: Vec<(&str, ChangeKind)> = members.iter().map(|one| (one.id.as_str(), ChangeKind::Created)).collect();
    let event = stage.event(&changed)?;
    let driven = stage.run(&event).await?;
    let record = driven.records.first().ok_or_else(|| Wrong::Fails("a batch is called once".to_owned()))?;
    if let Some(exceeded) = record.exceeded.first() {
        return Err(Wrong::Fails(format!("a batch of {BATCH} stays within every limit, and not: {exceeded}")));
    }
    let limits = Limits::default();
    for (what, used, limit) in [
        ("bytes of memory", record.peak_memory, limits.memory_bytes),
        ("requests", record.traffic.requests, limits.requests),
        ("bytes out", record.traffic.bytes_out, limits.bytes_out),
        ("bytes in", record.traffic.bytes_in, limits.bytes_in),
    ] {
        let room = (limit / 4).saturating_mul(QUARTERS);
        expect(used <= room, || format!("a batch of {BATCH} takes at most {room} {what}, and takes {used}"))?;
    }
    let odd = results(&driven)?.into_iter().find(|one| !matches!(one.outcome, Outcome::Created));
    if let Some(odd) = odd {
        let seen = outcome(&odd.outcome);
        return Err(Wrong::Fails(format!("all {BATCH} of a batch are created, and {} is {seen}", odd.customer_id)));
    }
    more(stage, before, usize::try_from(BATCH).unwrap_or_default()).await
}
