//! Why the store did not do what it was asked to. Nothing was written when any of these comes back.

use std::path::PathBuf;

/// The store could not do it; nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another process works on this folder.
    #[error("another process uses {}; stop it, or choose another folder", .0.display())]
    InUse(PathBuf),
    /// The file is damaged.
    #[error("{} is damaged ({reason}); nothing was changed: restore a back-up, or move the file away to begin anew", file.display())]
    Corrupt {
        /// Which file.
        file: PathBuf,
        /// What the check said.
        reason: String,
    },
    /// Written by a newer version.
    #[error("{} was written by a newer version (schema {found}, this one knows {known}); use that version", file.display())]
    TooNew {
        /// Which file.
        file: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// No room.
    #[error("the disk is full; make room, nothing was written")]
    Full,
    /// Somebody else holds the database.
    #[error("the database is locked by another program; nothing was written, try again")]
    Locked,
    /// The folder or file cannot be read or written.
    #[error("cannot use {}: {reason}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Unknown installation, or one that exists already.
    #[error("{0}")]
    Refused(String),
    /// Anything else the database said.
    #[error("the database does not answer: {0}")]
    Database(String),
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the same may go well a little later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full | Self::Locked | Self::Database(_))
    }
}
