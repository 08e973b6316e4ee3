//! `harness dry-run`: what a connector would send, without sending it.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::compiled::Compiled;
use crate::load::{self, SecretEnv};
use host_harness::bindings::types::Locale;
use host_harness::day_sheet::{CsvDay, DayOutcome, csv};
use host_harness::egress::Route;
use host_harness::replay::{DryRun, DryRunEvent, Fate, Fixture, Shown, dry_run};
use host_harness::scenario::locale_of;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Show the exact requests a scenario would make the connector send; nothing that could write is sent
///
/// A closed day (`day-closed`) is also shown as a bookkeeper reads it: every line with its account, sums, and what is
/// refused or was changed. Without --answers and --reads-live no request has an answer, so what the connector checks
/// against the books is not checked, and the text says so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness dry-run connector.wasm --scenario scenario.json
  harness dry-run connector.wasm --scenario day.json --locale en
  harness dry-run connector.wasm --scenario day.json --csv > day.csv
  harness dry-run connector.wasm --scenario scenario.json --answers fixtures/new-customer
  harness dry-run connector.wasm --scenario scenario.json --reads-live \\
      --secret-env password=ACCOUNTING_PASSWORD

Exit status: 0 shown, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// The scenario
    #[arg(long, value_name = "FILE")]
    scenario: PathBuf,
    /// Answer requests that stand in this fixture with what was recorded
    #[arg(long, value_name = "FIXTURE")]
    answers: Option<PathBuf>,
    /// Send GET requests, and nothing else
    #[arg(long)]
    reads_live: bool,
    /// With --reads-live: send requests for this host to a simulator instead (may be given several times)
    #[arg(long, value_name = "HOST=URL", value_parser = load::route, requires = "reads_live")]
    route: Vec<Route>,
    /// Take a setting from an environment variable (may be given several times)
    #[arg(long, value_name = "KEY=VARIABLE", value_parser = load::secret_env)]
    secret_env: Vec<SecretEnv>,
    /// The language of messages; the scenario's own unless set
    #[arg(long, value_enum)]
    locale: Option<Language>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object; amounts as decimal text and as minor units
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the lines of all closed days as CSV, for a spreadsheet
    ///
    /// UTF-8 with a byte order mark, separated by semicolons, one heading. The decimal mark is the language's: a comma in
    /// Danish, a point in English; nothing stands between thousands. `decimals` is empty for an unknown currency, whose
    /// amounts are in minor units. A text that a spreadsheet would run as a formula (beginning with = + - @) has an
    /// apostrophe in front. Why a day is refused goes to standard error.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let connector = load::connector(&args.connector, 1, &args.compiled)?;
    let description = load::description(&connector).await?;
    let scenario = load::scenario(&args.scenario, &args.secret_env, args.locale)?;
    load::warn_of_unknown_settings(&scenario, &description);
    let answers = match &args.answers {
        Some(folder) => Some(Fixture::read(folder)?.exchanges),
        None => None,
    };
    let reads = if args.reads_live { Some(load::outside_of_one(&args.route)?) } else { None };
    let events = dry_run(&DryRun { scenario: &scenario, driver: &connector, answers, reads }).await?;
    let locale = locale_of(scenario.locale);
    if args.csv {
        print(&spreadsheet(&events, locale)?);
    } else if args.json {
        let incomplete = events.iter().any(|event| event.incomplete);
        print_json(&json!({"events": events, "incomplete": incomplete}))?;
    } else {
        print(&for_people(&events, locale));
    }
    Ok(Verdict::Good)
}

/// The days as CSV; what has no place there goes to standard error.
fn spreadsheet(events: &[DryRunEvent], locale: Locale) -> Result<String, CannotRun> {
    let days: Vec<CsvDay<'_>> =
        events.iter().filter_map(|event| Some(CsvDay { event: event.event, sheet: event.day.as_ref()? })).collect();
    if days.is_empty() {
        eprintln!("harness: warning: the scenario closes no day, so there is nothing but the heading");
    }
    for day in &days {
        let (what, lines) = match &day.sheet.outcome {
            DayOutcome::Booked(_) => continue,
            DayOutcome::Refused { lines, .. } => ("is refused", lines),
            DayOutcome::Stopped { lines, .. } => ("may be booked or refused: the connector stopped", lines),
        };
        eprintln!("harness: event {}: day {} {what}", day.event, day.sheet.report.id);
        lines.iter().for_each(|line| eprintln!("  {line}"));
    }
    Ok(csv(&days, locale)?)
}

fn for_people(events: &[DryRunEvent], locale: Locale) -> String {
    let mut out = String::new();
    for event in events {
        out.push_str(&format!("event {}: {}\n", event.event, event.kind));
        if let Some(day) = &event.day {
            out.push_str(&indented(&day.text(locale), 2));
        }
        if event.requests.is_empty() {
            out.push_str("  no requests\n");
        }
        for (number, shown) in event.requests.iter().enumerate() {
            out.push_str(&request(number.saturating_add(1), shown));
        }
        // Of a day the table says it all, and a receipt has thousands of lines.
        if event.day.is_none() {
            out.push_str("  what the connector answers:\n");
            out.push_str(&indented(&format!("{:#}", event.result), 4));
        }
        if event.applied.iter().any(|applied| applied.as_array().is_none_or(|changes| !changes.is_empty())) {
            out.push_str("  what FlexyBox would apply, result by result:\n");
            let lines: Vec<String> = event.applied.iter().map(Value::to_string).collect();
            out.push_str(&indented(&lines.join("\n"), 4));
        }
        if event.incomplete && event.day.is_none() {
            out.push_str("  not known: what follows from the requests that were not sent; the real run may do more, and a failure\n  \
                 for want of an answer is the dry run's own\n");
        }
        out.push('\n');
    }
    let count = |wanted: fn(&Fate) -> bool| {
        events.iter().flat_map(|event| &event.requests).filter(|shown| wanted(&shown.fate)).count()
    };
    let (unsent, recorded, live) = (
        count(|fate| *fate == Fate::NotSent),
        count(|fate| matches!(fate, Fate::AnsweredByExchange(_))),
        count(|fate| matches!(fate, Fate::ReadLive(_))),
    );
    out.push_str(&format!(
        "dry run: {unsent} requests not sent, {recorded} answered by the recording, {live} reads sent\n"
    ));
    out
}

fn request(number: usize, shown: &Shown) -> String {
    let fate = match &shown.fate {
        Fate::NotSent => "not sent, so what follows from its answer is not known".to_owned(),
        Fate::AnsweredByExchange(exchange) => format!("not sent; answered by exchange {exchange} of the recording"),
        Fate::ReadLive(answer) => format!("sent; the answer was {answer}"),
    };
    format!("  request {number}: {fate}\n{}", indented(&shown.request.for_people(), 4))
}

fn indented(text: &str, by: usize) -> String {
    let blank = " ".repeat(by);
    text.lines().map(|line| format!("{}\n", format!("{blank}{line}").trim_end())).collect()
}
