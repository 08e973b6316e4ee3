//! FlexyBox on the wire: pushes what changed at least once, and answers what the outbox holds.

use crate::api::{Api, text};
use crate::club::{Club, Push};
use http::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long to wait after no answer before the same is sent again.
const AFTER_NO_ANSWER: Duration = Duration::from_millis(30);
/// How long to wait where there is nothing to push.
const NOTHING_TO_PUSH: Duration = Duration::from_millis(10);
/// Seconds that a look into the outbox waits for the first item.
const LONG_POLL_S: u64 = 10;
/// Items that one look into the outbox gives.
const ITEMS: u64 = 100;
/// Customers in one bulk push.
const BULK: usize = 20;

/// FlexyBox of one installation. Works until it is dropped.
#[derive(Debug)]
pub struct Flexybox {
    installation: String,
    company: u32,
    club: Arc<Mutex<Club>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Flexybox {
    /// Begin to push, and to answer the outbox.
    pub fn start(api: &Api, installation: &str, company: u32, seed: u64) -> Self {
        let club = Arc::new(Mutex::new(Club::default()));
        let pusher = push_on(api.clone(), installation.to_owned(), Arc::clone(&club), fastrand::Rng::with_seed(seed));
        let answerer =
            answer_on(api.clone(), installation.to_owned(), Arc::clone(&club), fastrand::Rng::with_seed(seed ^ 1));
        let tasks = vec![tokio::spawn(pusher), tokio::spawn(answerer)];
        Self { installation: installation.to_owned(), company, club, tasks }
    }

    /// The installation's id.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// The company that its books are.
    pub fn company(&self) -> u32 {
        self.company
    }

    /// What it holds.
    pub fn club(&self) -> MutexGuard<'_, Club> {
        lock(&self.club)
    }
}

impl Drop for Flexybox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn lock(club: &Mutex<Club>) -> MutexGuard<'_, Club> {
    club.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn push_on(api: Api, installation: String, club: Arc<Mutex<Club>>, mut chance: fastrand::Rng) {
    loop {
        let most = if chance.u8(..4) == 0 { BULK } else { 1 };
        let pushes = lock(&club).next_pushes(most);
        if pushes.is_empty() {
            tokio::time::sleep(NOTHING_TO_PUSH).await;
            continue;
        }
        match push(&api, &installation, &pushes).await {
            Some(Ok(results)) => lock(&club).pushed(&pushes, &results),
            Some(Err(refused)) => {
                let mut club = lock(&club);
                club.wrong.push(refused);
                let none = vec![String::from("refused"); pushes.len()];
                club.pushed(&pushes, &none);
            }
            None => tokio::time::sleep(AFTER_NO_ANSWER).await,
        }
    }
}

/// What the host said of each; none where it must be sent again; an error where that would not help.
async fn push(api: &Api, installation: &str, pushes: &[Push]) -> Option<Result<Vec<String>, String>> {
    let path = format!("/api/v1/installations/{installation}");
    let answer = match pushes {
        [one] => {
            let path = format!("{path}/{}", if one.day { "days" } else { "customers" });
            api.send(Method::POST, &path, Some(&one.body)).await.ok()?
        }
        several => {
            let lines: Vec<Value> = several.iter().map(|push| push.body.clone()).collect();
            api.send_lines(&format!("{path}/customers"), &lines).await.ok()?
        }
    };
    let result = |value: &Value| text(value, "result").to_owned();
    match answer.status {
        202 => {
            let results: Vec<String> = match answer.body.get("results").and_then(Value::as_array) {
                Some(results) => results.iter().map(result).collect(),
                None => answer.body.get("accepted").map(result).into_iter().collect(),
            };
            Some(match results.len() == pushes.len() {
                true => Ok(results),
                false => {
                    Err(format!("{} pushed, but the answer is about {}: {}", pushes.len(), results.len(), answer.body))
                }
            })
        }
        429 | 500.. => None,
        status => Some(Err(format!("a push was refused: {status} {}", answer.body))),
    }
}

async fn answer_on(api: Api, installation: String, club: Arc<Mutex<Club>>, mut chance: fastrand::Rng) {
    let path = format!("/api/v1/outbox?installation={installation}&after=0&limit={ITEMS}&wait_s=");
    loop {
        let mut wait_s = LONG_POLL_S;
        while let Some((item, answer)) = next_acknowledgement(&club) {
            // FlexyBox is not the fastest; and now and then it looks again before it has answered everything, as after a restart.
            if chance.u8(..4) == 0 {
                tokio::time::sleep(Duration::from_millis(chance.u64(..30))).await;
            }
            if chance.u8(..16) == 0 || !acknowledge(&api, item, &answer, &club).await {
                wait_s = 0;
                break;
            }
        }
        let items = match api.send(Method::GET, &format!("{path}{wait_s}"), None).await {
            Ok(answer) if answer.status == 200 => answer.body.get("items").and_then(Value::as_array).cloned(),
            _ => None,
        };
        match items {
            Some(items) => items.iter().for_each(|item| lock(&club).answer(item)),
            None => tokio::time::sleep(AFTER_NO_ANSWER).await,
        }
    }
}

fn next_acknowledgement(club: &Mutex<Club>) -> Option<(u64, Value)> {
    lock(club).next_acknowledgement()
}

/// Whether the host has taken the answer to an item.
async fn acknowledge(api: &Api, item: u64, answer: &Value, club: &Mutex<Club>) -> bool {
    let Ok(said) = api.send(Method::POST, &format!("/api/v1/outbox/{item}/ack"), Some(answer)).await else {
        return false;
    };
    let result = said.body.get("result").and_then(Value::as_str);
    match (said.status, result) {
        (200, Some("done" | "gone")) => {}
        (429 | 500.., _) => return false,
        // The edit that makes it stale is still on its way to the host.
        (409, _) if text(&said.body, "code") == "send-the-customer-first" => {
            tokio::time::sleep(AFTER_NO_ANSWER).await;
            return false;
        }
        (status, _) => {
            let wrong = json!({"status": status, "body": said.body, "item": item, "answer": answer});
            lock(club).wrong.push(format!("an acknowledgement was refused: {wrong}"));
        }
    }
    lock(club).acknowledged(item);
    true
}
