//! The commands and their options, as a person types them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Toolchain, build, demo and tests of the accounting connectors.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Exit status: 0 good, 1 the check failed, 2 could not run.\n\
                  Everything is written under the workspace's target folder ($CARGO_TARGET_DIR when set)."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One subcommand each.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the compile target of the components usable (the other commands do this themselves)
    Toolchain(ToolchainArguments),
    /// Build every connector as a component, and the harness and the simulators
    Build(BuildArguments),
    /// Build one connector as a component, wherever its package is kept
    Component(ComponentArguments),
    /// Build, then run the demo: a customer's way to the accounting system and back
    Demo(DemoArguments),
    /// Build, then run every test and fuzz for some seconds; the last line says how many tests passed and failed
    Test(TestArguments),
    /// Build, then look for bytes that break a law of what reads outside input
    Fuzz(FuzzArguments),
    /// Build, then measure everything and write docs/performance.md anew
    Bench(BenchArguments),
    /// Format, lints, and the dependency policy of deny.toml
    Check,
    /// Build, then write those tables of docs/ anew that show what connectors say of themselves
    Docs,
    /// Build, then call the served API in every way its own description allows (and some it does not)
    ApiCheck(ApiCheckArguments),
}

/// Where the compile target may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// What is already there, else rustup, else Debian's packages
    Auto,
    /// Only `rustup component add rust-src`
    Rustup,
    /// Only Debian's packages, unpacked under target/toolchain (needs no root, installs nothing)
    Debian,
}

/// Options of `cargo xtask toolchain`.
#[derive(Debug, Args)]
pub(crate) struct ToolchainArguments {
    /// Which way to get the target; the other commands always use `auto`
    #[arg(long, value_enum, default_value_t = Way::Auto)]
    pub(crate) way: Way,
    /// Print one JSON object: rustc, linker, origin, and the environment for a cargo build by hand
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `cargo xtask build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    /// Print one JSON object with the path of everything that was built; progress goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `cargo xtask component`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cargo xtask component ../my-books")]
pub(crate) struct ComponentArguments {
    /// The folder with the connector's Cargo.toml, in this repository or outside it
    pub(crate) folder: PathBuf,
    /// Print one JSON object with the path of the component; progress goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `cargo xtask demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Handed to the demo as they are (after `--`)
    #[arg(last = true)]
    pub(crate) rest: Vec<String>,
}

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without arguments every test of the workspace runs. With arguments, xtask's own tests are left \
                        out, as they know nothing of the others' names; `-- -p xtask` runs those.\n\n\
                        Examples:\n  cargo xtask test\n  cargo xtask test -- --test replay\n  \
                        cargo xtask test -- -p host-harness -- --nocapture"
)]
pub(crate) struct TestArguments {
    /// Handed to `cargo test` as they are (after `--`)
    #[arg(last = true)]
    pub(crate) rest: Vec<String>,
}

/// Options of `cargo xtask fuzz`.
#[derive(Debug, Args)]
#[command(
    after_help = "Needs a C++ compiler, and no other Rust than the workspace's own. What is found stays under target/fuzz and is \
                        where the next run begins; a crash is written there, with how to run it again.\n\n\
                        Examples:\n  cargo xtask fuzz\n  cargo xtask fuzz webhook --seconds 600\n\n\
                        Exit status: 0 no law was broken, 1 one was, 2 could not run."
)]
pub(crate) struct FuzzArguments {
    /// Which targets; all unless named
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// How long each target runs
    #[arg(long, value_name = "NUMBER", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// Print one JSON object; progress goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
#[command(
    after_help = "Times say something only on a machine with nothing else to do. They are told and never judged; what is judged \
                        are counts of instructions, by the tests.\n\n\
                        Exit status: 0 measured, 2 could not run."
)]
pub(crate) struct BenchArguments {
    /// A little of everything, in about a minute; docs/ stays as it is
    #[arg(long)]
    pub(crate) quick: bool,
    /// Print one JSON object; progress goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `cargo xtask api-check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Needs Python 3.10 or newer with pip; schemathesis is installed under target/api-check, the first time \
                        from the network.\n\n\
                        Examples:\n  cargo xtask api-check\n  cargo xtask api-check --seconds 600\n  \
                        cargo xtask api-check --seed 7 --stay\n\n\
                        Exit status: 0 nothing was found, 1 something was, 2 could not run."
)]
pub(crate) struct ApiCheckArguments {
    /// Go on finding new calls for so many seconds
    #[arg(long, value_name = "NUMBER", conflicts_with = "max_examples", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: Option<u32>,
    /// Made-up calls of each operation, beside those that its limits ask for
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_examples: u32,
    /// Make up the same calls as the run that named this seed
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// Afterwards leave the host running until Enter is pressed, so that a call can be made again
    #[arg(long)]
    pub(crate) stay: bool,
    /// Print one JSON object; progress goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_after_the_dashes_reach_cargo_test_whole() {
        let cli = Cli::try_parse_from(["xtask", "test", "--", "-p", "x", "--", "--nocapture"]).unwrap();
        let Command::Test(arguments) = cli.command else { panic!("not the test command") };
        assert_eq!(arguments.rest, ["-p", "x", "--", "--nocapture"]);
    }
}
