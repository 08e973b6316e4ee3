//! Filters of the REST interface: `customerNumber$in:[1,2]`, `name$eq:O'Brien $(Aarhus$)`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What need not be written as `%XX` in a query.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'$').remove(b':');

/// A property that equals one of several texts.
pub fn any_of<'v>(property: &str, operator: &str, values: impl IntoIterator<Item = &'v str>) -> String {
    let terms: Vec<String> =
        values.into_iter().map(|value| format!("{property}${operator}:{}", escaped(value))).collect();
    terms.join("$or:")
}

/// A property that is one of several numbers. The values are digits.
pub fn any_number(property: &str, values: &[&str]) -> String {
    format!("{property}$in:[{}]", values.join(","))
}

/// A text as it stands in a filter: `$ ( ) * ,` mean something there. Brackets must stay as they are [code].
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, '$' | '(' | ')' | '*' | ',') {
            out.push('$');
        }
        out.push(letter);
    }
    out
}

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped_and_encoded() {
        let filter = any_of("name", "eq", ["Café (Århus) & co, $1*", "[b]"]);
        assert_eq!(filter, "name$eq:Café $(Århus$) & co$, $$1$*$or:name$eq:[b]");
        assert_eq!(encoded("a$eq:[1] &+"), "a$eq:%5B1%5D%20%26%2B");
        assert_eq!(any_number("customerNumber", &["1", "20"]), "customerNumber$in:[1,20]");
    }
}
