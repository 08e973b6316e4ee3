//! A compiler for `wasm32-unknown-unknown`, the target of every component.
//!
//! The standard library is compiled along with each connector, for size (see `build::guest`), so what is needed is a
//! compiler and its own sources. Most machines have them or get them from rustup in seconds. Where rustup's server is
//! out of reach, Debian's packages hold both: slower (a minute, once) and some 140 MB, but it needs neither root nor an
//! installation. Nobody is asked which way: what is there is used, and what failed is told only when nothing worked.
//!
//! One run at a time works on it (a lock file), and a folder counts only when its stamp, written last, is there.

mod apt;
mod debian;
mod packages;
mod rustup;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Verdict;
use crate::cli::{ToolchainArguments, Way};
use crate::environment::{guest_cargo, on_path, rustc};
use crate::process::capture;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// The target of every component.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Where a compiler looks for its sources, from its own folder.
pub(crate) const SOURCES: &str = "lib/rustlib/src/rust";
/// How cargo is told the linker of that target.
pub(crate) const LINKER_VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";

/// A compiler that builds components.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// The compiler; `None` is the one that any cargo here uses.
    rustc: Option<PathBuf>,
    /// The linker, where the compiler does not bring its own.
    linker: Option<PathBuf>,
    /// What the compiler says of itself.
    pub(crate) version: RustcVersion,
    /// Where it comes from, for people.
    origin: &'static str,
}

/// What `rustc -vV` says, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RustcVersion {
    /// As in "1.95.0".
    pub(crate) release: String,
    /// The commit it was built from; "unknown" when it does not say.
    pub(crate) commit: String,
    /// The platform it runs on.
    pub(crate) host: String,
}

impl RustcVersion {
    /// Asks a compiler.
    fn of(rustc: &mut Command) -> Result<Self> {
        Self::parse(&capture(rustc.arg("-vV"))?)
    }

    fn parse(text: &str) -> Result<Self> {
        let field =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
        Ok(Self {
            release: field("release:").context("the compiler does not say its release")?,
            commit: field("commit-hash:").unwrap_or_else(|| "unknown".to_owned()),
            host: field("host:").context("the compiler does not say its host platform")?,
        })
    }

    /// Whether this is at least the given (major, minor).
    fn at_least(&self, wanted: (u64, u64)) -> bool {
        let mut numbers = self.release.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= wanted
    }
}

impl Toolchain {
    /// A cargo that builds for [`TARGET`] with this compiler and exactly these flags.
    pub(crate) fn cargo(&self, rustflags: &[String]) -> Command {
        let mut command = guest_cargo(rustflags);
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        command
    }

    /// The compiler's own folder.
    pub(crate) fn sysroot(&self) -> Result<PathBuf> {
        let mut command = self.rustc.as_ref().map_or_else(rustc, Command::new);
        Ok(PathBuf::from(capture(command.args(["--print", "sysroot"]))?.trim()))
    }

    /// The linker, wherever it comes from.
    pub(crate) fn linker(&self) -> Result<PathBuf> {
        let bundled = || bundled_linker(&mut self.rustc.as_ref().map_or_else(rustc, Command::new), &self.version.host);
        self.linker.clone().or_else(bundled).context("no linker for WebAssembly (rust-lld or wasm-ld)")
    }

    /// A folder name that differs for compilers whose results must not be mixed.
    pub(crate) fn folder_name(&self) -> String {
        let commit: String = self.version.commit.chars().take(9).collect();
        let suffix = if self.rustc.is_some() { "-debian" } else { "" };
        format!("rustc-{}-{commit}{suffix}", self.version.release)
    }

    fn variables(&self) -> Vec<(&'static str, &Path)> {
        let rustc = self.rustc.as_deref().map(|path| ("RUSTC", path));
        let linker = self.linker.as_deref().map(|path| (LINKER_VARIABLE, path));
        rustc.into_iter().chain(linker).collect()
    }
}

/// `cargo xtask toolchain`.
///
/// # Errors
/// When no way leads to a usable compiler.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &ToolchainArguments) -> Result<Verdict> {
    let toolchain = obtain(workspace, progress, arguments.way)?;
    let variables = toolchain.variables();
    if arguments.json {
        let environment: serde_json::Map<String, serde_json::Value> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), value.display().to_string().into())).collect();
        let result = serde_json::json!({
            "origin": toolchain.origin,
            "release": toolchain.version.release,
            "environment": environment,
        });
        println!("{result}");
    } else {
        println!("{TARGET} is ready: rustc {} ({})", toolchain.version.release, toolchain.origin);
        if !variables.is_empty() {
            println!("for a cargo build by hand (with a --target-dir of its own):");
        }
        for (name, value) in variables {
            println!("  export {name}='{}'", value.display());
        }
    }
    Ok(Verdict::Good)
}

