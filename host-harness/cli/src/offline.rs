//! The store of a host that does not run, for commands that work on its folder.

use crate::answer::CannotRun;
use accounting_store::{SqliteOptions, SqliteStore, StoreError};
use std::path::Path;

/// The name of the database in the folder.
const STATE: &str = "state.sqlite";

/// Whether a command may begin a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is nothing to work on then.
    Refused,
    /// A first state is made.
    Made,
}

/// Open the store in a folder. `while_running` says what to do instead while the host runs.
pub(crate) async fn open(folder: &Path, missing: Missing, while_running: &str) -> Result<SqliteStore, CannotRun> {
    if missing == Missing::Refused && !folder.join(STATE).exists() {
        let folder = folder.display();
        return Err(CannotRun(format!("there is no {STATE} in {folder}; give the folder of `harness serve --data`")));
    }
    SqliteStore::open(folder, SqliteOptions::default()).await.map_err(|error| in_use(error, while_running))
}

/// What is said of a store that does not open.
pub(crate) fn in_use(error: StoreError, while_running: &str) -> CannotRun {
    match error {
        StoreError::InUse(folder) => {
            CannotRun(format!("{} is in use: the host is running; {while_running}", folder.display()))
        }
        other => other.into(),
    }
}
