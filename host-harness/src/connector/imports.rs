//! What a connector may ask for and what it must offer, decided from its bytes alone.

use super::load::LoadError;
use crate::component_info::ComponentInfo;

/// The package of the contract.
pub const CONTRACT: &str = "flexybox:accounting";

/// The version of the contract this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// The interfaces a connector may import, and what version: WASI's of the 0.2 line, the contract's own of exactly this one.
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
    let forbidden: Vec<String> = info.imports.iter().filter(|import| !is_known(import)).cloned().collect();
    if !forbidden.is_empty() {
        return Err(LoadError::ForbiddenImports { imports: forbidden });
    }
    let others: Vec<String> = info.imports.iter().chain(&info.exports).filter(|name| is_other(name)).cloned().collect();
    if !others.is_empty() {
        return Err(LoadError::OtherContract { interfaces: others });
    }
    let missing: Vec<String> = REQUIRED_EXPORTS
        .iter()
        .map(|interface| format!("{interface}@{CONTRACT_VERSION}"))
        .filter(|wanted| !info.exports.contains(wanted))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(LoadError::MissingExports { exports: missing }) }
}

/// An allowed interface; of the contract in whatever version, since that deserves a message of its own.
fn is_known(import: &str) -> bool {
    let Some((interface, version)) = import.split_once('@') else { return false };
    let right_version = interface.starts_with(CONTRACT) || version.starts_with(WASI_LINE);
    right_version && ALLOWED_IMPORTS.contains(&interface)
}

/// An interface of the contract in another version than ours.
fn is_other(name: &str) -> bool {
    let ours = name.strip_prefix(CONTRACT).is_some_and(|rest| rest.starts_with('/'));
    ours && name.split_once('@').map(|(_, version)| version) != Some(CONTRACT_VERSION)
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
        let error = check(&info(&["flexybox:accounting/types@0.2.0"], &exports)).unwrap_err();
        assert!(error.to_string().contains("made for flexybox:accounting@0.2.0; this host speaks 0.1.0"), "{error}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = check(&info(&[], &["flexybox:accounting/configure@0.1.0"])).unwrap_err();
        let LoadError::MissingExports { exports } = error else { panic!("{error}") };
        assert_eq!(exports.len(), 4);
        assert!(exports.contains(&"flexybox:accounting/upkeep@0.1.0".to_owned()));
    }
}
