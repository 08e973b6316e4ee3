//! The folder compiled components lie in, and who may write to it.
//!
//! Whoever can write a file here has this process run it. So the folder and each file must belong to this user or to root
//! and be closed to everybody else's writing; files are judged after they are opened, so that none can be put in their place
//! in between. What is above the folder need not be trusted: a folder or file that somebody moved there is theirs by its owner.

use super::CacheError;
use super::envelope::{self, Sha256};
use super::key::Key;
use rustix::fs::OFlags;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// How the name of a compiled component ends.
const COMPILED: &str = "compiled";

/// How the name of a file ends while it is being written.
const UNFINISHED: &str = "part";

/// Permission bits that let others write.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// 64 MiB for one file: a connector of 400 KB compiles to about 1.5 MB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// 64 compiled components are kept, some 100 MB: each rebuild of a connector adds one, and the oldest goes.
const MOST_FILES: usize = 64;

/// 10 minutes: a file still unfinished after that was left by a process that died; writing takes milliseconds.
const LEFT_BEHIND: Duration = Duration::from_secs(600);

#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Make the folder if it is not there, look at who may write to it, and sweep up what was left half written.
    pub(super) fn open(path: &Path) -> Result<Self, CacheError> {
        let unusable = |error: io::Error| CacheError::Unusable { folder: path.to_owned(), reason: error.to_string() };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        let metadata = std::fs::metadata(path).map_err(unusable)?;
        if let Some(why) = distrust(&metadata) {
            return Err(CacheError::Untrusted { folder: path.to_owned(), why });
        }
        let folder = Self { path: path.to_owned() };
        folder.sweep();
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file of this key is.
    pub(super) fn file(&self, key: &Key) -> PathBuf {
        self.path.join(format!("{key}.{COMPILED}"))
    }

    /// This key's file, if there is one, opened and looked at.
    pub(super) fn find(&self, key: &Key) -> io::Result<Option<File>> {
        // Not through a link, and without waiting at a pipe.
        let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(self.file(key)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let refused = |why: String| Err(io::Error::new(ErrorKind::InvalidData, why));
        if !metadata.is_file() {
            return refused("it is not a file".to_owned());
        }
        if let Some(why) = distrust(&metadata) {
            return refused(why);
        }
        if metadata.len() > MOST_BYTES {
            return refused(format!("it has {} bytes, above {MOST_BYTES}", metadata.len()));
        }
        Ok(Some(file))
    }

    /// Put a compiled component in, whole or not at all; several processes may do so at once.
    pub(super) fn write(&self, key: &Key, component: &Sha256, artifact: &[u8]) -> io::Result<()> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.path.join(format!(".{key}.{}.{number}.{UNFINISHED}", std::process::id()));
        let written = write_file(&unfinished, &[artifact, &envelope::foot(key, component, artifact)])
            .and_then(|()| std::fs::rename(&unfinished, self.file(key)));
        if written.is_err() {
            // What cannot be removed now is swept up later.
            let _ = std::fs::remove_file(&unfinished);
        }
        written?;
        self.keep_the_newest();
        Ok(())
    }

    /// Take away what stands in a file's place, be it an empty folder.
    pub(super) fn remove(&self, key: &Key) -> io::Result<()> {
        let file = self.file(key);
        std::fs::remove_file(&file).or_else(|error| std::fs::remove_dir(&file).map_err(|_| error))
    }

    /// How many compiled components are there.
    pub(super) fn count(&self) -> usize {
        self.files(COMPILED).len()
    }

    fn sweep(&self) {
        for (written, file) in self.files(UNFINISHED) {
            if SystemTime::now().duration_since(written).is_ok_and(|age| age > LEFT_BEHIND) {
                // It is without effect, and is tried again at the next start.
                let _ = std::fs::remove_file(file);
            }
        }
    }

    fn keep_the_newest(&self) {
        let mut files = self.files(COMPILED);
        files.sort();
        let too_many = files.len().saturating_sub(MOST_FILES);
        for (_, file) in files.into_iter().take(too_many) {
            // One too many does no harm.
            let _ = std::fs::remove_file(file);
        }
    }

    /// Files whose names end so, with when they were written.
    fn files(&self, ending: &str) -> Vec<(SystemTime, PathBuf)> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        let of_kind =
            entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == ending));
        of_kind.filter_map(|path| Some((path.symlink_metadata().ok()?.modified().ok()?, path))).collect()
    }
}

