//! What there is to build, read from the members' own `Cargo.toml`.
//!
//! `[package.metadata] connector = "NAME"` marks a connector, `simulator = "KEY"` a simulator. So a new connector is
//! built, tested and listed without a change here, and nothing in xtask names an accounting system. A connector outside
//! `plugin/` is one for tests only: built, and named to the tests, but no part of the product.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{CrateType, Metadata, MetadataCommand, Package};

/// The folder of the product's connectors.
const PLUGINS: &str = "plugin";
/// The package of the host, whose binary drives components.
const HARNESS_PACKAGE: &str = "harness";
/// The host's binary, and the key of its path in `build --json`.
pub(crate) const HARNESS: &str = "harness";
/// The package that holds the demo.
const DEMO_PACKAGE: &str = "acceptance";
/// The demo's binary.
pub(crate) const DEMO: &str = "demo";
/// The package that measures, and its binary.
pub(crate) const BENCH: &str = "connector-bench";
/// The feature that fuzz targets need.
const FUZZING: &str = "fuzzing";
/// This package: never built together with the others, so that its dependencies' features do not change theirs.
pub(crate) const XTASK: &str = "xtask";

/// The members that xtask deals with, and where everything goes.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The target folder: the workspace's, or the one the person named.
    pub(crate) target: PathBuf,
    /// The product's connectors: name to package name.
    pub(crate) connectors: BTreeMap<String, String>,
    /// Connectors that exist for tests: name to package name.
    pub(crate) test_connectors: BTreeMap<String, String>,
    /// Simulator key to its package and binary.
    pub(crate) simulators: BTreeMap<String, Binary>,
    /// The host's binary, when its package has one.
    pub(crate) harness: Option<Binary>,
    /// The demo's binary, when its package has one.
    pub(crate) demo: Option<Binary>,
    /// The binary that measures, when its package has one.
    pub(crate) bench: Option<Binary>,
    /// What can be fuzzed: the examples `fuzz-NAME` that need the feature `fuzzing`, by NAME.
    pub(crate) fuzz_targets: BTreeSet<String>,
    /// Package name to the path of its `Cargo.toml`.
    pub(crate) manifests: BTreeMap<String, String>,
    /// The newest "needs at least this Rust" of the connectors, as (major, minor).
    pub(crate) rust_version: (u64, u64),
}

/// A program of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binary {
    /// The package it is in.
    pub(crate) package: String,
    /// Its own name.
    pub(crate) name: String,
}

impl Workspace {
    /// Reads the workspace that the current folder is in.
    ///
    /// # Errors
    /// When cargo cannot read it, or a member's metadata is not as described above.
    pub(crate) fn discover() -> Result<Self> {
        let metadata =
            MetadataCommand::new().no_deps().exec().context("cannot read the workspace (run this inside the clone)")?;
        Self::from_metadata(&metadata)
    }

    /// Reads the workspace that a `Cargo.toml` belongs to.
    ///
    /// # Errors
    /// As [`Self::discover`].
    pub(crate) fn of(manifest: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().manifest_path(manifest).exec();
        Self::from_metadata(&metadata.with_context(|| format!("cannot read the workspace of {}", manifest.display()))?)
    }

    fn from_metadata(metadata: &Metadata) -> Result<Self> {
        let mut workspace = Self {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            target: metadata.target_directory.clone().into_std_path_buf(),
            connectors: BTreeMap::new(),
            test_connectors: BTreeMap::new(),
            simulators: BTreeMap::new(),
            harness: None,
            demo: None,
            bench: None,
            fuzz_targets: BTreeSet::new(),
            manifests: BTreeMap::new(),
            rust_version: (0, 0),
        };
        for package in metadata.workspace_packages() {
            workspace.add(package)?;
        }
        Ok(workspace)
    }

