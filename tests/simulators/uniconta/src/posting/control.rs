//! Posting at the control surface: the request and the answer, which looks like the SDK's `PostingResult` (`[meta]`).

use super::Posting;
use crate::typing::{ControlError, no_company};
use crate::uniconta::Uniconta;
use serde::Deserialize;
use serde_json::{Value, json};

/// `POST /_sim/post-journal`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    company: Option<u32>,
    journal: String,
    up_to_date: Option<String>,
}

/// `POST /_sim/months`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Month {
    month: String,
    open: bool,
}

/// Posts a journal. The company of the body counts before that of the query.
pub(crate) fn post(core: &Uniconta, company: u32, order: Order) -> Result<Value, ControlError> {
    let company = order.company.unwrap_or(company);
    let Posting { refusal, line, account, journal_posted_id } =
        core.post_journal_in(company, &order.journal, order.up_to_date.as_deref())?;
    Ok(json!({
        "Err": refusal.as_ref().map_or(0, |refusal| refusal.code.number()),
        "ErrName": refusal.as_ref().map_or("Succes", |refusal| refusal.code.name()),
        "ErrorProperty": refusal.and_then(|refusal| refusal.property),
        "Counter": line,
        "Account": account,
        // Spelled as Uniconta spells it.
        "JournalPostedlId": journal_posted_id,
    }))
}

/// The closed months.
pub(crate) fn months(core: &Uniconta, company: u32) -> Result<Value, ControlError> {
    let state = core.lock();
    let books = state.companies.get(&company).ok_or_else(|| no_company(company))?;
    let closed: Vec<String> = books.closed_months().map(|(year, month)| format!("{year:04}-{month:02}")).collect();
    Ok(json!({ "closed": closed }))
}

/// Opens or closes a month.
pub(crate) fn set_month(core: &Uniconta, company: u32, order: Month) -> Result<Value, ControlError> {
    core.set_month_open_in(company, &order.month, order.open)?;
    months(core, company)
}
