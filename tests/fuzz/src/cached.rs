//! The file of a compiled component, in a folder that others may have damaged.
//!
//! What is read from it is run as the host's own code. So it is either, byte for byte, the file that was written, or refused.

use host_harness::cache::Key;
use host_harness::cache::envelope::{HEAD_BYTES, Refusal, head, read};

/// Where the key stands in a file.
const KEY_AT: usize = 12;
/// Places in the code at which it is altered, beside every place of the head.
const PLACES: usize = 16;

/// The whole input: once as a file, once as code that is written into one.
pub fn check(bytes: &[u8]) {
    as_a_file(bytes);
    as_code(bytes);
}

/// What is taken from a file is the file that would be written for it, whatever key is asked for.
fn as_a_file(bytes: &[u8]) {
    let own = bytes.get(KEY_AT..).and_then(|rest| rest.first_chunk::<{ Key::BYTES }>()).map(|key| Key::new(*key));
    for key in own.into_iter().chain([Key::new([7; Key::BYTES])]) {
        match read(bytes, &key) {
            Ok(code) => assert!(bytes == file(&key, code), "taken, though it was never written so"),
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
}

/// What was written is read again; altered, cut, lengthened, or under another name it is refused.
fn as_code(code: &[u8]) {
    // The input decides the key and where it is altered, so that the fuzzer can choose.
    let byte = |at: usize| code.get(at).copied().unwrap_or_default();
    let key = Key::new(std::array::from_fn(byte));
    let whole = file(&key, code);
    assert_eq!(read(&whole, &key), Ok(code));

    let other = Key::new(std::array::from_fn(|at| byte(at) ^ u8::from(at == usize::from(byte(0)) % Key::BYTES)));
    assert_eq!(read(&whole, &other), Err(Refusal::Key));

    let step = (code.len() / PLACES).max(1);
    let within = (HEAD_BYTES..whole.len()).skip(usize::from(byte(1)) % step).step_by(step);
    let bits = byte(2).max(1);
    let mut altered = whole.clone();
    for place in (0..HEAD_BYTES).chain(within) {
        altered[place] ^= bits;
        assert!(read(&altered, &key).is_err(), "byte {place} was altered by {bits:#x}, and it is taken");
        altered[place] ^= bits;
    }
    let cut = whole.len() - 1 - usize::from(byte(3)) % whole.len();
    assert!(read(&whole[..cut], &key).is_err(), "cut at {cut}, and it is taken");
    altered.push(byte(4));
    assert!(read(&altered, &key).is_err(), "lengthened, and it is taken");
}

fn file(key: &Key, code: &[u8]) -> Vec<u8> {
    [&head(key, code)[..], code].concat()
}
