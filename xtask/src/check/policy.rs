//! `deny.toml`, as far as it can be judged without cargo-deny.
//!
//! The file is cargo-deny's, so keys of no meaning here are passed over. What has meaning but is not understood in full
//! is refused: a rule must not seem to hold because it was skipped.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

/// The rules.
#[derive(Debug)]
pub(super) struct Policy {
    allowed: Vec<Licensee>,
    registries: Vec<String>,
    git: Vec<String>,
    banned: Vec<String>,
    /// Whether a dependency on any version at all is a finding.
    pub(super) wildcards_denied: bool,
}

#[derive(Deserialize)]
struct File {
    licenses: Licenses,
    #[serde(default)]
    bans: Bans,
    #[serde(default)]
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<toml::Value>,
    #[serde(default)]
    clarify: Vec<toml::Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Bans {
    #[serde(default)]
    wildcards: String,
    #[serde(default)]
    deny: Vec<toml::Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    #[serde(default)]
    allow_registry: Vec<String>,
    #[serde(default)]
    allow_git: Vec<String>,
}

impl Policy {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or has a rule that only cargo-deny understands.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not understood", path.display()))
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        if !file.licenses.exceptions.is_empty() || !file.licenses.clarify.is_empty() {
            bail!("licenses.exceptions and licenses.clarify need cargo deny; install it by `cargo install cargo-deny`");
        }
        let allowed = file
            .licenses
            .allow
            .iter()
            .map(|licence| Licensee::parse(licence).with_context(|| format!("licenses.allow: `{licence}`")))
            .collect::<Result<_>>()?;
        let banned = file
            .bans
            .deny
            .iter()
            .map(|entry| {
                let name =
                    entry.as_str().or_else(|| entry.get("crate")?.as_str()).or_else(|| entry.get("name")?.as_str());
                match name {
                    Some(name) if !name.contains(['@', ':']) => Ok(name.to_owned()),
                    _ => bail!("bans.deny: `{entry}` needs cargo deny; only plain names are understood without it"),
                }
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            allowed,
            registries: file.sources.allow_registry,
            git: file.sources.allow_git,
            banned,
            wildcards_denied: file.bans.wildcards == "deny",
        })
    }

    /// What is wrong with a licence expression, if anything.
    pub(super) fn licence_problem(&self, licence: Option<&str>) -> Option<String> {
        let Some(licence) = licence else {
            return Some("names no licence".to_owned());
        };
        // "MIT/Apache-2.0" is how older crates write "MIT OR Apache-2.0".
        match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) if expression.evaluate(|needed| self.allowed.iter().any(|held| held.satisfies(needed))) => {
                None
            }
            Ok(_) => Some(format!("has the licence `{licence}`, which deny.toml does not allow")),
            Err(error) => Some(format!("has a licence that is no SPDX expression: `{licence}` ({})", error.reason)),
        }
    }

    /// Whether packages may come from here; `None` is a path within the workspace.
    pub(super) fn allows_source(&self, source: Option<&str>) -> bool {
        let Some(source) = source else { return true };
        let listed = |allowed: &[String], address: &str| {
            allowed.iter().any(|one| one.trim_end_matches('/') == address.trim_end_matches('/'))
        };
        if let Some(address) = source.strip_prefix("registry+") {
            return listed(&self.registries, address);
        }
        if let Some(address) = source.strip_prefix("sparse+") {
            return listed(&self.registries, address) || listed(&self.registries, source);
        }
        let git = source.strip_prefix("git+").and_then(|address| address.split(['?', '#']).next());
        git.is_some_and(|address| listed(&self.git, address))
    }

    /// Whether a package of this name is not wanted at all.
    pub(super) fn bans(&self, name: &str) -> bool {
        self.banned.iter().any(|banned| banned == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = include_str!("../../../deny.toml");

    #[test]
    fn our_own_file_is_understood() {
        let policy = Policy::parse(OURS).unwrap();
        assert!(policy.wildcards_denied);
    }

    #[test]
    fn licence_expressions_are_judged_as_a_whole() {
        let policy =
            Policy::parse("[licenses]\nallow = [\"MIT\", \"Apache-2.0 WITH LLVM-exception\", \"Unicode-3.0\"]")
                .unwrap();
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/GPL-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(policy.licence_problem(Some(good)), None, "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0", "LGPL-2.1-or-later"] {
            assert!(policy.licence_problem(Some(bad)).unwrap().contains("does not allow"), "{bad}");
        }
        assert!(policy.licence_problem(Some("whatever you like")).unwrap().contains("no SPDX expression"));
        assert_eq!(policy.licence_problem(None).unwrap(), "names no licence");
    }

    #[test]
    fn only_listed_sources_are_allowed() {
        let policy = Policy::parse(OURS).unwrap();
        assert!(policy.allows_source(None));
        assert!(policy.allows_source(Some("registry+https://github.com/rust-lang/crates.io-index")));
        for bad in [
            "registry+https://example.com/index",
            "git+https://github.com/a/b?branch=main#1234",
            "sparse+https://example.com/",
        ] {
            assert!(!policy.allows_source(Some(bad)), "{bad}");
        }
        let with_git = format!("{OURS}allow-git = [\"https://github.com/a/b\"]\n");
        assert!(Policy::parse(&with_git).unwrap().allows_source(Some("git+https://github.com/a/b?branch=main#1234")));
    }

    #[test]
    fn a_rule_that_cannot_be_judged_here_is_refused() {
        let clarify = "[licenses]\nallow = []\n[[licenses.clarify]]\ncrate = \"ring\"\n";
        assert!(Policy::parse(clarify).unwrap_err().to_string().contains("cargo deny"));
        let banned = "[licenses]\nallow = []\n[bans]\ndeny = [{ crate = \"openssl:<1\" }]\n";
        assert!(Policy::parse(banned).is_err());
        let plain = "[licenses]\nallow = []\n[bans]\ndeny = [\"openssl\"]\n";
        assert!(Policy::parse(plain).unwrap().bans("openssl"));
    }
}
