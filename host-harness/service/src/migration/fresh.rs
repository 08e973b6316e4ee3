//! Whether a preview still says what would happen: who is to be looked at, and what the answers hang on beside the customers.

use super::Pair;
use super::record::{Lines, Record};
use crate::error::{Refusal, ServiceError};
use crate::intake::PAGE;
use crate::service::Service;
use accounting_store::{CustomerRow, Installation, Ms};
use host_harness::digest::{hexadecimal, sha256_of_all};
use std::collections::BTreeSet;

/// How old a preview may be, milliseconds: a day. What the new accounting system holds changes too, and nobody tells of it.
const FRESH_FOR_MS: Ms = 24 * 60 * 60 * 1_000;

impl Service {
    /// What the answers of a preview hang on: the settings as they are kept, what `configure` remembered, and the connector itself.
    pub(super) fn fingerprint(&self, to: &Installation) -> Result<String, ServiceError> {
        let loaded = self.inner.connectors.get(&to.connector).ok_or_else(|| {
            let message = format!("connector {} is not loaded; start the host with it", to.connector);
            ServiceError::new(Refusal::Conflict, "connector-missing", message)
        })?;
        let parts = [
            to.connector.as_str(),
            &loaded.connector.info().sha256,
            &to.settings_json,
            &to.remembered_json,
            &to.hosts_json,
            &to.catalogue_json,
        ];
        Ok(hexadecimal(&sha256_of_all(parts)))
    }

    /// Synchronised customers of the old installation that no line tells of as they are now, at most `most`. When there are fewer, all were
    /// looked at, and the lines of those that are not synchronised any more are told too.
    pub(super) async fn unexamined(
        &self,
        from: &str,
        lines: &Lines,
        most: usize,
    ) -> Result<(Vec<CustomerRow>, Vec<String>), ServiceError> {
        let (mut open, mut gone) = (Vec::new(), lines.keys().cloned().collect::<BTreeSet<String>>());
        let mut after = None::<String>;
        loop {
            let page = self.store().customers(from, after.as_deref(), PAGE).await?;
            for row in page.items.into_iter().filter(|row| row.tagged && !row.deleted) {
                gone.remove(&row.id);
                let known = lines.get(&row.id).is_some_and(|line| line.revision == row.revision);
                if !known {
                    open.push(row);
                }
                if open.len() >= most {
                    return Ok((open, Vec::new()));
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok((open, gone.into_iter().collect())),
            }
        }
    }

    /// Refuse what was previewed too long ago, with other settings, or of other customers.
    pub(super) async fn check_fresh(&self, record: &Record, pair: &Pair, lines: &Lines) -> Result<(), ServiceError> {
        let stale = |why: String| {
            let message = format!("{why}; preview again, which looks only at what is not known");
            ServiceError::new(Refusal::Conflict, "preview-stale", message)
        };
        if record.examined.is_none() {
            let message = "the preview has not looked at all customers yet; preview until it has";
            return Err(ServiceError::new(Refusal::Conflict, "preview-unfinished", message));
        }
        if self.is_old(record) {
            return Err(stale("the preview is more than a day old".to_owned()));
        }
        if record.fingerprint != self.fingerprint(&pair.to)? {
            return Err(stale(format!(
                "installation {} was set up otherwise, or its connector was replaced, after the preview",
                pair.to.id
            )));
        }
        let (open, gone) = self.unexamined(&pair.from.id, lines, usize::MAX).await?;
        let changed = open.len().saturating_add(gone.len());
        if changed > 0 {
            return Err(stale(format!("{changed} customers have changed since the preview")));
        }
        Ok(())
    }

    /// Whether what is known was found out so long ago, or under such other circumstances, that it must be found out anew.
    pub(super) fn is_outdated(&self, record: &Record, fingerprint: &str) -> bool {
        record.fingerprint != fingerprint || self.is_old(record)
    }

    fn is_old(&self, record: &Record) -> bool {
        self.now().saturating_sub(record.begun) > FRESH_FOR_MS
    }
}
