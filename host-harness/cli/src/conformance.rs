//! `harness conformance`: the suite any connector must pass.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::compiled::Compiled;
use crate::load;
use accounting_conformance::{
    Profile, Ran, Suite, Verdict as Case, as_json, as_junit, as_table, cases, run as run_suite,
};
use host_harness::table::{table, text};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// Run the suite that any connector must pass, against a simulator of its accounting system
///
/// The profile says how to start the simulator, which settings are good and which are not; docs/conformance.md has its keys.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness conformance connector.wasm --profile profile.toml
  harness conformance connector.wasm --profile profile.toml --case created --case changed
  harness conformance connector.wasm --profile profile.toml --junit results.xml
  harness conformance --list

Exit status: 0 every case holds or is skipped with a reason, 1 some fail, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    #[arg(required_unless_present = "list")]
    connector: Option<PathBuf>,
    /// Its profile; conformance.toml beside the connector unless set
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Only this case (may be given several times)
    #[arg(long = "case", value_name = "ID")]
    cases: Vec<String>,
    /// How many cases at once, each on a simulator of its own; as many as the machine has processors unless set
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    jobs: Option<u32>,
    /// Write the results as JUnit's XML as well
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print the cases and what must hold, and run nothing
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let (Some(path), false) = (&args.connector, args.list) else { return list(args.json) };
    let beside = || path.parent().unwrap_or(Path::new("")).join("conformance.toml");
    let profile = Profile::read(&args.profile.clone().unwrap_or_else(beside))?;
    let processors = std::thread::available_parallelism().map_or(1, |number| u32::try_from(number.get()).unwrap_or(1));
    let jobs = args.jobs.unwrap_or(processors);
    let connector = load::connector(path, jobs, &args.compiled)?;
    let name = load::description(&connector).await?.id;
    let only: BTreeSet<String> = args.cases.iter().cloned().collect();
    let all = if only.is_empty() { cases().len() } else { only.len() };
    let at_once = usize::try_from(jobs).unwrap_or(1);
    let ran = Box::pin(run_suite(Suite { connector, profile, only, at_once }, progress(all))).await?;
    if let Some(file) = &args.junit {
        let xml = as_junit(&name, &ran)?;
        std::fs::write(file, xml).map_err(|error| CannotRun(format!("cannot write {}: {error}", file.display())))?;
    }
    if args.json {
        print_json(&as_json(&name, &ran))?;
    } else {
        print(&as_table(&name, &ran));
    }
    Ok(Verdict::of(ran.iter().all(|one| !matches!(one.verdict, Case::Fails { .. }))))
}

fn list(as_json: bool) -> Result<Verdict, CannotRun> {
    if as_json {
        let rows = cases().iter().map(|case| json!({"case": case.id, "needs": case.needs, "holds": case.holds}));
        print_json(&json!({"cases": rows.collect::<Vec<_>>()}))?;
        return Ok(Verdict::Good);
    }
    let mut rows = table(&["case", "needs", "what must hold"]);
    for case in cases() {
        rows.add_row([case.id, case.needs, case.holds]);
    }
    print(&text(&rows));
    Ok(Verdict::Good)
}

/// Says on standard error how far it is: one line that is rewritten on a terminal, a line for each failure elsewhere.
fn progress(all: usize) -> impl Fn(&Ran) + Send + Sync {
    let terminal = std::io::stderr().is_terminal();
    let done = std::sync::atomic::AtomicUsize::new(0);
    move |ran| {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed).saturating_add(1);
        if terminal {
            let end = if done == all { "\n" } else { "" };
            eprint!("\rconformance: {done}/{all} {:40}{end}", ran.case.id);
        } else if matches!(ran.verdict, Case::Fails { .. }) || done == all {
            eprintln!("conformance: {done}/{all} {} {}", ran.case.id, ran.verdict.word());
        }
    }
}
