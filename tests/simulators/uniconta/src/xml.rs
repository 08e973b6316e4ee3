//! XML, for callers that do not ask for JSON. The shape follows .NET's data-contract serializer (`[inf]`); what matters is that it
//! is not JSON and holds the same rows.

use quick_xml::escape::escape;
use serde_json::{Map, Value};
use std::fmt::Write;

/// A list of rows.
pub(crate) fn rows(entity: &str, rows: &[Map<String, Value>]) -> String {
    let mut out = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    let _infallible = write!(
        out,
        r#"<ArrayOf{entity} xmlns="http://schemas.datacontract.org/2004/07/Uniconta.ClientTools.DataModel">"#
    );
    for one in rows {
        row_into(&mut out, entity, one);
    }
    let _infallible = write!(out, "</ArrayOf{entity}>");
    out
}

/// One row.
pub(crate) fn row(entity: &str, row: &Map<String, Value>) -> String {
    let mut out = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    row_into(&mut out, entity, row);
    out
}

/// A bare text.
pub(crate) fn text(value: &str) -> String {
    format!(r#"<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">{}</string>"#, escape(value))
}

fn row_into(out: &mut String, entity: &str, row: &Map<String, Value>) {
    let _infallible = write!(out, "<{entity}>");
    for (name, value) in row {
        let shown = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = element_name(name);
        let _infallible = write!(out, "<{name}>{}</{name}>", escape(&shown));
    }
    let _infallible = write!(out, "</{entity}>");
}

/// A property name as .NET writes it into XML: a character that a name cannot hold becomes `_xHHHH_`.
fn element_name(name: &str) -> String {
    let mut out = String::new();
    for (at, character) in name.chars().enumerate() {
        let fits = character == '_' || character.is_alphabetic() || (at > 0 && character.is_alphanumeric());
        if fits {
            out.push(character);
        } else {
            let _infallible = write!(out, "_x{:04X}_", u32::from(character));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_escaped() {
        let Value::Object(one) = json!({"Name": "Bad & <Bold>", "x felt": true}) else {
            return;
        };
        let text = rows("DebtorClient", std::slice::from_ref(&one));
        assert!(text.contains("<Name>Bad &amp; &lt;Bold&gt;</Name>"), "{text}");
        assert!(text.contains("<x_x0020_felt>true</x_x0020_felt>"), "{text}");
    }
}
