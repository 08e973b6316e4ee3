//! Debian's packages, found, fetched and checked without root.
//!
//! apt is given a state of its own in a work folder, because the machine's lists may be missing or so old that they
//! name packages the server no longer has, and because only root may refresh them. The price is some 10 MB of lists
//! for a run that needs 140 MB anyway. Signatures are checked by apt against the machine's own keys, as always.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::apt::{Package, dependencies};
use crate::process::{capture, run_logged};
use crate::progress::Progress;

/// The compiler for the browsers: the newest Rust that a stable Debian has.
const COMPILER: &str = "rustc-web";
/// Its sources, of which the standard library is built.
const SOURCES: &str = "rust-web-src";
/// Of what the compiler itself needs, only this is for compiling; the rest is a C compiler for linking on the host.
const LIBRARY_PREFIX: &str = "libstd-rust";
/// Packages whose number is that of the linker that fits.
const LLVM_PREFIX: &str = "libllvm";
/// Programs of Debian that this way needs.
pub(super) const PROGRAMS: [&str; 6] = ["apt-get", "apt-cache", "dpkg", "dpkg-deb", "dpkg-query", "tar"];

/// apt with its state in a folder of ours.
pub(super) struct Apt {
    configuration: PathBuf,
    log: PathBuf,
    /// What the refresh of the lists said, when it failed: the likely reason for anything that is missing.
    refresh_failure: Option<String>,
}

impl Apt {
    /// Fetches the lists of the machine's package sources into `folder`.
    ///
    /// A source that fails is no error: it may be one that is not needed, and what is missing shows when asked for.
    pub(super) fn prepare(progress: &Progress, folder: &Path, log: &Path) -> Result<Self> {
        let lists = folder.join("lists");
        let archives = folder.join("cache/archives");
        for needed in [lists.join("partial"), archives.join("partial")] {
            fs::create_dir_all(&needed).with_context(|| format!("cannot create {}", needed.display()))?;
        }
        let configuration = folder.join("apt.conf");
        // The machine's hooks clean up the machine's own cache: not ours to do.
        let text = format!(
            "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n\
             Dir::State \"{state}\";\nDir::State::lists \"{lists}\";\nDir::State::status \"/var/lib/dpkg/status\";\n\
             Dir::Cache \"{cache}\";\nDir::Cache::archives \"{archives}\";\n\
             Dir::Cache::pkgcache \"pkgcache.bin\";\nDir::Cache::srcpkgcache \"srcpkgcache.bin\";\n\
             Acquire::Languages \"none\";\nAcquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n\
             Acquire::Retries \"2\";\nAcquire::http::Timeout \"30\";\nAcquire::https::Timeout \"30\";\n\
             APT::Sandbox::User \"root\";\n",
            state = folder.display(),
            lists = lists.display(),
            cache = folder.join("cache").display(),
            archives = archives.display(),
        );
        fs::write(&configuration, text).with_context(|| format!("cannot write {}", configuration.display()))?;
        let mut apt = Self { configuration, log: log.to_owned(), refresh_failure: None };
        let mut step = progress.step("apt-get update (lists of our own)");
        match run_logged(&mut step, apt.command("apt-get").arg("update"), &apt.log, None) {
            Ok(()) => step.done(""),
            Err(error) => {
                step.gave_up("some sources failed");
                apt.refresh_failure = Some(format!("{error:#}"));
            }
        }
        Ok(apt)
    }

