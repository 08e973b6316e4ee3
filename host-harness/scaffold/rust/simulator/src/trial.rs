//! The trial surface: debtors and vouchers in the contract's words, and what a person does.

use crate::answer::Answer;
use crate::books::{Books, COMPANY, OWN_PROPERTIES, PROPERTIES, delivery};
use crate::serve::Simulated;
use accounting_trial::{
    Ability, About, Call, Clock, Debtor, Delivery, Fault, Line, Link, Surface, SurfaceError, Typed, VERSION, Voucher,
};
use serde_json::{Map, Value, json};
use std::sync::MutexGuard;

impl Simulated {
    fn lock(&self) -> Result<MutexGuard<'_, Books>, SurfaceError> {
        self.books.lock().map_err(|_| SurfaceError::Wrong("the books are broken; start again".to_owned()))
    }
}

impl Surface for Simulated {
    fn about(&self) -> About {
        let abilities = vec![Ability::Customers, Ability::Link, Ability::Bookkeeping];
        About { trial: VERSION, system: "Toy Ledger".to_owned(), abilities }
    }

    fn reset(&self) -> Result<(), SurfaceError> {
        *self.lock()? = Books::default();
        Ok(())
    }

    fn debtors(&self) -> Result<Vec<Debtor>, SurfaceError> {
        Ok(self.lock()?.debtors.values().map(shown).collect())
    }

    fn type_debtor(&self, typed: Typed) -> Result<Debtor, SurfaceError> {
        self.lock()?.create(&properties(&typed)).map(shown).map_err(wrong)
    }

    fn edit_debtor(&self, external_id: &str, typed: Typed) -> Result<Debtor, SurfaceError> {
        self.lock()?.change(number(external_id)?, &properties(&typed)).map(shown).map_err(wrong)
    }

    fn delete_debtor(&self, external_id: &str) -> Result<(), SurfaceError> {
        self.lock()?.delete(number(external_id)?).map_err(wrong)
    }

    fn vouchers(&self) -> Result<Vec<Voucher>, SurfaceError> {
        Ok(self.lock()?.vouchers.values().map(voucher).collect())
    }

    fn add_fault(&self, fault: Fault) -> Result<(), SurfaceError> {
        self.lock()?.faults.push(fault);
        Ok(())
    }

    fn clear_faults(&self) -> Result<(), SurfaceError> {
        self.lock()?.faults.clear();
        Ok(())
    }

    fn calls(&self) -> Result<Vec<Call>, SurfaceError> {
        Ok(self.lock()?.calls.clone())
    }

    fn clear_calls(&self) -> Result<(), SurfaceError> {
        self.lock()?.calls.clear();
        Ok(())
    }

    fn enter_link(&self, link: Link) -> Result<(), SurfaceError> {
        self.lock()?.link = Some(link.url);
        Ok(())
    }

    fn take_deliveries(&self) -> Result<Vec<Delivery>, SurfaceError> {
        Ok(std::mem::take(&mut self.lock()?.deliveries))
    }

    fn foreign_delivery(&self) -> Result<Option<Delivery>, SurfaceError> {
        let url = self.lock()?.link.clone().unwrap_or_default();
        Ok(Some(delivery(&url, COMPANY + 1, 1, "changed")))
    }

    /// Toy Ledger has no clock: changes are counted, and vouchers carry the day they are given.
    fn set_clock(&self, _: Clock) -> Result<(), SurfaceError> {
        Ok(())
    }
}

fn properties(typed: &Typed) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.extend(typed.external_key.iter().map(|key| ("number".to_owned(), json!(key))));
    for (attribute, name) in PROPERTIES {
        properties.extend(typed.attributes.get(&attribute).map(|value| (name.to_owned(), json!(value))));
    }
    if typed.unmodelled {
        properties.extend(OWN_PROPERTIES.map(|name| (name.to_owned(), json!(format!("made up: {name}")))));
    }
    properties
}

fn shown(debtor: &crate::books::Debtor) -> Debtor {
    let text = |name: &str| debtor.texts.get(name).filter(|text| !text.is_empty()).cloned();
    let own = OWN_PROPERTIES.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?)));
    Debtor {
        external_id: debtor.id.to_string(),
        external_key: debtor.number.clone(),
        blocked: debtor.blocked,
        attributes: PROPERTIES.iter().filter_map(|(attribute, name)| Some((*attribute, text(name)?))).collect(),
        unmodelled: own.collect(),
    }
}

fn voucher(voucher: &Value) -> Voucher {
    let text = |of: &Value, name: &str| match of.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let lines = voucher.get("lines").and_then(Value::as_array).into_iter().flatten().map(|line| Line {
        account: text(line, "account"),
        debtor: text(line, "debtor"),
        amount: text(line, "amount"),
        vat_code: text(line, "vat_code"),
        text: text(line, "text"),
    });
    Voucher {
        journal: text(voucher, "journal"),
        voucher: text(voucher, "number"),
        date: text(voucher, "date"),
        currency: text(voucher, "currency"),
        posted: false,
        lines: lines.collect(),
    }
}

fn number(external_id: &str) -> Result<u64, SurfaceError> {
    external_id.parse().map_err(|_| SurfaceError::NotThere(format!("debtor {external_id}")))
}

fn wrong(refused: Answer) -> SurfaceError {
    let message = refused.body.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    match refused.status {
        404 => SurfaceError::NotThere("debtor of that id".to_owned()),
        _ => SurfaceError::Wrong(message),
    }
}
