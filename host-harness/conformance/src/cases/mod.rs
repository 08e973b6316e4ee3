//! The cases: what must hold of every connector.

mod answers;
mod catching_up;
mod customers;
mod days;
mod describing;
mod lacking;
mod link;
mod links;
mod room;
mod settings;
mod trouble;
mod trust;

use crate::stage::Stage;
use crate::verdict::Checked;
use std::future::Future;
use std::pin::Pin;

type Run = for<'a> fn(&'a mut Stage) -> Pin<Box<dyn Future<Output = Checked> + Send + 'a>>;

/// One thing that must hold.
#[derive(Clone, Copy)]
pub struct Case {
    /// Stable, lower-case with dashes.
    pub id: &'static str,
    /// What must hold, in a sentence.
    pub holds: &'static str,
    /// The capability without which it is not needed; empty for none.
    pub needs: &'static str,
    /// Asks the connector alone, and nothing of an accounting system.
    pub(crate) alone: bool,
    /// Judges what all others overheard, so it runs after them.
    pub(crate) last: bool,
    pub(crate) run: Run,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// A row of the table below.
macro_rules! case {
    ($id:literal, $needs:literal, $run:path, $holds:literal) => {
        Case { id: $id, holds: $holds, needs: $needs, alone: false, last: false, run: |stage| Box::pin($run(stage)) }
    };
    ($id:literal, $needs:literal, $run:path, $holds:literal, last) => {
        Case { id: $id, holds: $holds, needs: $needs, alone: false, last: true, run: |stage| Box::pin($run(stage)) }
    };
    ($id:literal, $needs:literal, $run:path, $holds:literal, alone) => {
        Case { id: $id, holds: $holds, needs: $needs, alone: true, last: false, run: |stage| Box::pin($run(stage)) }
    };
}

/// All of them, in the order a connector is best written in.
static CASES: [Case; 49] = [
    case!(
        "describe-is-sound",
        "",
        describing::sound,
        "id, version, settings, hosts and limits are as the contract says, the same every time",
        alone
    ),
    case!("describe-calls-nobody", "", describing::calls_nobody, "describe answers without any request", alone),
    case!(
        "secrets-are-marked",
        "",
        describing::secrets,
        "settings that are called password, key, token or secret are marked secret and have no default",
        alone
    ),
    case!("good-settings-are-ready", "", settings::good, "good settings are ready, and no finding is an error"),
    case!("bad-settings-are-findings", "", settings::bad, "each bad setting is a finding about it, and not an error"),
    case!("all-findings-at-once", "", settings::all_at_once, "two bad settings lead to findings about both"),
    case!(
        "unreachable-is-an-error",
        "",
        settings::unreachable,
        "where the system does not answer, configure says that it could not find out"
    ),
    case!(
        "not-enabled-calls-nobody",
        "",
        settings::not_enabled,
        "while the integration is not enabled nothing is called"
    ),
    case!(
        "lacking-is-unsupported",
        "",
        lacking::says_so,
        "what it does not claim to be capable of is answered with unsupported or passed over, and nothing is written"
    ),
    case!(
        "untagged-calls-nobody",
        "customers",
        customers::untagged,
        "a customer without the tag is skipped without any call"
    ),
    case!(
        "created",
        "customers",
        customers::created,
        "a new customer with the tag becomes a debtor with its values, and has a link to it"
    ),
    case!(
        "unchanged-writes-nothing",
        "customers",
        customers::unchanged,
        "a customer that did not change leads to no write"
    ),
    case!(
        "changed",
        "customers",
        customers::changed,
        "what changed in FlexyBox stands in the books, and what was taken away is gone"
    ),
    case!(
        "unmodelled-survives",
        "customers",
        customers::unmodelled,
        "what the contract has no word for stays as the bookkeeper left it"
    ),
    case!(
        "existing-is-found",
        "customers",
        customers::existing,
        "a debtor that is there already is linked and not made twice"
    ),
    case!(
        "tag-off-and-on",
        "customers",
        customers::tag_off_and_on,
        "without the tag the debtor is left alone and the link sleeps; with it again everything is written"
    ),
    case!(
        "deleted-is-blocked",
        "customers",
        customers::deleted,
        "the debtor of a deleted customer is blocked and not deleted"
    ),
    case!(
        "deleted-there-is-not-made-again",
        "customers",
        customers::deleted_there,
        "a debtor that a person deleted does not come back with the next change"
    ),
    case!(
        "too-long-is-not-cut",
        "customers",
        customers::too_long,
        "a text that is too long is refused, and nothing of it is written"
    ),
    case!(
        "one-bad-in-a-batch",
        "customers",
        customers::one_bad,
        "one customer that cannot be synchronised keeps no other from it, and results come in order"
    ),
    case!(
        "both-changed-is-told",
        "customers",
        customers::both_changed,
        "where both sides changed the same thing, one stands on both sides and the other is told"
    ),
    case!(
        "links-are-well-formed",
        "customers",
        links::well_formed,
        "a link names a debtor that is there, one for each customer, and always the same"
    ),
    case!(
        "twice-is-once",
        "customers",
        customers::twice,
        "an event that runs again, because its outcome was lost, makes no second debtor"
    ),
    case!(
        "link-brings-changes",
        "webhook",
        link::brings_changes,
        "what a bookkeeper changes comes back through the link"
    ),
    case!("link-called-twice", "webhook", link::twice, "a call that comes twice changes nothing the second time"),
    case!(
        "link-out-of-order",
        "webhook",
        link::out_of_order,
        "calls that come in the wrong order end in what stands in the books"
    ),
    case!(
        "link-about-others",
        "webhook",
        link::about_others,
        "a call about somebody else's books or another table is ignored"
    ),
    case!(
        "link-called-with-garbage",
        "webhook",
        link::garbage,
        "whatever else comes in is refused or ignored, and changes nothing"
    ),
    case!(
        "echo-is-ignored",
        "webhook",
        link::echo,
        "the connector's own write coming back is an echo and changes nothing"
    ),
    case!(
        "catch-up-finds-what-was-lost",
        "catch-up",
        catching_up::finds,
        "what no call told of is found, also what changed while a pass ran"
    ),
    case!(
        "catch-up-from-every-cursor",
        "catch-up",
        catching_up::every_cursor,
        "every cursor that was given out can be read on from, and a second time changes nothing"
    ),
    case!(
        "catch-up-from-an-absurd-cursor",
        "catch-up",
        catching_up::absurd_cursor,
        "a cursor nobody gave out is refused, or everything is read: nothing is passed over"
    ),
    case!(
        "day-closed",
        "bookkeeping",
        days::closed,
        "a day's lines are in the books, to the øre, and the receipt says so"
    ),
    case!("day-twice-is-once", "bookkeeping", days::twice, "a day that is sent again is in the books once"),
    case!("day-corrected", "bookkeeping", days::corrected, "after a correction the books hold the new amounts"),
    case!(
        "day-that-cannot-be-booked",
        "bookkeeping",
        days::refused,
        "what is wrong with a day is refused by name, and nothing is sent"
    ),
    case!(
        "day-amounts-are-exact",
        "bookkeeping",
        days::exact,
        "amounts of one øre, of tenths and of many digits are in the books exactly"
    ),
    case!(
        "lost-answer-customer",
        "customers",
        trouble::lost_customer,
        "a write whose answer is lost is uncertain, and looked up before it is tried again"
    ),
    case!(
        "lost-answer-day",
        "bookkeeping",
        trouble::lost_day,
        "a day whose answer is lost is uncertain, and in the books once after it is tried again"
    ),
    case!(
        "unavailable-is-transient",
        "customers",
        trouble::unavailable,
        "a system that is not available is tried again later"
    ),
    case!(
        "rate-limit-is-honoured",
        "customers",
        trouble::rate_limited,
        "when the system asks to wait, the time is passed on and nothing more is asked"
    ),
    case!(
        "not-accepted-is-auth",
        "customers",
        trouble::not_accepted,
        "credentials that are no longer accepted stop the installation"
    ),
    case!("unknown-fields-are-tolerated", "customers", answers::unknown_fields, "fields nobody knows do no harm"),
    case!(
        "broken-answers",
        "customers",
        answers::broken,
        "an answer that is empty, cut off, huge or of another kind is an error, and nothing is made twice"
    ),
    case!(
        "same-input-same-bytes-same-fuel",
        "customers",
        trust::the_same,
        "the same call from the same state sends the same bytes, says the same and uses the same fuel"
    ),
    case!(
        "within-limits",
        "customers",
        room::within_limits,
        "a batch of a hundred leaves a quarter of every limit unused"
    ),
    case!(
        "only-approved-hosts",
        "",
        trust::hosts,
        "nothing but the approved hosts is asked; where none is, the connector says so",
        last
    ),
    case!(
        "no-secrets-told",
        "customers",
        trust::secrets,
        "no secret stands in any message, detail, finding or log line",
        last
    ),
    case!(
        "no-personal-data-told",
        "customers",
        trust::people,
        "no name, address, telephone number or e-mail stands in a log line or a detail for operators",
        last
    ),
];

/// All cases.
pub fn cases() -> &'static [Case] {
    &CASES
}

#[cfg(test)]
mod tests {
    use super::cases;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_stable_names_and_each_stands_once() {
        let ids: BTreeSet<&str> = cases().iter().map(|case| case.id).collect();
        assert_eq!(ids.len(), cases().len());
        for case in cases() {
            assert!(case.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", case.id);
        }
    }

    #[test]
    fn the_documentation_has_the_same_cases_in_the_same_order() {
        let documented = include_str!("../../../../docs/conformance.md");
        let rows: Vec<&str> =
            documented.lines().filter(|line| line.starts_with("| `") && line.ends_with(" |")).collect();
        let expected: Vec<String> = cases()
            .iter()
            .map(|case| {
                let needs = if case.needs.is_empty() { "all".to_owned() } else { format!("`{}`", case.needs) };
                format!("| `{}` | {needs} | {} |", case.id, case.holds)
            })
            .collect();
        let listed: Vec<&str> = rows.into_iter().skip_while(|row| !row.starts_with("| `describe-is-sound`")).collect();
        assert_eq!(listed, expected);
    }
}
