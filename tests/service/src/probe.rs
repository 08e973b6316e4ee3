//! From event to call: a customer is changed now and then, and the simulator's record says when it was asked about the debtor.

use crate::crowd::{Crowd, number_of};
use crate::error::CannotRun;
use crate::progress::Progress;
use crate::scene::Scene;
use crate::uniconta::{DEBTORS, shown};
use host_harness::measure::Spread;
use jiff::Timestamp;
use std::time::{Duration, Instant};
use uniconta_sim::{Call, Uniconta};

/// How long the last calls may take.
const UNTIL_CALLED: Duration = Duration::from_secs(60);

/// What the probes came to.
#[derive(Debug, Default)]
pub(crate) struct Probed {
    pub(crate) spread: Spread,
    pub(crate) wrong: Vec<String>,
}

struct Sent {
    /// Path of the call that must follow.
    path: String,
    row_id: String,
    at: Timestamp,
}

/// Change customers at this rate and wait for the calls.
pub(crate) async fn probe(
    scene: &Scene,
    crowd: &Crowd,
    installations: &[(String, u32)],
    rate: u64,
    seconds: u64,
    progress: &mut Progress,
) -> Result<Probed, CannotRun> {
    let core = &scene.simulator.core;
    let mut chance = crowd.chance();
    let mut order: Vec<&(String, u32)> = installations.iter().collect();
    chance.shuffle(&mut order);
    core.clear_calls();
    let total = rate.max(1).saturating_mul(seconds);
    let began = Instant::now();
    let mut sent = Vec::new();
    for (number, (id, company)) in (0..total).zip(order.into_iter().cycle()) {
        let due = began + Duration::from_micros(number.saturating_mul(1_000_000) / rate.max(1));
        tokio::time::sleep_until(due.into()).await;
        let Some((customer, row_id)) = somebody(core, *company, &mut chance) else {
            return Err(CannotRun::because(id, "none of its customers has a debtor"));
        };
        sent.push(Sent { path: format!("/odata/{company}/"), row_id, at: Timestamp::now() });
        crowd.change(id, customer).await?;
        progress.at(number, total);
    }
    let called = Instant::now();
    loop {
        let calls = core.calls();
        let times: Vec<u64> = sent.iter().filter_map(|probe| probe.time(&calls)).collect();
        let missing = sent.len() - times.len();
        if missing == 0 || called.elapsed() > UNTIL_CALLED {
            let wrong = match missing {
                0 => Vec::new(),
                _ => vec![format!(
                    "{missing} of {} changes were not followed by a call within {} s",
                    sent.len(),
                    UNTIL_CALLED.as_secs()
                )],
            };
            return Ok(Probed { spread: Spread::new(times), wrong });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A customer by chance, with the row of its debtor.
fn somebody(core: &Uniconta, company: u32, chance: &mut fastrand::Rng) -> Option<(usize, String)> {
    let rows = core.rows_in(company, DEBTORS).ok()?;
    let customer = chance.usize(..rows.len().checked_sub(2)?);
    let account = number_of(customer);
    let row = rows.iter().find(|row| shown(row, "Account") == account)?;
    Some((customer, shown(row, "RowId")))
}

impl Sent {
    /// From the push to the first call about the debtor, in microseconds.
    fn time(&self, calls: &[Call]) -> Option<u64> {
        let call = calls.iter().find(|call| {
            call.at >= self.at && call.path.starts_with(&self.path) && names_row(&call.query, &self.row_id)
        })?;
        u64::try_from(call.at.as_microsecond() - self.at.as_microsecond()).ok()
    }
}

/// Whether a query asks for exactly this row.
fn names_row(query: &str, row_id: &str) -> bool {
    let asked = query.split("RowId%20eq%20").skip(1);
    asked.into_iter().any(|rest| rest.split(|one: char| !one.is_ascii_digit()).next() == Some(row_id))
}

#[cfg(test)]
mod tests {
    use super::names_row;

    #[test]
    fn a_row_is_not_taken_for_a_longer_one() {
        assert!(names_row("$filter=RowId%20eq%2012%20or%20RowId%20eq%20130", "130"));
        assert!(!names_row("$filter=RowId%20eq%20130", "13"));
    }
}
