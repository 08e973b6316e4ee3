//! The surface over a simulator that holds one debtor.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_trial::{
    Ability, About, Answer, Call, Clock, Debtor, Delivery, Fault, How, Link, On, Surface, SurfaceError, Typed, VERSION,
    Voucher, answer,
};
use rstest::rstest;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Default)]
struct One {
    faults: RefCell<Vec<Fault>>,
    asked: RefCell<Vec<String>>,
}

impl One {
    fn note(&self, what: impl Into<String>) -> Result<(), SurfaceError> {
        self.asked.borrow_mut().push(what.into());
        Ok(())
    }

    fn debtor(&self) -> Debtor {
        let none = BTreeMap::new();
        Debtor {
            external_id: "a/b".into(),
            external_key: "1".into(),
            blocked: false,
            attributes: BTreeMap::new(),
            unmodelled: none,
        }
    }
}

impl Surface for One {
    fn about(&self) -> About {
        About { trial: VERSION, system: "One".into(), abilities: vec![Ability::Customers] }
    }
    fn reset(&self) -> Result<(), SurfaceError> {
        self.note("reset")
    }
    fn debtors(&self) -> Result<Vec<Debtor>, SurfaceError> {
        Ok(vec![self.debtor()])
    }
    fn type_debtor(&self, typed: Typed) -> Result<Debtor, SurfaceError> {
        self.note(format!("type {typed:?}"))?;
        Ok(self.debtor())
    }
    fn edit_debtor(&self, external_id: &str, _: Typed) -> Result<Debtor, SurfaceError> {
        self.note(format!("edit {external_id}"))?;
        Ok(self.debtor())
    }
    fn delete_debtor(&self, external_id: &str) -> Result<(), SurfaceError> {
        Err(SurfaceError::NotThere(format!("debtor {external_id}")))
    }
    fn vouchers(&self) -> Result<Vec<Voucher>, SurfaceError> {
        Ok(Vec::new())
    }
    fn add_fault(&self, fault: Fault) -> Result<(), SurfaceError> {
        self.faults.borrow_mut().push(fault);
        Ok(())
    }
    fn clear_faults(&self) -> Result<(), SurfaceError> {
        self.faults.borrow_mut().clear();
        Ok(())
    }
    fn calls(&self) -> Result<Vec<Call>, SurfaceError> {
        Ok(Vec::new())
    }
    fn clear_calls(&self) -> Result<(), SurfaceError> {
        self.note("forget")
    }
    fn enter_link(&self, link: Link) -> Result<(), SurfaceError> {
        self.note(link.url)
    }
    fn take_deliveries(&self) -> Result<Vec<Delivery>, SurfaceError> {
        Ok(Vec::new())
    }
    fn foreign_delivery(&self) -> Result<Option<Delivery>, SurfaceError> {
        Ok(None)
    }
    fn set_clock(&self, clock: Clock) -> Result<(), SurfaceError> {
        self.note(clock.now)
    }
}

fn asked(one: &One, method: &str, path: &str, body: Value) -> Answer {
    answer(one, method, path, body.to_string().as_bytes())
}

#[rstest]
#[case("GET", "/_trial", json!(null), 200)]
#[case("GET", "/_trial/", json!(null), 200)]
#[case("POST", "/_trial/reset", json!(null), 200)]
#[case("GET", "/_trial/debtors", json!(null), 200)]
#[case("POST", "/_trial/debtors", json!({"attributes": {"name": "Åse Øst"}}), 200)]
#[case("POST", "/_trial/debtors", json!({"attributes": {"shoe-size": "42"}}), 400)]
#[case("POST", "/_trial/debtors", json!({"attribute": {}}), 400)]
#[case("DELETE", "/_trial/debtors/7", json!(null), 404)]
#[case("GET", "/_trial/vouchers", json!(null), 200)]
#[case("GET", "/_trial/calls", json!(null), 200)]
#[case("DELETE", "/_trial/calls", json!(null), 200)]
#[case("POST", "/_trial/link", json!({"url": "https://flexybox.example/hooks/x"}), 200)]
#[case("POST", "/_trial/deliveries/take", json!(null), 200)]
#[case("GET", "/_trial/deliveries/foreign", json!(null), 404)]
#[case("POST", "/_trial/clock", json!({"now": "2026-03-02T08:00:00Z"}), 200)]
#[case("PUT", "/_trial/debtors", json!({}), 404)]
#[case("GET", "/_trial/nothing", json!(null), 404)]
fn requests_and_their_status(#[case] method: &str, #[case] path: &str, #[case] body: Value, #[case] status: u16) {
    let answered = asked(&One::default(), method, path, body);
    assert_eq!(answered.status, status, "{}", answered.body);
    assert_eq!(answered.body.get("error").is_some(), status != 200, "{}", answered.body);
}

#[test]
fn an_external_id_is_decoded() {
    let one = One::default();
    assert_eq!(asked(&one, "PATCH", "/_trial/debtors/a%2Fb", json!({})).status, 200);
    assert_eq!(*one.asked.borrow(), ["edit a/b"]);
}

#[test]
fn faults_are_read_as_they_are_written() {
    let one = One::default();
    for how in [
        How::Unavailable,
        How::RateLimited { retry_after_s: 7 },
        How::NotAccepted,
        How::LostBefore,
        How::LostAfter,
        How::Truncated,
        How::UnknownFields,
        How::Padded { bytes: 1 << 20 },
        How::Empty,
        How::Rubbish,
    ] {
        let fault = Fault { on: On::Write, skip: 1, times: 2, how };
        assert_eq!(asked(&one, "POST", "/_trial/faults", json!(fault)).status, 200);
        assert_eq!(one.faults.borrow_mut().pop(), Some(fault));
    }
    let written = json!({"on": "read", "times": 1, "how": {"rate-limited": {"retry_after_s": 7}}});
    assert_eq!(asked(&one, "POST", "/_trial/faults", written).status, 200);
    assert_eq!(asked(&one, "DELETE", "/_trial/faults", json!(null)).status, 200);
    assert!(one.faults.borrow().is_empty());
}
