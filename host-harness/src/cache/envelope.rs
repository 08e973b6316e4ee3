//! What stands before a compiled component in its file, and the check of it.
//!
//! Whoever hands bytes to wasmtime as compiled code runs them. So nothing is handed over before it is known to be what was
//! written: the right file, whole, every byte as it was. This guards against damage, not against an attacker, who
//! could write an envelope as well; the folder does that (`Cache::open`).
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | the letters `compiled` |
//! | 8..12 | version of this form, little-endian |
//! | 12..44 | the [`Key`] |
//! | 44..52 | length of what follows the head, little-endian |
//! | 52..84 | BLAKE3 of what follows the head |
//! | 84.. | the compiled component, to the end of the file |
//!
//! No wasmtime here: the reader is a function of bytes alone.

use super::key::Key;

const MAGIC: &[u8; 8] = b"compiled";

/// The version of the form written here; any other is refused.
pub const FORM: u32 = 1;

/// Length of the head, in bytes.
pub const HEAD_BYTES: usize = 84;

/// Why a file of the cache is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Shorter than its head.
    #[error("it ends within its head")]
    NoHead,
    /// Something else.
    #[error("it is no compiled component of this program's")]
    Magic,
    /// Written by another version of this program.
    #[error("its form is {0}, not {FORM}")]
    Form(u32),
    /// Of another component, another engine, other settings or another processor.
    #[error("it was compiled from something else, or for another engine")]
    Key,
    /// Cut off, or longer than it says.
    #[error("it holds {found} bytes of code and should hold {said}")]
    Length {
        /// What the head says.
        said: u64,
        /// What is there.
        found: u64,
    },
    /// Not the bytes that were written.
    #[error("its content has changed since it was written")]
    Digest,
}

/// The compiled component in the bytes of a file, when they are the whole and unchanged file of this key.
///
/// # Errors
/// The first thing that is wrong, from the front.
pub fn read<'a>(bytes: &'a [u8], key: &Key) -> Result<&'a [u8], Refusal> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(Refusal::NoHead)?;
    let (form, rest) = rest.split_first_chunk::<4>().ok_or(Refusal::NoHead)?;
    let (found_key, rest) = rest.split_first_chunk::<{ Key::BYTES }>().ok_or(Refusal::NoHead)?;
    let (length, rest) = rest.split_first_chunk::<8>().ok_or(Refusal::NoHead)?;
    let (digest, artifact) = rest.split_first_chunk::<32>().ok_or(Refusal::NoHead)?;
    if magic != MAGIC {
        return Err(Refusal::Magic);
    }
    let form = u32::from_le_bytes(*form);
    if form != FORM {
        return Err(Refusal::Form(form));
    }
    if found_key != key.bytes() {
        return Err(Refusal::Key);
    }
    let (said, found) = (u64::from_le_bytes(*length), length_of(artifact));
    if said != found {
        return Err(Refusal::Length { said, found });
    }
    if blake3::hash(artifact).as_bytes() != digest {
        return Err(Refusal::Digest);
    }
    Ok(artifact)
}

/// The head that belongs before a compiled component.
pub fn head(key: &Key, artifact: &[u8]) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    let digest = blake3::hash(artifact);
    let parts: [&[u8]; 5] =
        [MAGIC, &FORM.to_le_bytes(), key.bytes(), &length_of(artifact).to_le_bytes(), digest.as_bytes()];
    head.iter_mut().zip(parts.into_iter().flatten()).for_each(|(place, byte)| *place = *byte);
    head
}

fn length_of(artifact: &[u8]) -> u64 {
    u64::try_from(artifact.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: Key = Key::new([7; Key::BYTES]);
    const CODE: &[u8] = b"some code that was compiled";

    fn file() -> Vec<u8> {
        [&head(&KEY, CODE)[..], CODE].concat()
    }

    #[test]
    fn gives_back_what_was_put_in() {
        assert_eq!(read(&file(), &KEY), Ok(CODE));
        assert_eq!(read(&head(&KEY, b""), &KEY), Ok(&b""[..]));
    }

    #[test]
    fn says_what_is_wrong() {
        let changed = |place: usize| {
            let mut bytes = file();
            bytes[place] ^= 1;
            read(&bytes, &KEY).unwrap_err()
        };
        let length = u64::try_from(CODE.len()).unwrap();
        assert_eq!(read(b"", &KEY), Err(Refusal::NoHead));
        assert_eq!(read(&file()[..HEAD_BYTES - 1], &KEY), Err(Refusal::NoHead));
        assert_eq!(changed(0), Refusal::Magic);
        assert_eq!(changed(8), Refusal::Form(FORM ^ 1));
        assert_eq!(changed(12), Refusal::Key);
        assert_eq!(read(&file(), &Key::new([8; Key::BYTES])), Err(Refusal::Key));
        assert_eq!(changed(44), Refusal::Length { said: length ^ 1, found: length });
        assert_eq!(changed(52), Refusal::Digest);
        assert_eq!(changed(HEAD_BYTES), Refusal::Digest);
        assert_eq!(read(&file()[..HEAD_BYTES + 3], &KEY), Err(Refusal::Length { said: length, found: 3 }));
    }

    #[test]
    fn every_single_bit_counts() {
        for bit in 0..file().len() * 8 {
            let mut bytes = file();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&bytes, &KEY).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn nothing_may_follow() {
        let mut bytes = file();
        bytes.push(0);
        assert!(matches!(read(&bytes, &KEY), Err(Refusal::Length { .. })));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_answer(bytes: Vec<u8>) {
            prop_assert!(read(&bytes, &KEY).is_err());
        }

        #[test]
        fn any_code_comes_back(code: Vec<u8>, key: [u8; Key::BYTES]) {
            let key = Key::new(key);
            let bytes = [&head(&key, &code)[..], &code].concat();
            prop_assert_eq!(read(&bytes, &key), Ok(&code[..]));
        }
    }
}
