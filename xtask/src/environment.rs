//! What child processes inherit.
//!
//! `cargo xtask` is itself run by cargo, which describes the running package in the environment. A cargo started from
//! here must not see that, or it rebuilds what has not changed. Builds for the component target are stricter still:
//! flags and wrappers meant for the person's own machine break them or change their bytes.

use std::ffi::OsString;
use std::process::Command;

/// Set by `cargo run` for the program it runs; wrong for any other.
const FROM_CARGO_RUN: [&str; 4] = ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"];

/// Compiler choices of the person's own that do not fit the component target.
const OWN_COMPILER_CHOICES: [&str; 11] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTDOCFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_INCREMENTAL",
    "RUSTC_BOOTSTRAP",
    "RUSTC",
    "CARGO_TARGET_DIR",
];

/// The cargo that runs us, or the one on the path.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in FROM_CARGO_RUN {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os().filter(|(name, _)| starts_with(name, "CARGO_PKG_")) {
        command.env_remove(name);
    }
    command
}

/// A cargo for the component target: only the flags in `rustflags`, no wrapper, nothing from the person's shell.
pub(crate) fn guest_cargo(rustflags: &[String]) -> Command {
    let mut command = cargo();
    for name in OWN_COMPILER_CHOICES {
        command.env_remove(name);
    }
    let per_target = ["CARGO_PROFILE_", "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_"];
    for (name, _) in std::env::vars_os() {
        if per_target.iter().any(|prefix| starts_with(&name, prefix)) {
            command.env_remove(name);
        }
    }
    command
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags.join("\u{1f}"))
        // An empty value also overrides a wrapper named in a configuration file; removing it would not.
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "");
    command
}

/// The compiler that a plain `cargo build` here would use.
pub(crate) fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Whether a program of this name is on the path.
pub(crate) fn on_path(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

fn starts_with(name: &OsString, prefix: &str) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(command: &Command, name: &str) -> Option<Option<String>> {
        command
            .get_envs()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.map(|value| value.to_string_lossy().into_owned()))
    }

    #[test]
    fn a_guest_build_sees_only_its_own_flags() {
        let command = guest_cargo(&["-C".into(), "opt-level=s".into()]);
        assert_eq!(value(&command, "CARGO_ENCODED_RUSTFLAGS"), Some(Some("-C\u{1f}opt-level=s".into())));
        assert_eq!(value(&command, "RUSTFLAGS"), Some(None));
        assert_eq!(value(&command, "RUSTC_WRAPPER"), Some(Some(String::new())));
    }
}
