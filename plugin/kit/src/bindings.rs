//! The contract as a connector sees it, generated from `wit/`. Connectors export with `accounting_kit::bindings::export!`.

#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::restriction
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "connector",
    pub_export_macro: true,
    default_bindings_module: "accounting_kit::bindings",
    additional_derives: [PartialEq],
    generate_all,
});
