//! Standing in for the compiler and the linker while a connector is built, to leave out what no setting of cargo leaves out.
//!
//! **From the compiler.** waki asks for `anyhow` with all its features, and one of them lets every error print where it came from. Nothing in a
//! sandbox can: there is no stack to walk and nowhere to print to. Yet the code that would do it, with the reader of
//! mangled names under it, stays reachable and is 25 KB of every connector. So `anyhow` is compiled for connectors without
//! its features, as it offers itself; its interface is the same.
//!
//! **From the linker.** For every function of the contract the bindings export another, which the host may call when it has read
//! the result, to give back its memory. An instance ends with its call, and all its memory with it: so these are not exported, the
//! linker leaves out what only they need, and there is nothing for the host to call.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::toolchain::{LINKER_VARIABLE, TARGET};

/// Set for cargo to tell the program it runs as its compiler's wrapper that it is one.
const MARK: &str = "XTASK_STANDS_IN_FOR_RUSTC";
/// Holds the linker that this program is run in stead of.
const LINKER: &str = "XTASK_STANDS_IN_FOR_LINKER";
/// How the names begin of functions that give back what a result takes.
const GIVES_BACK: &str = "cabi_post_";
/// The library that is compiled without its features.
const WITHOUT_FEATURES: &str = "anyhow";

/// Has a cargo run this program where it would run the compiler, and the compiler run it where it would run this linker.
///
/// # Errors
/// When the system does not tell where this program is.
pub(super) fn ask_for(cargo: &mut Command, linker: &Path) -> std::io::Result<()> {
    let this = env::current_exe()?;
    cargo.env("RUSTC_WRAPPER", &this).env(MARK, "1").env(LINKER_VARIABLE, this).env(LINKER, linker);
    Ok(())
}

/// Runs the compiler in cargo's stead, or the linker in the compiler's, if that is what this program was started for.
pub(crate) fn run() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    // The compiler that this program runs is not told that it is one, so whoever it runs in turn is asked to link.
    let (program, arguments) = if env::var_os(MARK).is_some() {
        (arguments.next()?, less_features(arguments.collect()))
    } else {
        (env::var_os(LINKER)?, less_exports(arguments.collect()))
    };
    let status = Command::new(&program).args(arguments).env_remove(MARK).status();
    Some(match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: cannot run {}: {error}", program.display());
            ExitCode::FAILURE
        }
    })
}

/// The arguments as they came, less the exports of functions that give back what a result takes.
fn less_exports(arguments: Vec<OsString>) -> Vec<OsString> {
    let gives_back = |name: &OsString| name.as_encoded_bytes().starts_with(GIVES_BACK.as_bytes());
    let mut kept = Vec::new();
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        if argument == "--export" && arguments.peek().is_some_and(gives_back) {
            arguments.next();
        } else {
            kept.push(argument);
        }
    }
    kept
}

/// The arguments as they came; for the one library in a connector, without what its features turn on.
fn less_features(arguments: Vec<OsString>) -> Vec<OsString> {
    let says = |name: &str, value: &str| arguments.windows(2).any(|pair| pair == [OsStr::new(name), OsStr::new(value)]);
    if !says("--crate-name", WITHOUT_FEATURES) || !says("--target", TARGET) {
        return arguments;
    }
    let mut kept = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--cfg" {
            arguments.next();
        } else {
            kept.push(argument);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(arguments: &str) -> Vec<OsString> {
        arguments.split(' ').map(OsString::from).collect()
    }

    fn joined(arguments: &[OsString]) -> String {
        arguments.iter().filter_map(|argument| argument.to_str()).collect::<Vec<_>>().join(" ")
    }

    fn less(arguments: &str) -> String {
        joined(&less_features(split(arguments)))
    }

    #[test]
    fn what_gives_back_a_result_is_not_exported() {
        let linked =
            "-flavor wasm --export a@0.1.0#check --export cabi_post_a@0.1.0#check --export cabi_realloc -o it.wasm";
        let kept = "-flavor wasm --export a@0.1.0#check --export cabi_realloc -o it.wasm";
        assert_eq!(joined(&less_exports(split(linked))), kept);
    }

    #[test]
    fn only_the_one_library_loses_its_features_and_only_in_connectors() {
        let features = "--cfg feature=\"std\" --check-cfg cfg(docsrs) --cfg error_generic_member_access -C debuginfo=0";
        let guest = format!("--crate-name anyhow {features} --target {TARGET}");
        assert_eq!(
            less(&guest),
            format!("--crate-name anyhow --check-cfg cfg(docsrs) -C debuginfo=0 --target {TARGET}")
        );
        for untouched in [
            format!("--crate-name anyhow {features}"),
            format!("--crate-name waki {features} --target {TARGET}"),
            "-vV".to_owned(),
        ] {
            assert_eq!(less(&untouched), untouched);
        }
    }
}
