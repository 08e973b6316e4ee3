//! Whether a scenario makes sense in itself: everybody named exists, nobody stands there twice.

use super::{EventSpec, PostingSpec, Scenario};
use std::collections::BTreeSet;

/// Where, and what is wrong there.
type Wrong = (String, String);

/// The attributes an edit can set.
pub(super) const EDITABLE: [&str; 11] =
    ["number", "name", "address", "zip", "city", "country", "phone", "mobile", "email", "cvr", "ean"];

impl Scenario {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let mut known = BTreeSet::new();
        for (place, customer) in self.customers.iter().enumerate() {
            if customer.id.is_empty() {
                return Err((format!("customers[{place}].id"), "is empty; give the customer an id".to_owned()));
            }
            if !known.insert(customer.id.as_str()) {
                return Err((format!("customers[{place}].id"), format!("customer {} stands there twice", customer.id)));
            }
        }
        self.check_links(&known)?;
        self.check_dimensions()?;
        let mut called_before = false;
        for (place, event) in self.events.iter().enumerate() {
            check_event(event, &known, called_before)
                .map_err(|(inner, reason)| (format!("events[{place}].{}{inner}", event.kind()), reason))?;
            called_before |= event.is_call();
        }
        Ok(())
    }

    fn check_links(&self, known: &BTreeSet<&str>) -> Result<(), Wrong> {
        let (mut customers, mut externals) = (BTreeSet::new(), BTreeSet::new());
        for (place, link) in self.links.iter().enumerate() {
            exists(&link.customer_id, known).map_err(|reason| (format!("links[{place}].customer_id"), reason))?;
            if !customers.insert(&link.customer_id) {
                let reason = format!("customer {} has two links; at most one each", link.customer_id);
                return Err((format!("links[{place}].customer_id"), reason));
            }
            if link.external_id.is_empty() || !externals.insert(&link.external_id) {
                let reason = format!("{:?} is empty or stands in two links; at most one each", link.external_id);
                return Err((format!("links[{place}].external_id"), reason));
            }
        }
        Ok(())
    }

    fn check_dimensions(&self) -> Result<(), Wrong> {
        let mut seen = BTreeSet::new();
        for (place, entry) in self.catalogue.dimensions.iter().enumerate() {
            let at = format!("catalogue.dimensions[{place}]");
            if !(1..=5).contains(&entry.dimension) {
                return Err((format!("{at}.dimension"), format!("is {}; dimensions are 1 to 5", entry.dimension)));
            }
            if entry.value.is_empty() {
                return Err((format!("{at}.value"), "is empty; leave out what is on no dimension".to_owned()));
            }
            if !seen.insert((entry.dimension, &entry.value, &entry.name)) {
                return Err((at, format!("value {:?} of {:?} stands there twice", entry.value, entry.name)));
            }
        }
        Ok(())
    }
}

fn exists(id: &str, known: &BTreeSet<&str>) -> Result<(), String> {
    if known.contains(id) {
        return Ok(());
    }
    let names: Vec<&str> = known.iter().copied().take(20).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(format!("there is no customer {id:?}; customers are: {names}"))
}

fn check_event(event: &EventSpec, known: &BTreeSet<&str>, called_before: bool) -> Result<(), Wrong> {
    match event {
        EventSpec::CustomersChanged(changed) => {
            let mut seen = BTreeSet::new();
            if changed.customers.is_empty() {
                return Err((".customers".to_owned(), "is empty; name at least one customer".to_owned()));
            }
            if changed.attempt == 0 {
                return Err((".attempt".to_owned(), "is 0; the first attempt is 1".to_owned()));
            }
            for (place, customer) in changed.customers.iter().enumerate() {
                let at = format!(".customers[{place}].id");
                exists(&customer.id, known).map_err(|reason| (at.clone(), reason))?;
                if !seen.insert(&customer.id) {
                    return Err((at, format!("customer {} stands there twice", customer.id)));
                }
            }
        }
        EventSpec::Edit(edit) => {
            exists(&edit.customer, known).map_err(|reason| (".customer".to_owned(), reason))?;
            if let Some(unknown) = edit.set.keys().find(|name| !EDITABLE.contains(&name.as_str())) {
                let reason = format!("no attribute {unknown:?}; attributes are: {}", EDITABLE.join(", "));
                return Err((".set".to_owned(), reason));
            }
        }
        EventSpec::Webhook(call) => {
            if !["GET", "POST"].contains(&call.method.as_str()) {
                return Err((".method".to_owned(), format!("{:?} is neither GET nor POST", call.method)));
            }
            if let Some(name) = call.headers.keys().find(|name| name.chars().any(char::is_uppercase)) {
                return Err((".headers".to_owned(), format!("write the header name {name:?} in lower case")));
            }
        }
        EventSpec::DayClosed(report) => {
            if report.revision == 0 {
                return Err((".revision".to_owned(), "is 0; the first revision is 1".to_owned()));
            }
            for (place, line) in report.lines.iter().enumerate() {
                if let PostingSpec::Customer(id) = &line.posting {
                    exists(id, known).map_err(|reason| (format!(".lines[{place}].posting.customer"), reason))?;
                }
            }
        }
        EventSpec::Retry(again) => {
            if !again {
                return Err((String::new(), "is false; write true, or leave the event out".to_owned()));
            }
            if !called_before {
                return Err((String::new(), "has no event before it to run again".to_owned()));
            }
        }
        EventSpec::Configure(_) | EventSpec::Check(_) | EventSpec::CatchUp(_) => {}
        EventSpec::Advance(_) | EventSpec::Simulator(_) => {}
    }
    Ok(())
}
