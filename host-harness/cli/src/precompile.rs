//! `harness precompile`: compiled connectors for a machine that has no compiler, or no time for it.

use crate::answer::{CannotRun, Verdict, print, print_json};
use host_harness::cache::Cache;
use host_harness::connector::{Code, Connector};
use host_harness::engine::{Engine, Metering};
use serde_json::json;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

/// Compile connectors beforehand, for any processor of this machine's architecture
///
/// What it writes is found by every command of the same version that is given the folder as --cache; give them the .wasm
/// file as well. Compile once more after an update of the harness. Whoever can write to the folder can run code in the host: it must belong to root or to
/// the host's user, and nobody else may write to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness precompile connector.wasm --out /usr/share/accounting/compiled
  harness serve --connector connector.wasm --cache /usr/share/accounting/compiled …

Exit status: 0 all are there, 2 could not run.")]
pub(crate) struct Args {
    /// The connectors, .wasm components
    #[arg(required = true, value_name = "CONNECTOR")]
    connectors: Vec<PathBuf>,
    /// The folder to write to; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// For the commands that count instructions (replay, record, conformance …) and not for serve
    #[arg(long)]
    metering: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Verdict, CannotRun> {
    // For an image: the host's user reads what the builder wrote.
    let made = DirBuilder::new().recursive(true).mode(0o755).create(&args.out);
    made.map_err(|error| CannotRun(format!("cannot make {}: {error}", args.out.display())))?;
    let cache = Cache::open(&args.out)?;
    let metering = if args.metering { Metering::Fuel } else { Metering::Off };
    let engine = Engine::for_any_processor(metering)?.with_cache(cache.clone());
    let mut lines = Vec::new();
    for path in &args.connectors {
        let named = |error: String| CannotRun(format!("{}: {error}", path.display()));
        let bytes =
            std::fs::read(path).map_err(|error| CannotRun(format!("cannot read {}: {error}", path.display())))?;
        let connector = Connector::load(&engine, &bytes).map_err(|error| named(error.to_string()))?;
        if connector.code() == Code::Compiled {
            let why = cache.trouble().unwrap_or_default();
            return Err(named(format!("what was compiled cannot be written to {}: {why}", args.out.display())));
        }
        lines.push((path, connector));
    }
    let new = |connector: &Connector| connector.code() == Code::Kept;
    if args.json {
        let one = |(path, connector): &(&PathBuf, Connector)| json!({"connector": path, "sha256": connector.info().sha256, "compiled": new(connector)});
        print_json(&json!({"folder": args.out, "connectors": lines.iter().map(one).collect::<Vec<_>>()}))?;
    } else {
        for (path, connector) in &lines {
            let what = if new(connector) { "compiled" } else { "was there" };
            print(&format!("{what} {}\n", path.display()));
        }
    }
    Ok(Verdict::Good)
}
