//! The inbox against a model in a few lines: whatever comes in, ends, fails or dies in whatever order, both hold the same
//! events, hand the same ones out, never two of a key at once, and in the end the newest of everything was handed out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{
    Accepted, Change, Claim, ClaimRequest, EventFilter, EventKind, EventState, Priority, Store, Write,
};
use made_up::{CLUB, Made, arrival, event, made, park, retry};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Step {
    Customer { id: u8, priority: Priority },
    Day { id: u8, priority: Priority },
    Hook,
    Claim { most: u32, concurrency: u32 },
    End { which: usize },
    Retry { which: usize, delay: i64, keep_input: bool, keep_batch: bool },
    Park { which: usize },
    LetRun { which: usize },
    Die,
}

fn priority() -> impl Strategy<Value = Priority> {
    prop_oneof![Just(Priority::Day), Just(Priority::Change), Just(Priority::Bulk)]
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..8_usize;
    prop_oneof![
        4 => (0..3_u8, priority()).prop_map(|(id, priority)| Step::Customer { id, priority }),
        3 => (0..2_u8, priority()).prop_map(|(id, priority)| Step::Day { id, priority }),
        1 => Just(Step::Hook),
        6 => (1..4_u32, 1..4_u32).prop_map(|(most, concurrency)| Step::Claim { most, concurrency }),
        3 => which.clone().prop_map(|which| Step::End { which }),
        3 => (which.clone(), 0..6_i64, any::<bool>(), any::<bool>())
            .prop_map(|(which, delay, keep_input, keep_batch)| Step::Retry { which, delay, keep_input, keep_batch }),
        2 => which.clone().prop_map(|which| Step::Park { which }),
        1 => which.prop_map(|which| Step::LetRun { which }),
        1 => Just(Step::Die),
    ]
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    seq: i64,
    kind: EventKind,
    key: String,
    payload: String,
    priority: Priority,
    not_before: i64,
    state: EventState,
    attempt: i64,
    input: Option<String>,
    batch: Option<String>,
}

impl Row {
    fn is_fresh(&self) -> bool {
        self.state == EventState::Waiting && self.attempt == 0 && self.input.is_none()
    }
}

#[derive(Default)]
struct Model {
    rows: Vec<Row>,
    last_seq: i64,
    revisions: BTreeMap<String, i64>,
    now: i64,
}

impl Model {
    fn accept(&mut self, kind: EventKind, key: &str, payload: &str, priority: Priority) -> Accepted {
        let now = self.now;
        let takes = |row: &&mut Row| {
            row.key == key
                && (row.state == EventState::Parked && kind != EventKind::Webhook
                    || kind == EventKind::Customer && row.is_fresh())
        };
        if let Some(row) = self.rows.iter_mut().rev().find(takes) {
            row.priority = if kind == EventKind::Customer { row.priority.min(priority) } else { priority };
            row.not_before = if row.state == EventState::Parked { now } else { row.not_before.min(now) };
            row.payload = payload.to_owned();
            (row.state, row.input, row.batch) = (EventState::Waiting, None, None);
            return Accepted::Collapsed(row.seq);
        }
        self.last_seq += 1;
        let (key, payload) = (key.to_owned(), payload.to_owned());
        let (state, not_before) = (EventState::Waiting, now);
        let seq = self.last_seq;
        self.rows.push(Row {
            seq,
            kind,
            key,
            payload,
            priority,
            not_before,
            state,
            attempt: 0,
            input: None,
            batch: None,
        });
        Accepted::New(seq)
    }

    fn park(&mut self, seq: i64) {
        let at = self.rows.iter().position(|row| row.seq == seq).unwrap();
        (self.rows[at].state, self.rows[at].batch) = (EventState::Parked, None);
        let (kind, key) = (self.rows[at].kind, self.rows[at].key.clone());
        let follower = self.rows.iter().position(|row| row.seq > seq && row.key == key && row.is_fresh());
        let Some(follower) = follower.filter(|_| kind != EventKind::Webhook) else { return };
        let follower = self.rows.remove(follower);
        let row = &mut self.rows[at];
        row.priority =
            if kind == EventKind::Customer { row.priority.min(follower.priority) } else { follower.priority };
        (row.payload, row.not_before, row.state, row.input) =
            (follower.payload, follower.not_before, EventState::Waiting, None);
    }

    fn running(&self) -> Vec<i64> {
        self.rows.iter().filter(|row| row.state == EventState::Running).map(|row| row.seq).collect()
    }

    fn row(&mut self, seq: i64) -> &mut Row {
        self.rows.iter_mut().find(|row| row.seq == seq).unwrap()
    }

