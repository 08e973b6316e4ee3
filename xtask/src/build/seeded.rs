//! Connectors with one seeded fault each: what proves that the conformance suite can fail.
//!
//! A fault is a patch under `tests/hostile/seeded/`, against one file of a connector or of the kit. It is applied to a copy of
//! the sources under `target/seeded/`, so that the sources themselves are never touched, and compiled with the same flags in the
//! same target folder as the connectors, so that only what the patch concerns is compiled. What is up to date is left as it is:
//! each component has a digest of all it was made from beside it.
//!
//! The first lines of a patch say which connector it is for (`connector: NAME`), and for the suite's tests what must catch it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use diffy::Patch;
use sha2::{Digest, Sha256};

use super::guest::Package;
use super::{components, guest};
use crate::progress::Progress;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Where the patches are.
const PATCHES: &str = "tests/hostile/seeded";
/// Where connectors are.
const PLUGINS: &str = "plugin/";
/// What a connector is compiled from, beside the workspace's own `Cargo.toml`.
const SOURCES: [&str; 3] = ["Cargo.lock", "plugin", "wit"];
/// They are to be seen to fail, once, so they are linked soon rather than small: by all processors, each crate for itself but for what it
/// takes from others.
const LINKED_SOON: [&str; 1] = ["-Clto=thin"];

/// A seeded fault.
struct Fault {
    /// The patch's name without its ending.
    name: String,
    /// The connector it is for.
    connector: String,
    /// The patched file, below the workspace.
    file: String,
    /// What it holds.
    patched: String,
}

/// Whether there are any.
pub(super) fn are_there(workspace: &Workspace) -> bool {
    workspace.root.join(PATCHES).is_dir()
}

/// Builds a component for every patch, in `folder`.
///
/// # Errors
/// When a patch does not apply, or its connector does not compile; the text names the patch.
pub(super) fn build(workspace: &Workspace, progress: &Progress, toolchain: &Toolchain, folder: &Path) -> Result<()> {
    let sources = sources(workspace)?;
    for fault in faults(&workspace.root, &sources)? {
        let component = folder.join(format!("{}.wasm", fault.name));
        let stamp = component.with_extension("made-from");
        let digest = digest(&sources, &fault, &toolchain.version.commit);
        if component.is_file() && fs::read_to_string(&stamp).is_ok_and(|before| before == digest) {
            continue;
        }
        let tree = workspace.target.join("seeded");
        lay_out(&tree, &sources, &fault)?;
        let Some(package) = workspace.connectors.get(&fault.connector) else {
            bail!("{PATCHES}/{}.patch is for the connector {:?}, and there is none", fault.name, fault.connector);
        };
        let module = guest::compile(
            workspace,
            progress,
            toolchain,
            &Package {
                connector: &format!("{} with the fault {}", fault.connector, fault.name),
                name: package,
                of: workspace,
                root: &tree,
                flags: &LINKED_SOON,
            },
        )?;
        components::encode(folder, progress, &fault.name, &module)?;
        write(&stamp, &digest)?;
    }
    Ok(())
}

/// Everything a connector is compiled from: path below the workspace, and content.
fn sources(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for name in SOURCES {
        collect(&workspace.root, Path::new(name), &mut found)?;
    }
    for (path, text) in found.iter_mut().filter(|(path, _)| path.ends_with("/Cargo.toml")) {
        *text = without_tests(text).with_context(|| format!("cannot use {path}"))?;
    }
    found.insert("Cargo.toml".to_owned(), connectors_only(&workspace.root)?);
    Ok(found)
}

fn collect(root: &Path, below: &Path, found: &mut BTreeMap<String, String>) -> Result<()> {
    let path = root.join(below);
    let problem = || format!("cannot read {}", path.display());
    if path.is_dir() {
        for entry in fs::read_dir(&path).with_context(problem)? {
            collect(root, &below.join(entry.with_context(problem)?.file_name()), found)?;
        }
    } else {
        let text = fs::read_to_string(&path).with_context(problem)?;
        found.insert(below.to_string_lossy().replace('\\', "/"), text);
    }
    Ok(())
}

/// The workspace's `Cargo.toml` with no members but those under `plugin/`, and nothing said of packages of the host.
fn connectors_only(root: &Path) -> Result<String> {
    let path = root.join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut manifest: toml::Table = text.parse().with_context(|| format!("cannot use {}", path.display()))?;
    let members = manifest.get_mut("workspace").and_then(|workspace| workspace.get_mut("members"));
    let members = members.and_then(toml::Value::as_array_mut).context("the workspace's Cargo.toml has no members")?;
    members.retain(|member| member.as_str().is_some_and(|member| member.starts_with(PLUGINS)));
    let host = manifest.get_mut("profile").and_then(|profiles| profiles.get_mut("release"));
    if let Some(host) = host.and_then(toml::Value::as_table_mut) {
        host.remove("package");
    }
    Ok(toml::to_string(&manifest)?)
}

/// A package's `Cargo.toml` without what only its tests need, which is not in the copy.
fn without_tests(manifest: &str) -> Result<String> {
    let mut manifest: toml::Table = manifest.parse()?;
    manifest.remove("dev-dependencies");
    Ok(toml::to_string(&manifest)?)
}

/// The patches, by name, each applied to its file.
fn faults(root: &Path, sources: &BTreeMap<String, String>) -> Result<Vec<Fault>> {
    let mut patches = BTreeMap::new();
    collect(root, Path::new(PATCHES), &mut patches)?;
    let patches = patches.iter().filter(|(path, _)| path.ends_with(".patch"));
    patches.map(|(path, text)| fault(path, text, sources).with_context(|| format!("{path} cannot be used"))).collect()
}