/// The compiler that is there, or else the first that can be had.
///
/// # Errors
/// When no way works; the message says what each way said.
pub(crate) fn obtain(workspace: &Workspace, progress: &Progress, way: Way) -> Result<Toolchain> {
    let folder = workspace.target.join("toolchain");
    if way != Way::Debian
        && let Some(toolchain) = installed("installed")
    {
        return Ok(toolchain);
    }
    if way != Way::Rustup
        && let Some(toolchain) = debian::ready(&folder, workspace.rust_version)
    {
        return Ok(toolchain);
    }
    let _lock = lock(&folder, progress)?;
    let mut tried = Vec::new();
    if way != Way::Debian {
        match rustup::add_sources(progress, &folder) {
            Ok(()) => match installed("rustup") {
                Some(toolchain) => return Ok(toolchain),
                None => {
                    tried.push("rustup: it reports success, but the compiler in use still lacks its sources".to_owned())
                }
            },
            Err(error) => tried.push(format!("rustup: {error:#}")),
        }
    }
    if way != Way::Rustup {
        match debian::make(progress, &folder, workspace.rust_version) {
            Ok(toolchain) => return Ok(toolchain),
            Err(error) => tried.push(format!("Debian's packages: {error:#}")),
        }
    }
    bail!(
        "cannot get a compiler for {TARGET}. Tried:\n  - {}\n\
         with a connection to static.rust-lang.org, run `rustup component add rust-src`, then this command again",
        tried.join("\n  - ")
    )
}

/// The plain compiler, if its sources are there.
fn installed(origin: &'static str) -> Option<Toolchain> {
    let sysroot = capture(rustc().args(["--print", "sysroot"])).ok()?;
    if !holds_sources(Path::new(sysroot.trim())) {
        return None;
    }
    let version = RustcVersion::of(&mut rustc()).ok()?;
    let linker = match bundled_linker(&mut rustc(), &version.host) {
        Some(_) => None,
        None => Some(on_path("wasm-ld").or_else(|| on_path("rust-lld"))?),
    };
    Some(Toolchain { rustc: None, linker, version, origin })
}

/// The linker that a compiler brings along, if it does.
fn bundled_linker(rustc: &mut Command, host: &str) -> Option<PathBuf> {
    let sysroot = capture(rustc.args(["--print", "sysroot"])).ok()?;
    let file = format!("rust-lld{}", std::env::consts::EXE_SUFFIX);
    let path = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin").join(file);
    path.is_file().then_some(path)
}

/// Whether a compiler's folder holds the sources of the standard library.
fn holds_sources(sysroot: &Path) -> bool {
    sysroot.join(SOURCES).join("library/Cargo.lock").is_file()
}

/// Waits until no other run works on the toolchain; released when dropped, also by a killed process.
fn lock(folder: &Path, progress: &Progress) -> Result<File> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join(".lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress.note("waiting for another run that prepares the toolchain");
            file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSTUPS: &str = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\n\
        commit-hash: 59807616e1fa2540724bfbac14d7976d7e4a3860\ncommit-date: 2026-04-14\n\
        host: x86_64-unknown-linux-gnu\nrelease: 1.95.0\nLLVM version: 22.1.2\n";

    #[test]
    fn a_compilers_version_is_read() {
        let version = RustcVersion::parse(RUSTUPS).unwrap();
        assert_eq!(version.release, "1.95.0");
        assert_eq!(version.commit, "59807616e1fa2540724bfbac14d7976d7e4a3860");
        assert_eq!(version.host, "x86_64-unknown-linux-gnu");
        assert!(RustcVersion::parse("rustc 1.95.0").is_err());
    }

    #[test]
    fn versions_compare_as_numbers() {
        let version = RustcVersion::parse(RUSTUPS).unwrap();
        assert!(version.at_least((1, 95)) && version.at_least((1, 9)));
        assert!(!version.at_least((1, 100)) && !version.at_least((2, 0)));
    }
}
