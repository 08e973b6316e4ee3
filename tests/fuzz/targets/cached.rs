//! The target `cached` as libFuzzer drives it.
#![no_main]
#![allow(unsafe_code, missing_docs, reason = "libFuzzer calls a raw function")]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cached::check(bytes));
