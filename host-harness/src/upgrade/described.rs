//! What two connectors say of themselves, compared: what an administrator has to do before the one takes the other's place.

use crate::bindings::exports::configure::{Connector as Description, SettingSpec};
use crate::replay::to_json;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One difference between two descriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DescribedChange {
    /// Stable, e.g. `setting-added`.
    pub code: &'static str,
    /// What it is about: a setting, a host, a property.
    pub subject: String,
    /// In words.
    pub words: String,
    /// What an administrator has to do before the swap; none when nothing.
    pub to_do: Option<String>,
}

impl DescribedChange {
    /// Whether people could notice it; a new version alone they do not.
    pub fn is_for_people(&self) -> bool {
        self.code != "version"
    }
}

/// Everything that differs.
pub fn described(old: &Description, new: &Description) -> Vec<DescribedChange> {
    let mut found = Found(Vec::new());
    if old.id != new.id {
        let to_do = format!("this is another connector: set up every installation anew for `{}`", new.id);
        found.changed("id", "id", &old.id, &new.id, Some(to_do));
    }
    found.changed("name", "name", &old.name, &new.name, None);
    found.changed("version", "version", &old.version, &new.version, None);
    capabilities(old, new, &mut found);
    settings(old, new, &mut found);
    hosts(old, new, &mut found);
    limits(old, new, &mut found);
    found.0
}

struct Found(Vec<DescribedChange>);

impl Found {
    fn add(&mut self, code: &'static str, subject: &str, words: String, to_do: Option<String>) {
        self.0.push(DescribedChange { code, subject: subject.to_owned(), words, to_do });
    }

    fn changed(&mut self, code: &'static str, subject: &str, old: &str, new: &str, to_do: Option<String>) {
        if old != new {
            self.add(code, subject, format!("{subject}: `{old}` becomes `{new}`"), to_do);
        }
    }
}

fn set(names: &[String]) -> BTreeSet<&str> {
    names.iter().map(String::as_str).collect()
}

fn capabilities(old: &Description, new: &Description, found: &mut Found) {
    let (old, new) = (set(&old.capabilities), set(&new.capabilities));
    for name in new.difference(&old) {
        found.add("capability-added", name, format!("capability `{name}` is new"), None);
    }
    for name in old.difference(&new) {
        let to_do = format!("make sure that nobody relies on `{name}`");
        found.add("capability-removed", name, format!("capability `{name}` is gone"), Some(to_do));
    }
}

fn settings(old: &Description, new: &Description, found: &mut Found) {
    let by_key = |description: &'_ Description| -> BTreeMap<String, SettingSpec> {
        description.settings.iter().map(|spec| (spec.key.clone(), spec.clone())).collect()
    };
    let (old, new) = (by_key(old), by_key(new));
    for (key, spec) in &new {
        match old.get(key) {
            Some(before) => setting(before, spec, found),
            None if is_needed(spec) => {
                let to_do = format!("fill in `{key}` ({}) on every installation", spec.label.en);
                found.add("setting-added", key, format!("setting `{key}` is new and required"), Some(to_do));
            }
            None => found.add("setting-added", key, format!("setting `{key}` is new; it may stay empty"), None),
        }
    }
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        let to_do = format!("note what `{key}` holds where it is still needed: it is not handed over any more");
        found.add("setting-removed", key, format!("setting `{key}` is gone"), Some(to_do));
    }
}

fn is_needed(spec: &SettingSpec) -> bool {
    spec.required && spec.default_value.is_none()
}

/// One setting that both have.
fn setting(old: &SettingSpec, new: &SettingSpec, found: &mut Found) {
    let key = &new.key;
    if is_needed(new) && !old.required {
        let to_do = format!("fill in `{key}` where it is empty");
        found.add("setting-required", key, format!("setting `{key}` is required now"), Some(to_do));
    } else if new.required != old.required {
        let now = if new.required { "required now, with a default" } else { "not required any more" };
        found.add("setting-required", key, format!("setting `{key}` is {now}"), None);
    }
    if old.kind != new.kind {
        let [before, after] = [old, new].map(|spec| to_json(&spec.kind).as_str().unwrap_or_default().to_owned());
        let to_do = format!("look whether what `{key}` holds is still right");
        found.changed("setting-kind", &format!("setting `{key}`"), &before, &after, Some(to_do));
    }
    if old.secret != new.secret {
        let (now, to_do) = match new.secret {
            true => ("a secret now", format!("enter `{key}` again, so that it is stored as a secret")),
            false => ("not a secret any more", format!("look whether `{key}` may be shown to everybody on the page")),
        };
        found.add("setting-secret", key, format!("setting `{key}` is {now}"), Some(to_do));
    }
    let default = |spec: &SettingSpec| spec.default_value.clone().unwrap_or_default();
    let to_do = format!("enter `{key}` where it was left empty and the old default is wanted");
    found.changed("setting-default", &format!("default of `{key}`"), &default(old), &default(new), Some(to_do));
    let values = |spec: &SettingSpec| spec.choices.iter().map(|choice| choice.value.clone()).collect::<BTreeSet<_>>();
    for value in values(new).difference(&values(old)) {
        found.add("choice-added", key, format!("setting `{key}` may be `{value}` now"), None);
    }
    for value in values(old).difference(&values(new)) {
        let to_do = format!("choose something else where `{key}` is `{value}`");
        found.add("choice-removed", key, format!("setting `{key}` cannot be `{value}` any more"), Some(to_do));
    }
    for (what, before, after) in [("label", &old.label, &new.label), ("help", &old.help, &new.help)] {
        if (&before.da, &before.en) != (&after.da, &after.en) {
            found.add(
                "setting-text",
                key,
                format!("the {what} of setting `{key}` reads: {} / {}", after.da, after.en),
                None,
            );
        }
    }
}

fn hosts(old: &Description, new: &Description, found: &mut Found) {
    let (old, new) = (set(&old.hosts), set(&new.hosts));
    for name in new.difference(&old) {
        let to_do = format!("approve the host {name}");
        found.add("host-added", name, format!("it must reach {name}"), Some(to_do));
    }
    for name in old.difference(&new) {
        found.add("host-removed", name, format!("it does not reach {name} any more"), None);
    }
}

fn limits(old: &Description, new: &Description, found: &mut Found) {
    let by_property = |description: &Description| -> BTreeMap<String, u32> {
        description.limits.iter().map(|limit| (limit.property.clone(), limit.max_length)).collect()
    };
    let (old, new) = (by_property(old), by_property(new));
    for (property, after) in &new {
        let before = old.get(property);
        if before == Some(after) {
            continue;
        }
        let stricter = before.is_none_or(|before| after < before);
        let was = before.map_or("none".to_owned(), u32::to_string);
        let to_do = stricter.then(|| format!("look for values of {property} of more than {after} characters"));
        found.changed("limit", &format!("longest text of {property}"), &was, &after.to_string(), to_do);
    }
    for (property, before) in old.iter().filter(|(property, _)| !new.contains_key(*property)) {
        found.changed("limit", &format!("longest text of {property}"), &before.to_string(), "none", None);
    }
}
