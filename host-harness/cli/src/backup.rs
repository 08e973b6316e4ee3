//! `harness backup` and `harness restore`: a whole copy of what the host keeps, and the way back.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::offline::{self, Missing};
use crate::remote::{Access, DEFAULT_VARIABLE, Remote};
use accounting_store::{Store as _, StoreError};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An hour and a minute: the host gives a backup one hour, and says so when it gives up.
const PATIENCE: Duration = Duration::from_secs(61 * 60);

/// Write a whole, consistent copy of everything the host keeps to a new file
///
/// With --data the host must be stopped; with --url it goes on working. The encryption keys are not in the copy: keep them
/// too, in another place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness backup --data /var/lib/accounting --to /backups/accounting-monday.sqlite
  harness backup --url http://127.0.0.1:8780 --api-key-env ADMIN_KEY --to /backups/accounting-monday.sqlite

Exit status: 0 it is written, 2 could not run.")]
pub(crate) struct Args {
    /// The file to write; it must not be there yet. With --url a whole path on the machine of the host
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The folder the host keeps everything in
    #[arg(long, value_name = "FOLDER", required_unless_present = "url", conflicts_with = "url")]
    data: Option<PathBuf>,
    /// The address of the running host, e.g. http://127.0.0.1:8780
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The environment variable that holds the API key (scope admin); never the key itself
    #[arg(long, value_name = "VARIABLE", default_value = DEFAULT_VARIABLE)]
    api_key_env: String,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Put a backup in place of what the host keeps, or where there is nothing yet
///
/// The host must be stopped. The backup is looked at first and stays as it is. Start the host with the encryption keys of
/// the time of the backup.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness restore --from /backups/accounting-monday.sqlite --data /var/lib/accounting --replace

Exit status: 0 it is restored, 2 could not run: nothing was changed.")]
pub(crate) struct RestoreArgs {
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The folder the host keeps everything in; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// What is there now may go
    #[arg(long)]
    replace: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    match (&args.data, &args.url) {
        (Some(data), _) => here(data, &args.to).await?,
        (None, Some(url)) => {
            let access = Access { url: url.clone(), api_key_env: args.api_key_env.clone() };
            over_there(&access, &args.to).await?;
        }
        (None, None) => {
            return Err(CannotRun("give the folder with --data, or the running host with --url".to_owned()));
        }
    }
    if args.json {
        print_json(&json!({"file": args.to}))?;
    } else {
        print(&format!(
            "wrote {}; the encryption keys are not in it: keep them too, in another place\n",
            args.to.display()
        ));
    }
    Ok(Verdict::Good)
}

async fn here(data: &Path, to: &Path) -> Result<(), CannotRun> {
    let store =
        offline::open(data, Missing::Refused, "have it write the backup with --url (POST /api/v1/backup)").await?;
    let written = store.back_up(to).await;
    store.close().await;
    Ok(written?)
}

async fn over_there(access: &Access, to: &Path) -> Result<(), CannotRun> {
    let file = to.to_str().filter(|_| to.is_absolute()).ok_or_else(|| {
        CannotRun(format!(
            "the host writes the backup, on its machine: give --to as a whole path, not {}",
            to.display()
        ))
    })?;
    let remote = Remote::new(access, PATIENCE)?;
    remote.post("/api/v1/backup", Some(&json!({"file": file}))).await.map(drop)
}

pub(crate) async fn restore(args: &RestoreArgs) -> Result<Verdict, CannotRun> {
    let (from, data) = (args.from.display(), args.data.display());
    accounting_store::restore(&args.from, &args.data, args.replace).await.map_err(|error| match error {
        StoreError::Refused(_) => {
            CannotRun(format!("{data} holds a state already; say --replace if it may go, or choose another folder"))
        }
        other => offline::in_use(other, "stop it first"),
    })?;
    if args.json {
        print_json(&json!({"file": args.from, "data": args.data}))?;
    } else {
        print(&format!("restored {from} to {data}; start the host with the encryption keys of that time\n"));
    }
    Ok(Verdict::Good)
}
