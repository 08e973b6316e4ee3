//! Limits that a derived description cannot tell: of the entries of a list, of the keys of a map, of what a posting may hold.
//!
//! These only describe; [`check`](crate::check) refuses. That both say the same is found out by calls that are made up from
//! the description.

use crate::check::{LONGEST_CUSTOMER_ID, LONGEST_TEXT};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// At least one character, none of them a control character.
const PLAIN: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";

pub(crate) fn text(longest: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(longest))
}

fn filled(longest: usize) -> ObjectBuilder {
    text(longest).min_length(Some(1))
}

pub(crate) fn id(longest: usize) -> ObjectBuilder {
    filled(longest).pattern(Some(PLAIN))
}

/// Entries of a list, described by themselves.
macro_rules! entries {
    ($($(#[doc = $doc:literal])* $name:ident = $schema:expr;)*) => {
        $(
            $(#[doc = $doc])*
            pub(crate) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    $schema.description(Some(concat!($($doc),*).trim())).into()
                }
            }

            impl ToSchema for $name {}
        )*
    };
}

entries! {
    /// Id of a customer.
    CustomerId = id(LONGEST_CUSTOMER_ID);
    /// A text of at most 4,096 characters.
    Text = text(LONGEST_TEXT);
    /// The name of a host.
    HostName = filled(253);
}

/// Settings by key; null takes one away.
pub(crate) fn settings(most: usize, longest_key: usize) -> Object {
    let value = text(LONGEST_TEXT).schema_type(SchemaType::from_iter([Type::String, Type::Null]));
    ObjectBuilder::new()
        .property_names(Some(Schema::Object(id(longest_key).build())))
        .additional_properties(Some(RefOr::from(value)))
        .max_properties(Some(most))
        .build()
}

/// Exactly one of these, by name.
pub(crate) fn one_of(cases: [(&str, &str, Object); 2]) -> RefOr<Schema> {
    let case = |(name, description, content): (&str, &str, Object)| {
        ObjectBuilder::new()
            .description(Some(description))
            .property(name, content)
            .required(name)
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
    };
    cases.into_iter().map(case).fold(OneOfBuilder::new(), OneOfBuilder::item).into()
}
