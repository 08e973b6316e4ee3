//! The contract's values as JSON for people and fixtures: fields by their names, cases as the contract writes them
//! (`no-tagged-customer`, `{"put-link": …}`), numbers whole.
//!
//! The generated types carry Rust's names of cases (`NoTaggedCustomer`); this serializer writes the contract's. It
//! cannot fail on them: everything in the contract has a JSON form.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::{Error, Map, Value};

/// A value of the contract as JSON. `null` for what has no JSON form, which nothing in the contract lacks.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Value {
    value.serialize(Contract).unwrap_or(Value::Null)
}

/// `NoTaggedCustomer` → `no-tagged-customer`.
fn kebab(case: &str) -> String {
    let mut name = String::with_capacity(case.len().saturating_add(4));
    for (place, letter) in case.chars().enumerate() {
        if letter.is_ascii_uppercase() && place > 0 {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn one_key(case: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(kebab(case), value)]))
}

struct Contract;

/// Elements so far, and the case they belong to.
struct Elements {
    case: Option<&'static str>,
    values: Vec<Value>,
}

/// Members so far, the key that waits for its value, and the case they belong to.
struct Members {
    case: Option<&'static str>,
    values: Map<String, Value>,
    key: String,
}

impl Elements {
    fn new(case: Option<&'static str>, len: usize) -> Self {
        Self { case, values: Vec::with_capacity(len) }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.values.push(value.serialize(Contract)?);
        Ok(())
    }

    fn finish(self) -> Value {
        let list = Value::Array(self.values);
        self.case.map_or_else(|| list.clone(), |case| one_key(case, list.clone()))
    }
}

impl Members {
    fn new(case: Option<&'static str>) -> Self {
        Self { case, values: Map::new(), key: String::new() }
    }

    fn put<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        self.values.insert(key.to_owned(), value.serialize(Contract)?);
        Ok(())
    }

    fn finish(self) -> Value {
        let members = Value::Object(self.values);
        match self.case {
            Some(case) => one_key(case, members),
            None => members,
        }
    }
}

macro_rules! plain {
    ($($name:ident: $type:ty),* $(,)?) => {
        $(fn $name(self, value: $type) -> Result<Value, Error> { Ok(Value::from(value)) })*
    };
}

impl Serializer for Contract {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_str: &str,
    }

    #[allow(clippy::disallowed_types, reason = "the trait asks for it, and it is refused")]
    fn serialize_f32(self, _: f32) -> Result<Value, Error> {
        Err(Error::custom("the contract has no fractions"))
    }

    #[allow(clippy::disallowed_types, reason = "the trait asks for it, and it is refused")]
    fn serialize_f64(self, _: f64) -> Result<Value, Error> {
        Err(Error::custom("the contract has no fractions"))
    }

    fn serialize_char(self, value: char) -> Result<Value, Error> {
        Ok(Value::String(value.to_string()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Error> {
        Ok(Value::String(String::from_utf8_lossy(value).into_owned()))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, case: &'static str) -> Result<Value, Error> {
        Ok(Value::String(kebab(case)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(one_key(case, value.serialize(self)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Elements, Error> {
        Ok(Elements::new(None, len.unwrap_or_default()))
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements, Error> {
        Ok(Elements::new(None, len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Elements, Error> {
        Ok(Elements::new(None, len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        len: usize,
    ) -> Result<Elements, Error> {
        Ok(Elements::new(Some(case), len))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Error> {
        Ok(Members::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Error> {
        Ok(Members::new(None))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, case: &'static str, _: usize) -> Result<Members, Error> {
        Ok(Members::new(Some(case)))
    }
}

macro_rules! elements {
    ($($compound:ident::$method:ident),*) => {
        $(impl $compound for Elements {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.push(value)
            }

            fn end(self) -> Result<Value, Error> {
                Ok(self.finish())
            }
        })*
    };
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! members {
    ($($compound:ident),*) => {
        $(impl $compound for Members {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.put(key, value)
            }

            fn end(self) -> Result<Value, Error> {
                Ok(self.finish())
            }
        })*
    };
}

members!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Members {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let Value::String(key) = key.serialize(Contract)? else {
            return Err(Error::custom("a key must be text"));
        };
        self.key = key;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.put(&key, value)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::exports::on_customer_changed::{Outcome, SkipReason};
    use crate::bindings::exports::on_webhook::IgnoreReason;
    use crate::bindings::types::{Agreed, Effect, Link, LinkState};
    use serde_json::json;

    #[test]
    fn writes_cases_as_the_contract_does() {
        assert_eq!(to_json(&Outcome::Created), json!("created"));
        assert_eq!(to_json(&Outcome::Skipped(SkipReason::NotTagged)), json!({"skipped": "not-tagged"}));
        assert_eq!(to_json(&IgnoreReason::NoTaggedCustomer), json!("no-tagged-customer"));
        let base = vec![Agreed { name: "N".to_owned(), value: "Køb".to_owned() }];
        let link = Link {
            customer_id: "C1".to_owned(),
            external_id: "7".to_owned(),
            external_key: "00042".to_owned(),
            state: LinkState::Active,
            base,
        };
        assert_eq!(
            to_json(&[Effect::PutLink(link)]),
            json!([{"put-link": {
                "customer_id": "C1", "external_id": "7", "external_key": "00042", "state": "active",
                "base": [{"name": "N", "value": "Køb"}],
            }}])
        );
        assert_eq!(to_json(&Some(u64::MAX)), json!(u64::MAX));
        assert_eq!(to_json(&None::<u64>), Value::Null);
    }
}
