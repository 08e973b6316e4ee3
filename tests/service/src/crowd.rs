//! FlexyBox of thousands of installations at once: of the customers only what changes is held.

use crate::api::{Api, number, text};
use crate::books::TAG;
use crate::error::CannotRun;
use crate::measure::micros;
use crate::progress::Progress;
use crate::scene::Scene;
use crate::uniconta::{DEBTORS, shown};
use http::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, JoinSet};

/// Installations that are filled at once.
const AT_ONCE: usize = 4;
/// Most lines of one bulk request, as the API has it.
const LINES: usize = 5_000;
/// How long one installation may take until its customers are linked.
const UNTIL_LINKED: Duration = Duration::from_secs(900);
/// Accounts the books held before.
const ACCOUNTS_BEFORE: usize = 2;

/// The customer's installation and id.
type Whom = (String, String);

/// Everybody.
#[derive(Debug, Clone)]
pub(crate) struct Crowd {
    api: Api,
    held: Arc<Mutex<HashMap<Whom, Held>>>,
    chance: Arc<Mutex<fastrand::Rng>>,
}

/// What FlexyBox holds of a customer.
#[derive(Debug, Clone, Default)]
struct Held {
    revision: u64,
    /// As it was sent last.
    phone: String,
}

/// How the filling went.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) customers: usize,
    pub(crate) took_us: u64,
    pub(crate) wrong: Vec<String>,
}

/// The number of a customer, and the account of its debtor.
pub(crate) fn number_of(customer: usize) -> String {
    (800_000 + customer).to_string()
}

fn body(customer: usize, revision: u64, kind: &str, phone: &str) -> Value {
    let id = format!("C{customer}");
    json!({
        "event_id": format!("{id}-r{revision}"),
        "kind": kind,
        "customer": {
            "id": id, "number": number_of(customer), "name": format!("Kunde {customer}"), "address": "", "zip": "", "city": "",
            "country": "DK", "phone": phone, "mobile": "", "email": "", "cvr": "", "ean": "", "tags": [TAG], "fields": [],
            "deleted": false, "revision": revision,
        },
    })
}

impl Crowd {
    pub(crate) fn new(api: &Api, seed: u64) -> Self {
        let chance = fastrand::Rng::with_seed(seed);
        Self { api: api.clone(), held: Arc::default(), chance: Arc::new(Mutex::new(chance)) }
    }

    /// Another sequence of everything by chance.
    pub(crate) fn chance(&self) -> fastrand::Rng {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).fork()
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Whom, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answer the outbox of all installations until the task is ended.
    pub(crate) fn answer(&self) -> JoinHandle<()> {
        let crowd = self.clone();
        tokio::spawn(async move {
            loop {
                let items = match crowd.api.send(Method::GET, "/api/v1/outbox?after=0&limit=500&wait_s=10", None).await
                {
                    Ok(answer) => answer.body.get("items").and_then(Value::as_array).cloned().unwrap_or_default(),
                    Err(_) => Vec::new(),
                };
                if items.is_empty() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                for item in items {
                    let answer = crowd.answer_to(&item);
                    let path = format!("/api/v1/outbox/{}/ack", number(&item, "id"));
                    // Where it was not taken, the item comes again.
                    let _again = crowd.api.send(Method::POST, &path, Some(&answer)).await;
                }
            }
        })
    }

    fn answer_to(&self, item: &Value) -> Value {
        if text(item, "kind") != "customer-update" {
            return json!({"outcome": "seen"});
        }
        let whom = (text(item, "installation").to_owned(), text(item, "customer_id").to_owned());
        match self.held().get_mut(&whom) {
            Some(held) if held.revision == number(item, "revision") => {
                held.revision += 1;
                json!({"outcome": "applied", "revision": held.revision})
            }
            _ => json!({"outcome": "stale"}),
        }
    }

    /// Hand so many new customers of an installation over.
    pub(crate) async fn push_new(&self, installation: &str, customers: usize) -> Result<(), CannotRun> {
        let path = format!("/api/v1/installations/{installation}/customers");
        let all: Vec<usize> = (0..customers).collect();
        for some in all.chunks(LINES) {
            let new = || Held { revision: 1, phone: String::new() };
            self.held().extend(some.iter().map(|one| ((installation.to_owned(), format!("C{one}")), new())));
            let lines: Vec<Value> = some.iter().map(|one| body(*one, 1, "created", "")).collect();
            self.api.post_lines(&path, &lines).await?;
        }
        Ok(())
    }

