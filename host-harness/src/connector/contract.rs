//! Versions of the contract, and which of them go together: those that semver calls compatible, as the engine does when it
//! looks for what a component imports. So neither side has to be newer; [decision
//! 0025](../../../docs/decisions/0025-contract-versions.md) says what each may add.

use crate::component_info::ComponentInfo;
use semver::Version;

/// The package of the contract.
pub const CONTRACT: &str = "flexybox:accounting";

/// The version of the contract this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// [`CONTRACT_VERSION`], for comparing.
pub(super) const HOST: Version = Version::new(0, 1, 0);

/// An interface of the contract in some version: `flexybox:accounting/log@0.1.0` is `log` and 0.1.0.
pub(super) fn interface(name: &str) -> Option<(&str, Version)> {
    let (interface, version) = name.strip_prefix(CONTRACT)?.strip_prefix('/')?.split_once('@')?;
    Some((interface, Version::parse(version).ok()?))
}

/// Whether one version can stand in for the other: the same number before the first dot that counts. A release candidate
/// goes with nothing but itself.
pub(super) fn go_together(one: &Version, other: &Version) -> bool {
    let line = |version: &Version| (version.major, if version.major == 0 { version.minor } else { 0 });
    let released = one.pre.is_empty() && other.pre.is_empty();
    one == other || (released && line(one) == line(other) && line(one) != (0, 0))
}

/// The newest version of the contract that a component names; none when it names no interface of it.
pub fn made_for(info: &ComponentInfo) -> Option<Version> {
    info.imports.iter().chain(&info.exports).filter_map(|name| interface(name)).map(|(_, version)| version).max()
}

/// What to do about a component made for `component` on a host that speaks `host`.
pub(super) fn advice(component: &Version, host: &Version) -> String {
    let other_build = format!("use a build of the connector for {host}");
    if component > host { format!("update the host, or {other_build}") } else { other_build }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_written_twice_and_the_same() {
        assert_eq!(HOST.to_string(), CONTRACT_VERSION);
    }

    #[test]
    fn versions_go_together_as_the_engine_has_it() {
        let go = |one: &str, other: &str| go_together(&Version::parse(one).unwrap(), &Version::parse(other).unwrap());
        for (one, other) in [("0.1.0", "0.1.0"), ("0.1.0", "0.1.1"), ("0.1.9", "0.1.0"), ("1.0.0", "1.4.2")] {
            assert!(go(one, other) && go(other, one), "{one} {other}");
        }
        for (one, other) in [("0.1.0", "0.2.0"), ("0.1.0", "1.1.0"), ("0.1.0", "0.1.1-rc1"), ("0.0.1", "0.0.2")] {
            assert!(!go(one, other) && !go(other, one), "{one} {other}");
        }
    }

    #[test]
    fn an_interface_is_known_by_the_whole_package_name() {
        assert_eq!(interface("flexybox:accounting/log@0.1.2"), Some(("log", Version::new(0, 1, 2))));
        for other in ["flexybox:accounting-extra/log@0.1.0", "flexybox:accounting/log", "flexybox:accounting/log@one"] {
            assert_eq!(interface(other), None, "{other}");
        }
    }
}