    fn add(&mut self, package: &Package) -> Result<()> {
        let name = package.name.to_string();
        self.manifests.insert(name.clone(), package.manifest_path.to_string());
        if let Some(connector) = named(package, "connector")? {
            let cdylib = package.targets.iter().any(|target| target.crate_types.contains(&CrateType::CDyLib));
            ensure!(cdylib, "package {name} is the connector `{connector}` but its crate-type lacks \"cdylib\"");
            if let Some(version) = &package.rust_version {
                self.rust_version = self.rust_version.max((version.major, version.minor));
            }
            if let Some(other) = self.connectors.get(&connector).or_else(|| self.test_connectors.get(&connector)) {
                bail!("packages {other} and {name} are both the connector `{connector}`");
            }
            let product = package.manifest_path.as_std_path().starts_with(self.root.join(PLUGINS));
            let group = if product { &mut self.connectors } else { &mut self.test_connectors };
            group.insert(connector, name.clone());
        }
        if let Some(key) = named(package, "simulator")? {
            let binary = only_binary(package)?;
            if let Some(other) = self.simulators.insert(key.clone(), binary) {
                bail!("packages {} and {name} are both the simulator `{key}`", other.package);
            }
        }
        let fuzzed =
            package.targets.iter().filter(|target| target.required_features.iter().any(|name| name == FUZZING));
        self.fuzz_targets.extend(fuzzed.filter_map(|target| target.name.strip_prefix("fuzz-")).map(str::to_owned));
        if name == HARNESS_PACKAGE {
            self.harness = binary_named(package, HARNESS);
        }
        if name == DEMO_PACKAGE {
            self.demo = binary_named(package, DEMO);
        }
        if name == BENCH {
            self.bench = binary_named(package, BENCH);
        }
        Ok(())
    }
}

/// A string under `[package.metadata]` that becomes a file name, a JSON key and part of a variable's name.
fn named(package: &Package, key: &str) -> Result<Option<String>> {
    let Some(value) = package.metadata.get(key) else {
        return Ok(None);
    };
    let good = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
            && text != HARNESS
            && text != "connectors"
    };
    match value.as_str() {
        Some(text) if good(text) => Ok(Some(text.to_owned())),
        _ => bail!(
            "package {}: [package.metadata] {key} must be a name of a-z, 0-9, - and _, beginning with a letter, not {value}",
            package.name
        ),
    }
}

fn binaries(package: &Package) -> impl Iterator<Item = &str> {
    package.targets.iter().filter(|target| target.is_bin()).map(|target| target.name.as_str())
}

fn binary_named(package: &Package, wanted: &str) -> Option<Binary> {
    binaries(package)
        .find(|name| *name == wanted)
        .map(|name| Binary { package: package.name.to_string(), name: name.to_owned() })
}

fn only_binary(package: &Package) -> Result<Binary> {
    let mut names: Vec<&str> = binaries(package).collect();
    if let Some(default) = &package.default_run {
        names.retain(|name| name == default);
    }
    match names.as_slice() {
        [name] => Ok(Binary { package: package.name.to_string(), name: (*name).to_owned() }),
        [] => bail!("package {} is a simulator but has no binary", package.name),
        _ => bail!("package {} is a simulator with several binaries; name one by default-run", package.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(connector: &str) -> Metadata {
        let text = include_str!("../testdata/metadata.json").replace("\"CONNECTOR\"", connector);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn members_are_found_by_what_their_manifests_say() {
        let workspace = Workspace::from_metadata(&metadata("\"books\"")).unwrap();
        assert_eq!(workspace.connectors, BTreeMap::from([("books".into(), "books-connector".into())]));
        assert_eq!(workspace.test_connectors, BTreeMap::from([("rogue".into(), "rogue-connector".into())]));
        assert_eq!(
            workspace.simulators,
            BTreeMap::from([("books_sim".into(), Binary { package: "books-sim".into(), name: "books-sim".into() })])
        );
        assert_eq!(workspace.harness, Some(Binary { package: "harness".into(), name: "harness".into() }));
        assert_eq!(workspace.demo, None);
        assert_eq!(workspace.rust_version, (1, 95));
    }

    #[test]
    fn two_packages_of_one_name_are_refused() {
        let error = Workspace::from_metadata(&metadata("\"rogue\"")).unwrap_err().to_string();
        assert!(error.contains("both the connector `rogue`"), "{error}");
    }

    #[test]
    fn a_name_that_cannot_be_a_file_name_is_refused_with_the_package() {
        for bad in ["\"../x\"", "\"\"", "7", "\"Books\"", "\"harness\"", "\"connectors\""] {
            let error = Workspace::from_metadata(&metadata(bad)).unwrap_err().to_string();
            assert!(error.contains("books-connector") && error.contains("connector must be"), "{error}");
        }
    }
}