    /// A customer gets a phone number that it did not have before.
    pub(crate) async fn change(&self, installation: &str, customer: usize) -> Result<(), CannotRun> {
        let whom = (installation.to_owned(), format!("C{customer}"));
        let body = {
            let mut all = self.held();
            let held = all.entry(whom).or_default();
            held.revision += 1;
            held.phone = format!("{:08}", held.revision);
            body(customer, held.revision, "changed", &held.phone)
        };
        self.api.post(&format!("/api/v1/installations/{installation}/customers"), &body).await.map(drop)
    }

    /// Fill all installations, and wait until every customer has a debtor and a link.
    pub(crate) async fn fill(
        &self,
        scene: &Scene,
        installations: &[(String, u32)],
        customers: usize,
        progress: &mut Progress,
    ) -> Result<Filled, CannotRun> {
        let began = Instant::now();
        let of = u64::try_from(installations.len()).unwrap_or(u64::MAX);
        progress.part("handing customers over");
        let mut under_way = JoinSet::new();
        for (done, (id, _)) in (0..).zip(installations) {
            let (crowd, id) = (self.clone(), id.clone());
            under_way.spawn(async move { crowd.push_new(&id, customers).await });
            if under_way.len() >= AT_ONCE {
                joined(under_way.join_next().await)?;
            }
            progress.at(done, of);
        }
        while let Some(done) = under_way.join_next().await {
            joined(Some(done))?;
        }
        progress.part("until everybody is linked");
        let mut filled = Filled { customers: customers * installations.len(), ..Filled::default() };
        for (done, (id, company)) in (0..).zip(installations) {
            filled.wrong.extend(self.linked(scene, id, *company, customers).await?);
            progress.at(done, of);
        }
        filled.took_us = micros(began.elapsed());
        Ok(filled)
    }

    /// Wait until nothing waits any more; then whose debtor is not there or is not as it was sent last, one a line.
    pub(crate) async fn lost(
        &self,
        scene: &Scene,
        installations: &[(String, u32)],
        customers: usize,
    ) -> Result<Vec<String>, CannotRun> {
        let mut lost = Vec::new();
        for (id, company) in installations {
            lost.extend(self.linked(scene, id, *company, customers).await?);
            let rows = scene.simulator.core.rows_in(*company, DEBTORS).unwrap_or_default();
            let held = self.held();
            for customer in 0..customers {
                let whom = (id.clone(), format!("C{customer}"));
                let sent = held.get(&whom).map(|held| held.phone.as_str()).unwrap_or_default();
                let number = number_of(customer);
                let has: Vec<String> =
                    rows.iter().filter(|row| shown(row, "Account") == number).map(|row| shown(row, "Phone")).collect();
                if has != [sent] {
                    lost.push(format!("{id}: customer {} was sent with phone {sent:?}; debtors have {has:?}", whom.1));
                }
            }
        }
        Ok(lost)
    }

    async fn linked(
        &self,
        scene: &Scene,
        id: &str,
        company: u32,
        customers: usize,
    ) -> Result<Option<String>, CannotRun> {
        let began = Instant::now();
        let wanted = u64::try_from(customers).unwrap_or(u64::MAX);
        loop {
            let seen = self.api.get(&format!("/api/v1/installations/{id}")).await?;
            let counts = seen.get("counts").cloned().unwrap_or_default();
            if number(&counts, "waiting") + number(&counts, "running") == 0 || began.elapsed() > UNTIL_LINKED {
                let debtors = scene.simulator.core.rows_in(company, DEBTORS).map(|rows| rows.len()).unwrap_or_default();
                let good = number(&counts, "links") == wanted && debtors == customers + ACCOUNTS_BEFORE;
                return Ok((!good).then(|| format!("{id}: {customers} customers, {debtors} debtors, {counts}")));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn joined(done: Option<Result<Result<(), CannotRun>, tokio::task::JoinError>>) -> Result<(), CannotRun> {
    match done {
        None => Ok(()),
        Some(Ok(done)) => done,
        Some(Err(error)) => Err(CannotRun::because("a push", error)),
    }
}
