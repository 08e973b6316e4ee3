//! What FlexyBox holds, and the rules it keeps: revisions, what is to be pushed, what was answered. No sockets.
//!
//! It lives in the trial's memory, since it is not the one that is killed. A change is pushed until it is taken, with the
//! same event id; an update is applied only to exactly the revision it names; what was answered once is answered the same.

use crate::api::{number, text};
use crate::days::Days;
use crate::member::{ATTRIBUTES, Member};
use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What people edit: the attribute in FlexyBox, and the property in Uniconta.
pub const EDITED: [(&str, &str); 3] = [("name", "Name"), ("city", "City"), ("phone", "Phone")];
/// The number of the first customer; numbers go up from here.
const FIRST_NUMBER: usize = 700_000;
/// Lines of the story that are kept.
const STORY: usize = 50_000;

/// Something to hand to the host.
#[derive(Debug, Clone)]
pub struct Push {
    /// A closed day, and not a customer.
    pub day: bool,
    /// It was taken before: FlexyBox sends it again all the same.
    pub again: bool,
    /// The body of the request, or the line of a bulk request.
    pub body: Value,
}

/// One edit, for the verdict.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Whose.
    pub customer: String,
    /// Which attribute.
    pub attribute: &'static str,
    /// The value that was typed; no other edit has it.
    pub value: String,
    /// It was typed in Uniconta before the customer's tag was put on again, which writes everything anew. The connector reports
    /// what that overwrites, but a host that dies between the write and its own commit finds nothing to report any more.
    pub before_tag_on: bool,
}

/// FlexyBox.
#[derive(Debug, Default)]
pub struct Club {
    /// The customers, in the order they came.
    pub members: Vec<Member>,
    /// Closed days.
    pub days: Days,
    /// All edits, on either side.
    pub edits: Vec<Edit>,
    /// What an edit overwrote on its own side.
    pub overwrote: BTreeMap<String, BTreeSet<String>>,
    /// Values that were typed in Uniconta.
    pub theirs: BTreeSet<String>,
    /// Values that were reported to have lost.
    pub lost: BTreeSet<String>,
    /// What must not have happened, as it was seen.
    pub wrong: Vec<String>,
    /// How often the host told what, by kind of outbox item; and what came of updates.
    pub told: BTreeMap<String, u64>,
    queue: VecDeque<Push>,
    taken: Vec<Push>,
    answered: BTreeMap<u64, Value>,
    unacknowledged: BTreeMap<u64, Value>,
    story: VecDeque<String>,
}

impl Club {
    /// New customers.
    pub fn join_all(&mut self, count: usize, tagged: bool) {
        (0..count).for_each(|_| self.join(tagged));
    }

    /// A new customer.
    pub fn join(&mut self, tagged: bool) {
        let who = self.members.len();
        let value = self.new_value(who, "name");
        let mut attributes: BTreeMap<String, String> = BTreeMap::from([("country".to_owned(), "DK".to_owned())]);
        attributes.insert("name".to_owned(), value);
        let member = Member {
            id: format!("C{who}"),
            number: (FIRST_NUMBER + who).to_string(),
            tagged,
            ever_tagged: tagged,
            attributes,
            revision: 1,
        };
        self.members.push(member);
        self.changed(who, "created");
    }

    /// Somebody edits one of [`EDITED`].
    pub fn edit(&mut self, who: usize, what: usize) {
        let Some((attribute, _)) = EDITED.get(what) else { return };
        let value = self.new_value(who, attribute);
        let Some(member) = self.members.get_mut(who) else { return };
        let old = member.attributes.insert((*attribute).to_owned(), value.clone()).unwrap_or_default();
        member.revision += 1;
        let line = format!("FlexyBox {} r{}: {attribute} {old:?} -> {value:?}", member.id, member.revision);
        self.tell(line);
        self.overwrote.entry(value).or_default().insert(old);
        self.changed(who, "changed");
    }

    /// The tag is put on or taken off.
    pub fn set_tag(&mut self, who: usize, on: bool) {
        let Some(member) = self.members.get_mut(who) else { return };
        member.tagged = on;
        member.ever_tagged |= on;
        let id = &member.id;
        if on {
            let theirs = self.edits.iter_mut().filter(|edit| edit.customer == *id && self.theirs.contains(&edit.value));
            theirs.for_each(|edit| edit.before_tag_on = true);
        }
        member.revision += 1;
        let line = format!("FlexyBox {} r{}: tag {on}", member.id, member.revision);
        self.tell(line);
        self.changed(who, "changed");
    }