    /// Those whose turn it is, in order.
    fn turns(&self) -> Vec<Row> {
        let blocks = |row: &Row, other: &Row| {
            other.key == row.key
                && (other.state == EventState::Running || other.state == EventState::Waiting && other.seq < row.seq)
        };
        let due = |row: &&Row| row.state == EventState::Waiting && row.not_before <= self.now;
        let mut turns: Vec<Row> = self
            .rows
            .iter()
            .filter(due)
            .filter(|row| !self.rows.iter().any(|other| blocks(row, other)))
            .cloned()
            .collect();
        turns.sort_by_key(|row| (row.priority, row.seq));
        turns
    }

    /// Who is handed out.
    fn claim(&mut self, most: u32, concurrency: u32, batch: &str) -> Vec<i64> {
        let mut batches: Vec<_> =
            self.rows.iter().filter(|row| row.state == EventState::Running).map(|row| row.batch.clone()).collect();
        batches.sort();
        batches.dedup();
        let alone = self.rows.iter().any(|row| row.state == EventState::Running && row.kind == EventKind::Webhook);
        let turns = self.turns();
        let Some(first) = turns.first().filter(|_| !alone && batches.len() < concurrency as usize) else {
            return vec![];
        };
        if first.kind == EventKind::Webhook && !batches.is_empty() {
            return vec![];
        }
        let mut group: Vec<i64> = match (&first.batch, first.kind) {
            (Some(batch), _) => {
                let same = |row: &&Row| row.batch.as_ref() == Some(batch) && row.state == EventState::Waiting;
                self.rows.iter().filter(same).map(|row| row.seq).collect()
            }
            (None, EventKind::Customer) => {
                let alike = |row: &&Row| {
                    row.kind == EventKind::Customer && row.batch.is_none() && (row.attempt > 0) == (first.attempt > 0)
                };
                turns.iter().filter(alike).take(most as usize).map(|row| row.seq).collect()
            }
            _ => vec![first.seq],
        };
        group.sort_unstable();
        for seq in &group {
            let revisions = self.revisions.clone();
            let row = self.row(*seq);
            row.state = EventState::Running;
            row.attempt += 1;
            row.batch.get_or_insert_with(|| batch.to_owned());
            let now_held = revisions.get(&row.key).map_or("null".to_owned(), |revision| {
                let id = &row.key[2..];
                format!(r#"{{"customer":{{"id":"{id}","revision":{revision}}},"link":null}}"#)
            });
            let none = if row.kind == EventKind::Day { r#"{"previous":null}"#.to_owned() } else { now_held };
            row.input.get_or_insert(none);
        }
        group
    }
}

/// Both, and what was handed out last of each key.
struct Both {
    made: Made,
    model: Model,
    handed_out: BTreeMap<String, (String, String)>,
    hooks: usize,
    contents: i64,
    batches: u32,
}

impl Both {
    async fn step(&mut self, step: &Step) {
        self.model.now += 1;
        let store = &self.made.store;
        let running = self.model.running();
        let chosen = |of: &[i64], which: usize| of.get(which % of.len().max(1)).copied();
        match step {
            Step::Customer { id, priority } => {
                let key = format!("c:{id}");
                let revision = self.model.revisions.entry(key.clone()).or_default();
                *revision += 1;
                let mut next = arrival(&id.to_string(), *revision);
                (next.event.priority, next.event.not_before) = (*priority, self.model.now);
                let expected = self.model.accept(EventKind::Customer, &key, r#""changed""#, *priority);
                assert_eq!(store.accept_customers(CLUB, vec![next]).await.unwrap(), [expected]);
            }
            Step::Day { id, priority } => {
                self.contents += 1;
                let mut day = event(EventKind::Day, &format!("d:{id}"));
                (day.id, day.payload_json) = (self.contents.to_string(), self.contents.to_string());
                (day.priority, day.not_before) = (*priority, self.model.now);
                let expected = self.model.accept(EventKind::Day, &day.key, &day.payload_json, *priority);
                assert_eq!(store.accept(CLUB, day).await.unwrap(), expected);
            }
            Step::Hook => {
                self.contents += 1;
                let mut hook = event(EventKind::Webhook, "w");
                (hook.id, hook.payload_json) = (self.contents.to_string(), self.contents.to_string());
                hook.not_before = self.model.now;
                let expected = self.model.accept(EventKind::Webhook, "w", &hook.payload_json, hook.priority);
                assert_eq!(store.accept(CLUB, hook).await.unwrap(), expected);
            }
            Step::Claim { most, concurrency } => {
                self.claim(*most, *concurrency).await;
            }
            Step::End { which } => {
                let Some(seq) = chosen(&running, *which) else { return };
                if self.model.row(seq).kind == EventKind::Webhook {
                    self.hooks += 1;
                }
                self.model.rows.retain(|row| row.seq != seq);
                self.write(Write::EndEvent(seq)).await;
            }
            Step::Retry { which, delay, keep_input, keep_batch } => {
                let Some(seq) = chosen(&running, *which) else { return };
                self.retry(seq, *delay, *keep_input, *keep_batch).await;
            }
            Step::Park { which } => {
                let Some(seq) = chosen(&running, *which) else { return };
                self.model.park(seq);
                self.write(park(seq)).await;
            }
            Step::LetRun { which } => {
                let parked: Vec<i64> =
                    self.model.rows.iter().filter(|row| row.state == EventState::Parked).map(|row| row.seq).collect();
                let Some(seq) = chosen(&parked, *which) else { return };
                self.retry(seq, 0, false, false).await;
            }
            Step::Die => {
                let cut_off = store.recover(self.model.now).await.unwrap();
                assert_eq!(cut_off.iter().map(|each| each.seq).collect::<Vec<_>>(), running);
                for seq in running {
                    let now = self.model.now;
                    let row = self.model.row(seq);
                    (row.state, row.not_before) = (EventState::Waiting, now);
                }
            }
        }
        self.compare().await;
    }

    async fn retry(&mut self, seq: i64, delay: i64, keep_input: bool, keep_batch: bool) {
        let not_before = self.model.now + delay;
        let row = self.model.row(seq);
        let kept = row.batch.clone().filter(|_| keep_batch);
        (row.state, row.not_before, row.batch) = (EventState::Waiting, not_before, kept.clone());
        row.input = row.input.take().filter(|_| keep_input);
        let Write::RetryEvent { counts, crashes, reason_code, reason, .. } = retry(seq, not_before) else { panic!() };
        self.write(Write::RetryEvent {
            seq,
            not_before,
            keep_input,
            batch: kept,
            counts,
            crashes,
            reason_code,
            reason,
        })
        .await;
    }

    async fn claim(&mut self, most: u32, concurrency: u32) -> Vec<i64> {
        self.batches += 1;
        let batch = format!("b{}", self.batches);
        let expected = self.model.claim(most, concurrency, &batch);
        let (installation, now, up_to) = (CLUB.to_owned(), self.model.now, Priority::Routine);
        let request = ClaimRequest { installation, now, up_to, most, concurrency, batch, only: None };
        match self.made.store.claim(request).await.unwrap() {
            Claim::Work(claimed) => {
                assert_eq!(claimed.events.iter().map(|each| each.seq).collect::<Vec<_>>(), expected);
                for each in claimed.events {
                    let row = self.model.row(each.seq);
                    assert_eq!((Some(&each.input_json), each.attempt), (row.input.as_ref(), row.attempt));
                    self.handed_out.insert(each.event.key, (each.event.payload_json, each.input_json));
                }
            }
            Claim::Nothing { next, .. } => {
                assert_eq!(expected, [0_i64; 0]);
                assert!(next.is_none_or(|next| next > now), "it would be asked for at once again");
            }
        }
        expected
    }

    async fn write(&self, write: Write) {
        let change = Change { installation: CLUB.to_owned(), guards: vec![], writes: vec![write] };
        self.made.store.commit(change).await.unwrap().unwrap();
    }

    async fn compare(&self) {
        let page = self.made.store.events(&EventFilter::default(), None, 10_000).await.unwrap();
        let held: Vec<Row> = page
            .items
            .into_iter()
            .map(|row| Row {
                seq: row.seq,
                kind: row.event.kind,
                key: row.event.key,
                payload: row.event.payload_json,
                priority: row.event.priority,
                not_before: row.event.not_before,
                state: row.state,
                attempt: row.attempt,
                input: row.input_json,
                batch: row.batch,
            })
            .collect();
        assert_eq!(held, self.model.rows);
        let mut keys: Vec<&str> =
            held.iter().filter(|row| row.state == EventState::Running).map(|row| row.key.as_str()).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all, "two of a key at once");
    }

    /// Let everything end, and see that the newest of everything was handed out.
    async fn drain(&mut self, steps: &[Step]) {
        self.step(&Step::Die).await;
        self.model.now += 100;
        while !self.model.rows.is_empty() {
            self.step(&Step::LetRun { which: 0 }).await;
            let handed_out = self.claim(3, 1).await;
            assert!(!handed_out.is_empty() || self.model.rows.iter().any(|row| row.state == EventState::Parked));
            for _ in handed_out {
                self.step(&Step::End { which: 0 }).await;
            }
        }
        for (key, revision) in &self.model.revisions {
            let (_, input) = &self.handed_out[key];
            assert!(input.contains(&format!(r#""revision":{revision}}}"#)), "{key}: {input}");
        }
        assert_eq!(self.hooks, steps.iter().filter(|step| matches!(step, Step::Hook)).count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_inbox_does_what_the_model_does(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let made = made().await;
            let (model, handed_out) = (Model { now: made_up::NOW, ..Model::default() }, BTreeMap::new());
            let mut both = Both { made, model, handed_out, hooks: 0, contents: 0, batches: 0 };
            for step in &steps {
                both.step(step).await;
            }
            both.drain(&steps).await;
            both.made.store.close().await;
        });
    }
}
