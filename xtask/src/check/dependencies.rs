//! Every package that the workspace depends on, held against the policy.

use cargo_metadata::Metadata;

use super::policy::Policy;

/// What is not in order, a line each, in a stable order.
pub(super) fn findings(metadata: &Metadata, policy: &Policy) -> Vec<String> {
    let mut found = Vec::new();
    for package in &metadata.packages {
        let named = format!("{} {}", package.name, package.version);
        if let Some(problem) = policy.licence_problem(package.license.as_deref()) {
            found.push(format!("{named} {problem}"));
        }
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        if !policy.allows_source(source) {
            found.push(format!("{named} comes from {}, which deny.toml does not allow", source.unwrap_or_default()));
        }
        if policy.bans(&package.name) {
            found.push(format!("{named} is banned by deny.toml"));
        }
    }
    if policy.wildcards_denied {
        for package in metadata.workspace_packages() {
            let wild = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.path.is_none() && dependency.req.to_string() == "*");
            found.extend(
                wild.map(|dependency| format!("{} depends on any version of {}", package.name, dependency.name)),
            );
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_finding_is_named_with_its_package() {
        let text = include_str!("../../testdata/metadata-findings.json");
        let metadata: Metadata = serde_json::from_str(text).unwrap();
        let policy = Policy::parse(
            "[licenses]\nallow = [\"MIT\"]\n[bans]\nwildcards = \"deny\"\ndeny = [\"banned\"]\n\
             [sources]\nallow-registry = [\"https://github.com/rust-lang/crates.io-index\"]\n",
        )
        .unwrap();
        let found = findings(&metadata, &policy);
        assert_eq!(
            found,
            [
                "banned 1.0.0 is banned by deny.toml",
                "copyleft 2.1.0 has the licence `GPL-3.0-only`, which deny.toml does not allow",
                "elsewhere 0.3.0 comes from git+https://example.com/elsewhere#0123456789abcdef, which deny.toml does not allow",
                "member depends on any version of anything",
            ]
        );
    }
}
