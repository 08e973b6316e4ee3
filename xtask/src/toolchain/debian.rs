//! The way without rustup's server: Debian's compiler, unpacked into a folder of ours.
//!
//! The folder counts only with its stamp, which is written before it is moved into place as a whole. A run that was killed
//! leaves nothing but its work folder, named by the process, so that a program orphaned by a killed run writes only where
//! nobody looks any more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::packages::{Apt, PROGRAMS, unpack};
use super::{RustcVersion, Toolchain, bundled_linker, holds_sources};
use crate::environment::{on_path, rustc};
use crate::progress::Progress;

/// The stamp.
const COMPLETE: &str = "complete.json";
/// Work folders begin with this.
const WORK: &str = "work-";

/// What a stamp says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stamp {
    /// The compiler's release and commit: a folder in which another one answers is not trusted.
    release: String,
    commit: String,
    /// The packages, as "name=version".
    packages: Vec<String>,
}

/// The compiler of an earlier run, if it is complete, answers, and is new enough.
pub(super) fn ready(folder: &Path, wanted: (u64, u64)) -> Option<Toolchain> {
    let root = folder.join("debian");
    let stamp = read_stamp(&root.join(COMPLETE))?;
    let toolchain = assembled(&root).ok()?;
    let same = toolchain.version.release == stamp.release && toolchain.version.commit == stamp.commit;
    (same && holds_sources(&root.join("usr")) && toolchain.version.at_least(wanted)).then_some(toolchain)
}

/// Makes what is missing. To be called under the toolchain's lock.
///
/// # Errors
/// When this is no Debian, its compiler is too old, or a step fails; the message names the step's log.
pub(super) fn make(progress: &Progress, folder: &Path, wanted: (u64, u64)) -> Result<Toolchain> {
    // Another run may have finished it while this one waited for the lock.
    if let Some(toolchain) = ready(folder, wanted) {
        return Ok(toolchain);
    }
    let missing: Vec<&str> = PROGRAMS.into_iter().filter(|program| on_path(program).is_none()).collect();
    ensure!(missing.is_empty(), "this is no Debian: {} not on the path", missing.join(", "));
    clear_work(folder);
    let work = folder.join(format!("{WORK}{}", std::process::id()));
    let root = folder.join("debian");
    let log = folder.join("logs/debian.log");
    remove_if_there(&log)?;

    unpack_compiler(progress, folder, &work, &log, wanted)?;
    let toolchain = assembled(&root)?;
    // Megabytes that nothing needs again; leaving them there does no harm but to the disk.
    for spare in [folder.join("packages"), work] {
        drop(fs::remove_dir_all(spare));
    }
    progress.note(&format!("toolchain complete: rustc {} in {}", toolchain.version.release, root.display()));
    Ok(toolchain)
}

/// Download and unpack, ending with the folder in place.
fn unpack_compiler(progress: &Progress, folder: &Path, work: &Path, log: &Path, wanted: (u64, u64)) -> Result<()> {
    let linker_too = system_linker().is_none();
    let apt = Apt::prepare(progress, &work.join("apt"), log)?;
    let packages = apt.discover(linker_too)?;
    let kept = folder.join("packages");
    apt.download(progress, &packages, &kept, &work.join("downloads"))?;
    let partial = work.join("debian");
    fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    unpack(progress, &packages, &kept, &partial, log)?;
    write_wrappers(&partial)?;
    let version = assembled(&partial).context("the unpacked compiler does not run")?.version;
    let (major, minor) = wanted;
    if !version.at_least(wanted) {
        bail!("Debian has Rust {}, but the connectors need at least {major}.{minor}", version.release);
    }
    let stamp = Stamp {
        release: version.release,
        commit: version.commit,
        packages: packages.iter().map(super::apt::Package::exact).collect(),
    };
    ensure!(holds_sources(&partial.join("usr")), "Debian's packages hold no sources of the standard library");
    write_stamp(&partial.join(COMPLETE), &stamp)?;
    let root = folder.join("debian");
    if root.exists() {
        fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    }
    fs::rename(&partial, &root).with_context(|| format!("cannot move to {}", root.display()))
}

