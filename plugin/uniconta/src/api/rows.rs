//! Rows out of an answer one at a time: thousands of rows held at once would need more memory than a call may have.

use super::answer::{self, Purpose};
use super::refusal;
use super::row::{Reader, Row};
use accounting_kit::http::Response;
use accounting_kit::types::{Error, Locale};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A list of rows that was read to its end.
pub(super) struct List {
    /// The address of the next page, where the answer names one.
    pub(super) next: Option<String>,
    /// Whether the answer says something of an error beside the list.
    tells: bool,
}

/// Hand the rows of a good answer to `each`, whether they stand in a bare list or under `value`; `None` when the answer is
/// good and holds no list of rows.
///
/// # Errors
/// The error the answer stands for; it is not understood when the list goes on with something else than rows. Rows may have been
/// handed out by then.
pub(super) fn each(
    response: &Response,
    purpose: Purpose,
    locale: Locale,
    each: &mut dyn FnMut(Row),
) -> Result<Option<List>, Error> {
    let mut handed_out = false;
    let mut each = |row| {
        handed_out = true;
        each(row);
    };
    if response.is_success()
        && let Ok(text) = std::str::from_utf8(&response.body)
    {
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Answer { text, each: &mut each, within: false }.deserialize(&mut json);
        if let Ok(Some(list)) = read
            && json.end().is_ok()
        {
            if list.tells {
                answer::read(response, purpose, locale)?;
            }
            return Ok(Some(list));
        }
    }
    answer::read(response, purpose, locale)?;
    if handed_out {
        return Err(refusal::not_understood(purpose, "the answer lists rows and something else", locale));
    }
    Ok(None)
}

/// The answer as a whole, or what stands within it under `value`.
struct Answer<'de, 'e> {
    text: &'de str,
    each: &'e mut dyn FnMut(Row),
    within: bool,
}

impl<'de> DeserializeSeed<'de> for Answer<'de, '_> {
    type Value = Option<List>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Answer<'de, '_> {
    type Value = Option<List>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        while let Some(row) = rows.next_element_seed(Reader::of_a_list(self.text))? {
            (self.each)(row);
        }
        Ok(Some(List { next: None, tells: false }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut next, mut is_list, mut tells) = (None, false, false);
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "value" if !self.within => {
                    is_list |= members
                        .next_value_seed(Answer { text: self.text, each: &mut *self.each, within: true })?
                        .is_some();
                }
                "@odata.nextLink" | "odata.nextLink" => {
                    next = members.next_value::<Value>()?.as_str().map(str::to_owned).or(next);
                }
                name => {
                    tells |= name == "Err" || name == "error";
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(is_list.then_some(List { next, tells }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(body: &str) -> Result<Option<(usize, Option<String>)>, String> {
        let response = Response { status: 200, retry_after_s: None, body: body.as_bytes().to_vec() };
        let mut rows = 0;
        let list = each(&response, Purpose::Read, Locale::En, &mut |_| rows += 1);
        list.map(|list| list.map(|list| (rows, list.next))).map_err(|error| error.code)
    }

    #[rstest]
    #[case(
        "{\"value\":[{\"RowId\":1}],\"error\":{\"code\":\"CouldNotLoad\",\"message\":\"x\"}}",
        "uniconta.could-not-load"
    )]
    #[case("{\"value\":[{\"RowId\":1}],\"Err\":40}", "uniconta.key-exists")]
    fn an_error_beside_a_list_is_an_error(#[case] body: &str, #[case] code: &str) {
        assert_eq!(read(body), Err(code.to_owned()));
    }

    #[rstest]
    #[case("[7]", Ok(None))]
    #[case("[7,{\"RowId\":1}]", Ok(None))]
    #[case("[{\"RowId\":1},7]", Err("uniconta.not-understood".to_owned()))]
    #[case("{\"value\":[{\"RowId\":1},[]]}", Err("uniconta.not-understood".to_owned()))]
    #[case("{\"value\":[{\"RowId\":1},null],\"Err\":40}", Err("uniconta.key-exists".to_owned()))]
    fn a_list_of_rows_and_something_else_is_not_read_in_part(
        #[case] body: &str,
        #[case] expected: Result<Option<(usize, Option<String>)>, String>,
    ) {
        assert_eq!(read(body), expected);
    }

    #[test]
    fn no_error_beside_a_list_is_none() {
        assert_eq!(read("{\"Err\":0,\"value\":[{\"RowId\":1}]}"), Ok(Some((1, None))));
        assert_eq!(read("{\"value\":[],\"error\":null}"), Ok(Some((0, None))));
    }

    #[test]
    fn a_list_within_a_list_is_none_so_that_its_further_pages_are_not_lost() {
        assert_eq!(read("{\"value\":{\"value\":[{\"RowId\":1}],\"@odata.nextLink\":\"https://x\"}}"), Ok(None));
    }
}
