//! The link as e-conomic holds it: a webhook for changed customers (Alle indstillinger > Udvidelser > Webhooks).
//!
//! There is one webhook for each kind of event in an agreement, so another integration may hold it already; it is left in
//! peace and a person decides.

use crate::api::Subject;
use crate::assumptions::{CUSTOMER_EVENT, NEW_NUMBER, OLD_NUMBER};
use crate::call::Call;
use accounting_kit::http::Method;
use accounting_kit::types::{Error, ErrorKind, Locale};
use serde_json::{Map, Value, json};

/// The parameter of the link that carries the number now.
pub const NEW: &str = "new";
/// The parameter of the link that carries the number before.
pub const OLD: &str = "old";

/// What our webhook is called in e-conomic; how it is known again when the link has changed.
const NAME: &str = "FlexyBox";

/// What e-conomic says of the link.
pub enum Registered {
    /// It is entered there.
    Ours(Hook),
    /// Another integration has the event.
    Others,
    /// Nobody has.
    Absent,
    /// e-conomic does not tell: the app's role does not reach.
    Hidden,
}

/// Our webhook as e-conomic holds it.
pub struct Hook {
    map: Map<String, Value>,
    /// Whether it calls the link as it is now.
    pub is_current: bool,
    /// Whether e-conomic has switched it off.
    pub is_disabled: bool,
    /// When it was last switched off; empty for never.
    pub last_disabled: String,
}

/// The link with the numbers in it, as it is entered in e-conomic.
pub fn address(link: &str) -> String {
    let separator = if link.contains('?') { '&' } else { '?' };
    format!("{link}{separator}{NEW}={NEW_NUMBER}&{OLD}={OLD_NUMBER}")
}

/// Look for the webhook.
///
/// # Errors
/// What the read came to, where it does not mean that webhooks are hidden.
pub fn find(call: &Call<'_>, link: &str) -> Result<Registered, Error> {
    let api = call.api();
    match api.get(api.webhooks(&format!("webhooks/{CUSTOMER_EVENT}"))) {
        Ok(None) => Ok(Registered::Absent),
        Ok(Some(Value::Object(map))) => Ok(read(map, link)),
        Ok(Some(_)) => Ok(Registered::Hidden),
        Err(error) if error.kind == ErrorKind::Config => Ok(Registered::Hidden),
        Err(error) => Err(error),
    }
}

fn read(map: Map<String, Value>, link: &str) -> Registered {
    let text = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_current = text("url") == address(link);
    if !is_current && text("name") != NAME {
        return Registered::Others;
    }
    let is_disabled = map.get("isDisabled") == Some(&Value::Bool(true));
    let last_disabled = text("lastDisabledDate").to_owned();
    Registered::Ours(Hook { is_current, is_disabled, last_disabled, map })
}

/// Enter the link. `false` when e-conomic does not let this app.
///
/// # Errors
/// What the write came to.
pub fn register(call: &Call<'_>, link: &str) -> Result<bool, Error> {
    let body = json!({
        "eventType": CUSTOMER_EVENT,
        "name": NAME,
        "url": address(link),
        "contentType": "application/json",
        "postData": json!({ NEW: NEW_NUMBER, OLD: OLD_NUMBER }).to_string(),
    });
    let api = call.api();
    allowed(api.write(Subject::Link, (Method::Post, api.webhooks("webhooks")), "link", &body).map(drop))
}

/// Bring our webhook up to the link as it is now, and switch it on.
///
/// # Errors
/// What the write came to.
pub fn renew(call: &Call<'_>, hook: Hook, link: &str) -> Result<bool, Error> {
    let mut map = hook.map;
    map.retain(|name, value| !value.is_null() && name != "lastDisabledDate" && name != "lastUpdated");
    map.insert("url".to_owned(), Value::String(address(link)));
    map.insert("isDisabled".to_owned(), Value::Bool(false));
    let api = call.api();
    allowed(api.write(Subject::Link, (Method::Put, api.webhooks("webhooks")), "link", &Value::Object(map)).map(drop))
}

fn allowed(done: Result<(), Error>) -> Result<bool, Error> {
    match done {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind, ErrorKind::Config | ErrorKind::Validation) => Ok(false),
        Err(error) => Err(error),
    }
}

/// How a person enters the link.
pub fn steps_to_enter(link: &str, locale: Locale) -> Vec<String> {
    let address = address(link);
    match locale {
        Locale::Da => vec![
            "Log ind i e-conomic som superbruger, og vælg Alle indstillinger > Udvidelser > Webhooks".to_owned(),
            "Tryk Ny webhook, og vælg typen Kunde opdateret".to_owned(),
            format!("Kald den {NAME}, og indsæt adressen: {address}"),
            "Gem".to_owned(),
        ],
        Locale::En => vec![
            "Log in to e-conomic as super user and choose All settings > Extensions > Web hooks".to_owned(),
            "Press New web hook and choose the type Customer updated".to_owned(),
            format!("Call it {NAME} and paste the address: {address}"),
            "Save".to_owned(),
        ],
    }
}

/// What a person does when another integration has the event.
pub fn steps_to_share(link: &str, locale: Locale) -> Vec<String> {
    let first = match locale {
        Locale::Da => [
            "e-conomic har plads til én webhook for ændrede kunder; se under Alle indstillinger > Udvidelser > Webhooks, hvilken integration der bruger den",
            "Uden den henter FlexyBox ændringer med jævne mellemrum i stedet; skal de komme straks, så slet den anden webhook, og gør således:",
        ],
        Locale::En => [
            "e-conomic has room for one web hook for changed customers; see under All settings > Extensions > Web hooks which integration uses it",
            "Without it FlexyBox fetches changes at intervals instead; if they are to come at once, delete the other web hook and do this:",
        ],
    };
    first.map(str::to_owned).into_iter().chain(steps_to_enter(link, locale)).collect()
}
