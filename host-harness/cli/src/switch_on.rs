//! `harness switch-on`: the integration is switched on for an existing club. The running host does it; this tells what it will cost,
//! asks, and shows how far it is. It may be stopped at any time and run again.

mod bar;
mod told;

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path};
use bar::Bar;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;
use told::{Phase, SwitchOn};

/// Between two looks at how far it is.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Switch the integration on for a club whose customers and debtors are there already. Needs installations:write
///
/// First all debtors are read, which writes nothing; then it is told who would be linked, changed and created, what that
/// costs, and asked. The settings need not have been proved before; customers wait until you say go.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness switch-on club-17 --url http://127.0.0.1:8780
  harness switch-on club-17 --url http://127.0.0.1:8780 --debtors 90000 --yes --json

Exit status: 0 done, 1 done and somebody waits for a person, or not begun since you said no, 2 could not run, or stopped
looking on. What is begun goes on in the host; run it again to look on.")]
pub(crate) struct Args {
    /// The installation
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    access: Access,
    /// Debtors there are, as the accounting system shows it; makes the first plan exact
    #[arg(long, value_name = "N")]
    debtors: Option<u64>,
    /// Go on without asking
    #[arg(long)]
    yes: bool,
    /// The language of the answer
    #[arg(long, value_enum, default_value = "da")]
    locale: Language,
    /// Print one JSON object at the end
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let host = Host {
        path: format!("{}/switch-on", installation_path(&args.id)?),
        remote: Remote::new(&args.access, PATIENCE)?,
    };
    tokio::select! {
        done = steps(args, &host) => done,
        _ = tokio::signal::ctrl_c() => Err(CannotRun(told::stopped_looking_on(args.locale).to_owned())),
    }
}

/// The host, and where the switching-on is.
struct Host {
    remote: Remote,
    path: String,
}

impl Host {
    async fn look(&self, debtors: Option<u64>) -> Result<(SwitchOn, Value), CannotRun> {
        let told = debtors.map(|debtors| format!("?debtors={debtors}")).unwrap_or_default();
        self.read(self.remote.get(&format!("{}{told}", self.path)).await?)
    }

    async fn wish(&self, step: &str, body: Option<Value>) -> Result<(SwitchOn, Value), CannotRun> {
        self.read(self.remote.post(&format!("{}/{step}", self.path), body.as_ref()).await?)
    }

    fn read(&self, answer: Value) -> Result<(SwitchOn, Value), CannotRun> {
        Ok((as_expected(&answer)?, answer))
    }
}

async fn steps(args: &Args, host: &Host) -> Result<Verdict, CannotRun> {
    let (mut view, mut answer) = host.look(args.debtors).await?;
    let mut bar = Bar::new(args.locale);
    loop {
        bar.show(&view);
        match view.phase {
            Phase::NotBegun | Phase::Looked if !agreed(args, &view)? => return Ok(Verdict::Failed),
            Phase::NotBegun => {
                (view, answer) = host.wish("look", Some(json!({"debtors": args.debtors}))).await?;
                continue;
            }
            Phase::Looked => {
                (view, answer) = host.wish("go", None).await?;
                continue;
            }
            Phase::Done => break,
            Phase::Looking | Phase::Going => {}
        }
        if !view.paused.is_empty() {
            return Err(CannotRun(view.waits_paused(args.locale)));
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
        (view, answer) = host.look(args.debtors).await?;
    }
    bar.end();
    if args.json {
        print_json(&answer)?;
    } else {
        print(&view.at_the_end(args.locale));
    }
    Ok(Verdict::of(view.parked == 0))
}

/// Tell the plan on standard error, and ask.
fn agreed(args: &Args, view: &SwitchOn) -> Result<bool, CannotRun> {
    let mut screen = std::io::stderr().lock();
    let plan = view.plan_for_people(args.locale);
    let _deaf = write!(screen, "{plan}");
    if args.yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(CannotRun(told::nobody_to_ask(args.locale).to_owned()));
    }
    let _deaf = write!(screen, "{} ", told::go_on(args.locale)).and_then(|()| screen.flush());
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| CannotRun(error.to_string()))?;
    Ok(told::is_yes(&line))
}