    /// The compiler, its sources, and what they need that this machine lacks.
    ///
    /// # Errors
    /// When Debian here has no such packages, or compiler and sources are of different versions: those do not compile.
    pub(super) fn discover(&self, linker_too: bool) -> Result<Vec<Package>> {
        let compiler = self.show(COMPILER).with_context(|| {
            let refresh = self.refresh_failure.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
            format!("no package {COMPILER} in this machine's package sources{refresh}")
        })?;
        let sources = self
            .show(&format!("{SOURCES}={}", compiler.version))
            .with_context(|| format!("{COMPILER} is {} but {SOURCES} of that version is missing", compiler.version))?;
        let installed = installed_packages()?;
        let mut found = BTreeMap::from([(COMPILER.to_owned(), compiler), (SOURCES.to_owned(), sources)]);
        let mut queue: VecDeque<String> =
            self.depends(COMPILER)?.into_iter().flatten().filter(|name| name.starts_with(LIBRARY_PREFIX)).collect();
        ensure!(!queue.is_empty(), "{COMPILER} names no {LIBRARY_PREFIX}… package among its dependencies");
        while let Some(name) = queue.pop_front() {
            if found.contains_key(&name) {
                continue;
            }
            let needed = self.depends(&name)?;
            if linker_too && let Some(number) = name.strip_prefix(LLVM_PREFIX) {
                queue.push_back(format!("lld-{number}"));
            }
            found.insert(name.clone(), self.show(&name)?);
            for alternatives in needed {
                // The library is taken even where it is installed: compiler and library must be found in one folder.
                let first_wanted = alternatives.iter().find(|name| is_of_the_compiler(name));
                if let Some(wanted) = first_wanted {
                    queue.push_back(wanted.clone());
                } else if !alternatives.iter().any(|name| installed.contains(name)) {
                    queue.extend(alternatives.into_iter().next());
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// Fetches packages into `kept`, by way of `work`. What is there and whole is not fetched again.
    ///
    /// # Errors
    /// When a download fails, or its SHA-256 is not the one in the signed lists.
    pub(super) fn download(&self, progress: &Progress, packages: &[Package], kept: &Path, work: &Path) -> Result<()> {
        for folder in [kept, work] {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let missing: Vec<&Package> =
            packages.iter().filter(|package| verify(&kept.join(package.file_name()), package).is_err()).collect();
        if !missing.is_empty() {
            let bytes: u64 = missing.iter().map(|package| package.size).sum();
            let mut step =
                progress.step(&format!("downloading {} packages, {} MB", missing.len(), bytes.div_ceil(1_000_000)));
            let mut command = self.command("apt-get");
            command.arg("download").args(missing.iter().map(|package| package.exact())).current_dir(work);
            run_logged(&mut step, &mut command, &self.log, None)?;
            for package in missing {
                let file = work.join(package.file_name());
                verify(&file, package)?;
                let place = kept.join(package.file_name());
                fs::rename(&file, &place).with_context(|| format!("cannot move to {}", place.display()))?;
            }
            step.done("fetched, hashes right");
        }
        Ok(())
    }

    fn show(&self, package: &str) -> Result<Package> {
        Package::parse(&capture(self.command("apt-cache").args(["show", "--no-all-versions", package]))?)
    }

    fn depends(&self, package: &str) -> Result<Vec<Vec<String>>> {
        Ok(dependencies(&capture(self.command("apt-cache").args(["depends", package]))?))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(&self.configuration).env("LC_ALL", "C").env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

/// Unpacks packages into a folder; nothing is installed and no script of theirs runs.
///
/// Of the sources only the standard library is wanted, a tenth of the files.
///
/// # Errors
/// When one cannot be unpacked.
pub(super) fn unpack(progress: &Progress, packages: &[Package], from: &Path, into: &Path, log: &Path) -> Result<()> {
    let mut step = progress.step(&format!("unpacking {} packages", packages.len()));
    for package in packages {
        let file = from.join(package.file_name());
        if package.name != SOURCES {
            run_logged(&mut step, Command::new("dpkg").arg("-x").arg(&file).arg(into), log, None)?;
            continue;
        }
        let archive = into.with_extension("tar");
        let target = File::create(&archive).with_context(|| format!("cannot create {}", archive.display()))?;
        let status = Command::new("dpkg-deb").arg("--fsys-tarfile").arg(&file).stdout(target).status();
        ensure!(status.is_ok_and(|status| status.success()), "dpkg-deb cannot read {}", file.display());
        let mut tar = Command::new("tar");
        tar.arg("-xf").arg(&archive).arg("-C").arg(into).arg("--wildcards");
        tar.args(["./usr/lib/rustlib/*", "./usr/src/*/library/*"]);
        run_logged(&mut step, &mut tar, log, None)?;
    }
    step.done("");
    Ok(())
}

fn is_of_the_compiler(name: &str) -> bool {
    name.starts_with(LIBRARY_PREFIX) || name.starts_with(LLVM_PREFIX)
}

/// Names of the packages that are installed.
fn installed_packages() -> Result<BTreeSet<String>> {
    let listed = capture(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status} ${Package}\n"]))?;
    Ok(listed.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect())
}

fn verify(file: &Path, package: &Package) -> Result<()> {
    let mut hasher = Sha256::new();
    let mut source = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count =
            io::Read::read(&mut source, &mut buffer).with_context(|| format!("cannot read {}", file.display()))?;
        match buffer.get(..count) {
            Some(bytes) if count > 0 => hasher.update(bytes),
            _ => break,
        }
    }
    let hash: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if hash != package.sha256 {
        bail!("{} has the SHA-256 {hash}, but Debian's list says {}", file.display(), package.sha256);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_that_differs_from_the_list_is_refused_and_named() {
        let package = Package::parse(include_str!("../../testdata/show-libllvm.txt")).unwrap();
        let folder = std::env::temp_dir().join(format!("xtask-verify-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(package.file_name());
        fs::write(&file, b"not the package").unwrap();
        let error = verify(&file, &package).unwrap_err().to_string();
        assert!(error.contains("libllvm22") && error.contains(&package.sha256), "{error}");
        let right =
            Package { sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(), ..package };
        fs::write(&file, b"abc").unwrap();
        verify(&file, &right).unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
