//! `harness api-key`: who may call the API, while the host does not run. The first key is made so.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::offline::{self, Missing};
use crate::shown::{clean, utc, utc_or_never};
use accounting_service::{Clock as _, SystemClock};
use accounting_store::{ApiKeyRow, Change, SqliteStore, Store as _, Write};
use accounting_vault::{ApiKey, Scopes};
use host_harness::table::{table, text};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The longest name of a key, in characters; as over the API.
const LONGEST_NAME: usize = 100;

/// Characters of a key's id.
const ID_CHARS: usize = 12;

/// Make, list and take back the keys of those who call the API, while the host is stopped
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(New),
    List(List),
    Revoke(Revoke),
}

/// Make an API key; the key itself goes to standard output, this once
///
/// Scopes: installations:read, installations:write, customers:write, days:write, outbox:read, operate, metrics:read, admin
/// (all of them, and the API keys themselves). Needs no encryption key: what is kept is a hash.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness api-key new --data /var/lib/accounting --name administrator --scopes admin
  harness api-key new --data /var/lib/accounting --name flexybox \\
      --scopes customers:write,days:write,outbox:read --json

Exit status: 0 it is made, 2 could not run.")]
struct New {
    /// The folder the host keeps everything in; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Whose it is, for the list
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas
    #[arg(long, value_name = "SCOPES")]
    scopes: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// List the API keys, without the keys themselves
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness api-key list --data /var/lib/accounting

Exit status: 0 here they are, 2 could not run.")]
struct List {
    /// The folder the host keeps everything in
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Take an API key back, for good
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness api-key revoke --data /var/lib/accounting k3h8m2q7rtva

Exit status: 0 it is taken back, 2 could not run.")]
struct Revoke {
    /// The key's id: the 12 characters after `fbx_`, as the list shows them
    #[arg(value_name = "ID")]
    id: String,
    /// The folder the host keeps everything in
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::New(args) => args.json,
            Command::List(args) => args.json,
            Command::Revoke(args) => args.json,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    match &args.command {
        Command::New(args) => new(args).await,
        Command::List(args) => list(args).await,
        Command::Revoke(args) => revoke(args).await,
    }
}

async fn new(args: &New) -> Result<Verdict, CannotRun> {
    let scopes: Scopes = args.scopes.parse()?;
    let characters = args.name.chars().count();
    if !(1..=LONGEST_NAME).contains(&characters) {
        return Err(CannotRun(format!("--name has 1 to {LONGEST_NAME} characters, not {characters}")));
    }
    let store = offline::open(&args.data, Missing::Made, "make the key with POST /api/v1/keys").await?;
    let (key, secret) = ApiKey::new()?;
    let row = ApiKeyRow {
        id: key.id().to_owned(),
        name: args.name.clone(),
        hash: key.hash().hex(),
        scopes: scopes.to_string(),
        created: SystemClock.now(),
        revoked: None,
    };
    let kept = write(&store, Write::PutApiKey(row.clone())).await;
    store.close().await;
    kept?;
    if args.json {
        let scopes: Vec<&str> = scopes.iter().map(accounting_vault::Scope::as_str).collect();
        print_json(&json!({"id": row.id, "name": row.name, "scopes": scopes, "secret": secret.expose()}))?;
    } else {
        eprintln!("harness: made API key {} ({}); keep it now, it cannot be shown again:", row.id, row.scopes);
        print(&format!("{}\n", secret.expose()));
    }
    Ok(Verdict::Good)
}

async fn list(args: &List) -> Result<Verdict, CannotRun> {
    let store = offline::open(&args.data, Missing::Refused, "list the keys with GET /api/v1/keys").await?;
    let rows = store.api_keys().await;
    store.close().await;
    let rows = rows?;
    if args.json {
        let keys: Vec<Value> = rows.iter().map(as_json).collect();
        print_json(&json!({"keys": keys}))?;
        return Ok(Verdict::Good);
    }
    if rows.is_empty() {
        print("there is no API key yet; make one with `harness api-key new`\n");
        return Ok(Verdict::Good);
    }
    let mut keys = table(&["id", "name", "scopes", "made", "taken back"]);
    for row in rows {
        keys.add_row([row.id, clean(&row.name), row.scopes, utc(row.created), utc_or_never(row.revoked)]);
    }
    print(&text(&keys));
    Ok(Verdict::Good)
}

/// As the API shows it.
fn as_json(row: &ApiKeyRow) -> Value {
    let scopes: Vec<&str> = row.scopes.split(',').collect();
    json!({"id": row.id, "name": row.name, "scopes": scopes, "created_ms": row.created, "revoked_ms": row.revoked})
}

async fn revoke(args: &Revoke) -> Result<Verdict, CannotRun> {
    // Not repeated: somebody may have put the key itself here.
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if args.id.len() != ID_CHARS || !args.id.bytes().all(sign) {
        return Err(CannotRun(format!(
            "that is no id of an API key: {ID_CHARS} lower-case letters and digits, as `harness api-key list` shows them"
        )));
    }
    let store = offline::open(&args.data, Missing::Refused, "take the key back with DELETE /api/v1/keys/ID").await?;
    let done = revoke_in(&store, &args.id).await;
    store.close().await;
    let (name, already) = done?;
    if args.json {
        print_json(&json!({"id": args.id, "name": name, "already": already}))?;
    } else if already {
        print(&format!("API key {} ({}) was taken back before\n", args.id, clean(&name)));
    } else {
        print(&format!("API key {} ({}) is taken back\n", args.id, clean(&name)));
    }
    Ok(Verdict::Good)
}

/// The key's name, and whether it was taken back before.
async fn revoke_in(store: &SqliteStore, id: &str) -> Result<(String, bool), CannotRun> {
    let rows = store.api_keys().await?;
    let row = rows.into_iter().find(|row| row.id == id);
    let row = row
        .ok_or_else(|| CannotRun(format!("there is no API key {id}; `harness api-key list` shows those there are")))?;
    if row.revoked.is_some() {
        return Ok((row.name, true));
    }
    write(store, Write::RevokeApiKey { id: row.id, at: SystemClock.now() }).await?;
    Ok((row.name, false))
}

async fn write(store: &SqliteStore, write: Write) -> Result<(), CannotRun> {
    let moved = |_| CannotRun("the keys were changed in the same moment; run it again".to_owned());
    store.commit(Change { writes: vec![write], ..Change::default() }).await?.map_err(moved)
}
