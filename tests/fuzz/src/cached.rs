//! The file of a compiled component, in a folder that others may have damaged.
//!
//! What is read from it is run as the host's own code. So it is either, byte for byte, the file that was written, or refused.

use host_harness::cache::Key;
use host_harness::cache::envelope::{FOOT_BYTES, Refusal, Sha256, check as checked, foot};
use std::io::Cursor;

/// Where the key stands in the foot of a file.
const KEY_AT: usize = 56;
/// Where the component's digest stands in it.
const COMPONENT_AT: usize = 8;
/// Places in the code at which it is altered, beside every place of the foot.
const PLACES: usize = 16;

/// The whole input: once as a file, once as code that is written into one.
pub fn check(bytes: &[u8]) {
    as_a_file(bytes);
    as_code(bytes);
}

/// What is taken from a file is the file that would be written for it, whatever key is asked for.
fn as_a_file(bytes: &[u8]) {
    let foot = bytes.last_chunk::<FOOT_BYTES>();
    let own = foot.and_then(|foot| foot[KEY_AT..].first_chunk::<{ Key::BYTES }>()).map(|key| Key::new(*key));
    for key in own.into_iter().chain([Key::new([7; Key::BYTES])]) {
        match read(bytes, &key) {
            Ok(component) => {
                let (code, foot) = bytes.split_at(bytes.len().saturating_sub(FOOT_BYTES));
                assert_eq!(&foot[COMPONENT_AT..][..component.len()], component);
                assert!(bytes == file(&key, &component, code), "taken, though it was never written so");
            }
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
}

/// What was written is read again; altered, cut, lengthened, or under another name it is refused.
fn as_code(code: &[u8]) {
    // The input decides the key and where it is altered, so that the fuzzer can choose.
    let byte = |at: usize| code.get(at).copied().unwrap_or_default();
    let key = Key::new(std::array::from_fn(byte));
    let component = std::array::from_fn(|at| byte(at).wrapping_add(1));
    let whole = file(&key, &component, code);
    assert_eq!(read(&whole, &key), Ok(component));

    let other = Key::new(std::array::from_fn(|at| byte(at) ^ u8::from(at == usize::from(byte(0)) % Key::BYTES)));
    assert_eq!(read(&whole, &other), Err(Refusal::Key));

    let step = (code.len() / PLACES).max(1);
    let within = (0..code.len()).skip(usize::from(byte(1)) % step).step_by(step);
    let bits = byte(2).max(1);
    let mut altered = whole.clone();
    for place in (code.len()..whole.len()).chain(within) {
        altered[place] ^= bits;
        assert!(read(&altered, &key).is_err(), "byte {place} was altered by {bits:#x}, and it is taken");
        altered[place] ^= bits;
    }
    let cut = whole.len() - 1 - usize::from(byte(3)) % whole.len();
    assert!(read(&whole[..cut], &key).is_err(), "cut at {cut}, and it is taken");
    altered.push(byte(4));
    assert!(read(&altered, &key).is_err(), "lengthened, and it is taken");
}

fn file(key: &Key, component: &Sha256, code: &[u8]) -> Vec<u8> {
    [code, &foot(key, component, code)].concat()
}

fn read(bytes: &[u8], key: &Key) -> Result<Sha256, Refusal> {
    checked(&mut Cursor::new(bytes), key)
}