    /// A day is closed, or one is corrected, now and then before its receipt came.
    pub fn close_day(&mut self, chance: &mut Rng, correct: bool) {
        // Lines may go to the first two, whose tags stay.
        let customers: Vec<(String, String)> =
            self.members.iter().take(2).map(|member| (member.id.clone(), member.number.clone())).collect();
        let body = match correct {
            true => {
                let careful = chance.u8(..4) > 0;
                self.days.correct(chance, &customers, careful)
            }
            false => Some(self.days.close(chance, &customers)),
        };
        let Some(body) = body else { return };
        self.tell(format!("FlexyBox closes {}", text(&body, "event_id")));
        self.queue.push_back(Push { day: true, again: false, body });
    }

    /// Something that was taken long ago is sent once more, by mistake.
    pub fn send_again(&mut self, chance: &mut Rng) {
        if let Some(push) = self.taken.get(chance.usize(..self.taken.len().max(1))).cloned() {
            self.queue.push_back(Push { again: true, ..push });
        }
    }

    /// A value that no edit had yet, noted as typed. The caller types it.
    pub fn new_value(&mut self, who: usize, attribute: &'static str) -> String {
        let value = format!("v{}", self.edits.len() + 1);
        self.edits.push(Edit { customer: format!("C{who}"), attribute, value: value.clone(), before_tag_on: false });
        value
    }

    /// What is next to be pushed: one thing, or up to `most` customers at once.
    pub fn next_pushes(&self, most: usize) -> Vec<Push> {
        let first_is_day = self.queue.front().is_some_and(|push| push.day);
        let most = if first_is_day { 1 } else { most };
        self.queue.iter().take_while(|push| push.day == first_is_day).take(most).cloned().collect()
    }

    /// The host has taken the first `pushes`, and said this of each.
    pub fn pushed(&mut self, pushes: &[Push], results: &[String]) {
        for (push, result) in pushes.iter().zip(results) {
            *self.told.entry(format!("accepted {result}")).or_default() += 1;
            if push.again && result == "new" {
                self.wrong.push(format!("{} was taken twice", text(&push.body, "event_id")));
            }
        }
        let done: Vec<Push> = self.queue.drain(..pushes.len().min(self.queue.len())).collect();
        self.taken.extend(done.into_iter().filter(|push| !push.again));
    }

    /// How much is still to be pushed.
    pub fn unpushed(&self) -> usize {
        self.queue.len()
    }

    /// Deal with an outbox item. What it is to be acknowledged with waits in [`Self::next_acknowledgement`].
    pub fn answer(&mut self, item: &Value) {
        let id = number(item, "id");
        let answer = match self.answered.get(&id) {
            Some(answer) => answer.clone(),
            None => self.answer_first(id, item),
        };
        self.unacknowledged.insert(id, answer);
    }

    /// The oldest answer that the host has not taken yet: they are kept and sent in order, since one that is lost for good would
    /// leave the host in doubt about the next.
    pub fn next_acknowledgement(&self) -> Option<(u64, Value)> {
        self.unacknowledged.first_key_value().map(|(id, answer)| (*id, answer.clone()))
    }

    /// The host has taken the answer to an item.
    pub fn acknowledged(&mut self, id: u64) {
        self.unacknowledged.remove(&id);
    }

    fn answer_first(&mut self, id: u64, item: &Value) -> Value {
        let kind = text(item, "kind");
        *self.told.entry(kind.to_owned()).or_default() += 1;
        let body = item.get("body").cloned().unwrap_or_default();
        collect_lost(&body, &mut self.lost);
        let answer = match kind {
            "customer-update" => self.apply(item, &body),
            "day-booked" => {
                let receipt = body.get("receipt").unwrap_or(&body);
                self.days.booked(text(receipt, "report_id"), number(receipt, "revision"));
                json!({"outcome": "seen"})
            }
            "customer-flagged" => {
                self.wrong.push(format!("{} was flagged: {}", text(item, "customer_id"), text(&body, "code")));
                json!({"outcome": "seen"})
            }
            // A person pauses the installation to hurry it; anything else must not happen.
            "installation-paused" if text(&body, "code") != "person" => {
                self.wrong.push(format!("the installation was paused: {}", text(&body, "code")));
                json!({"outcome": "seen"})
            }
            _ => json!({"outcome": "seen"}),
        };
        self.tell(format!("outbox {id} {kind} {} -> {answer}", text(item, "customer_id")));
        self.answered.insert(id, answer.clone());
        answer
    }

