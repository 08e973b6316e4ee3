//! A call of the link: what it says, and what follows.
//!
//! The documented example separates the parameters by `?`; real receivers read `Action` where the documentation says
//! `Operation`. Both are taken, in any case.

use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::DEBTOR_ENTITY;
use crate::call::Call;
use crate::sync::{gone, incoming, says_nothing_new};
use accounting_kit::exports::on_webhook::{IgnoreReason, Request, WebhookResult};
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::sync::result::ignored;
use accounting_kit::types::{Error, ErrorKind, LinkState, Locale};
use serde_json::Value;

/// Uniconta's number of the debtor table [code].
const DEBTOR_TABLE: &str = "50";

/// What happened to the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Made or changed: either way it is read afresh.
    Changed,
    /// Deleted, if it is really gone.
    Deleted,
}

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The company; none when the call does not name one.
    pub company: Option<String>,
    /// The table, by name or number; empty when the call does not name one.
    pub table: String,
    /// Which row.
    pub row: Which,
    /// What happened.
    pub action: Action,
}

/// Which row a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its unchanging id.
    RowId(String),
    /// By account, where the call names no row id.
    Account(String),
}

/// Read the query of a call.
///
/// # Errors
/// `validation` when it names no row or an action nobody knows: it is not a call of Uniconta's.
pub fn parse(query: &str, locale: Locale) -> Result<Notice, Error> {
    let pairs: Vec<(String, String)> = query
        .split('?')
        .flat_map(|part| form_urlencoded::parse(part.as_bytes()))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let value = |wanted: &[&str]| {
        pairs
            .iter()
            .find(|(name, value)| wanted.contains(&name.as_str()) && !value.is_empty())
            .map(|(_, value)| value.clone())
    };
    let action = match value(&["action", "operation"]).unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "add" | "insert" | "create" | "update" | "change" | "modify" => Action::Changed,
        "delete" | "remove" => Action::Deleted,
        _ => return Err(unreadable(locale, "the action is not add, update or delete")),
    };
    let row_id =
        value(&["rowid"]).filter(|id| id.len() <= 10 && id != "0" && id.bytes().all(|byte| byte.is_ascii_digit()));
    let row = match (row_id, value(&["key"])) {
        (Some(id), _) => Which::RowId(id),
        (None, Some(key)) => Which::Account(key),
        (None, None) => return Err(unreadable(locale, "it names neither RowId nor Key")),
    };
    Ok(Notice { company: value(&["companyid"]), table: value(&["table"]).unwrap_or_default(), row, action })
}

fn unreadable(locale: Locale, detail: &str) -> Error {
    error(
        ErrorKind::Validation,
        "uniconta.webhook-unreadable",
        say!(
            locale,
            "kaldet af linket kunne ikke læses; det stammer næppe fra Uniconta",
            "the call of the link could not be read; it hardly comes from Uniconta"
        ),
    )
    .detail(detail)
}

impl Notice {
    fn not_for_us(&self, company: u32) -> Option<IgnoreReason> {
        let ours = |named: &str| named.parse::<u32>().is_ok_and(|named| named == company);
        if self.company.as_deref().is_some_and(|named| !ours(named)) {
            return Some(IgnoreReason::OtherCompany);
        }
        let debtor = self.table.is_empty()
            || self.table == DEBTOR_TABLE
            || ["Debtor", "DebtorClient", DEBTOR_ENTITY].iter().any(|name| self.table.eq_ignore_ascii_case(name));
        (!debtor).then_some(IgnoreReason::OtherTable)
    }
}

/// Handle one call of the link.
///
/// # Errors
/// `validation` for a call nobody can read; what a read came to.
pub fn on_webhook(call: &Call<'_>, request: &Request) -> Result<WebhookResult, Error> {
    let notice = parse(&request.query, call.locale)?;
    if let Some(reason) = notice.not_for_us(call.settings.company) {
        return Ok(ignored(None, reason));
    }
    if notice.action == Action::Changed
        && let Which::RowId(id) = &notice.row
        && let Some(row) = row_in(&request.body, id)
        && says_nothing_new(call, &row)
    {
        let customer_id = call.ports.host.link_by_external_id(id).map(|link| link.customer_id);
        return Ok(ignored(customer_id.as_deref(), IgnoreReason::Echo));
    }
    if let Which::RowId(id) = &notice.row
        && let Some(link) = call.ports.host.link_by_external_id(id)
        && link.state == LinkState::Dormant
    {
        return Ok(ignored(Some(&link.customer_id), IgnoreReason::Dormant));
    }
    let query = match &notice.row {
        Which::RowId(id) => Query::any_number("RowId", [id.as_str()]),
        Which::Account(account) => Query::any_of("Account", [account.as_str()]),
    };
    let rows = call.api().read(DEBTOR_ENTITY, &query)?.rows;
    Ok(match (rows.first(), &notice.row) {
        (Some(row), _) => incoming(call, row),
        (None, Which::RowId(id)) => gone(call, call.ports.host.link_by_external_id(id).as_ref()),
        // Without the row id it is not known which link it was; the next catch-up or change finds out.
        (None, Which::Account(_)) => ignored(None, IgnoreReason::NoTaggedCustomer),
    })
}

/// The record a POST carries, if it is one. Bodies were seen without the row id, which stands in the query, and with the
/// country under `CountryName` only [code].
fn row_in(body: &[u8], row_id: &str) -> Option<Row> {
    let text = std::str::from_utf8(body).ok()?;
    let Ok(Value::Object(mut map)) = serde_json::from_str(text) else { return None };
    map.insert("RowId".to_owned(), Value::String(row_id.to_owned()));
    if !map.contains_key("Country")
        && let Some(name) = map.get("CountryName").cloned()
    {
        map.insert("Country".to_owned(), name);
    }
    Row::new(&Value::Object(map))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("CompanyId=123&Table=Debtor&RowId=543&Key=1000&Action=update", "123 Debtor RowId(\"543\") Changed")]
    #[case("CompanyId=123?Table=Debtor?RowId=543?Key=1000?Operation=Update", "123 Debtor RowId(\"543\") Changed")]
    #[case("companyid=123&TABLE=50&rowid=543&ACTION=Delete", "123 50 RowId(\"543\") Deleted")]
    #[case("CompanyId=123&Table=Debtor&Key=00042&Action=insert", "123 Debtor Account(\"00042\") Changed")]
    #[case("CompanyId=123&Table=Debtor&RowId=0&Key=%C3%A6%20b&Action=add", "123 Debtor Account(\"æ b\") Changed")]
    fn calls(#[case] query: &str, #[case] expected: &str) {
        let notice = parse(query, Locale::En).unwrap();
        let seen = format!("{} {} {:?} {:?}", notice.company.unwrap(), notice.table, notice.row, notice.action);
        assert_eq!(seen, expected);
    }

    #[rstest]
    #[case("")]
    #[case("RowId=abc")]
    #[case("RowId=1%20or%201%20eq%201")]
    #[case("RowId=1&Action=explode")]
    fn rubbish_is_told(#[case] query: &str) {
        assert_eq!(parse(query, Locale::Da).unwrap_err().code, "uniconta.webhook-unreadable");
    }

    proptest! {
        #[test]
        fn never_panics_and_row_ids_are_digits(query in "\\PC{0,80}") {
            if let Ok(Notice { row: Which::RowId(id), .. }) = parse(&query, Locale::En) {
                prop_assert!(id.bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
