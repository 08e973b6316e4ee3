//! `harness doctor`: why does nothing arrive? The running host looks; this shows what it saw.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path};
use crate::shown::clean;
use serde::Deserialize;

/// As wide as the longest code.
const CODE_WIDTH: usize = 20;

/// Ask the running host why nothing arrives
///
/// It looks at what was set up, the link, the accounting system and what waits, and says what a person can do. Needs an API
/// key with installations:read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness doctor club-17 --url http://127.0.0.1:8780 --api-key-env OPERATOR_KEY
  harness doctor club-17 --url https://accounting.example.com --locale en --no-ask

Marks: ok in order, !! a reason, ! somebody should look, ?? not known.
Exit status: 0 no reason found, 1 there is one, 2 could not run.")]
pub(crate) struct Args {
    /// The installation's id
    installation: String,
    #[command(flatten)]
    access: Access,
    /// The language of the answer
    #[arg(long, value_enum, default_value = "da")]
    locale: Language,
    /// Do not ask the accounting system: answer from what the host knows
    #[arg(long)]
    no_ask: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Deserialize)]
struct Diagnosis {
    installation: String,
    verdict: String,
    examined: Vec<Examined>,
}

#[derive(Deserialize)]
struct Examined {
    code: String,
    verdict: String,
    message: String,
    steps: Vec<String>,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let path = installation_path(&args.installation)?;
    let remote = Remote::new(&args.access, PATIENCE)?;
    let locale = match args.locale {
        Language::Da => "da",
        Language::En => "en",
    };
    let answer = remote.get(&format!("{path}/doctor?locale={locale}&ask={}", !args.no_ask)).await?;
    let diagnosis: Diagnosis = as_expected(&answer)?;
    if args.json {
        print_json(&answer)?;
    } else {
        print(&for_people(&diagnosis, args.locale));
    }
    Ok(Verdict::of(diagnosis.verdict != "bad"))
}

fn for_people(diagnosis: &Diagnosis, language: Language) -> String {
    let mut out = format!("{}: {}\n\n", clean(&diagnosis.installation), headline(diagnosis, language));
    for one in &diagnosis.examined {
        let (mark, code) = (mark(&one.verdict), clean(&one.code));
        out.push_str(&format!("{mark} {code:CODE_WIDTH$}  {}\n", clean(&one.message)));
        for (place, step) in (1..).zip(&one.steps) {
            out.push_str(&format!("     {place}. {}\n", clean(step)));
        }
    }
    out
}

/// The first of the worst, in one sentence.
fn headline(diagnosis: &Diagnosis, language: Language) -> String {
    let first = diagnosis.examined.iter().find(|one| one.verdict == diagnosis.verdict);
    match (diagnosis.verdict.as_str(), first, language) {
        ("bad" | "warning", Some(first), _) => clean(&first.message),
        ("good", _, Language::Da) => "Alt ser ud til at være i orden.".to_owned(),
        ("good", _, Language::En) => "Everything seems to be in order.".to_owned(),
        (_, _, Language::Da) => "Der er ikke fundet noget galt, men ikke alt kunne undersøges.".to_owned(),
        (_, _, Language::En) => "Nothing wrong was found, but not everything could be looked at.".to_owned(),
    }
}

/// A word of a newer host is as good as not known.
fn mark(verdict: &str) -> &'static str {
    match verdict {
        "good" => "ok",
        "warning" => "! ",
        "bad" => "!!",
        _ => "??",
    }
}
