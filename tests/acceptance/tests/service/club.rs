//! FlexyBox's side: members with revisions, what is pushed, and updates applied to exactly the revision they name.

use accounting_service::{Acknowledged, Acknowledgement, CustomerIn, Service};
use accounting_store::{Accepted, OutboxItem};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Customer;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) const TAG: &str = "Uniconta";

/// The members of one installation.
pub(crate) struct Club {
    pub(crate) installation: String,
    members: BTreeMap<String, Customer>,
    /// What was read from the outbox, in order.
    pub(crate) told: Vec<(String, Value)>,
}

impl Club {
    pub(crate) fn new(installation: &str) -> Self {
        Self { installation: installation.to_owned(), members: BTreeMap::new(), told: Vec::new() }
    }

    /// A new member `c-N` with number `N`; nothing is pushed.
    pub(crate) fn join(&mut self, number: u32) -> String {
        let member = member(number);
        let id = member.id.clone();
        self.members.insert(id.clone(), member);
        id
    }

    /// Edit a member; nothing is pushed.
    pub(crate) fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Customer)) {
        let member = self.members.get_mut(id).unwrap();
        edit(member);
        member.revision += 1;
    }

    pub(crate) fn member(&self, id: &str) -> &Customer {
        &self.members[id]
    }

    /// A member as it is pushed.
    pub(crate) fn pushed(&self, id: &str, kind: ChangeKind) -> CustomerIn {
        let customer = self.members[id].clone();
        CustomerIn { event_id: format!("{id}-r{}", customer.revision), kind, customer }
    }

    /// Push a member as it is now.
    pub(crate) async fn push(&self, service: &Service, id: &str, kind: ChangeKind) -> Accepted {
        let customers = vec![self.pushed(id, kind)];
        service.customers_arrived(&self.installation, customers, false, "push").await.unwrap()[0]
    }

    /// A new member joins and is pushed.
    pub(crate) async fn joins(&mut self, service: &Service, number: u32) -> String {
        let id = self.join(number);
        self.push(service, &id, ChangeKind::Created).await;
        id
    }

    /// What waits in the outbox, untouched.
    pub(crate) async fn outbox(&self, service: &Service) -> Vec<OutboxItem> {
        service.outbox(Some(&self.installation), 0, 1_000, Duration::ZERO).await.unwrap()
    }

    /// The updates that wait in the outbox.
    pub(crate) async fn updates(&self, service: &Service) -> Vec<OutboxItem> {
        let mut items = self.outbox(service).await;
        items.retain(|item| item.item.kind == "customer-update");
        items
    }

    /// Read the outbox and do what it says; how many items there were.
    pub(crate) async fn read(&mut self, service: &Service) -> usize {
        let items = self.outbox(service).await;
        for item in &items {
            let answer = if item.item.kind == "customer-update" {
                self.apply(service, item).await
            } else {
                Acknowledgement::Seen
            };
            let acknowledged = service.acknowledge(item.id, answer).await.unwrap();
            assert_eq!(acknowledged, Acknowledged::Done);
        }
        items.len()
    }

    /// Make an update if the member is at exactly its revision; what to answer. A member that has moved on is pushed first.
    pub(crate) async fn apply(&mut self, service: &Service, item: &OutboxItem) -> Acknowledgement {
        let body: Value = serde_json::from_str(&item.item.body_json).unwrap();
        let id = item.item.customer_id.clone();
        let answer = if i64::try_from(self.members[&id].revision).unwrap() == item.item.revision {
            let revision = self.make(&id, &body);
            Acknowledgement::Applied { revision }
        } else {
            self.push(service, &id, ChangeKind::Changed).await;
            Acknowledgement::Stale
        };
        self.told.push((item.item.kind.clone(), body));
        answer
    }

    fn make(&mut self, id: &str, body: &Value) -> u64 {
        let member = self.members.get_mut(id).unwrap();
        for change in body["changes"].as_array().unwrap() {
            let value = change["value"].as_str().unwrap().to_owned();
            match change["property"]["attribute"].as_str().unwrap() {
                "name" => member.name = value,
                "city" => member.city = value,
                "phone" => member.phone = value,
                "email" => member.email = value,
                other => panic!("the tests change no {other}"),
            }
        }
        member.revision += 1;
        member.revision
    }
}

/// Somebody made up.
pub(crate) fn member(number: u32) -> Customer {
    let none = String::new;
    Customer {
        id: format!("c-{number}"),
        number: number.to_string(),
        name: format!("Medlem Prøvesen {number}"),
        address: none(),
        zip: none(),
        city: "Aarhus".to_owned(),
        country: "DK".to_owned(),
        phone: format!("00{number:06}"),
        mobile: none(),
        email: format!("medlem{number}@example.com"),
        cvr: none(),
        ean: none(),
        tags: vec![TAG.to_owned()],
        fields: Vec::new(),
        deleted: false,
        revision: 1,
    }
}
