//! What a connector may ask for and what it must offer, decided from its bytes alone.

use super::contract::{self, CONTRACT, CONTRACT_VERSION, go_together};
use super::load::LoadError;
use crate::component_info::ComponentInfo;
use semver::Version;

/// The interfaces a connector may import, and what version: WASI's of the 0.2 line, the contract's own of any that goes with
/// this host's.
/// No files, environment, sockets, random numbers or wall clock.
pub const ALLOWED_IMPORTS: [&str; 10] = [
    "wasi:io/poll",
    "wasi:io/error",
    "wasi:io/streams",
    "wasi:clocks/monotonic-clock",
    "wasi:http/types",
    "wasi:http/outgoing-handler",
    "flexybox:accounting/types",
    "flexybox:accounting/customers",
    "flexybox:accounting/links",
    "flexybox:accounting/log",
];

/// The interfaces of the contract that a connector must export.
pub const REQUIRED_EXPORTS: [&str; 5] = [
    "flexybox:accounting/configure",
    "flexybox:accounting/on-customer-changed",
    "flexybox:accounting/on-webhook",
    "flexybox:accounting/on-day-closed",
    "flexybox:accounting/upkeep",
];

/// The line of WASI releases whose interfaces fit each other.
const WASI_LINE: &str = "0.2.";

/// Whether this component may be compiled at all.
pub(super) fn check(info: &ComponentInfo) -> Result<(), LoadError> {
    check_for(info, &contract::HOST)
}

