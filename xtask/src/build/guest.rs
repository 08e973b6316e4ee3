//! Compiling a connector for the sandbox: the same bytes from any clone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{artifacts, stand_in};
use crate::progress::Progress;
use crate::toolchain::{SOURCES, TARGET, Toolchain};
use crate::workspace::Workspace;

/// How far functions are put into their callers: between the compiler's own limits for small code (5) and for the `s` of the
/// profile (50). It is where a connector is fastest within the size it may have.
const INLINING: &str = "-Cllvm-args=-inline-threshold=35";

/// The connector's own stack, in bytes. A connector keeps its data on the heap, and a small stack means less memory to
/// clear for the fresh instance of every call; an overflow traps.
const STACK_BYTES: u32 = 64 * 1024;

/// Compiles the standard library along with the connector, so that it is as small: a component is loaded by the
/// thousand, and the library as it comes is a third of it. There is nowhere to print a panic to, so a panic is only a trap.
const STANDARD_LIBRARY: [&str; 4] = ["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"];

/// What is compiled.
pub(super) struct Package<'a> {
    /// The connector, as people are told of it.
    pub(super) connector: &'a str,
    /// The package it is in.
    pub(super) name: &'a str,
    /// The workspace it is a member of: this repository, or a partner's own.
    pub(super) of: &'a Workspace,
    /// The folder of the workspace it is compiled from: the workspace's own, or a copy of it.
    pub(super) root: &'a Path,
    /// Flags of the compiler for the last step alone, so that everything it is made of is shared with the others.
    pub(super) flags: &'a [&'a str],
}

/// Compiles one connector and returns its core module.
///
/// Each is compiled by itself, so that another connector's features can never change its bytes. `home` is this repository,
/// whose flags and target folder are used, wherever the package is kept.
///
/// # Errors
/// When it does not compile.
pub(super) fn compile(
    home: &Workspace,
    progress: &Progress,
    toolchain: &Toolchain,
    package: &Package<'_>,
) -> Result<PathBuf> {
    let Package { connector, name, of, root, flags: last } = package;
    let step = progress.step_that_speaks(&format!("compiling connector {connector}"));
    // Those of the workspace also for a copy: flags of its own would have everything compiled again.
    let flags = rustflags(&home.root, &toolchain.sysroot()?, &toolchain.version.commit);
    let target = home.target.join("guest").join(toolchain.folder_name());
    forget_others(&target, name, root)?;
    let mut cargo = toolchain.cargo(&flags);
    stand_in::ask_for(&mut cargo, &toolchain.linker()?).context("cannot tell where this program is")?;
    cargo
        // As a library for native tests too, it would not be optimized as a whole.
        .args(["rustc", "--profile", "guest", "--lib", "--crate-type", "cdylib", "--target", TARGET, "--package", name])
        .args(STANDARD_LIBRARY)
        .arg("--target-dir")
        .arg(&target)
        // Building the standard library is not a stable feature of cargo; the compiler's release is the same.
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root);
    let built =
        artifacts::build(&mut cargo, last).with_context(|| format!("connector {connector} does not compile"))?;
    let manifest = of.manifests.get(*name).map(Path::new).and_then(|path| path.strip_prefix(&of.root).ok());
    let manifest = root.join(manifest.with_context(|| format!("package {name} is not in the workspace"))?);
    let module = artifacts::module(&built, &manifest)
        .with_context(|| format!("cargo built package {name} but reports no .wasm file of it"))?;
    step.done("");
    Ok(module)
}

/// Takes the module away that a package of this name left when it was compiled from another folder.
///
/// A module's file is named by its package alone, and cargo takes the one it finds for its own: it would hand out the other's.
fn forget_others(target: &Path, package: &str, root: &Path) -> Result<()> {
    let library = package.replace('-', "_");
    let (module, from) = (target.join(TARGET).join("guest/deps"), target.join(format!("{library}.compiled-from")));
    let module = module.join(format!("{library}.wasm"));
    let root = root.to_string_lossy();
    if fs::read_to_string(&from).is_ok_and(|before| before == root) {
        return Ok(());
    }
    if module.exists() {
        fs::remove_file(&module).with_context(|| format!("cannot remove {}", module.display()))?;
    }
    fs::create_dir_all(target)
        .and_then(|()| fs::write(&from, root.as_bytes()))
        .with_context(|| format!("cannot write {}", from.display()))
}

fn rustflags(root: &Path, sysroot: &Path, commit: &str) -> Vec<String> {
    // The linker leaves room in every call and address for the largest number; compressing that is a fifth of the size.
    // The section of producers says which compiler it was, which expected fuel goes by.
    let linker = format!("-Clink-args=-zstack-size={STACK_BYTES} --compress-relocations -O2 --keep-section=producers");
    let mut flags = vec![
        "-Zunstable-options".to_owned(),
        "-Cpanic=immediate-abort".to_owned(),
        "-Zfmt-debug=none".to_owned(),
        INLINING.to_owned(),
        linker,
    ];
    flags.push(remap(root, "/workspace"));
    flags.extend(registry_remaps());
    flags.push(remap(&sysroot.join(SOURCES), &format!("/rustc/{commit}")));
    flags
}

/// Flags that replace cargo's home by names that are the same on every machine. The compiler takes the last that fits,
/// so the general one comes first.
fn registry_remaps() -> Vec<String> {
    let Some(home) = cargo_home() else {
        return Vec::new();
    };
    let mut flags = vec![remap(&home, "/cargo")];
    // A registry's folder is named by its address, which differs behind a mirror.
    if let Ok(registries) = fs::read_dir(home.join("registry/src")) {
        let mut folders: Vec<PathBuf> = registries.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        flags.extend(folders.iter().map(|folder| remap(folder, "/cargo/registry")));
    }
    flags
}

fn cargo_home() -> Option<PathBuf> {
    match std::env::var_os("CARGO_HOME") {
        Some(home) if !home.is_empty() => std::path::absolute(home).ok(),
        _ => std::env::home_dir().map(|home| home.join(".cargo")),
    }
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_compiled_from_another_folder_is_not_taken_for_this_ones() {
        let target = std::env::temp_dir().join(format!("xtask-forget-{}", std::process::id()));
        let module = target.join(TARGET).join("guest/deps/my_books.wasm");
        fs::create_dir_all(module.parent().unwrap()).unwrap();
        let left = |root: &str| {
            forget_others(&target, "my-books", Path::new(root)).unwrap();
            module.exists()
        };
        fs::write(&module, "one").unwrap();
        assert!(!left("/a"), "nobody knows where it came from");
        fs::write(&module, "two").unwrap();
        assert!(left("/a"));
        assert!(!left("/b"));
        fs::remove_dir_all(&target).unwrap();
    }

    #[test]
    fn the_compilers_sources_are_named_last_so_that_they_win() {
        let flags = rustflags(Path::new("/home/me/clone"), Path::new("/home/me/clone/target/t/usr"), "abc");
        let position = |text: &str| flags.iter().position(|flag| flag == text);
        let workspace = position("--remap-path-prefix=/home/me/clone=/workspace");
        let sources = position("--remap-path-prefix=/home/me/clone/target/t/usr/lib/rustlib/src/rust=/rustc/abc");
        assert!(workspace.is_some() && sources > workspace, "{flags:?}");
        assert!(flags.iter().any(|flag| flag.contains("-zstack-size=65536")));
    }
}
