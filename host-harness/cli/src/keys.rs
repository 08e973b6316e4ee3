//! `harness keys`: the keys that secrets are sealed with.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::offline::{self, Missing};
use accounting_service::{Resealed, reseal};
use accounting_store::Store as _;
use accounting_vault::{KeySource, Keyring, Secret};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The variable that holds the keys where there is no file.
const VARIABLE: &str = "HARNESS_KEY";

/// Installations between two lines of progress: at some thousand a second, a line now and then.
const PROGRESS_EVERY: u64 = 1_000;

/// Make the key that secrets are sealed with, and change to a new one
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(New),
    Rotate(Rotate),
}

/// Make a new encryption key: a line for the key file
///
/// Keep the file apart from the data and from its backups: who has both can read every secret, and without it nobody can.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness keys new --out /etc/accounting/keys
  harness keys new            # the line alone, to be put in front of the lines there are

Exit status: 0 it is made, 2 could not run.")]
struct New {
    /// Write it to this new file, which you alone may read, instead of to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Seal every secret anew with the first key of the file, so that the others can be taken out
///
/// The host must be stopped. Put the line of a new key in front of the others first. It may be interrupted and run again:
/// it goes on where it stopped, and the old key stays needed until it has come through.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness keys new            # put this line in front of those in the key file
  harness keys rotate --data /var/lib/accounting --key-file /etc/accounting/keys

Exit status: 0 every secret is sealed with the first key, 1 some do not open and were left as they are, 2 could not run.")]
struct Rotate {
    /// The folder the host keeps everything in
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The file with the keys, the new one first; without it the environment variable HARNESS_KEY holds them
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::New(args) => args.json,
            Command::Rotate(args) => args.json,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    match &args.command {
        Command::New(args) => new(args),
        Command::Rotate(args) => rotate(args).await,
    }
}

fn new(args: &New) -> Result<Verdict, CannotRun> {
    let line = Keyring::generate_line()?;
    let id = line.expose().split(':').next().unwrap_or_default();
    let Some(path) = &args.out else {
        if args.json {
            print_json(&json!({"id": id, "line": line.expose()}))?;
        } else {
            print(&format!("{}\n", line.expose()));
        }
        return Ok(Verdict::Good);
    };
    write_new(path, &line)?;
    // Read as the host will read it.
    let fingerprint = Keyring::from_source(&KeySource::File(path.clone()))?.fingerprint();
    if args.json {
        print_json(&json!({"id": id, "file": path, "fingerprint": fingerprint}))?;
    } else {
        let path = path.display();
        print(&format!(
            "made {path} with key {id} (fingerprint {fingerprint})\nkeep a copy of it apart from the data: without it no secret opens\n"
        ));
    }
    Ok(Verdict::Good)
}

/// Write a line to a file that is made for it, and that nobody else may read from its first moment on.
fn write_new(path: &Path, line: &Secret) -> Result<(), CannotRun> {
    let failed = |what: &str, error: &std::io::Error| CannotRun(format!("cannot {what} {}: {error}", path.display()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => CannotRun(format!(
            "{} is there already; choose another name, or put a new line into it by hand",
            path.display()
        )),
        _ => failed("make", &error),
    })?;
    let written = write_line(&mut file, line);
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written.map_err(|error| failed("write", &error))
}

fn write_line(file: &mut File, line: &Secret) -> std::io::Result<()> {
    file.write_all(line.expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

async fn rotate(args: &Rotate) -> Result<Verdict, CannotRun> {
    let source = args.key_file.clone().map_or_else(|| KeySource::Variable(VARIABLE.to_owned()), KeySource::File);
    let keyring = Keyring::from_source(&source)?;
    let store = offline::open(&args.data, Missing::Refused, "stop it, and start it again afterwards").await?;
    let resealed = reseal(&store, &keyring, |done, of| {
        if done % PROGRESS_EVERY == 0 && done < of {
            eprintln!("harness: {done} of {of} installations");
        }
    })
    .await;
    store.close().await;
    let resealed = resealed?;
    let ids: Vec<&str> = keyring.ids().collect();
    if args.json {
        let (newest, older) = ids.split_first().ok_or_else(|| CannotRun(format!("{source} holds no key")))?;
        print_json(&json!({
            "key": newest,
            "older_keys": older,
            "older_keys_needed": !resealed.is_whole(),
            "installations": resealed.installations,
            "settings": resealed.settings,
            "links": resealed.links,
            "current_before": resealed.current,
            "unopened": resealed.unopened,
        }))?;
    } else {
        print(&for_people(&resealed, &ids, &source));
    }
    Ok(Verdict::of(resealed.is_whole()))
}

fn for_people(resealed: &Resealed, ids: &[&str], source: &KeySource) -> String {
    let Resealed { installations, settings, links, current, .. } = resealed;
    let newest = ids.first().copied().unwrap_or_default();
    let older = ids.iter().skip(1).copied().collect::<Vec<_>>().join(", ");
    let mut out = format!(
        "{installations} installations: {settings} settings and {links} link tokens sealed anew with key {newest}, {current} were so already\n"
    );
    for error in &resealed.unopened {
        out.push_str(&format!("!! {error}\n"));
    }
    if !resealed.is_whole() {
        out.push_str("these were left as they are and no key may be taken out yet: put that right and run it again\n");
    } else if older.is_empty() {
        out.push_str(&format!(
            "{source} holds one key only; to change to another, put a line from `harness keys new` in front of it and run this again\n"
        ));
    } else {
        out.push_str(&format!(
            "the host does not need {older} any more: take it out of {source}, and keep it with backups made before now, \
             which open with it only\n"
        ));
    }
    out
}
