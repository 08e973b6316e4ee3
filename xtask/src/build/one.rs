//! `cargo xtask component`: one connector as a component, wherever its package is kept.
//!
//! A partner need not keep a connector in this repository: the package has a workspace of its own, and this repository lends
//! compiler, flags and what is compiled already.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{components, guest};
use crate::Verdict;
use crate::cli::{ComponentArguments, Way};
use crate::progress::Progress;
use crate::toolchain;
use crate::workspace::Workspace;

/// `cargo xtask component FOLDER`.
///
/// # Errors
/// When the folder holds no connector, or it cannot be built.
pub(crate) fn run(home: &Workspace, progress: &Progress, arguments: &ComponentArguments) -> Result<Verdict> {
    let manifest = manifest(&arguments.folder)?;
    let of = Workspace::of(&manifest)?;
    let is_it = |package: &String| of.manifests.get(package).is_some_and(|path| Path::new(path) == manifest);
    let found = of.connectors.iter().chain(&of.test_connectors).find(|(_, package)| is_it(package));
    let Some((name, package)) = found else {
        bail!("{} is no connector ([package.metadata] connector = \"NAME\" is missing)", manifest.display());
    };
    let toolchain = toolchain::obtain(home, progress, Way::Auto)?;
    let package = guest::Package { connector: name, name: package, of: &of, root: &of.root, flags: &[] };
    let module = guest::compile(home, progress, &toolchain, &package)?;
    let path = components::encode(&of.target.join("connectors"), progress, name, &module)?;
    if arguments.json {
        println!("{}", serde_json::json!({"connector": path}));
    } else {
        println!("{}", path.display());
    }
    Ok(Verdict::Good)
}

fn manifest(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("Cargo.toml");
    path.canonicalize().with_context(|| format!("there is no {}; name the folder of a connector", path.display()))
}
