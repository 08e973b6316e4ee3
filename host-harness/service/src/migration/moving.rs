//! How an installation is brought to hold still, and to stop taking things in.

use super::pauses::{is_over, moved, moving};
use super::record::{MigrationState, Record};
use crate::error::ServiceError;
use crate::service::Service;
use accounting_store::{NewOutboxItem, Pause, Write};
use serde_json::json;

impl Service {
    /// It runs nothing from now on: calls under way have ended when this comes back. It still takes in what comes.
    pub(super) async fn hold(&self, record: &Record, id: &str, other: &str) -> Result<(), ServiceError> {
        let row = self.row(id).await?;
        let gives_way = if record.state == MigrationState::Undoing { &record.to } else { &record.from };
        if id == gives_way && is_over(&row) == Some(other) {
            // It was cut off behind this step.
            return self.step(record, id, Vec::new()).await;
        }
        let pause = moving(&row, other, self.now());
        self.step(record, id, vec![Write::Pause(pause.clone())]).await?;
        let gate = self.gate(id);
        drop(gate.write().await);
        // A call that failed in the last moment may have put its own pause in the place of this one.
        if self.row(id).await?.pause.is_none_or(|kept| kept.code != pause.code) {
            self.step(record, id, vec![Write::Pause(pause)]).await?;
        }
        Ok(())
    }

    /// It takes in nothing from now on; what was being taken in is in.
    pub(super) async fn stop_taking_in(&self, record: &Record, id: &str, other: &str) -> Result<(), ServiceError> {
        let row = self.row(id).await?;
        if is_over(&row) == Some(other) {
            return Ok(());
        }
        let pause = moved(&row, other, self.now());
        let told = self.told_of(&pause);
        {
            let _alone = self.inner.intake.write().await;
            self.step(record, id, vec![Write::Pause(pause), told]).await?;
        }
        self.ring_outbox();
        Ok(())
    }

    fn told_of(&self, pause: &Pause) -> Write {
        Write::PutOutbox(NewOutboxItem {
            kind: "installation-paused".to_owned(),
            customer_id: String::new(),
            revision: 0,
            body_json: json!({"code": pause.code, "message": pause.message, "subject": pause.subject}).to_string(),
            at: self.now(),
        })
    }

    /// What tells FlexyBox that it works again.
    pub(super) fn told_to_go_on(&self) -> Write {
        Write::PutOutbox(NewOutboxItem {
            kind: "installation-resumed".to_owned(),
            customer_id: String::new(),
            revision: 0,
            body_json: "{}".to_owned(),
            at: self.now(),
        })
    }
}
