//! Standing in for the compiler while a connector is built, to leave out one thing no setting of cargo leaves out.
//!
//! waki asks for `anyhow` with all its features, and one of them lets every error print where it came from. Nothing in a
//! sandbox can: there is no stack to walk and nowhere to print to. Yet the code that would do it, with the reader of
//! mangled names under it, stays reachable and is 25 KB of every connector. So `anyhow` is compiled for connectors without
//! its features, as it offers itself; its interface is the same.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

use crate::toolchain::TARGET;

/// Set for cargo to tell the program it runs as its compiler's wrapper that it is one.
const MARK: &str = "XTASK_STANDS_IN_FOR_RUSTC";
/// The library that is compiled without its features.
const WITHOUT_FEATURES: &str = "anyhow";

/// Has a cargo run this program where it would run the compiler.
///
/// # Errors
/// When the system does not tell where this program is.
pub(super) fn ask_for(cargo: &mut Command) -> std::io::Result<()> {
    cargo.env("RUSTC_WRAPPER", env::current_exe()?).env(MARK, "1");
    Ok(())
}

/// Runs the compiler in cargo's stead, if that is what this program was started for.
pub(crate) fn compiler() -> Option<ExitCode> {
    env::var_os(MARK)?;
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next()?;
    let status = Command::new(&rustc).args(less_features(arguments.collect())).env_remove(MARK).status();
    Some(match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: cannot run {}: {error}", rustc.display());
            ExitCode::FAILURE
        }
    })
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

    fn less(arguments: &str) -> String {
        let kept = less_features(arguments.split(' ').map(OsString::from).collect());
        kept.iter().filter_map(|argument| argument.to_str()).collect::<Vec<_>>().join(" ")
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
