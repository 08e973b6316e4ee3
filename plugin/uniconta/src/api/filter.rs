//! OData queries, within the grammar Uniconta is known to take: `eq`, `ge`, `gt`, `and`, and `or` on one property only.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What must be encoded in the value of a query parameter. Letters beyond ASCII always are.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\'')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// One query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `$filter`, unencoded.
    pub filter: Option<String>,
    /// `$orderby`.
    pub order_by: Option<&'static str>,
    /// `$top`.
    pub top: Option<usize>,
}

impl Query {
    /// Rows whose property has one of the values. The caller keeps within `assumptions::MAX_ORS`.
    pub fn any_of<'v>(property: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let terms: Vec<String> = values.into_iter().map(|value| format!("{property} eq {}", quote(value))).collect();
        Self { filter: Some(terms.join(" or ")), ..Self::default() }
    }

    /// Rows whose whole-number property has one of the values.
    pub fn any_number<'v>(property: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let terms: Vec<String> = values.into_iter().map(|value| format!("{property} eq {value}")).collect();
        Self { filter: Some(terms.join(" or ")), ..Self::default() }
    }

    /// The query string, question mark included; empty when nothing is asked.
    pub fn to_url(&self) -> String {
        let top = self.top.map(|top| top.to_string());
        let parts: Vec<String> =
            [("$filter", self.filter.as_deref()), ("$orderby", self.order_by), ("$top", top.as_deref())]
                .into_iter()
                .filter_map(|(name, value)| Some(format!("{name}={}", utf8_percent_encode(value?, QUERY))))
                .collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// A text literal: quotes within are doubled.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_spaces_and_danish_letters_are_encoded() {
        let query = Query::any_of("Name", ["O'Brien & Søn", "100%"]);
        assert_eq!(
            query.to_url(),
            "?$filter=Name%20eq%20%27O%27%27Brien%20%26%20S%C3%B8n%27%20or%20Name%20eq%20%27100%25%27"
        );
    }

    #[test]
    fn what_an_address_has_no_place_for_is_encoded() {
        let url = Query::any_of("ContactEmail", [r"{a|b}^\`@example.com"]).to_url();
        assert_eq!(url, "?$filter=ContactEmail%20eq%20%27%7Ba%7Cb%7D%5E%5C%60@example.com%27");
    }

    #[test]
    fn parts_that_are_not_asked_are_left_out() {
        assert_eq!(Query::default().to_url(), "");
        let query = Query { top: Some(1), ..Query::any_number("RowId", ["17"]) };
        assert_eq!(query.to_url(), "?$filter=RowId%20eq%2017&$top=1");
    }
}
