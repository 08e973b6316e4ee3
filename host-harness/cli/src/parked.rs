//! `harness parked`: events that wait for a person, and what a person does about them.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path, query_value};
use crate::shown::{clean, utc};
use host_harness::table::{table, text};
use serde::Deserialize;
use serde_json::{Value, json};

/// Entries a page: the most the host gives.
const PAGE: u32 = 500;

/// Look at events that wait for a person; run them again, or give them up
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
    Show(Show),
    Retry(Chosen),
    Drop(Dropped),
}

/// List them, oldest first; of all installations unless one is named. Needs installations:read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness parked list --url http://127.0.0.1:8780 --api-key-env OPERATOR_KEY
  harness parked list --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 here they are, 2 could not run.")]
struct List {
    /// The installation's id
    #[arg(long, value_name = "ID")]
    installation: Option<String>,
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Where the events are, and how the answer is printed
#[derive(Debug, clap::Args)]
struct At {
    /// The installation's id
    #[arg(long, value_name = "ID")]
    installation: String,
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Show one with all its attempts. Needs installations:read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness parked show 4711 --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 here it is, 2 could not run.")]
struct Show {
    /// The event's number, as the list shows it
    seq: i64,
    #[command(flatten)]
    at: At,
}

/// Run them again. Needs operate
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness parked retry 4711 4712 --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 they wait for their turn, 2 could not run.")]
struct Chosen {
    /// The numbers of the events, as the list shows them
    #[arg(required = true)]
    seq: Vec<i64>,
    #[command(flatten)]
    at: At,
}

/// Give them up: what they were about is not told to the accounting system. Needs operate
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness parked drop 4711 --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 they are gone, 2 could not run.")]
struct Dropped {
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Deserialize)]
struct Page {
    events: Vec<Value>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Installations {
    installations: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Event {
    seq: i64,
    kind: String,
    key: String,
    state: String,
    attempt: i64,
    reason_code: String,
    reason: String,
    received_ms: i64,
    correlation: String,
    #[serde(default)]
    attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    attempt: i64,
    at_ms: i64,
    trouble: String,
    code: String,
    message: String,
    detail: String,
    followed: String,
}

impl Args {
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::List(args) => args.json,
            Command::Show(args) => args.at.json,
            Command::Retry(args) => args.at.json,
            Command::Drop(args) => args.chosen.at.json,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    match &args.command {
        Command::List(args) => list(args).await,
        Command::Show(args) => show(args).await,
        Command::Retry(args) => each(args, true).await,
        Command::Drop(args) => each(&args.chosen, false).await,
    }
}

async fn list(args: &List) -> Result<Verdict, CannotRun> {
    let named = args.installation.as_deref().map(installation_path).transpose()?;
    let remote = Remote::new(&args.access, PATIENCE)?;
    let ids = match (&args.installation, named) {
        (Some(id), Some(_)) => vec![id.clone()],
        _ => {
            let all: Installations = as_expected(&remote.get("/api/v1/installations").await?)?;
            all.installations.into_iter().map(|named| named.id).collect()
        }
    };
    let mut found = Vec::new();
    for id in ids {
        for event in of_installation(&remote, &id).await? {
            found.push((id.clone(), event));
        }
    }
    if args.json {
        let parked: Vec<Value> = found.into_iter().map(|(id, event)| with_installation(&id, event)).collect();
        print_json(&json!({"parked": parked}))?;
    } else if found.is_empty() {
        print("nothing is parked\n");
    } else {
        let mut rows = table(&["installation", "seq", "kind", "about", "attempt", "received", "code", "reason"]);
        for (id, event) in &found {
            let event: Event = as_expected(event)?;
            rows.add_row([
                clean(id),
                event.seq.to_string(),
                clean(&event.kind),
                clean(&event.key),
                event.attempt.to_string(),
                utc(event.received_ms),
                clean(&event.reason_code),
                clean(&event.reason),
            ]);
        }
        print(&text(&rows));
    }
    Ok(Verdict::Good)
}

/// All parked events of one installation, page by page.
async fn of_installation(remote: &Remote, id: &str) -> Result<Vec<Value>, CannotRun> {
    let path = installation_path(id)?;
    let mut events = Vec::new();
    let mut after = None::<String>;
    loop {
        let place = after.as_deref().map(|after| format!("&after={}", query_value(after))).unwrap_or_default();
        let page: Page = as_expected(&remote.get(&format!("{path}/parked?limit={PAGE}{place}")).await?)?;
        events.extend(page.events);
        match page.next {
            // A place that does not move would be asked for ever.
            Some(next) if after.as_ref() != Some(&next) => after = Some(next),
            _ => return Ok(events),
        }
    }
}

fn with_installation(id: &str, mut event: Value) -> Value {
    if let Some(fields) = event.as_object_mut() {
        fields.insert("installation".to_owned(), id.into());
    }
    event
}

async fn show(args: &Show) -> Result<Verdict, CannotRun> {
    let path = installation_path(&args.at.installation)?;
    let remote = Remote::new(&args.at.access, PATIENCE)?;
    let answer = remote.get(&format!("{path}/events/{}", args.seq)).await?;
    if args.at.json {
        print_json(&answer)?;
    } else {
        print(&for_people(&as_expected(&answer)?));
    }
    Ok(Verdict::Good)
}

fn for_people(event: &Event) -> String {
    let mut out = format!("event         {} ({})\n", event.seq, clean(&event.kind));
    out.push_str(&format!("about         {}\n", clean(&event.key)));
    out.push_str(&format!("state         {}\n", clean(&event.state)));
    out.push_str(&format!("received      {}\n", utc(event.received_ms)));
    out.push_str(&format!("correlation   {}\n", clean(&event.correlation)));
    out.push_str(&format!("reason        {} ({})\n", clean(&event.reason), clean(&event.reason_code)));
    if !event.attempts.is_empty() {
        let mut attempts = table(&["attempt", "ended", "trouble", "code", "followed", "message", "detail"]);
        for one in &event.attempts {
            attempts.add_row([
                one.attempt.to_string(),
                utc(one.at_ms),
                clean(&one.trouble),
                clean(&one.code),
                clean(&one.followed),
                clean(&one.message),
                clean(&one.detail),
            ]);
        }
        out.push_str(&format!("\n{}", text(&attempts)));
    }
    out
}

/// Run each again, or give each up; the first that is refused ends it, and says how far it came.
async fn each(args: &Chosen, again: bool) -> Result<Verdict, CannotRun> {
    let path = installation_path(&args.at.installation)?;
    let remote = Remote::new(&args.at.access, PATIENCE)?;
    let mut done = Vec::new();
    for seq in &args.seq {
        let answer = if again {
            remote.post(&format!("{path}/parked/{seq}/retry"), None).await
        } else {
            remote.delete(&format!("{path}/parked/{seq}")).await
        };
        if let Err(CannotRun(reason)) = answer {
            return Err(CannotRun(format!("event {seq}: {reason}{}", so_far(&done))));
        }
        done.push(*seq);
    }
    let (key, what) = if again { ("retried", "waits for its turn") } else { ("dropped", "is given up") };
    if args.at.json {
        print_json(&json!({key: done}))?;
    } else {
        done.iter().for_each(|seq| print(&format!("event {seq} {what}\n")));
    }
    Ok(Verdict::Good)
}

fn so_far(done: &[i64]) -> String {
    if done.is_empty() {
        return String::new();
    }
    let done: Vec<String> = done.iter().map(i64::to_string).collect();
    format!("; done before that: {}", done.join(", "))
}