/// Readable by all who may look into the folder: code is no secret. Writable by none, since a running host maps it: whoever has
/// another puts it in its place.
fn write_file(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o444).open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    // The name must not come before the content, whenever the power goes.
    file.sync_all()
}

/// Why what is here may have been written by somebody else.
fn distrust(metadata: &Metadata) -> Option<String> {
    let (owner, mode) = (metadata.uid(), metadata.mode());
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Some(format!("it belongs to the user with the number {owner}"));
    }
    (mode & WRITABLE_BY_OTHERS != 0).then(|| {
        format!("others may write to it (its permissions are {:03o}): take that away with chmod go-w", mode & 0o777)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const KEY: Key = Key::new([1; Key::BYTES]);
    const COMPONENT: Sha256 = [2; 32];

    fn folder() -> (tempfile::TempDir, Folder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("made/here")).unwrap();
        (temporary, folder)
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    fn names(folder: &Folder) -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn is_its_owners_alone() {
        let (_temporary, folder) = folder();
        folder.write(&KEY, &COMPONENT, b"code").unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.file(&KEY)), 0o444);
        assert_eq!(names(&folder).len(), 1);
        assert_eq!(envelope::check(&mut folder.find(&KEY).unwrap().unwrap(), &KEY), Ok(COMPONENT));
    }

    #[test]
    fn is_refused_where_others_may_write() {
        for mode in [0o720, 0o702, 0o777] {
            let temporary = tempfile::tempdir().unwrap();
            std::fs::set_permissions(temporary.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            let error = Folder::open(temporary.path()).unwrap_err();
            assert!(matches!(error, CacheError::Untrusted { .. }), "{mode:o}: {error}");
        }
    }

    #[test]
    fn a_file_that_others_may_write_is_refused() {
        let (_temporary, folder) = folder();
        folder.write(&KEY, &COMPONENT, b"code").unwrap();
        std::fs::set_permissions(folder.file(&KEY), std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(folder.find(&KEY).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn no_link_is_followed() {
        let (temporary, folder) = folder();
        let elsewhere = temporary.path().join("elsewhere");
        std::fs::write(&elsewhere, b"code").unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.file(&KEY)).unwrap();
        folder.find(&KEY).unwrap_err();
        folder.remove(&KEY).unwrap();
        assert!(elsewhere.exists());
    }

    #[test]
    fn what_was_left_half_written_is_ignored_and_swept_up_later() {
        let (_temporary, folder) = folder();
        let unfinished = folder.path().join(format!(".{KEY}.1.0.{UNFINISHED}"));
        std::fs::write(&unfinished, b"half").unwrap();
        assert!(folder.find(&KEY).unwrap().is_none());
        assert_eq!(folder.count(), 0);
        // A moment ago: it may be another process's.
        Folder::open(folder.path()).unwrap();
        assert!(unfinished.exists());
        let long_ago = SystemTime::now().checked_sub(LEFT_BEHIND * 2).unwrap();
        File::options().write(true).open(&unfinished).unwrap().set_modified(long_ago).unwrap();
        Folder::open(folder.path()).unwrap();
        assert!(!unfinished.exists());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let (_temporary, folder) = folder();
        for number in 0..=MOST_FILES {
            let key = Key::new([u8::try_from(number).unwrap(); Key::BYTES]);
            folder.write(&key, &COMPONENT, b"code").unwrap();
            let written = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(number).unwrap());
            File::open(folder.file(&key)).unwrap().set_modified(written).unwrap();
        }
        // The last one written was the newest when room was made, so the one from 1970 went.
        assert_eq!(folder.count(), MOST_FILES);
        assert!(!folder.file(&Key::new([0; Key::BYTES])).exists());
        assert!(folder.file(&Key::new([64; Key::BYTES])).exists());
    }

    #[test]
    fn writing_at_once_leaves_one_whole_file() {
        let (_temporary, folder) = folder();
        let code = vec![3; 300_000];
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| folder.write(&KEY, &COMPONENT, &code).unwrap());
            }
        });
        assert_eq!(names(&folder).len(), 1);
        assert_eq!(envelope::check(&mut folder.find(&KEY).unwrap().unwrap(), &KEY), Ok(COMPONENT));
    }
}
