//! What a connector is told of a look ahead, by a setting of the host's, and what the host takes from its answer.

use super::record::{Record, SwitchOnPhase};
use crate::error::ServiceError;
use crate::service::Service;
use accounting_policy::Tally;
use accounting_store::{ClaimedEvent, Installation, Write};
use host_harness::bindings::exports::on_webhook::WebhookOutcome;
use host_harness::bindings::exports::upkeep::Page;
use host_harness::bindings::types::Setting;
use std::collections::BTreeSet;

/// The setting. A connector that does not know it passes it over.
const KEY: &str = "host.look-ahead";
/// Its value in a catch-up that is a look ahead.
const UNDER_WAY: &str = "under-way";
/// Its value for customers afterwards; a line for each of them that must be looked up all the same follows.
const DONE: &str = "done";
/// The longest value of a setting, in characters, as the contract says.
const LONGEST_VALUE: usize = 4_096;
/// The capability of a connector that looks ahead, and the debtors a call reads: `look-ahead:1000`.
const CAPABILITY: &str = "look-ahead:";

/// How many debtors a call of a look ahead reads; none when the connector does not look ahead.
pub(crate) fn rows_a_call(capabilities: &[String]) -> Option<u64> {
    let rows = capabilities.iter().find_map(|one| one.strip_prefix(CAPABILITY))?.parse().ok()?;
    (rows > 0).then_some(rows)
}

fn setting(value: String) -> Setting {
    Setting { key: KEY.to_owned(), value }
}

impl Service {
    /// The switching-on whose look the next catch-up is part of, and what the connector is told of it.
    pub(crate) async fn look_of(&self, installation: &str) -> Result<Option<(Record, Setting)>, ServiceError> {
        let record = self.switching_on(installation).await?;
        let looking = record.filter(|record| record.phase == SwitchOnPhase::Looking);
        Ok(looking.map(|record| (record, setting(UNDER_WAY.to_owned()))))
    }

    /// What the connector is told when these customers go through after a look; nothing when it must look all of them up.
    pub(crate) async fn looked_for(
        &self,
        row: &Installation,
        events: &[ClaimedEvent],
    ) -> Result<Option<Setting>, ServiceError> {
        let now = self.now();
        let Some(record) = self.switching_on(&row.id).await?.filter(|record| record.is_believed(row, now)) else {
            return Ok(None);
        };
        let ids: Vec<String> = events.iter().map(|event| customer_of(event).to_owned()).collect();
        let held = self.store().customers_by_id(&row.id, &ids).await?;
        // One that was let in before the look began, and is as it was then.
        let stood: BTreeSet<&str> =
            held.iter().filter(|held| held.changed < record.begun).map(|held| held.id.as_str()).collect();
        let mut value = DONE.to_owned();
        for event in events {
            let id = customer_of(event);
            if !stood.contains(id) || !nothing_was_written(event) {
                value.push('\n');
                value.push_str(id);
            }
        }
        Ok((value.chars().count() <= LONGEST_VALUE).then(|| setting(value)))
    }
}

/// Earlier attempts, if there were any, all ended with the accounting system out of reach. After a doubt or a crash something may have been
/// written, and when a person tries again something was mended: both must be looked at.
fn nothing_was_written(event: &ClaimedEvent) -> bool {
    let tally = Tally::from_number(event.crashes);
    let only_waits = Tally { waits: tally.waits, ..Tally::default() };
    tally == only_waits && event.attempt == i64::from(tally.waits).saturating_add(1)
}

fn customer_of(event: &ClaimedEvent) -> &str {
    event.event.key.strip_prefix("c:").unwrap_or_default()
}

impl Record {
    /// The write that notes a page of the look.
    pub(crate) fn with_page(mut self, installation: &str, page: &Page) -> Result<Write, ServiceError> {
        let count = |found: &dyn Fn(&WebhookOutcome) -> bool| {
            let found = page.results.iter().filter(|result| found(&result.outcome)).count();
            u64::try_from(found).unwrap_or(u64::MAX)
        };
        self.read = self.read.saturating_add(u64::from(page.examined));
        self.due = self.due.saturating_add(count(&|outcome| matches!(outcome, WebhookOutcome::Updated)));
        self.found = self
            .found
            .saturating_add(count(&|outcome| matches!(outcome, WebhookOutcome::Updated | WebhookOutcome::Linked)));
        if !page.more {
            self.phase = SwitchOnPhase::Looked;
        }
        self.kept(installation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_store::{EventKind, NewEvent, Priority};
    use rstest::rstest;

    #[rstest]
    #[case(&["customers", "look-ahead:1000"], Some(1_000))]
    #[case(&["customers", "look-ahead"], None)]
    #[case(&["look-ahead:0"], None)]
    #[case(&["look-ahead:many"], None)]
    #[case(&[], None)]
    fn the_debtors_a_call_reads_stand_in_the_capability(#[case] capabilities: &[&str], #[case] rows: Option<u64>) {
        let capabilities: Vec<String> = capabilities.iter().map(|&one| one.to_owned()).collect();
        assert_eq!(rows_a_call(&capabilities), rows);
    }

    #[rstest]
    #[case::first(1, Tally::default(), true)]
    #[case::twice_out_of_reach(3, Tally { waits: 2, ..Tally::default() }, true)]
    #[case::the_host_died(2, Tally { crashes: 1, ..Tally::default() }, false)]
    #[case::doubt_and_then_out_of_reach(3, Tally { waits: 1, doubts: 1, ..Tally::default() }, false)]
    #[case::let_go_of(2, Tally::default(), false)]
    #[case::a_person_tries_again(2, Tally::default(), false)]
    fn memory_counts_only_where_nothing_was_written(#[case] attempt: i64, #[case] tally: Tally, #[case] counts: bool) {
        let event = NewEvent {
            id: String::new(),
            kind: EventKind::Customer,
            key: "c:1".to_owned(),
            payload_json: String::new(),
            priority: Priority::Bulk,
            correlation: String::new(),
            received: 0,
            not_before: 0,
        };
        let event = ClaimedEvent { seq: 1, attempt, crashes: tally.to_number(), event, input_json: String::new() };
        assert_eq!(nothing_was_written(&event), counts);
    }
}
