//! Every text of a scenario that may hold personal data, in one walk: for learning words and for replacing them.

use crate::scenario::{EventSpec, PostingSpec, ReportSpec, Scenario, WebhookBody};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is done with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Written about a person or company: its words are learnt.
    Personal,
    /// Mixed with words that mean something to a machine: words learnt elsewhere are replaced.
    Mixed,
}

/// Visit every text; what the visitor leaves in it stands in the scenario.
pub(super) fn visit(scenario: &mut Scenario, see: &mut dyn FnMut(Role, &mut String)) {
    use Role::{Mixed, Personal};
    for customer in &mut scenario.customers {
        let plain = [
            &mut customer.id,
            &mut customer.number,
            &mut customer.name,
            &mut customer.address,
            &mut customer.zip,
            &mut customer.city,
            &mut customer.phone,
            &mut customer.mobile,
            &mut customer.email,
            &mut customer.cvr,
            &mut customer.ean,
        ];
        plain.into_iter().for_each(|text| see(Personal, text));
        customer.fields.iter_mut().for_each(|field| see(Personal, &mut field.value));
    }
    for link in &mut scenario.links {
        see(Personal, &mut link.customer_id);
        see(Personal, &mut link.external_id);
        see(Personal, &mut link.external_key);
        link.base.values_mut().for_each(|value| see(Personal, value));
    }
    see(Mixed, &mut scenario.title);
    see(Mixed, &mut scenario.about);
    scenario.settings.values_mut().for_each(|value| see(Mixed, value));
    scenario.webhook_link.iter_mut().chain(&mut scenario.cursor).for_each(|text| see(Mixed, text));
    for event in &mut scenario.events {
        visit_event(event, see);
    }
}

fn visit_event(event: &mut EventSpec, see: &mut dyn FnMut(Role, &mut String)) {
    use Role::{Mixed, Personal};
    match event {
        EventSpec::CustomersChanged(changed) => {
            changed.customers.iter_mut().for_each(|customer| see(Personal, &mut customer.id));
        }
        EventSpec::Edit(edit) => {
            see(Personal, &mut edit.customer);
            for (name, value) in &mut edit.set {
                see(if name == "country" { Mixed } else { Personal }, value);
            }
            edit.fields.values_mut().for_each(|value| see(Personal, value));
        }
        EventSpec::Webhook(call) => {
            see_query(&mut call.query, see);
            call.headers.values_mut().for_each(|value| see(Mixed, value));
            match &mut call.body {
                WebhookBody::Empty => {}
                WebhookBody::Json(value) => visit_json(value, &mut |text| see(Personal, text)),
                WebhookBody::Text(text) => see(Mixed, text),
            }
        }
        EventSpec::DayClosed(report) => {
            for line in &mut report.lines {
                see(Personal, &mut line.text);
                if let PostingSpec::Customer(id) = &mut line.posting {
                    see(Personal, id);
                }
            }
        }
        EventSpec::Simulator(steps) => {
            steps.iter_mut().for_each(|step| visit_json(step, &mut |text| see(Mixed, text)));
        }
        EventSpec::Configure(_) | EventSpec::Check(_) | EventSpec::CatchUp(_) => {}
        EventSpec::Advance(_) | EventSpec::Retry(_) => {}
    }
}

/// Values of a query are personal, their names are not.
fn see_query(query: &mut String, see: &mut dyn FnMut(Role, &mut String)) {
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, value)) => {
            let mut value = value.to_owned();
            see(Role::Personal, &mut value);
            format!("{name}={value}")
        }
        None => part.to_owned(),
    });
    *query = parts.collect::<Vec<_>>().join("&");
}

/// Every text value within JSON; keys are left alone.
pub(super) fn visit_json(value: &mut Value, see: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit_json(element, see)),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| visit_json(value, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Every whole number within JSON.
pub(super) fn visit_numbers(value: &mut Value, see: &mut dyn FnMut(&mut serde_json::Number)) {
    match value {
        Value::Number(number) if number.is_u64() => see(number),
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit_numbers(element, see)),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| visit_numbers(value, see)),
        _ => {}
    }
}

