//! Look at the installation from the accounting system's side.

use super::Job;
use super::report::Said;
use crate::alarms;
use crate::body;
use crate::error::ServiceError;
use crate::follow::{Followed, Wrong};
use accounting_store::{Ms, ReceiptRow, Write};
use host_harness::bindings::exports::on_day_closed::BookedReport;
use host_harness::bindings::exports::upkeep::{BookedDay, DayState, Health};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `check` said last, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptHealth {
    pub(crate) at: Ms,
    /// What it found; none when it could not be found out.
    pub(crate) health: Option<Health>,
    /// Kind and message of why it could not be found out.
    pub(crate) error: Option<(String, String)>,
}

impl Job<'_> {
    pub(super) async fn check(&self) -> Result<(), ServiceError> {
        let ready = match self.ready().await? {
            Ok(ready) => ready,
            Err(wrong) => return self.failed(&wrong, None).await,
        };
        let Some(event) = self.claimed.events.first() else { return Ok(()) };
        let unposted = self.service.store().unposted(&self.row.id).await?;
        let asked = unposted.iter().map(booked_day).collect::<Result<Vec<_>, _>>()?;
        let answered = self.caller(&ready).check(ready.context.clone(), asked.clone()).await;
        self.log(&ready, &answered.record).await;
        let now = self.service.now();
        let mut followed = Followed::default();
        let mut writes = vec![Write::NextCheck(alarms::next_check(self.service, &self.row.id))];
        match &answered.result {
            Ok(health) => {
                let kept = KeptHealth { at: now, health: Some(health.clone()), error: None };
                writes.push(Write::Health(body::write(&kept)?));
                writes.extend(posted(&asked, health));
                if health.webhook.as_ref().is_some_and(|link| link.has_errors) {
                    let soon = alarms::catch_up_after_error(self.service, &self.row.id);
                    writes.push(Write::NextCatchUp(soon));
                    self.service.inner.schedule.alarm(&self.row.id, soon);
                }
                writes.push(Write::EndEvent(event.seq));
                let word = if health.healthy { "healthy" } else { "unhealthy" };
                let said = Said::Answered(BTreeMap::from([(word.to_owned(), 1)]));
                self.end(Vec::new(), writes, &followed, Some(&answered.record), &said).await?.ok();
            }
            Err(error) => {
                let wrong = Wrong::from(error);
                let said = (wrong.trouble.name().to_owned(), wrong.message.clone());
                let kept = KeptHealth { at: now, health: None, error: Some(said) };
                writes.push(Write::Health(body::write(&kept)?));
                self.follow_with(|follow| follow.alone(event, &wrong, &mut followed));
                writes.extend(followed.writes.clone());
                let said = Said::Failed(&wrong, &followed);
                self.end(Vec::new(), writes, &followed, Some(&answered.record), &said).await?.ok();
            }
        }
        Ok(())
    }
}

/// What `check` needs to know of a kept receipt.
fn booked_day(row: &ReceiptRow) -> Result<BookedDay, ServiceError> {
    let BookedReport { report, receipt } = body::read("a receipt", &row.body_json)?;
    Ok(BookedDay {
        report_id: report.id,
        revision: receipt.revision,
        date: report.date,
        journal: receipt.journal,
        voucher: receipt.voucher,
        lines: u32::try_from(receipt.lines.len()).unwrap_or(u32::MAX),
        total_debit: receipt.total_debit,
        fingerprint: receipt.fingerprint,
        booked_at: receipt.booked_at,
    })
}

/// What is known to be posted now; of a receipt that was not asked about it can only say that it is.
fn posted(asked: &[BookedDay], health: &Health) -> Vec<Write> {
    let mut writes = Vec::new();
    for day in &health.days {
        let posted = day.state == DayState::Posted;
        let was_asked = asked.iter().any(|one| one.report_id == day.report_id && one.revision == day.revision);
        if posted || was_asked {
            let (report_id, revision) = (day.report_id.clone(), i64::from(day.revision));
            writes.push(Write::Posted { report_id, revision, posted });
        }
    }
    writes
}
