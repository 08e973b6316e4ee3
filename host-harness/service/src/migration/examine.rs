//! Asking the new connector about customers, with its writes held back.

use super::Pair;
use super::classify::{Answer, Told, classify};
use super::held::{HeldBack, Seen};
use super::people::Previewed;
use super::record::{Lines, MigrationClass, MigrationLine};
use crate::body;
use crate::calling::Which;
use crate::clock::{day_of, moment};
use crate::error::{Refusal, ServiceError};
use crate::follow::Wrong;
use crate::locale;
use crate::service::Service;
use crate::turn::budget;
use accounting_policy::{Permission, Work};
use accounting_store::{Change, CustomerRow, Installation, Write};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, CustomerChange, SyncResult};
use host_harness::bindings::types::{Error, ErrorKind, Locale};
use host_harness::directory::Directory;
use host_harness::installation::RunError;
use host_harness::transport::Transport;
use std::sync::Arc;
use std::time::Instant;

/// How many customers one call is about. A connector answers for many with a few reads, and each update it would make counts
/// against the call's thousand requests.
pub(super) const TOGETHER: usize = 200;

/// The step of the call, for the idempotency key.
const STEP: &str = "migration-preview";

/// The code of a debtor that two customers would be linked to.
const TWICE: &str = "host.debtor-taken";

impl Service {
    /// Ask about these customers and add their lines: all of them together, then alone those of whom that told nothing, at least one and
    /// until the time is over. No event of the new installation runs while it is asked.
    pub(super) async fn examine(
        &self,
        pair: &Pair,
        customers: Vec<CustomerRow>,
        lines: &mut Lines,
        until: Instant,
    ) -> Result<(), ServiceError> {
        let language = locale::of(&pair.to);
        let (results, seen) = self.ask_about(pair, &customers, lines).await?;
        let told: Vec<Told> =
            customers.iter().zip(&results).map(|(row, result)| classify(result, &row.number, &seen, false)).collect();
        // Where some have an answer, whoever has none may be the reason himself.
        let nobody = told.len() > 1 && told.iter().all(|told| matches!(told, Told::Unreachable(_)));
        let mut alone = Vec::new();
        for (row, told) in customers.into_iter().zip(told) {
            match told {
                Told::Unreachable(error) if nobody || error.kind != ErrorKind::Transient => {
                    return Err(unreachable(&error));
                }
                Told::Unreachable(_) | Told::AskAlone => alone.push(row),
                Told::Would(answer) => note(lines, &row, answer, language),
            }
        }
        for row in alone {
            let customer = [row];
            let (results, seen) = self.ask_about(pair, &customer, lines).await?;
            for (row, result) in customer.iter().zip(&results) {
                let answer = match classify(result, &row.number, &seen, true) {
                    Told::Unreachable(error) if error.kind != ErrorKind::Transient => return Err(unreachable(&error)),
                    Told::Unreachable(error) => Answer::why(MigrationClass::Failed, &error.code, &error.message),
                    Told::AskAlone => Answer::why(MigrationClass::Failed, "", ""),
                    Told::Would(answer) => answer,
                };
                note(lines, row, answer, language);
            }
            if Instant::now() >= until {
                break;
            }
        }
        Ok(())
    }

    async fn ask_about(
        &self,
        pair: &Pair,
        customers: &[CustomerRow],
        lines: &Lines,
    ) -> Result<(Vec<SyncResult>, Seen), ServiceError> {
        let gate = self.gate(&pair.to.id);
        let _alone = gate.write().await;
        let row = self.row(&pair.to.id).await?;
        self.check_budget(&row)?;
        let event = format!("preview-{}", crate::random::hex16()?);
        let which = Which { event: &event, step: STEP, attempt: 1 };
        let ready = self.ready_for(&row, &which).await?.ok_or_else(|| {
            let message = format!("connector {} is not loaded; start the host with it", row.connector);
            ServiceError::new(Refusal::Conflict, "connector-missing", message)
        })?;
        let mut caller = self.caller(&row, &ready, Work::Bulk, &event);
        let held = Arc::new(HeldBack::before(Arc::clone(&caller.transport)));
        let people = Previewed::new(Arc::clone(&self.inner.store), &pair.from.id, &row.customer_tag, lines);
        caller.transport = Arc::clone(&held) as Arc<dyn Transport>;
        caller.directory = Arc::new(people) as Arc<dyn Directory>;
        let changes = customers
            .iter()
            .map(|row| Ok(CustomerChange { kind: ChangeKind::Changed, customer: body::customer(row)?, link: None }));
        let changes = changes.collect::<Result<Vec<_>, ServiceError>>()?;
        let answered = caller.customers(ready.context.clone(), changes).await;
        let seen = held.seen();
        if seen.reads > 0 {
            let calls = i64::try_from(seen.reads).unwrap_or(i64::MAX);
            let writes = vec![Write::Calls { day: day_of(self.now()), calls }];
            self.commit(Change { installation: row.id.clone(), guards: Vec::new(), writes }).await?;
        }
        let (customers, reads) = (customers.len(), seen.reads);
        tracing::info!(installation = row.id, correlation = event, customers, reads, "asked what would become of them");
        match answered.result {
            Ok(results) => Ok((results, seen)),
            Err(RunError::Connector(error)) => Err(unreachable(&error)),
            Err(error) => {
                let wrong = Wrong::from(&error);
                tracing::warn!(installation = row.id, correlation = event, code = wrong.code, %error, "a preview failed");
                let message = format!("the connector of {} could not be asked ({}); preview again", row.id, wrong.code);
                Err(ServiceError::new(Refusal::Unavailable, "preview-interrupted", message))
            }
        }
    }

