//! x
#[allow(missing_docs)]
pub mod bindings {
    //! gen
    wit_bindgen::generate!({
        path: "../../wit",
        world: "connector",
        pub_export_macro: true,
        default_bindings_module: "accounting_kit::bindings",
        additional_derives: [PartialEq],
        generate_all,
    });
}
