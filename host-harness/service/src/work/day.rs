//! A closed day goes into the books.

use super::Job;
use super::report::Said;
use crate::body;
use crate::error::ServiceError;
use crate::follow::Followed;
use accounting_store::{NewOutboxItem, ReceiptRow, Write};
use host_harness::bindings::exports::on_day_closed::{BookedReport, DailyReport, PostingState};
use host_harness::replay::to_json;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The input of a day's event as it was taken at the first attempt.
#[derive(Deserialize)]
struct Input {
    previous: Option<BookedReport>,
}

impl Job<'_> {
    pub(super) async fn day(&self) -> Result<(), ServiceError> {
        let ready = match self.ready().await? {
            Ok(ready) => ready,
            Err(wrong) => return self.failed(&wrong, None).await,
        };
        let Some(event) = self.claimed.events.first() else { return Ok(()) };
        let report: DailyReport = body::read("a day's report", &event.event.payload_json)?;
        let Input { previous } = body::read("an event's input", &event.input_json)?;
        let answered = self.caller(&ready).day(ready.context.clone(), &report, previous.as_ref()).await;
        self.log(&ready, &answered.record).await;
        let receipt = match answered.result {
            Ok(receipt) => receipt,
            Err(error) => return self.failed(&(&error).into(), Some(&answered.record)).await,
        };
        let now = self.service.now();
        let told = json!({"report_id": report.id, "revision": receipt.revision, "receipt": to_json(&receipt)});
        let posted = receipt.state == PostingState::Posted;
        let (report_id, revision, date) = (report.id.clone(), i64::from(receipt.revision), report.date.clone());
        // The same content once more is answered with the receipt there is, about the report it was given for.
        let kept = previous.filter(|previous| previous.receipt.revision == receipt.revision);
        let booked = BookedReport { report: kept.map_or(report, |kept| kept.report), receipt };
        let writes = vec![
            Write::PutReceipt(ReceiptRow {
                report_id,
                revision,
                date,
                posted,
                body_json: body::write(&booked)?,
                at: now,
            }),
            Write::PutOutbox(NewOutboxItem {
                kind: "day-booked".to_owned(),
                customer_id: String::new(),
                revision: 0,
                body_json: told.to_string(),
                at: now,
            }),
            Write::EndEvent(event.seq),
        ];
        let said = Said::Answered(BTreeMap::from([("booked".to_owned(), 1)]));
        self.end(Vec::new(), writes, &Followed::default(), Some(&answered.record), &said).await?.ok();
        Ok(())
    }
}