    fn check_budget(&self, row: &Installation) -> Result<(), ServiceError> {
        match budget(row).may_run(Work::Bulk, row.daily_calls, moment(self.now())) {
            Permission::Go => Ok(()),
            Permission::WaitUntil(_) => {
                let message = format!(
                    "what the day has for work in bulk of the calls of {} is used; preview again tomorrow, it goes on where it was",
                    row.id
                );
                Err(ServiceError::new(Refusal::Conflict, "budget-used", message).about("daily_calls"))
            }
        }
    }
}

fn unreachable(error: &Error) -> ServiceError {
    let message = format!(
        "the new accounting system could not be asked: {} ({}); preview again when it can",
        error.message, error.code
    );
    ServiceError::new(Refusal::Unavailable, "preview-interrupted", message)
}

/// Add a customer's line. A debtor that is another's already is nobody's any more: a person decides.
fn note(lines: &mut Lines, row: &CustomerRow, answer: Answer, locale: Locale) {
    let mut line = MigrationLine {
        customer: row.id.clone(),
        number: row.number.clone(),
        revision: row.revision,
        class: answer.class,
        debtor: answer.debtor,
        external_id: answer.external_id,
        code: answer.code,
        message: answer.message,
    };
    let is_same = |other: &MigrationLine| {
        other.customer != line.customer && !line.external_id.is_empty() && other.external_id == line.external_id
    };
    if let Some(other) = lines.values_mut().find(|other| is_same(other)) {
        let (first, second) = (other.customer.clone(), line.customer.clone());
        contest(other, &second, locale);
        contest(&mut line, &first, locale);
    }
    lines.insert(row.id.clone(), line);
}

/// The debtor of this line fits another customer as well.
fn contest(line: &mut MigrationLine, other: &str, locale: Locale) {
    let debtor = std::mem::take(&mut line.debtor);
    line.external_id.clear();
    line.class = MigrationClass::Ambiguous;
    line.code = TWICE.to_owned();
    line.message = match locale {
        Locale::Da => format!("debitor {debtor} passer også på kunden {other}; ret kundenummeret på en af dem"),
        Locale::En => format!("debtor {debtor} fits customer {other} as well; correct the number of one of them"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str) -> CustomerRow {
        CustomerRow {
            id: id.to_owned(),
            revision: 3,
            number: format!("n-{id}"),
            cvr_digits: String::new(),
            email_lower: String::new(),
            tagged: true,
            deleted: false,
            body_json: String::new(),
            changed: 0,
        }
    }

    fn link(external_id: &str) -> Answer {
        Answer {
            debtor: "D1".to_owned(),
            external_id: external_id.to_owned(),
            ..Answer::why(MigrationClass::Link, "", "")
        }
    }

    fn classes(lines: &Lines) -> Vec<(&str, MigrationClass, &str)> {
        lines.values().map(|line| (line.customer.as_str(), line.class, line.external_id.as_str())).collect()
    }

    #[test]
    fn a_debtor_that_fits_two_is_linked_to_neither() {
        let mut lines = Lines::new();
        note(&mut lines, &row("a"), link("9"), Locale::En);
        note(&mut lines, &row("b"), link("8"), Locale::En);
        note(&mut lines, &row("c"), link("9"), Locale::En);
        let (ambiguous, linked) = (MigrationClass::Ambiguous, MigrationClass::Link);
        assert_eq!(classes(&lines), [("a", ambiguous, ""), ("b", linked, "8"), ("c", ambiguous, "")]);
        assert_eq!(lines["a"].message, "debtor D1 fits customer c as well; correct the number of one of them");
        assert!(lines["c"].message.contains("customer a"));
    }

    #[test]
    fn the_same_customer_again_and_links_without_a_debtor_contest_nothing() {
        let mut lines = Lines::new();
        for id in ["a", "a", "b", "c"] {
            note(&mut lines, &row(id), link(if id == "a" { "9" } else { "" }), Locale::Da);
        }
        assert!(lines.values().all(|line| line.class == MigrationClass::Link));
    }
}