/// The same for a host that speaks `host`.
fn check_for(info: &ComponentInfo, host: &Version) -> Result<(), LoadError> {
    let imported = |wanted: Import| info.imports.iter().filter(move |name| import(name, host) == wanted).cloned();
    let forbidden: Vec<String> = imported(Import::Forbidden).collect();
    if !forbidden.is_empty() {
        return Err(LoadError::ForbiddenImports { imports: forbidden });
    }
    let others: Vec<String> = imported(Import::OtherContract).collect();
    if !others.is_empty() {
        return Err(LoadError::OtherContract { interfaces: others });
    }
    let newer: Vec<String> = imported(Import::Newer).collect();
    if !newer.is_empty() {
        return Err(LoadError::NewerContract { imports: newer });
    }
    // What is exported beyond the required is of no concern: it is what a newer host would call.
    let missing = REQUIRED_EXPORTS.iter().filter(|interface| exported_as(&info.exports, interface, host).is_none());
    let missing: Vec<String> = missing.map(|interface| format!("{interface}@{CONTRACT_VERSION}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let is_other = |name: &&String| contract::interface(name).is_some_and(|(_, version)| !go_together(&version, host));
    let others: Vec<String> = info.exports.iter().filter(is_other).cloned().collect();
    Err(if others.is_empty() {
        LoadError::MissingExports { exports: missing }
    } else {
        LoadError::OtherContract { interfaces: others }
    })
}

/// What an import is to this host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Import {
    /// It has it.
    Allowed,
    /// No connector may have it.
    Forbidden,
    /// Of a version of the contract that does not go with this host's.
    OtherContract,
    /// Of a version that does, but came with a later one.
    Newer,
}

fn import(name: &str, host: &Version) -> Import {
    let Some((interface, version)) = name.split_once('@') else { return Import::Forbidden };
    let allowed = ALLOWED_IMPORTS.contains(&interface);
    match contract::interface(name) {
        Some((_, version)) if !go_together(&version, host) => Import::OtherContract,
        Some(_) if allowed => Import::Allowed,
        Some((_, version)) if version > *host => Import::Newer,
        None if allowed && !interface.starts_with(CONTRACT) && version.starts_with(WASI_LINE) => Import::Allowed,
        _ => Import::Forbidden,
    }
}

/// The name under which an interface of the contract is exported: in the host's own version if it is there, else in the
/// newest that goes with it. The engine chooses alike.
pub(super) fn exported_as<'a>(exports: &'a [String], interface: &str, host: &Version) -> Option<&'a String> {
    let fitting = exports.iter().filter_map(|name| {
        let (_, version) = contract::interface(name).filter(|(_, version)| go_together(version, host))?;
        (name.split_once('@')?.0 == interface).then_some((version == *host, version, name))
    });
    fitting.max().map(|(_, _, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(imports: &[&str], exports: &[&str]) -> ComponentInfo {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        ComponentInfo {
            size: 0,
            sha256: String::new(),
            imports: owned(imports),
            exports: owned(exports),
            producers: Vec::new(),
        }
    }

    fn exports() -> Vec<String> {
        REQUIRED_EXPORTS.iter().map(|interface| format!("{interface}@0.1.0")).collect()
    }

    fn check_imports(imports: &[&str]) -> Result<(), LoadError> {
        let exports = exports();
        check(&info(imports, &exports.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn every_allowed_import_is_let_in() {
        check_imports(&[
            "wasi:io/poll@0.2.0",
            "wasi:io/error@0.2.3",
            "wasi:io/streams@0.2.12",
            "wasi:clocks/monotonic-clock@0.2.0",
            "wasi:http/types@0.2.2",
            "wasi:http/outgoing-handler@0.2.2",
            "flexybox:accounting/types@0.1.0",
            "flexybox:accounting/customers@0.1.0",
            "flexybox:accounting/links@0.1.0",
            "flexybox:accounting/log@0.1.0",
        ])
        .unwrap();
    }

    #[test]
    fn every_other_import_is_named() {
        let others = [
            "wasi:filesystem/types@0.2.0",
            "wasi:random/random@0.2.0",
            "wasi:clocks/wall-clock@0.2.0",
            "wasi:http/incoming-handler@0.2.0",
            "wasi:io/poll@0.3.0",
            "wasi:io/poll",
            "naked (function)",
            "flexybox:accounting-extra/types@0.1.0",
            "flexybox:accounting/configure@0.1.0",
            "flexybox:accounting/log",
            "flexybox:accounting/log@one",
        ];
        let mut all = vec!["wasi:io/error@0.2.0"];
        all.extend(others);
        let error = check_imports(&all).unwrap_err();
        let LoadError::ForbiddenImports { imports } = error else { panic!("{error}") };
        assert_eq!(imports, others);
    }

    #[test]
    fn another_version_of_the_contract_is_named() {
        let exports: Vec<_> = REQUIRED_EXPORTS.iter().map(|interface| format!("{interface}@0.2.0")).collect();
        let exports: Vec<_> = exports.iter().map(String::as_str).collect();
        for imports in [&["flexybox:accounting/types@0.2.0", "flexybox:accounting/calendar@0.2.0"], &[][..]] {
            let error = check(&info(imports, &exports)).unwrap_err();
            assert!(matches!(error, LoadError::OtherContract { .. }), "{error}");
            assert!(error.to_string().contains("for flexybox:accounting@0.2.0; this host speaks 0.1.0"), "{error}");
        }
    }

    #[test]
    fn a_connector_of_two_contracts_is_let_in_by_the_one() {
        let both: Vec<_> = exports().into_iter().chain(["flexybox:accounting/upkeep@0.2.0".to_owned()]).collect();
        check(&info(&[], &both.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    }

    #[test]
    fn an_old_connector_is_let_in_by_every_later_host_of_its_line() {
        let exports = exports();
        let old = info(&["flexybox:accounting/log@0.1.0"], &exports.iter().map(String::as_str).collect::<Vec<_>>());
        check_for(&old, &Version::new(0, 1, 7)).unwrap();
        let error = check_for(&old, &Version::new(0, 2, 0)).unwrap_err();
        assert!(matches!(error, LoadError::OtherContract { .. }), "{error}");
    }

    #[test]
    fn of_several_versions_the_hosts_own_is_called_else_the_newest() {
        let named = |versions: &[&str]| -> Vec<String> {
            versions.iter().map(|version| format!("flexybox:accounting/upkeep@{version}")).collect()
        };
        let chosen = |versions: &[&str]| {
            exported_as(&named(versions), "flexybox:accounting/upkeep", &Version::new(0, 1, 1)).cloned()
        };
        assert_eq!(chosen(&["0.1.0", "0.1.1", "0.1.10", "0.2.0"]).unwrap(), "flexybox:accounting/upkeep@0.1.1");
        assert_eq!(chosen(&["0.1.0", "0.1.9", "0.1.10", "0.2.0"]).unwrap(), "flexybox:accounting/upkeep@0.1.10");
        assert_eq!(chosen(&["0.2.0"]), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = check(&info(&[], &["flexybox:accounting/configure@0.1.0"])).unwrap_err();
        let LoadError::MissingExports { exports } = error else { panic!("{error}") };
        assert_eq!(exports.len(), 4);
        assert!(exports.contains(&"flexybox:accounting/upkeep@0.1.0".to_owned()));
    }
}