/// Words of a scenario that mean something to a machine and are kept: countries, tags, names and choices of fields,
/// hosts, what is booked by (accounts, VAT codes, dimensions), and settings that are no secret.
pub(super) fn machine_words(scenario: &Scenario, secret: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for customer in &scenario.customers {
        words.push(customer.country.clone());
        words.extend(customer.tags.clone());
        words.extend(customer.fields.iter().map(|field| field.name.clone()));
    }
    let mut public: BTreeMap<String, String> = scenario.settings.clone();
    public.retain(|key, _| !secret(key));
    words.extend(public.into_values());
    words.extend(scenario.catalogue.tags.iter().flatten().cloned());
    for field in scenario.catalogue.fields.iter().flatten() {
        words.push(field.name.clone());
        words.extend(field.choices.clone());
    }
    for entry in &scenario.catalogue.account_plan {
        words.extend([entry.name.clone(), entry.account.clone(), entry.vat_code.clone()]);
    }
    for entry in &scenario.catalogue.dimensions {
        words.extend([entry.value.clone(), entry.name.clone()]);
    }
    words.extend(scenario.approved_hosts.iter().flatten().cloned());
    for event in &scenario.events {
        match event {
            EventSpec::Edit(edit) => {
                words.extend(edit.set.get("country").cloned());
                words.extend(edit.tags.iter().flatten().cloned());
                words.extend(edit.fields.keys().cloned());
            }
            EventSpec::DayClosed(report) => words.extend(booked_by(report)),
            _ => {}
        }
    }
    words
}

/// What a day is booked by: none of it is about a person, and all of it comes back in what the accounting system holds.
fn booked_by(report: &ReportSpec) -> impl Iterator<Item = String> + '_ {
    let whole = [&report.id, &report.date, &report.department, &report.currency];
    let lines = report.lines.iter().flat_map(|line| {
        let account = match &line.posting {
            PostingSpec::Ledger(account) => Some(account),
            PostingSpec::Customer(_) => None,
        };
        let period = line.accrual.iter().flat_map(|(first, last)| [first, last]);
        [&line.source_name, &line.vat_code].into_iter().chain(&line.dimensions).chain(account).chain(period)
    });
    whole.into_iter().chain(lines).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn what_a_day_is_booked_by_is_kept() {
        let json = json!({
            "title": "t", "now": "2026-11-24T08:00:00Z",
            "catalogue": {
                "account_plan": [{"source": "item-group", "name": "Entré", "account": "1010", "vat_code": "U25"}],
                "dimensions": [{"dimension": 1, "value": "HAL", "name": "Svømmehal"}],
            },
            "customers": [{"id": "C1", "name": "Maja Sørensen"}],
            "events": [{"day-closed": {"id": "R1", "date": "2026-11-23", "department": "Bad", "currency": "DKK", "lines": [
                {"source": "payment-type", "source_name": "Kontant", "posting": {"ledger": "55000"}, "amount": 100,
                 "text": "Kasse Maja", "dimensions": ["", "SAL1", "", "", ""], "accrual": ["2026-11-01", "2026-11-30"]},
                {"source": "item-group", "source_name": "Entré", "posting": {"customer": "C1"}, "amount": -100},
            ]}}],
        });
        let scenario = Scenario::parse(&json.to_string(), Path::new("s.json")).unwrap();
        let words = machine_words(&scenario, &|_| false);
        for kept in
            ["R1", "Entré", "1010", "U25", "HAL", "Svømmehal", "Bad", "DKK", "Kontant", "55000", "SAL1", "2026-11-30"]
        {
            assert!(words.iter().any(|word| word == kept), "{kept} is not in {words:?}");
        }
        assert!(!words.iter().any(|word| word.contains("Maja") || word == "C1"), "{words:?}");
    }
}
