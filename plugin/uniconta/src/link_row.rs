//! The link as Uniconta holds it: a row under Company > Maintenance > Modification URL (Firma > Vedligeholdelse >
//! Ændrings URL).

use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{CHANGE_EVENT_ENTITY, CHANGE_EVENT_TABLE};
use crate::call::Call;
use accounting_kit::types::{Error, ErrorKind, Locale};
use serde_json::{Map, Value, json};

/// Uniconta's number of the debtor table [code].
const DEBTOR_TABLE: u32 = 50;

/// What Uniconta says of the link.
pub enum LinkRow {
    /// It is entered there.
    Present(Row),
    /// It is not.
    Absent,
    /// Uniconta does not tell: the rows are not offered, or not to this user.
    Hidden,
}

/// Look for the link.
///
/// # Errors
/// What the read came to, where it does not mean that the rows are hidden.
pub fn find(call: &Call<'_>, link: &str) -> Result<LinkRow, Error> {
    match call.api().read_all(CHANGE_EVENT_ENTITY, &Query::default()) {
        Ok(rows) => {
            Ok(rows.into_iter().find(|row| row.text("Url").trim() == link).map_or(LinkRow::Absent, LinkRow::Present))
        }
        Err(error) if means_hidden(&error) => Ok(LinkRow::Hidden),
        Err(error) => Err(error),
    }
}

/// Enter the link for the debtor table, called by POST so that most echoes are told without a read. `false` when
/// Uniconta does not let this user.
///
/// # Errors
/// What the write came to.
pub fn register(call: &Call<'_>, link: &str) -> Result<bool, Error> {
    let mut row = Map::new();
    row.insert(CHANGE_EVENT_TABLE.to_owned(), json!(DEBTOR_TABLE));
    row.insert("Url".to_owned(), Value::String(link.to_owned()));
    row.insert("UsePost".to_owned(), Value::Bool(true));
    match call.api().insert(CHANGE_EVENT_ENTITY, &row) {
        Ok(_) => Ok(true),
        Err(error) if means_hidden(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn means_hidden(error: &Error) -> bool {
    error.code == "uniconta.not-found"
        || error.code == "uniconta.forbidden"
        || error.code.starts_with("uniconta.no-rights")
}

/// Whether a failed registration is only a matter of doing it by hand: everything but trouble that passes by itself.
pub fn can_be_done_by_hand(error: &Error) -> bool {
    !matches!(error.kind, ErrorKind::Transient | ErrorKind::RateLimited)
}

/// How a person enters the link.
pub fn steps_to_enter(link: &str, locale: Locale) -> Vec<String> {
    match locale {
        Locale::Da => vec![
            "Åbn Uniconta, og vælg Firma > Vedligeholdelse > Ændrings URL".to_owned(),
            "Tryk Tilføj, og vælg kartoteket Debitor".to_owned(),
            format!("Indsæt linket i feltet Url: {link}"),
            "Sæt flueben i Post, hvis feltet er der, og gem".to_owned(),
        ],
        Locale::En => vec![
            "Open Uniconta and choose Company > Maintenance > Modification URL".to_owned(),
            "Press Add and choose the table Debtor".to_owned(),
            format!("Paste the link into the field Url: {link}"),
            "Tick Post if the field is there, and save".to_owned(),
        ],
    }
}

/// How a person gets rid of "Has errors".
pub fn steps_to_refresh(locale: Locale) -> Vec<String> {
    match locale {
        Locale::Da => vec![
            "Åbn Uniconta, og vælg Firma > Vedligeholdelse > Ændrings URL".to_owned(),
            "Find linket, der er markeret med Har fejl".to_owned(),
            "Tryk Opdater; fluebenet ved Har fejl forsvinder".to_owned(),
        ],
        Locale::En => vec![
            "Open Uniconta and choose Company > Maintenance > Modification URL".to_owned(),
            "Find the link that is marked Has errors".to_owned(),
            "Press Refresh; the tick at Has errors goes away".to_owned(),
        ],
    }
}
