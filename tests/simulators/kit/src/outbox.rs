//! Calls to links: made from changes, kept in an outbox, and what became of them.
//!
//! The core never opens a socket. The shell (or a property test) takes a call out, makes it, and says how it went. Whose call it
//! is (`O`), and whether the owner still wants it, only the simulator knows.

use http::Method;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};

/// A call to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Number of the call, from 1; [`Outbox::done`] takes it. Given when it is entered.
    pub id: u64,
    /// GET or POST.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Content-Type of the body, and other headers.
    pub headers: Vec<(String, String)>,
    /// The body, for a POST.
    pub body: Option<String>,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// In which order calls go out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As the changes happened.
    #[default]
    InOrder,
    /// The newest waiting call first.
    Reversed,
}

/// How a call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// Not made yet.
    Waiting,
    /// Being made.
    Sent,
    /// Answered with this status.
    Answered(u16),
    /// No answer, and why.
    Failed(String),
    /// Never made, because its owner did not want it any more.
    Lost,
}

#[derive(Clone, Debug)]
struct Entry<O> {
    owner: O,
    delivery: Delivery,
    outcome: Outcome,
}

/// A call that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended<O> {
    /// Whose it was.
    pub owner: O,
    /// What it was.
    pub delivery: Delivery,
    /// What went wrong; anything but an answer of 2xx is wrong.
    pub problem: Option<String>,
}

/// The calls that wait, and what became of the others.
#[derive(Clone, Debug)]
pub struct Outbox<O> {
    count: u64,
    waiting: VecDeque<u64>,
    entries: BTreeMap<u64, Entry<O>>,
}

impl<O> Default for Outbox<O> {
    fn default() -> Self {
        Self { count: 0, waiting: VecDeque::new(), entries: BTreeMap::new() }
    }
}

impl<O: Clone> Outbox<O> {
    /// An empty outbox that goes on counting where this one stopped, so that a late outcome cannot hit a new call.
    pub fn emptied(&self) -> Self {
        Self { count: self.count, ..Self::default() }
    }

    /// Enters a call behind those that wait, and gives its number.
    pub fn push(&mut self, owner: O, delivery: Delivery) -> u64 {
        let id = self.enter(owner, delivery);
        self.waiting.push_back(id);
        id
    }

    /// Enters a further attempt of a call before those that wait.
    pub fn again(&mut self, ended: Ended<O>) {
        let attempt = ended.delivery.attempt.saturating_add(1);
        let id = self.enter(ended.owner, Delivery { attempt, ..ended.delivery });
        self.waiting.push_front(id);
    }

    fn enter(&mut self, owner: O, delivery: Delivery) -> u64 {
        self.count += 1;
        let delivery = Delivery { id: self.count, ..delivery };
        self.entries.insert(self.count, Entry { owner, delivery, outcome: Outcome::Waiting });
        self.count
    }

    /// Takes the next call out. Calls whose owner does not want them any more are lost on the way.
    pub fn next(&mut self, order: Order, wanted: impl Fn(&O) -> bool) -> Option<(O, Delivery)> {
        loop {
            let id = match order {
                Order::Reversed => self.waiting.pop_back()?,
                Order::InOrder => self.waiting.pop_front()?,
            };
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            if wanted(&entry.owner) {
                entry.outcome = Outcome::Sent;
                return Some((entry.owner.clone(), entry.delivery.clone()));
            }
            entry.outcome = Outcome::Lost;
        }
    }

    /// Notes how a call went: the HTTP status, or why there was none. `None` where it was not taken out, or was reported before.
    pub fn done(&mut self, id: u64, outcome: Result<u16, String>) -> Option<Ended<O>> {
        let entry = self.entries.get_mut(&id).filter(|entry| entry.outcome == Outcome::Sent)?;
        let problem = match &outcome {
            Ok(200..=299) => None,
            Ok(status) => Some(format!("the receiver answered {status}")),
            Err(reason) => Some(reason.clone()),
        };
        entry.outcome = match outcome {
            Ok(status) => Outcome::Answered(status),
            Err(reason) => Outcome::Failed(reason),
        };
        Some(Ended { owner: entry.owner.clone(), delivery: entry.delivery.clone(), problem })
    }

    /// Calls that wait or are being made.
    pub fn pending(&self) -> usize {
        self.entries.values().filter(|entry| matches!(entry.outcome, Outcome::Waiting | Outcome::Sent)).count()
    }

    /// All calls and how they stand, oldest first; `owner` gives the keys that say whose each is.
    pub fn record(&self, owner: impl Fn(&O) -> Map<String, Value>) -> Vec<Value> {
        let line = |entry: &Entry<O>| {
            let delivery = &entry.delivery;
            let mut line = owner(&entry.owner);
            let (word, detail) = match &entry.outcome {
                Outcome::Waiting => ("waiting", None),
                Outcome::Sent => ("sent", None),
                Outcome::Answered(status) => ("answered", Some(("status", Value::from(*status)))),
                Outcome::Failed(reason) => ("failed", Some(("reason", Value::from(reason.clone())))),
                Outcome::Lost => ("lost", None),
            };
            let parts = [
                ("id", json!(delivery.id)),
                ("method", json!(delivery.method.as_str())),
                ("url", json!(delivery.url)),
                ("attempt", json!(delivery.attempt)),
                ("outcome", json!(word)),
            ];
            line.extend(parts.into_iter().chain(detail).map(|(key, value)| (key.to_owned(), value)));
            Value::Object(line)
        };
        self.entries.values().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(url: &str) -> Delivery {
        Delivery { id: 0, method: Method::GET, url: url.to_owned(), headers: Vec::new(), body: None, attempt: 1 }
    }

    #[test]
    fn a_call_is_reported_once_and_an_unwanted_one_is_lost() {
        let mut outbox = Outbox::default();
        outbox.push("a", call("http://h/1"));
        outbox.push("b", call("http://h/2"));
        let (owner, first) = outbox.next(Order::InOrder, |owner| *owner == "b").unwrap();
        assert_eq!((owner, first.id, first.url.as_str()), ("b", 2, "http://h/2"));
        assert_eq!(outbox.pending(), 1);
        let ended = outbox.done(2, Ok(500)).unwrap();
        assert_eq!(ended.problem.as_deref(), Some("the receiver answered 500"));
        assert_eq!(outbox.done(2, Ok(200)), None);
        outbox.again(ended);
        let (_, second) = outbox.next(Order::InOrder, |_| true).unwrap();
        assert_eq!((second.id, second.attempt), (3, 2));
        assert_eq!(outbox.done(3, Ok(204)).unwrap().problem, None);
        let outcomes: Vec<Value> = outbox.record(|_| Map::new()).iter().map(|line| line["outcome"].clone()).collect();
        assert_eq!(outcomes, ["lost", "answered", "answered"]);
        assert_eq!(outbox.emptied().push("a", call("http://h/3")), 4);
    }
}