/// The toolchain in a folder; its compiler is run to see that it answers.
fn assembled(root: &Path) -> Result<Toolchain> {
    let compiler = root.join("bin/rustc");
    let version = RustcVersion::of(&mut Command::new(&compiler))?;
    let own = root.join("bin/wasm-ld");
    let linker = bundled_linker(&mut Command::new(&compiler), &version.host)
        .or_else(system_linker)
        .or_else(|| own.is_file().then_some(own))
        .context("no linker for WebAssembly (rust-lld or wasm-ld)")?;
    Ok(Toolchain { rustc: Some(compiler), linker: Some(linker), version, origin: "Debian's packages" })
}

/// A linker that is there without Debian's packages.
fn system_linker() -> Option<PathBuf> {
    let version = RustcVersion::of(&mut rustc()).ok()?;
    bundled_linker(&mut rustc(), &version.host).or_else(|| on_path("rust-lld")).or_else(|| on_path("wasm-ld"))
}

/// Small scripts that run the unpacked programs with the unpacked libraries, and find both relative to themselves.
///
/// Setting the library path for cargo as a whole would also turn every other program it starts to those libraries.
fn write_wrappers(root: &Path) -> Result<()> {
    let libraries = library_folders(root)?;
    write_wrapper(root, "rustc", "usr/bin/rustc", &libraries)?;
    let llvm = root.join("usr/lib");
    for entry in fs::read_dir(&llvm).with_context(|| format!("cannot read {}", llvm.display()))?.flatten() {
        let linker = entry.path().join("bin/wasm-ld");
        if linker.exists()
            && let Ok(relative) = linker.strip_prefix(root)
        {
            write_wrapper(root, "wasm-ld", &relative.display().to_string(), &libraries)?;
        }
    }
    Ok(())
}

fn write_wrapper(root: &Path, name: &str, program: &str, libraries: &[String]) -> Result<()> {
    let folder = root.join("bin");
    let path = folder.join(name);
    let listed: Vec<String> = libraries.iter().map(|library| format!("$root/{library}")).collect();
    let text = format!(
        "#!/bin/sh\nroot=${{0%/*}}/..\n\
         LD_LIBRARY_PATH=\"{}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\" exec \"$root/{program}\" \"$@\"\n",
        listed.join(":")
    );
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot make {} executable", path.display()))?;
    }
    Ok(())
}

/// Where the packages put shared libraries, relative to the root.
fn library_folders(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for base in ["usr/lib", "lib"] {
        let Ok(entries) = fs::read_dir(root.join(base)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains("-linux-gnu") {
                found.push(format!("{base}/{name}"));
            }
        }
    }
    found.sort();
    ensure!(!found.is_empty(), "the packages hold no shared libraries");
    Ok(found)
}

fn read_stamp(path: &Path) -> Option<Stamp> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a stamp so that it is there whole or not at all.
fn write_stamp(path: &Path, stamp: &Stamp) -> Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, serde_json::to_vec_pretty(stamp)?)
        .and_then(|()| fs::rename(&partial, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Removes what killed runs left. Under the lock no other run's work folder is alive.
fn clear_work(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(WORK) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_counts_only_when_it_is_whole() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(COMPLETE);
        let stamp = Stamp { release: "1.96.0".into(), commit: "ac68".into(), packages: vec!["rustc-web=1".into()] };
        assert_eq!(read_stamp(&path), None);
        write_stamp(&path, &stamp).unwrap();
        assert_eq!(read_stamp(&path), Some(stamp));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.get(..text.len() / 2).unwrap()).unwrap();
        assert_eq!(read_stamp(&path), None);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn work_of_a_killed_run_is_cleared_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("xtask-work-{}", std::process::id()));
        fs::create_dir_all(folder.join("work-1/apt")).unwrap();
        fs::create_dir_all(folder.join("packages")).unwrap();
        clear_work(&folder);
        assert!(!folder.join("work-1").exists() && folder.join("packages").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
