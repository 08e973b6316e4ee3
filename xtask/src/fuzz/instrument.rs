//! Standing in for the compiler while fuzz targets are built, to have the workspace's own crates count what runs in them.
//!
//! cargo asks a "workspace wrapper" to compile the members and nothing else, and keeps what comes of it apart. So the
//! connectors and the host are compiled once more, with counters, and everything they depend on is taken as it is: the engine
//! of the sandbox is not compiled again, and no flag is set that would be set for it too. Generic code of dependencies, such
//! as the reading of JSON, is compiled where it is used, and so counts.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Set for cargo to tell the program it runs as its compiler's wrapper that it is one; its value is the engine, a compiled
/// `libfuzzer-sys`.
const MARK: &str = "XTASK_INSTRUMENTS_WITH";

/// What has LLVM count edges, name them, and show what is compared with what. All are options of the stable compiler.
const COUNTING: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// How the crates of targets begin: a target `x` is the example `fuzz-x`.
const TARGETS: &str = "fuzz_";

/// Has a cargo run this program where it would run the compiler on a member of the workspace.
///
/// # Errors
/// When the system does not tell where this program is.
pub(super) fn ask_for(cargo: &mut Command, engine: &Path) -> std::io::Result<()> {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?).env(MARK, engine);
    Ok(())
}

/// Runs the compiler in cargo's stead, if that is what this program was started for.
pub(crate) fn compiler() -> Option<ExitCode> {
    let engine = env::var_os(MARK)?;
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    let more = added(&arguments, Path::new(&engine));
    let status = Command::new(&rustc).args(&arguments).args(more).env_remove(MARK).status();
    Some(match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: cannot run {}: {error}", rustc.display());
            ExitCode::FAILURE
        }
    })
}

/// What is added to a call of the compiler: nothing where it builds something that runs in the compiler's own time, or is
/// only asked about itself; for a target also where the engine is.
fn added(arguments: &[OsString], engine: &Path) -> Vec<OsString> {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).and_then(|value| value.to_str())
    };
    let Some(name) = value("--crate-name") else { return Vec::new() };
    let kind = value("--crate-type").unwrap_or_default();
    if name == "___" || name.starts_with("build_script_") || kind == "proc-macro" {
        return Vec::new();
    }
    let mut added: Vec<OsString> = COUNTING.map(OsString::from).to_vec();
    if name.starts_with(TARGETS) && kind == "bin" {
        let named = |what: &str, path: &Path| {
            let mut both = OsString::from(what);
            both.push(path);
            both
        };
        added.extend(["--extern".into(), named("libfuzzer_sys=", engine)]);
        // What the engine itself needs lies beside it.
        let beside = engine.parent().unwrap_or(engine);
        added.extend(["-L".into(), named("dependency=", beside)]);
    }
    added
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added_to(arguments: &str) -> Vec<String> {
        let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
        let added = added(&arguments, Path::new("/t/deps/libe.rlib"));
        added.iter().map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn members_count_and_what_runs_in_the_compilers_time_does_not() {
        assert_eq!(added_to("--crate-name host_harness --crate-type lib"), COUNTING);
        assert_eq!(added_to("--crate-name fuzz --crate-type lib"), COUNTING);
        for untouched in
            ["-vV", "--crate-name build_script_build --crate-type bin", "--crate-name m --crate-type proc-macro"]
        {
            assert!(added_to(untouched).is_empty(), "{untouched}");
        }
        let asked = "- --crate-name ___ --print=file-names --crate-type bin";
        assert!(added_to(asked).is_empty());
    }

    #[test]
    fn only_targets_are_linked_with_the_engine() {
        let target = added_to("--crate-name fuzz_webhook --crate-type bin");
        let engine = ["--extern", "libfuzzer_sys=/t/deps/libe.rlib", "-L", "dependency=/t/deps"];
        assert_eq!(target.get(COUNTING.len()..), Some(&engine.map(str::to_owned)[..]));
        assert_eq!(added_to("--crate-name fuzz_engine --crate-type lib"), COUNTING);
    }
}
