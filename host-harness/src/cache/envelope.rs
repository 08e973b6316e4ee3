//! What stands behind a compiled component in its file, and the check of it.
//!
//! Whoever hands a file to wasmtime as compiled code runs it. So nothing is handed over before it is known to be what was
//! written: the right file, whole, every byte as it was. This guards against damage, not against an attacker, who
//! could write an envelope as well; the folder does that (`Cache::open`).
//!
//! wasmtime maps the file, so the code stands first, and what says what it is stands in the last 100 bytes:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | length of the code before, little-endian |
//! | 8..40 | SHA-256 of the component that was compiled, which people know it by: so it need not be worked out again |
//! | 40..56 | XXH3 of all before it (the code, its length and the component's SHA-256), little-endian |
//! | 56..88 | the [`Key`] |
//! | 88..92 | version of this form, little-endian |
//! | 92..100 | the letters `compiled` |
//!
//! No wasmtime here: the reader knows bytes alone.

use super::key::Key;
pub use crate::digest::Sha256;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use twox_hash::XxHash3_128;

const MAGIC: &[u8; 8] = b"compiled";

/// The version of the form written here; any other is refused.
pub const FORM: u32 = 2;

/// Length of the foot, in bytes.
pub const FOOT_BYTES: usize = 100;

/// Bytes that are read at a time: they stay near the processor until they are looked at.
const PIECE_BYTES: usize = 64 * 1024;

/// Why a file of the cache is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was there, and could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(ErrorKind),
    /// Shorter than its foot.
    #[error("it is too short to be a compiled component")]
    NoFoot,
    /// Something else, or cut off, or longer than it was.
    #[error("it does not end as a compiled component of this program's does")]
    Magic,
    /// Written by another version of this program.
    #[error("its form is {0}, not {FORM}")]
    Form(u32),
    /// Of another component, another engine, other settings or another processor.
    #[error("it was compiled from something else, or for another engine")]
    Key,
    /// Something is missing in it, or was put into it.
    #[error("it holds {found} bytes of code and should hold {said}")]
    Length {
        /// What the foot says.
        said: u64,
        /// What is there.
        found: u64,
    },
    /// Not the bytes that were written.
    #[error("its content has changed since it was written")]
    Digest,
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.kind())
    }
}

/// That this is the whole and unchanged file of this key; the SHA-256 of the component that was compiled.
///
/// The file is read piece by piece and not kept.
///
/// # Errors
/// The first thing that is wrong, from the back.
pub fn check(file: &mut (impl Read + Seek), key: &Key) -> Result<Sha256, Refusal> {
    let found = file.seek(SeekFrom::End(0))?.checked_sub(FOOT_BYTES as u64).ok_or(Refusal::NoFoot)?;
    file.seek(SeekFrom::Start(found))?;
    let length = u64::from_le_bytes(next(file)?);
    let component: Sha256 = next(file)?;
    let digest = u128::from_le_bytes(next(file)?);
    let found_key: [u8; Key::BYTES] = next(file)?;
    let form = u32::from_le_bytes(next(file)?);
    if next(file)? != *MAGIC {
        return Err(Refusal::Magic);
    }
    if form != FORM {
        return Err(Refusal::Form(form));
    }
    if found_key != *key.bytes() {
        return Err(Refusal::Key);
    }
    if length != found {
        return Err(Refusal::Length { said: length, found });
    }
    file.rewind()?;
    let mut content = XxHash3_128::new();
    let mut code = file.take(found);
    let mut piece = [0; PIECE_BYTES];
    loop {
        match code.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => content.write(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    if end(content, length, &component) == digest { Ok(component) } else { Err(Refusal::Digest) }
}

/// The digest of a file whose code has been looked at.
fn end(mut code: XxHash3_128, length: u64, component: &Sha256) -> u128 {
    code.write(&length.to_le_bytes());
    code.write(component);
    code.finish_128()
}

fn next<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The foot that belongs behind a compiled component.
pub fn foot(key: &Key, component: &Sha256, code: &[u8]) -> [u8; FOOT_BYTES] {
    let mut foot = [0; FOOT_BYTES];
    let length = u64::try_from(code.len()).unwrap_or(u64::MAX);
    let mut content = XxHash3_128::new();
    content.write(code);
    let digest = end(content, length, component).to_le_bytes();
    let parts: [&[u8]; 6] = [&length.to_le_bytes(), component, &digest, key.bytes(), &FORM.to_le_bytes(), MAGIC];
    foot.iter_mut().zip(parts.into_iter().flatten()).for_each(|(place, byte)| *place = *byte);
    foot
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    const KEY: Key = Key::new([7; Key::BYTES]);
    const CODE: &[u8] = b"some code that was compiled";
    const COMPONENT: Sha256 = [9; 32];

    fn file(key: &Key, code: &[u8]) -> Vec<u8> {
        [code, &foot(key, &COMPONENT, code)].concat()
    }

    fn checked(bytes: &[u8], key: &Key) -> Result<Sha256, Refusal> {
        check(&mut Cursor::new(bytes), key)
    }

    #[test]
    fn knows_what_was_put_in() {
        assert_eq!(checked(&file(&KEY, CODE), &KEY), Ok(COMPONENT));
        assert_eq!(checked(&file(&KEY, b""), &KEY), Ok(COMPONENT));
    }

    #[test]
    fn says_what_is_wrong() {
        let changed = |place: usize| {
            let mut bytes = file(&KEY, CODE);
            bytes[place] ^= 1;
            checked(&bytes, &KEY).unwrap_err()
        };
        let whole = file(&KEY, CODE);
        let (code, length) = (CODE.len(), CODE.len() as u64);
        assert_eq!(checked(b"", &KEY), Err(Refusal::NoFoot));
        assert_eq!(checked(&whole[whole.len() - FOOT_BYTES + 1..], &KEY), Err(Refusal::NoFoot));
        assert_eq!(changed(0), Refusal::Digest);
        assert_eq!(changed(code), Refusal::Length { said: length ^ 1, found: length });
        assert_eq!(changed(code + 8), Refusal::Digest);
        assert_eq!(changed(code + 40), Refusal::Digest);
        assert_eq!(changed(code + 56), Refusal::Key);
        assert_eq!(checked(&whole, &Key::new([8; Key::BYTES])), Err(Refusal::Key));
        assert_eq!(changed(code + 88), Refusal::Form(FORM ^ 1));
        assert_eq!(changed(code + 92), Refusal::Magic);
        assert_eq!(checked(&whole[..whole.len() - 1], &KEY), Err(Refusal::Magic));
        assert_eq!(checked(&whole[1..], &KEY), Err(Refusal::Length { said: length, found: length - 1 }));
    }

    #[test]
    fn every_single_bit_counts() {
        let whole = file(&KEY, CODE);
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(checked(&bytes, &KEY).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn nothing_may_follow() {
        let bytes = [file(&KEY, CODE), vec![0]].concat();
        assert_eq!(checked(&bytes, &KEY), Err(Refusal::Magic));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::TimedOut.into())
            }
        }
        impl Seek for Broken {
            fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
                Ok(1_000)
            }
        }
        assert_eq!(check(&mut Broken, &KEY), Err(Refusal::Unreadable(ErrorKind::TimedOut)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_answer(bytes: Vec<u8>) {
            prop_assert!(checked(&bytes, &KEY).is_err());
        }

        #[test]
        fn any_code_is_known_again(code: Vec<u8>, key: [u8; Key::BYTES]) {
            let key = Key::new(key);
            prop_assert_eq!(checked(&file(&key, &code), &key), Ok(COMPONENT));
        }
    }
}
