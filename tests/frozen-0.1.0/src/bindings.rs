//! The contract as it was at 0.1.0, generated from this folder's own copy of it.

#![allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, clippy::restriction)]

wit_bindgen::generate!({
    path: "wit",
    world: "connector",
    generate_all,
});

use crate::Frozen;
export!(Frozen with_types_in self);
