//! The same difference in many fixtures, said once.

use super::change::{Aspect, Change};
use super::fixture::FixtureCompared;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that differs in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What part of the behaviour.
    pub aspect: Aspect,
    /// Where.
    pub place: String,
    /// How, those of most fixtures first.
    pub variants: Vec<Variant>,
}

/// One way in which a place differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// From what to what.
    pub what: String,
    /// In which fixtures, by name.
    pub fixtures: BTreeSet<String>,
}

/// Group the changes of many fixtures, in the order of the aspects.
pub fn grouped(compared: &[FixtureCompared]) -> Vec<Group> {
    let mut places: BTreeMap<(Aspect, &str), BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for (name, Change { aspect, place, what }) in
        compared.iter().flat_map(|one| one.changes.iter().map(move |change| (&one.name, change)))
    {
        places.entry((*aspect, place)).or_default().entry(what).or_default().insert(name.clone());
    }
    let group = |((aspect, place), whats): ((Aspect, &str), BTreeMap<&str, BTreeSet<String>>)| {
        let mut variants: Vec<Variant> =
            whats.into_iter().map(|(what, fixtures)| Variant { what: what.to_owned(), fixtures }).collect();
        variants.sort_by_key(|variant| std::cmp::Reverse(variant.fixtures.len()));
        Group { aspect, place: place.to_owned(), variants }
    };
    places.into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upgrade::Used;

    #[test]
    fn the_same_in_many_fixtures_is_one_with_a_count() {
        let change =
            |what: &str| Change { aspect: Aspect::Outcomes, place: "check: healthy".into(), what: what.into() };
        let compared: Vec<FixtureCompared> = (0..50)
            .map(|number| FixtureCompared {
                name: format!("fixture-{number}"),
                changes: vec![
                    change("true becomes false"),
                    change(if number == 7 { "a" } else { "true becomes false" }),
                ],
                not_compared_from: None,
                old_strays: false,
                old: Used::default(),
                new: Used::default(),
            })
            .collect();
        let groups = grouped(&compared);
        assert_eq!(groups.len(), 1);
        let counts: Vec<_> = groups[0].variants.iter().map(|one| (one.what.as_str(), one.fixtures.len())).collect();
        assert_eq!(counts, [("true becomes false", 50), ("a", 1)]);
    }
}
