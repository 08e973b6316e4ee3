//! The target's standard library, compiled from its sources once and put where the compiler looks for it.
//!
//! After that, plain builds need no unstable flag. It is built as the library of a release is: optimized, with bitcode
//! for link-time optimization, and with paths that name no machine, as they end up in every component's panics. The
//! seed crate lies in the toolchain's own root, because cargo names crates by their place relative to it: so the same
//! sources give the same names wherever the clone is.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{TARGET, Toolchain, holds_standard_library};
use crate::build::registry_remaps;
use crate::process::run_logged;
use crate::progress::Progress;

/// The crate whose only purpose is to have a standard library built for it.
const SEED: &str = "standard-library-seed";
const SEED_MANIFEST: &str = "[package]\nname = \"standard-library-seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
    [lib]\npath = \"seed.rs\"\n\n[workspace]\n";

/// Builds it in `work` with the compiler in `root`, and puts it into `root`.
///
/// # Errors
/// When it does not compile, or what came out is not a standard library.
pub(super) fn build(progress: &Progress, toolchain: &Toolchain, root: &Path, work: &Path, log: &Path) -> Result<()> {
    write(&root.join("Cargo.toml"), SEED_MANIFEST)?;
    write(&root.join("seed.rs"), "#![no_std]\n")?;
    let mut step = progress.step(&format!("building the standard library for {TARGET} (about a minute, once)"));
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend(registry_remaps());
    flags.push(format!(
        "--remap-path-prefix={}=/rustc/{}",
        root.join("usr/lib/rustlib/src/rust").display(),
        toolchain.version.commit
    ));
    let mut cargo = toolchain.cargo(&flags);
    cargo
        .args(["build", "--release", "-Z", "build-std=std,panic_abort", "--target", TARGET, "--target-dir"])
        .arg(work)
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root);
    run_logged(&mut step, &mut cargo, log, None)?;
    let place = root.join("usr/lib/rustlib").join(TARGET).join("lib");
    let partial = work.join("lib");
    copy_libraries(&work.join(TARGET).join("release/deps"), &partial)?;
    ensure!(holds_standard_library(&partial), "the build left no core and std in {}", partial.display());
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("cannot remove {}", place.display()))?;
    }
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    fs::rename(&partial, &place).with_context(|| format!("cannot move to {}", place.display()))?;
    step.done("");
    Ok(())
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    let own = format!("lib{}-", SEED.replace('-', "_"));
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.ends_with(".rlib") && !name.starts_with(&own) {
            fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