fn fault(path: &str, text: &str, sources: &BTreeMap<String, String>) -> Result<Fault> {
    let name = Path::new(path).file_stem().and_then(|stem| stem.to_str()).context("it has no name")?;
    let connector = text.lines().find_map(|line| line.strip_prefix("connector: "));
    let connector = connector.context("no line `connector: NAME` says which connector it is for")?;
    let patch = Patch::from_str(text)?;
    let file = patch.modified().map(|file| file.strip_prefix("b/").unwrap_or(file)).unwrap_or_default();
    ensure!(!patch.hunks().is_empty(), "it changes nothing");
    let original = sources.get(file).with_context(|| format!("there is no file {file:?} among the sources"))?;
    let patched = diffy::apply(original, &patch).context("the file has changed since; make the patch anew")?;
    Ok(Fault { name: name.to_owned(), connector: connector.trim().to_owned(), file: file.to_owned(), patched })
}

/// What a component is made from, in a few characters.
fn digest(sources: &BTreeMap<String, String>, fault: &Fault, compiler: &str) -> String {
    let mut hasher = Sha256::new();
    let patched = [(&fault.file, &fault.patched)];
    for (path, text) in sources.iter().filter(|(path, _)| **path != fault.file).chain(patched) {
        // Lengths stand before what they are of, so that no two sets of files read alike.
        hasher.update(format!("{} {path} {} ", path.len(), text.len()));
        hasher.update(text);
    }
    hasher.update(compiler);
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Make the tree hold the sources with the fault and no others. A file that is as it should be keeps its time, so that it is not
/// compiled again.
fn lay_out(tree: &Path, sources: &BTreeMap<String, String>, fault: &Fault) -> Result<()> {
    let mut before = BTreeMap::new();
    if tree.exists() {
        collect(tree, Path::new(""), &mut before)?;
    }
    for gone in before.keys().filter(|path| !sources.contains_key(*path)) {
        let gone = tree.join(gone);
        fs::remove_file(&gone).with_context(|| format!("cannot remove {}", gone.display()))?;
    }
    for (path, text) in sources {
        let text = if *path == fault.file { &fault.patched } else { text };
        if before.get(path) != Some(text) {
            write(&tree.join(path), text)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "connector: books\ncaught by: twice-is-once\n\nLooks for nothing.\n\n\
        --- a/plugin/books/src/lib.rs\n+++ b/plugin/books/src/lib.rs\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";

    fn sources() -> BTreeMap<String, String> {
        BTreeMap::from([("plugin/books/src/lib.rs".to_owned(), "one\ntwo\n".to_owned())])
    }

    #[test]
    fn a_patch_is_applied_to_its_file() {
        let fault = fault("tests/hostile/seeded/looks-for-nothing.patch", PATCH, &sources()).unwrap();
        assert_eq!((fault.name.as_str(), fault.connector.as_str()), ("looks-for-nothing", "books"));
        assert_eq!(fault.patched, "one\nthree\n");
    }

    #[test]
    fn a_patch_that_does_not_fit_is_told() {
        let moved = BTreeMap::from([("plugin/books/src/lib.rs".to_owned(), "other\n".to_owned())]);
        for (patch, sources) in [
            (PATCH.to_owned(), moved),
            (PATCH.to_owned(), BTreeMap::new()),
            (PATCH.replace("connector:", "for:"), sources()),
        ] {
            assert!(fault("x.patch", &patch, &sources).is_err());
        }
    }

    #[test]
    fn the_digest_is_that_of_the_patched_sources_and_the_compiler() {
        let seeded = fault("x.patch", PATCH, &sources()).unwrap();
        let other = fault("x.patch", &PATCH.replace("three", "four"), &sources()).unwrap();
        let (one, two) = (digest(&sources(), &seeded, "a"), digest(&sources(), &other, "a"));
        assert_ne!(one, two);
        assert_ne!(one, digest(&sources(), &seeded, "b"));
        assert_eq!(one, digest(&sources(), &seeded, "a"));
    }

    #[test]
    fn what_is_no_longer_among_the_sources_goes_from_the_tree() {
        let tree = std::env::temp_dir().join(format!("xtask-tree-{}", std::process::id()));
        let fault = fault("x.patch", PATCH, &sources()).unwrap();
        write(&tree.join("plugin/books/src/row.rs"), "old").unwrap();
        lay_out(&tree, &sources(), &fault).unwrap();
        let mut there = BTreeMap::new();
        collect(&tree, Path::new("plugin"), &mut there).unwrap();
        fs::remove_dir_all(&tree).unwrap();
        assert_eq!(there, BTreeMap::from([("plugin/books/src/lib.rs".to_owned(), "one\nthree\n".to_owned())]));
    }

    #[test]
    fn what_only_tests_need_is_left_out() {
        let text = "[package]\nname = \"a\"\n[dev-dependencies]\nb = \"1\"\n";
        assert_eq!(without_tests(text).unwrap(), "[package]\nname = \"a\"\n");
    }

    #[test]
    fn only_connectors_and_the_kit_are_members() {
        let root = std::env::temp_dir().join(format!("xtask-seeded-{}", std::process::id()));
        let whole = "[workspace]\nmembers = [\"plugin/kit\", \"host-harness\"]\n\
                     [profile.release]\ndebug = false\n[profile.release.package.host-harness]\ncodegen-units = 1\n";
        write(&root.join("Cargo.toml"), whole).unwrap();
        let text = connectors_only(&root).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert!(text.contains("plugin/kit") && text.contains("debug") && !text.contains("host-harness"), "{text}");
    }
}
