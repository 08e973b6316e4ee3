//! What the one asks of the accounting system and the other does not.

use super::change::{Aspect, Change};
use crate::replay::{RequestSpec, likeness, text_difference};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How alike two requests of the same method must be to count as one that was changed, of 1,000.
const ALIKE: u32 = 500;

/// Differences between the requests of one event, of this kind.
pub(super) fn differences(kind: &str, old: &[&RequestSpec], new: &[&RequestSpec]) -> Vec<Change> {
    let [old_texts, new_texts] =
        [old, new].map(|requests| requests.iter().map(|request| request.for_people()).collect::<Vec<_>>());
    let mut changes = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let mut gone: Vec<usize> = operation.old_range().collect();
        for at in operation.new_range() {
            let (Some(request), Some(text)) = (new.get(at), new_texts.get(at)) else { continue };
            match take_nearest(&mut gone, old, &old_texts, request, text) {
                Some(before) => changes.push(change(kind, request, text_difference(before, text))),
                None => changes.push(change(kind, request, format!("is asked now: {}", request.line()))),
            }
        }
        let gone = gone.into_iter().filter_map(|at| old.get(at));
        changes.extend(gone.map(|request| change(kind, request, format!("is not asked any more: {}", request.line()))));
    }
    changes
}

/// The old request that the new one most likely stands for.
fn take_nearest<'a>(
    gone: &mut Vec<usize>,
    old: &[&RequestSpec],
    old_texts: &'a [String],
    request: &RequestSpec,
    text: &str,
) -> Option<&'a String> {
    let candidates = gone.iter().enumerate().filter_map(|(place, at)| {
        let same_method = old.get(*at).is_some_and(|one| one.method == request.method);
        let before = old_texts.get(*at).filter(|_| same_method)?;
        let alike = likeness(before, text);
        (alike >= ALIKE).then_some((alike, std::cmp::Reverse(place), before))
    });
    let (_, std::cmp::Reverse(place), before) = candidates.max()?;
    gone.remove(place);
    Some(before)
}

fn change(kind: &str, request: &RequestSpec, what: String) -> Change {
    let url = request.url.split('?').next().unwrap_or_default();
    Change { aspect: Aspect::Requests, place: format!("{kind}: {} {url}", request.method), what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(method: &str, path: &str, body: &str) -> RequestSpec {
        let body = json!({"text": body});
        serde_json::from_value(json!({"method": method, "url": format!("https://a.example{path}"), "body": body}))
            .unwrap()
    }

    #[test]
    fn changed_new_and_gone_requests_are_told_apart() {
        let same = request("GET", "/login", "");
        let (before, after) = (request("PUT", "/debtors/7", "name: Anna"), request("PUT", "/debtors/7", "name: Bo"));
        let (gone, more) = (request("GET", "/groups", ""), request("DELETE", "/debtors/9?hard=1", ""));
        let found = differences("check", &[&same, &before, &gone], &[&same, &after, &more]);
        let places: Vec<&str> = found.iter().map(|change| change.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "check: PUT https://a.example/debtors/7",
                "check: DELETE https://a.example/debtors/9",
                "check: GET https://a.example/groups"
            ]
        );
        assert!(found[0].what.contains("-name: Anna") && found[0].what.contains("+name: Bo"), "{}", found[0].what);
        assert_eq!(found[1].what, "is asked now: DELETE https://a.example/debtors/9?hard=1");
        assert_eq!(found[2].what, "is not asked any more: GET https://a.example/groups");
        assert!(differences("check", &[&same, &gone], &[&same, &gone]).is_empty());
    }
}