    fn apply(&mut self, item: &Value, body: &Value) -> Value {
        let (id, revision) = (text(item, "customer_id"), number(item, "revision"));
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
            self.wrong.push(format!("an update of {id}, whom nobody knows"));
            return json!({"outcome": "stale"});
        };
        if member.revision != revision {
            *self.told.entry("customer-update stale".to_owned()).or_default() += 1;
            return json!({"outcome": "stale"});
        }
        for change in body.get("changes").and_then(Value::as_array).into_iter().flatten() {
            let attribute = change.pointer("/property/attribute").and_then(Value::as_str);
            match attribute.filter(|attribute| ATTRIBUTES.contains(attribute)) {
                Some(attribute) => {
                    member.attributes.insert(attribute.to_owned(), text(change, "value").to_owned());
                }
                None => self.wrong.push(format!("an update of {id} changes what is no attribute: {}", change)),
            }
        }
        member.revision += 1;
        json!({"outcome": "applied", "revision": member.revision})
    }

    /// Note a line of what happened.
    pub fn tell(&mut self, line: String) {
        if self.story.len() == STORY {
            self.story.pop_front();
        }
        self.story.push_back(line);
    }

    /// What happened, oldest first.
    pub fn story(&self) -> String {
        self.story.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Changes whenever a customer does.
    pub fn state(&self) -> u64 {
        self.members.iter().map(|member| member.revision).sum()
    }

    fn changed(&mut self, who: usize, kind: &str) {
        let Some(member) = self.members.get(who) else { return };
        let body = json!({
            "event_id": format!("{}-r{}", member.id, member.revision),
            "kind": kind,
            "customer": member.json(),
        });
        self.queue.push_back(Push { day: false, again: false, body });
    }
}

/// Conflicts stand in updates and in items of their own; both name the value that lost.
fn collect_lost(body: &Value, lost: &mut BTreeSet<String>) {
    match body {
        Value::Object(object) => {
            if let Some(Value::String(value)) = object.get("lost_value") {
                lost.insert(value.clone());
            }
            object.values().for_each(|value| collect_lost(value, lost));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_lost(value, lost)),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test panics when it fails")]
mod tests {
    use super::Club;
    use serde_json::{Value, json};

    fn update(id: u64, revision: u64, phone: &str) -> Value {
        let changes = json!([{"property": {"attribute": "phone"}, "value": phone}]);
        json!({"id": id, "kind": "customer-update", "customer_id": "C0", "revision": revision, "body": {"changes": changes}})
    }

    fn club() -> Club {
        let mut club = Club::default();
        club.join(true);
        club
    }

    /// Deal with an item and have the answer taken.
    fn answer(club: &mut Club, item: &Value) -> Value {
        club.answer(item);
        let Some((id, answer)) = club.next_acknowledgement() else { return Value::Null };
        club.acknowledged(id);
        answer
    }

    #[test]
    fn answers_wait_in_order_until_they_are_taken() {
        let mut club = club();
        club.answer(&update(2, 1, "y"));
        club.answer(&update(1, 2, "x"));
        assert_eq!(club.next_acknowledgement(), Some((1, json!({"outcome": "applied", "revision": 3}))));
        club.acknowledged(1);
        assert_eq!(club.next_acknowledgement().map(|(id, _)| id), Some(2));
    }

    #[test]
    fn an_update_of_the_very_revision_is_applied_and_pushes_nothing() {
        let mut club = club();
        assert_eq!(answer(&mut club, &update(1, 1, "x")), json!({"outcome": "applied", "revision": 2}));
        assert_eq!((club.members[0].value("phone"), club.unpushed()), ("x", 1));
    }

    #[test]
    fn the_same_item_again_gets_the_same_answer_and_changes_nothing() {
        let mut club = club();
        let first = answer(&mut club, &update(1, 1, "x"));
        club.edit(0, 2);
        assert_eq!(answer(&mut club, &update(1, 1, "x")), first);
        assert_ne!(club.members[0].value("phone"), "x");
    }

    #[test]
    fn an_update_of_another_revision_is_stale() {
        let mut club = club();
        club.edit(0, 0);
        assert_eq!(answer(&mut club, &update(1, 1, "x")), json!({"outcome": "stale"}));
        assert_eq!(club.members[0].value("phone"), "");
    }

    #[test]
    fn what_lost_is_found_wherever_it_stands() {
        let mut club = club();
        club.answer(&json!({"id": 1, "kind": "conflict", "body": {"conflicts": [{"lost_value": "v9"}]}}));
        assert!(club.lost.contains("v9"));
    }

    #[test]
    fn what_was_taken_before_must_not_be_new() {
        let mut club = club();
        let pushes = club.next_pushes(5);
        club.pushed(&pushes, &["new".to_owned()]);
        club.send_again(&mut fastrand::Rng::with_seed(1));
        let again = club.next_pushes(5);
        club.pushed(&again, &["new".to_owned()]);
        assert_eq!(club.wrong.len(), 1);
    }
}
