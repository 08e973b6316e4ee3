//! What a result has to say to people, no longer than people read: a connector may say thousands of things of one customer, and each would
//! be written, read and handed on for everybody's account.

use host_harness::bindings::types::{Finding, Locale, Severity};

/// The notices of one result that are handed on.
const MOST: usize = 100;
/// Bytes of all their texts: eight lines for each of a hundred.
const MOST_BYTES: usize = 64 * 1024;
/// What stands in place of the others.
const MORE: &str = "host.more-notices";

/// The notices to hand on, in their order. Where that is not all, those that matter most are among them, and one more says how many are
/// left out.
pub(crate) fn handed_on(notices: &[Finding], locale: Locale) -> Vec<Finding> {
    let mut by_weight: Vec<usize> = (0..notices.len()).collect();
    by_weight.sort_by_key(|place| notices.get(*place).map(|one| std::cmp::Reverse(weight(one.severity))));
    let mut room = MOST_BYTES;
    let mut chosen: Vec<usize> = by_weight
        .into_iter()
        .take(MOST)
        .filter(|place| {
            let left = notices.get(*place).and_then(|one| room.checked_sub(bytes(one)));
            room = left.unwrap_or(room);
            left.is_some()
        })
        .collect();
    chosen.sort_unstable();
    let left_out = notices.len().saturating_sub(chosen.len());
    let mut handed_on: Vec<Finding> = chosen.into_iter().filter_map(|place| notices.get(place).cloned()).collect();
    if left_out > 0 {
        handed_on.push(more(left_out, locale));
    }
    handed_on
}

const fn weight(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

fn bytes(notice: &Finding) -> usize {
    let Finding { code, message, steps, subject, severity: _ } = notice;
    let texts = [code, message].into_iter().chain(steps).chain(subject);
    texts.map(String::len).fold(0, usize::saturating_add)
}

fn more(left_out: usize, locale: Locale) -> Finding {
    Finding {
        severity: Severity::Warning,
        code: MORE.to_owned(),
        message: match locale {
            Locale::Da => format!("Der er flere beskeder, end der er plads til: {left_out} er udeladt."),
            Locale::En => format!("There are more notices than there is room for: {left_out} are left out."),
        },
        steps: Vec::new(),
        subject: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(severity: Severity, message: &str) -> Finding {
        Finding { severity, code: "example".to_owned(), message: message.to_owned(), steps: Vec::new(), subject: None }
    }

    #[test]
    fn what_people_can_read_is_handed_on_as_it_is() {
        let few = vec![notice(Severity::Info, "one"); MOST];
        assert_eq!(handed_on(&few, Locale::En), few);
        assert_eq!(handed_on(&[], Locale::En), []);
    }

    #[test]
    fn of_too_many_the_gravest_are_handed_on_and_the_others_counted() {
        let mut many = vec![notice(Severity::Info, "small"); 5_000];
        many[4_000] = notice(Severity::Warning, "odd");
        many[4_999] = notice(Severity::Error, "wrong");
        let handed = handed_on(&many, Locale::Da);
        assert_eq!(handed.len(), MOST + 1);
        assert_eq!(handed[MOST - 2..MOST], [many[4_000].clone(), many[4_999].clone()]);
        assert_eq!(handed[MOST].message, "Der er flere beskeder, end der er plads til: 4900 er udeladt.");
    }

    #[test]
    fn one_that_is_too_long_takes_no_room_from_the_others() {
        let long = "x".repeat(MOST_BYTES);
        let notices = [notice(Severity::Error, &long), notice(Severity::Info, "small")];
        let handed = handed_on(&notices, Locale::En);
        assert_eq!(handed[0], notices[1]);
        assert_eq!(handed[1].message, "There are more notices than there is room for: 1 are left out.");
    }
}
