//! The contract, generated from `wit/`, and the exports that carry it out.

#![allow(missing_docs, unsafe_code, unreachable_pub, unused_qualifications, clippy::all, clippy::restriction)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "connector",
    generate_all,
});

use crate::Hostile;
export!(Hostile with_types_in self);
