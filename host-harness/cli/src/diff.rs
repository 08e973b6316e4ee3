//! `harness diff`: what would be different for people if one build of a connector took another's place.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::compiled::Compiled;
use crate::shown::clean;
use crate::{fixtures, load};
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::Connector;
use host_harness::replay::{Fixture, FixtureError};
use host_harness::table::{table, text};
use host_harness::upgrade::{self, DescribedChange, FixtureCompared, Group, Used, described, grouped};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Ways in which one place differs that are told; a receipt's amounts differ in as many ways as there are fixtures.
const VARIANTS: usize = 5;

/// Names of fixtures that are told beside a count.
const NAMES: usize = 3;

/// Show what would be different if NEW took OLD's place: before a connector is upgraded or swapped
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Both play every fixture, and what they say of themselves is compared. Nothing is sent anywhere.

Examples:
  harness diff connector.wasm connector-new.wasm --fixtures fixtures
  harness diff connector.wasm connector-new.wasm --fixtures fixtures --json
  harness diff connector.wasm other-connector.wasm --fixtures recorded/club-17 --fixtures recorded/club-18

Exit status: 0 people would notice nothing (fuel and memory alone are no difference), 1 they would, 2 could not run.")]
pub(crate) struct Args {
    /// The connector at work, a .wasm component
    old: PathBuf,
    /// The one to take its place
    new: PathBuf,
    /// A fixture, or a folder with fixtures in it, e.g. an installation's recorded traffic; may be given several times
    #[arg(long, required = true, value_name = "DIR")]
    fixtures: Vec<PathBuf>,
    /// How many at once; as many as the machine has processors unless set
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: Option<u32>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// One of the two.
struct Side {
    path: PathBuf,
    connector: Connector,
    description: Description,
}

/// What became of one fixture.
struct Line {
    name: String,
    outcome: Result<FixtureCompared, FixtureError>,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let folders = fixtures::at(&args.fixtures)?;
    let jobs = args.jobs.unwrap_or_else(fixtures::processors);
    let (old, new) = (side(&args.old, jobs, &args.compiled).await?, side(&args.new, jobs, &args.compiled).await?);
    let said = described(&old.description, &new.description);
    let lines = compare_all(&old.connector, &new.connector, &folders, jobs).await?;
    let compared: Vec<FixtureCompared> = lines.iter().filter_map(|line| line.outcome.as_ref().ok()).cloned().collect();
    let groups = grouped(&compared);
    let total = Total::of(&lines, &compared);
    if args.json {
        print_json(&as_json(&old, &new, &said, &lines, &groups, &total))?;
    } else {
        print(&for_people(&old, &new, &said, &lines, &groups, &total));
    }
    if total.unusable > 0 {
        return Ok(Verdict::PartlyUnusable);
    }
    Ok(Verdict::of(total.differ == 0 && !said.iter().any(DescribedChange::is_for_people)))
}

async fn side(path: &Path, jobs: u32, compiled: &Compiled) -> Result<Side, CannotRun> {
    let connector = load::connector(path, jobs, compiled)?;
    let description = load::description(&connector).await?;
    Ok(Side { path: path.into(), connector, description })
}

async fn compare_all(old: &Connector, new: &Connector, folders: &[PathBuf], jobs: u32) -> Result<Vec<Line>, CannotRun> {
    let places = Arc::new(Semaphore::new(usize::try_from(jobs).unwrap_or(1)));
    let mut running = JoinSet::new();
    for (number, folder) in folders.iter().cloned().enumerate() {
        let (old, new, places) = (old.clone(), new.clone(), places.clone());
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            let outcome = match Fixture::read(&folder) {
                Ok(fixture) => upgrade::compare(&fixture, &old, &new).await,
                Err(error) => Err(error),
            };
            (number, Line { name: fixtures::name(&folder), outcome })
        });
    }
    let progress = fixtures::Progress::new("comparing", folders.len());
    let mut lines = Vec::with_capacity(folders.len());
    while let Some(done) = running.join_next().await {
        lines.push(done?);
        progress.show(lines.len());
    }
    lines.sort_by_key(|(number, _)| *number);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// The sums.
struct Total {
    same: usize,
    differ: usize,
    unusable: usize,
    old: Used,
    new: Used,
}

impl Total {
    fn of(lines: &[Line], compared: &[FixtureCompared]) -> Self {
        let same = compared.iter().filter(|one| one.is_same()).count();
        let sum = |used: fn(&FixtureCompared) -> Used| {
            compared.iter().map(used).fold(Used::default(), |sum, one| Used {
                fuel: sum.fuel.saturating_add(one.fuel),
                peak_memory: sum.peak_memory.max(one.peak_memory),
            })
        };
        Self {
            same,
            differ: compared.len().saturating_sub(same),
            unusable: lines.len().saturating_sub(compared.len()),
            old: sum(|one| one.old),
            new: sum(|one| one.new),
        }
    }
}

