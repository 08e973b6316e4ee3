//! Rows out of an answer one at a time: thousands of rows held as trees would need more memory than a call may have.

use super::Row;
use super::answer::{self, Purpose};
use accounting_kit::http::Response;
use accounting_kit::types::{Error, Locale};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A list of rows that was read to its end.
pub(super) struct List {
    /// The address of the next page, where the answer names one.
    pub(super) next: Option<String>,
}

/// Hand the rows of a good answer to `each`, whether they stand in a bare list or under `value`; `None` when the answer is
/// good and holds no list.
///
/// # Errors
/// The error the answer stands for. Rows may have been handed out before the answer broke off.
pub(super) fn each(
    response: &Response,
    purpose: Purpose,
    locale: Locale,
    each: &mut dyn FnMut(Row),
) -> Result<Option<List>, Error> {
    if response.is_success() {
        let mut json = serde_json::Deserializer::from_slice(&response.body);
        let read = Answer { each }.deserialize(&mut json);
        if let Ok(Some(list)) = read
            && json.end().is_ok()
        {
            return Ok(Some(list));
        }
    }
    answer::read(response, purpose, locale).map(|_| None)
}

/// The answer as a whole.
struct Answer<'e> {
    each: &'e mut dyn FnMut(Row),
}

impl<'de> DeserializeSeed<'de> for Answer<'_> {
    type Value = Option<List>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Answer<'_> {
    type Value = Option<List>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        while let Some(row) = rows.next_element::<Value>()? {
            if let Some(row) = Row::new(row) {
                (self.each)(row);
            }
        }
        Ok(Some(List { next: None }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut next, mut is_list) = (None, false);
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "value" => is_list |= members.next_value_seed(Answer { each: &mut *self.each })?.is_some(),
                "@odata.nextLink" | "odata.nextLink" => {
                    next = members.next_value::<Value>()?.as_str().map(str::to_owned).or(next);
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(is_list.then_some(List { next }))
    }
}
