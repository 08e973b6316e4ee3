//! After a write: is what Uniconta now holds what was sent? Nothing is cut, dropped or changed silently.

use super::reconcile::{Push, set_agreed, set_untaken};
use crate::api::Row;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::sync::naming::{name_of, subject_of};
use accounting_kit::types::{Agreed, Finding, Locale, Severity};

/// Note in `base` what both now agree on, and tell what Uniconta did not take as sent. Without the row in the answer,
/// what was sent counts as taken.
pub(super) fn note_written(
    pushes: &[Push],
    answer: Option<&Row>,
    base: &mut Vec<Agreed>,
    locale: Locale,
) -> Vec<Finding> {
    let mut notices = Vec::new();
    for push in pushes {
        let Some(row) = answer else {
            set_agreed(base, &push.name, push.canonical.clone());
            continue;
        };
        let held = row.held(&push.name);
        let (kind, has_none) = (if push.known { push.kind } else { push.kind.seen_in(held.as_ref()) }, held.is_none());
        let theirs = kind.from_uniconta(held);
        if kind.from_flexybox(&push.typed).is_ok_and(|ours| ours == theirs) {
            set_agreed(base, &push.name, theirs.into_owned());
            continue;
        }
        let shown = name_of(&push.property, locale);
        if has_none && !push.known {
            set_untaken(base, &push.name, &push.canonical);
            notices.push(finding(Severity::Warning, "uniconta.field-not-taken", Some(&subject_of(&push.property)), say!(locale,
                "Uniconta har intet felt, der hedder {shown}; værdien blev ikke overført. Opret feltet i Uniconta, eller giv kundedata feltet samme navn som i Uniconta",
                "Uniconta has no field called {shown}; the value was not transferred. Create the field in Uniconta, or give the customer data field the name it has there", shown = shown)));
        } else {
            set_agreed(base, &push.name, theirs.into_owned());
            notices.push(finding(
                Severity::Warning,
                "uniconta.stored-otherwise",
                Some(&subject_of(&push.property)),
                say!(
                    locale,
                    "Uniconta gemte {shown} anderledes, end det blev sendt; se efter på debitoren",
                    "Uniconta stored {shown} otherwise than it was sent; have a look at the debtor",
                    shown = shown
                ),
            ));
        }
    }
    notices
}
