//! The contract as the host sees it, generated from `wit/`.
//!
//! Every type can be read and written as JSON, which is how fixtures and `--json` show it.

#[allow(missing_docs, clippy::all)]
mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "connector",
        imports: { default: async | trappable },
        exports: { default: async },
        require_store_data_send: true,
        additional_derives: [PartialEq, Clone, serde::Serialize, serde::Deserialize],
    });
}

pub use generated::Connector as Bindings;
pub use generated::exports::flexybox::accounting as exports;
pub use generated::flexybox::accounting as imports;
pub use imports::types;
