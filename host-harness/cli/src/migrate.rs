//! `harness migrate`: an installation moves from the connector of one accounting system to that of another. The running host does it;
//! this asks until it is done, and shows what it comes to.

mod told;

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path, query_value};
use serde_json::{Value, json};
use told::{Customer, Migration, Page};

/// Entries a page: the most the host gives.
const PAGE: u32 = 500;

/// Move an installation to another accounting system: look what would happen, do it, take it back
///
/// The new installation is made and configured as any other, with the same customer tag, and holds no customers yet. Preview first:
/// it changes nothing on either side.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Preview(Preview),
    Show(Show),
    Apply(Apply),
    Undo(Undo),
}

/// Which two, where they are, and how the answer is printed
#[derive(Debug, clap::Args)]
struct Between {
    /// The installation that is moved
    #[arg(long, value_name = "ID")]
    from: String,
    #[command(flatten)]
    new: New,
}

/// The new installation, where it is, and how the answer is printed
#[derive(Debug, clap::Args)]
struct New {
    /// The installation that takes over
    #[arg(long, value_name = "ID")]
    to: String,
    #[command(flatten)]
    access: Access,
    /// The language of the answer
    #[arg(long, value_enum, default_value = "da")]
    locale: Language,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Ask the new connector what would become of each customer; nothing is written. Needs installations:write
///
/// Goes on where it was cut off, and asks again only about customers that changed. Progress goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness migrate preview --from club-17 --to club-17-new --url http://127.0.0.1:8780
  harness migrate preview --from club-17 --to club-17-new --url http://127.0.0.1:8780 --locale en --anew

Exit status: 0 everybody would be linked or created, 1 somebody would not, or the move has to wait, 2 could not run.")]
struct Preview {
    #[command(flatten)]
    between: Between,
    /// Ask about all customers again
    #[arg(long)]
    anew: bool,
}

/// Show a migration, as it was previewed or as it stands, with a line for each customer. Needs installations:read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness migrate show --to club-17-new --url http://127.0.0.1:8780
  harness migrate show --to club-17-new --url http://127.0.0.1:8780 --class ambiguous

Exit status: 0 here it is, 2 could not run.")]
struct Show {
    #[command(flatten)]
    new: New,
    /// Only customers of this class: link, create, ambiguous, refused, passed-over, failed
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
}

/// Let the new installation take over: matched customers are linked, the old one takes in nothing more. Needs installations:write
///
/// What is done stays done when it is repeated; what was cut off is finished. FlexyBox must send to the new installation from then on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness migrate apply --from club-17 --to club-17-new --url http://127.0.0.1:8780
  harness migrate apply --from club-17 --to club-17-new --url http://127.0.0.1:8780 --create-missing

Exit status: 0 applied, 1 applied and somebody was left out, 2 could not run, or not to the end: repeat it.")]
struct Apply {
    #[command(flatten)]
    between: Between,
    /// Create customers that the new accounting system does not have; otherwise they are left out
    #[arg(long)]
    create_missing: bool,
    /// Leave calls of the old installation's link behind that it has not worked off
    #[arg(long)]
    leave_unsettled: bool,
}

/// Let the old installation take over again. Needs installations:write
///
/// Links of the new one are forgotten, customers that changed meanwhile are brought to the old one. What was created in the new
/// accounting system stays there and is listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness migrate undo --from club-17 --to club-17-new --url http://127.0.0.1:8780

Exit status: 0 undone, 1 undone and debtors that were created stay behind, 2 could not run, or not to the end: repeat it.")]
struct Undo {
    #[command(flatten)]
    between: Between,
}

impl Args {
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::Preview(args) => args.between.new.json,
            Command::Show(args) => args.new.json,
            Command::Apply(args) => args.between.new.json,
            Command::Undo(args) => args.between.new.json,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    match &args.command {
        Command::Preview(args) => preview(args).await,
        Command::Show(args) => show(&args.new, args.class.as_deref()).await,
        Command::Apply(args) => apply(args).await,
        Command::Undo(args) => undo(args).await,
    }
}

/// The host, and where the migration is.
fn reach(new: &New) -> Result<(Remote, String), CannotRun> {
    let path = installation_path(&new.to)?;
    Ok((Remote::new(&new.access, PATIENCE)?, format!("{path}/migration")))
}

/// Wish for a step until it is done.
async fn until_done(between: &Between, step: &str, mut wish: Value) -> Result<(Migration, Value), CannotRun> {
    installation_path(&between.from)?;
    let (remote, path) = reach(&between.new)?;
    loop {
        let answer = remote.post(&format!("{path}/{step}"), Some(&wish)).await?;
        let migration: Migration = as_expected(&answer)?;
        if !migration.more {
            return Ok((migration, answer));
        }
        eprintln!("harness: {step}: {} of {} customers", migration.examined(), migration.customers);
        // What was asked anew once is known from then on.
        if let Some(wish) = wish.as_object_mut() {
            wish.remove("anew");
        }
    }
}

async fn preview(args: &Preview) -> Result<Verdict, CannotRun> {
    let between = &args.between;
    let wish = json!({"from": between.from, "anew": args.anew});
    let (migration, answer) = until_done(between, "preview", wish).await?;
    tell(&between.new, &migration, &answer)?;
    Ok(Verdict::of(migration.is_smooth()))
}

async fn apply(args: &Apply) -> Result<Verdict, CannotRun> {
    let between = &args.between;
    let wish = json!({
        "from": between.from, "create_missing": args.create_missing, "leave_unsettled": args.leave_unsettled,
    });
    let (migration, answer) = until_done(between, "apply", wish).await?;
    tell(&between.new, &migration, &answer)?;
    Ok(Verdict::of(migration.left_out() == 0))
}

async fn undo(args: &Undo) -> Result<Verdict, CannotRun> {
    let between = &args.between;
    let (migration, answer) = until_done(between, "undo", json!({"from": between.from})).await?;
    tell(&between.new, &migration, &answer)?;
    Ok(Verdict::of(migration.left_behind.iter().all(|one| one.was_there)))
}

fn tell(new: &New, migration: &Migration, answer: &Value) -> Result<(), CannotRun> {
    if new.json {
        return print_json(answer);
    }
    print(&migration.for_people(new.locale));
    Ok(())
}

async fn show(new: &New, class: Option<&str>) -> Result<Verdict, CannotRun> {
    let (remote, path) = reach(new)?;
    let mut answer = remote.get(&path).await?;
    let migration: Migration = as_expected(&answer)?;
    let class = class.map(|class| format!("&class={}", query_value(class))).unwrap_or_default();
    let (mut customers, mut after) = (Vec::<Value>::new(), None::<String>);
    loop {
        let place = after.as_deref().map(|after| format!("&after={}", query_value(after))).unwrap_or_default();
        let page: Page = as_expected(&remote.get(&format!("{path}/customers?limit={PAGE}{class}{place}")).await?)?;
        customers.extend(page.customers);
        match page.next {
            // A place that does not move would be asked for ever.
            Some(next) if after.as_ref() != Some(&next) => after = Some(next),
            _ => break,
        }
    }
    if new.json {
        if let Some(fields) = answer.as_object_mut() {
            // The number of customers stands there already; the list has a name of its own.
            fields.insert("list".to_owned(), customers.into());
        }
        print_json(&answer)?;
        return Ok(Verdict::Good);
    }
    let customers = customers.iter().map(as_expected).collect::<Result<Vec<Customer>, _>>()?;
    print(&format!("{}\n{}", migration.for_people(new.locale), told::list(&customers, new.locale)));
    Ok(Verdict::Good)
}