/// How much more or less, as `1.25`: two digits, rounded.
fn ratio(old: u64, new: u64) -> String {
    if old == 0 {
        return String::new();
    }
    let hundredths = (u128::from(new) * 100 + u128::from(old) / 2) / u128::from(old);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn memory(used: (Used, Used)) -> String {
    let [old, new] = [used.0, used.1].map(|used| used.peak_memory.div_ceil(1024));
    if old == new { format!("{old} KiB") } else { format!("{old} -> {new} KiB") }
}

fn side_json(side: &Side) -> Value {
    json!({
        "path": side.path, "id": side.description.id, "version": side.description.version,
        "contract": load::contract(&side.connector), "sha256": side.connector.info().sha256,
    })
}

fn as_json(old: &Side, new: &Side, said: &[DescribedChange], lines: &[Line], groups: &[Group], total: &Total) -> Value {
    let line = |line: &Line| match &line.outcome {
        Ok(one) => json!({"name": line.name, "same": one.is_same(), "differs_in": one.aspects(), "compared": one,
                          "fuel_ratio": ratio(one.old.fuel, one.new.fuel)}),
        Err(error) => json!({"name": line.name, "error": error.to_string()}),
    };
    json!({
        "old": side_json(old), "new": side_json(new), "described": said,
        "fixtures": lines.iter().map(line).collect::<Vec<_>>(), "differences": groups,
        "totals": {
            "same": total.same, "differ": total.differ, "could_not_run": total.unusable,
            "old": total.old, "new": total.new, "fuel_ratio": ratio(total.old.fuel, total.new.fuel),
        },
    })
}

fn for_people(
    old: &Side,
    new: &Side,
    said: &[DescribedChange],
    lines: &[Line],
    groups: &[Group],
    total: &Total,
) -> String {
    let mut out = String::new();
    for (which, side) in [("old", old), ("new", new)] {
        let Description { name, version, id, .. } = &side.description;
        let line = format!(
            "{which}  {name} {version} ({id}), contract {}, {}",
            load::contract(&side.connector),
            side.path.display()
        );
        let _ = writeln!(out, "{}", clean(&line));
    }
    if !said.is_empty() {
        out.push_str("\nwhat it says of itself\n");
        said.iter().for_each(|one| out.push_str(&format!("  {}\n", clean(&one.words))));
    }
    let mut to_do = said.iter().filter_map(|one| one.to_do.as_deref()).peekable();
    if to_do.peek().is_some() {
        out.push_str("\nbefore the swap\n");
        to_do.for_each(|one| out.push_str(&format!("  {}\n", clean(one))));
    }
    let mut overview = table(&["fixture", "result", "fuel", "memory"]);
    for line in lines {
        overview.add_row(row(line));
    }
    let _ = write!(out, "\n{}", text(&overview));
    differences(groups, &mut out);
    remarks(lines, &mut out);
    let _ = writeln!(
        out,
        "\ndiff: {} fixtures: {} same, {} differ, {} could not run; fuel {} -> {} ({}); peak memory {}",
        lines.len(),
        total.same,
        total.differ,
        total.unusable,
        total.old.fuel,
        total.new.fuel,
        ratio(total.old.fuel, total.new.fuel),
        memory((total.old, total.new)),
    );
    out
}

fn row(line: &Line) -> [String; 4] {
    let Ok(one) = &line.outcome else {
        return [line.name.clone(), "could not run".to_owned(), String::new(), String::new()];
    };
    let aspects: Vec<String> = one.aspects().iter().map(ToString::to_string).collect();
    let mut result = if one.is_same() { "same".to_owned() } else { format!("differs in {}", aspects.join(", ")) };
    if let Some(event) = one.not_compared_from {
        result.push_str(&format!("; not compared from event {event} on"));
    }
    [line.name.clone(), result, ratio(one.old.fuel, one.new.fuel), memory((one.old, one.new))]
}

/// Each difference once, with how many fixtures it is in.
fn differences(groups: &[Group], out: &mut String) {
    let mut heading = None;
    for group in groups {
        if heading != Some(group.aspect) {
            let _ = write!(out, "\n{}\n", group.aspect);
            heading = Some(group.aspect);
        }
        let _ = writeln!(out, "  {}", clean(&group.place));
        for variant in group.variants.iter().take(VARIANTS) {
            let names: Vec<&str> = variant.fixtures.iter().take(NAMES).map(String::as_str).collect();
            let more = if variant.fixtures.len() > NAMES { ", …" } else { "" };
            variant.what.lines().for_each(|line| out.push_str(&format!("    {}\n", clean(line))));
            let _ = writeln!(out, "      in {} fixtures: {}{more}", variant.fixtures.len(), names.join(", "));
        }
        if group.variants.len() > VARIANTS {
            let _ = writeln!(out, "    … and in {} other ways", group.variants.len().saturating_sub(VARIANTS));
        }
    }
}

/// What could not run, and what must not be relied on.
fn remarks(lines: &[Line], out: &mut String) {
    for line in lines {
        match &line.outcome {
            Err(error) => {
                let _ = write!(out, "\n{}: could not run: {}\n", line.name, clean(&error.to_string()));
            }
            Ok(one) if one.old_strays => {
                let _ = write!(
                    out,
                    "\n{}: the old connector does not keep to this fixture either; record it anew with it\n",
                    line.name
                );
            }
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn a_ratio_is_rounded_to_two_digits() {
        assert_eq!(ratio(1_000, 1_000), "1.00");
        assert_eq!(ratio(3, 2), "0.67");
        assert_eq!(ratio(1, 12), "12.00");
        assert_eq!(ratio(0, 5), "");
        assert_eq!(ratio(u64::MAX, u64::MAX), "1.00");
    }
}
