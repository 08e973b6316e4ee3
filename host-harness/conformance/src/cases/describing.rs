//! What a connector says of itself.

use crate::stage::Stage;
use crate::verdict::{Checked, expect};
use host_harness::bindings::exports::configure::{SettingKind, SettingSpec};
use host_harness::installation::Driver;
use std::collections::BTreeSet;

/// Words in a setting's key that mean a secret.
const SECRET_WORDS: [&str; 5] = ["password", "secret", "token", "api-key", "kodeord"];

pub(super) async fn sound(stage: &mut Stage) -> Checked {
    let first = &stage.setting.description;
    let second = Driver::describe(&stage.setting.connector).await;
    let second = second.map_err(|error| crate::verdict::Wrong::Fails(error.to_string()))?;
    expect(format!("{second:?}") == format!("{first:?}"), || {
        "describe says the same every time, and did not".to_owned()
    })?;
    expect(is_key(&first.id), || format!("the id is lower-case with dashes, and is {:?}", first.id))?;
    expect(!first.name.trim().is_empty(), || "the name of the accounting system is not empty".to_owned())?;
    let numbers = first.version.split(['-', '+']).next().unwrap_or_default().split('.');
    let semver = numbers.clone().count() == 3 && numbers.clone().all(|one| one.parse::<u64>().is_ok());
    expect(semver, || format!("the version is three numbers with dots, and is {:?}", first.version))?;
    let claimed: BTreeSet<&String> = stage.profile().capabilities.iter().collect();
    let described: BTreeSet<&String> = first.capabilities.iter().collect();
    expect(claimed == described, || {
        format!("the capabilities are those of the profile, {claimed:?}, and are {described:?}")
    })?;
    expect(!first.hosts.is_empty(), || "it names the hosts it must reach, and names none".to_owned())?;
    let keys: BTreeSet<&String> = first.settings.iter().map(|spec| &spec.key).collect();
    expect(keys.len() == first.settings.len(), || "every setting has a key of its own".to_owned())?;
    first.settings.iter().try_for_each(setting)?;
    let tags = first.settings.iter().filter(|spec| spec.kind == SettingKind::CustomerTag).count();
    let customers = first.capabilities.iter().any(|one| one == "customers");
    expect(tags == usize::from(customers), || {
        format!("a connector of customers has one setting of the kind customer-tag, and it has {tags}")
    })?;
    first.limits.iter().try_for_each(|limit| {
        expect(!limit.property.is_empty() && limit.max_length > 0, || {
            format!("a limit has a property and a length, and not {limit:?}")
        })
    })
}

fn setting(spec: &SettingSpec) -> Checked {
    let key = &spec.key;
    expect(is_key(key), || format!("a setting's key is lower-case with dashes, and not {key:?}"))?;
    for (what, text) in [("label", &spec.label), ("help", &spec.help)] {
        expect(!text.da.trim().is_empty() && !text.en.trim().is_empty(), || {
            format!("the setting {key} has a {what} in Danish and in English")
        })?;
    }
    let choices = spec.choices.iter().map(|choice| &choice.value).collect::<BTreeSet<_>>();
    let default_fits = spec.kind != SettingKind::Choice
        || choices.is_empty()
        || spec.default_value.as_ref().is_none_or(|value| choices.contains(value));
    expect(default_fits, || format!("the default of the setting {key} is one of its choices"))
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) async fn secrets(stage: &mut Stage) -> Checked {
    stage.setting.description.settings.iter().try_for_each(|spec| {
        let sounds_secret = SECRET_WORDS.iter().any(|word| spec.key.contains(word));
        expect(!sounds_secret || spec.secret, || format!("the setting {} is marked secret, and is not", spec.key))?;
        expect(!spec.secret || spec.default_value.is_none(), || {
            format!("the secret setting {} has no default", spec.key)
        })
    })
}
