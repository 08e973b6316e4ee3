//! Vouchers (bilag) of a journal: written with their entries, one or many at once, all or none. The answer is an array.

mod broken;

use super::entries::{in_voucher, journal};
use super::{not_allowed, unreadable};
use crate::checks::{Check, Writer};
use crate::gate::Scene;
use crate::ledger::{Entry, EntryKind, Sides, flaws};
use crate::listing::Listing;
use crate::refusal::{Leaf, Refusal};
use crate::resource::{Field, Key, Kind, Resource, Row, Writes, field};
use crate::resources::{ENTRIES, JOURNAL, YEAR};
use crate::switches::{ContraAccount, VoucherSplit};
use broken::{Broken, Place};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};
use std::collections::BTreeMap;

/// Vouchers, as far as their listing needs it.
const VOUCHERS: Resource = Resource {
    path: "vouchers",
    key: "voucherNumber",
    text_key: false,
    what: "Voucher",
    fields: &[field("voucherNumber", Kind::Integer(1, i64::MAX)).unnamed()],
    links: &[],
    writes: Writes { post: true, put: false, patch: false, delete: false },
    of_customer: false,
};

/// Answers a call on the vouchers of a journal.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(
    scene: &mut Scene<'_>,
    request: &Request,
    number: &str,
    rest: &[&str],
) -> Result<Response<Bytes>, Refusal> {
    let journal = journal(scene, number)?;
    match (rest, &request.method) {
        ([], &Method::GET) => {
            let listing = Listing::read(request, &VOUCHERS)?;
            let rows: Vec<Row> =
                keys(scene, journal).iter().map(|(year, number)| shown(scene, journal, year, *number)).collect();
            let here = format!("journals/{journal}/vouchers");
            let collection = listing.collection(&VOUCHERS, &here, rows.iter(), &scene.links, Row::clone);
            Ok(answer::json(StatusCode::OK, &collection))
        }
        ([], &Method::POST) => {
            let vouchers = match request.json().ok_or_else(unreadable)? {
                Value::Array(vouchers) => vouchers,
                one => vec![one],
            };
            let written = write(scene, journal, &vouchers)?;
            let shown: Vec<Value> =
                written.iter().map(|(year, number)| Value::Object(shown(scene, journal, year, *number))).collect();
            Ok(answer::json(StatusCode::CREATED, &Value::Array(shown)))
        }
        ([segment], &Method::GET) => {
            let missing = || Refusal::not_found(VOUCHERS.what, segment);
            let (year, number) = segment.rsplit_once('-').ok_or_else(missing)?;
            let number: u64 = number.parse().map_err(|_| missing())?;
            let Some(Key::Text(year)) = Key::from_path(year, true) else {
                return Err(missing());
            };
            if !keys(scene, journal).contains(&(year.clone(), number)) {
                return Err(missing());
            }
            Ok(answer::json(StatusCode::OK, &Value::Object(shown(scene, journal, &year, number))))
        }
        ([] | [_], _) => Err(not_allowed()),
        _ => Err(Refusal::nowhere()),
    }
}

/// The vouchers of a journal: year and number.
fn keys(scene: &Scene<'_>, journal: u64) -> Vec<(String, u64)> {
    let mut keys: Vec<(String, u64)> =
        scene.agreement.ledger.of_journal(journal).map(|(_, entry)| (entry.year.clone(), entry.voucher)).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The reference to an accounting year.
pub(super) fn year(scene: &Scene<'_>, year: &str) -> Row {
    scene.agreement.books.reference(&YEAR, None, &Key::Text(year.to_owned()), &scene.links)
}

/// The link of a voucher.
pub(super) fn link(scene: &Scene<'_>, journal: u64, year: &str, number: u64) -> String {
    let year = Key::Text(year.to_owned()).in_path();
    scene.links.to(&format!("journals/{journal}/vouchers/{year}-{number}"))
}

fn shown(scene: &Scene<'_>, journal: u64, name: &str, number: u64) -> Row {
    let mut entries = Map::new();
    let of_voucher = |entry: &&Entry| entry.year == name && entry.voucher == number;
    for kind in EntryKind::ALL {
        let list: Vec<Value> = scene
            .agreement
            .ledger
            .of_journal(journal)
            .map(|(_, entry)| entry)
            .filter(|entry| entry.kind == kind)
            .filter(of_voucher)
            .map(|entry| Value::Object(in_voucher(scene, entry)))
            .collect();
        if !list.is_empty() {
            entries.insert(kind.list(), Value::Array(list));
        }
    }
    let link = link(scene, journal, name, number);
    let shown = json!({
        "voucherNumber": number,
        "accountingYear": year(scene, name),
        "journal": {"journalNumber": journal, "self": scene.links.to(&format!("journals/{journal}"))},
        "entries": entries,
        "attachment": format!("{link}/attachment"),
        "self": link,
    });
    shown.as_object().cloned().unwrap_or_default()
}

/// Writes vouchers and gives their years and numbers.
fn write(scene: &mut Scene<'_>, journal: u64, vouchers: &[Value]) -> Result<Vec<(String, u64)>, Refusal> {
    let mut broken = Broken::default();
    let mut entries = Vec::new();
    // Numbers given out so far, for vouchers that ask for none.
    let mut next: BTreeMap<String, Option<u64>> = BTreeMap::new();
    for (at, voucher) in vouchers.iter().enumerate() {
        match voucher.as_object() {
            Some(voucher) => entries.extend(read(scene, journal, at, voucher, &mut next, &mut broken)),
            None => return Err(unreadable()),
        }
    }
    if vouchers.is_empty() {
        return Err(unreadable());
    }
    broken.refusal()?;
    let mut written: Vec<(String, u64)> = Vec::new();
    for entry in entries {
        let key = (entry.year.clone(), entry.voucher);
        if !written.contains(&key) {
            written.push(key);
        }
        scene.agreement.ledger.add(entry);
    }
    Ok(written)
}

/// The entries of one voucher.
fn read(
    scene: &Scene<'_>,
    journal: u64,
    at: usize,
    voucher: &Map<String, Value>,
    next: &mut BTreeMap<String, Option<u64>>,
    broken: &mut Broken,
) -> Vec<Entry> {
    let check = check(scene);
    let mut tell = |leaf: Leaf| broken.tell(at, &Place::Voucher, leaf);
    let year = match voucher.get("accountingYear") {
        None => Err(Leaf::new(
            "accountingYear",
            "Required properties are missing from object: accountingYear.".to_owned(),
            None,
            Value::Null,
        )),
        Some(value) => check.reference("accountingYear", &YEAR, value),
    };
    let year = match year {
        Ok(key) => key.to_string(),
        Err(leaf) => {
            tell(leaf);
            return Vec::new();
        }
    };
    match voucher.get("journal").map(|value| check.identified("journal", &JOURNAL, value)) {
        None => {}
        Some(Ok(key)) if key == Key::Number(journal) => {}
        Some(Ok(key)) => {
            let message = format!("Journal '{key}' is not the one of the address, '{journal}'.");
            tell(Leaf::new("journal", message, None, key.shown()));
        }
        Some(Err(leaf)) => tell(leaf),
    }
    let lists = voucher.get("entries").and_then(Value::as_object);
    let given = |list: &EntryKind| lists.and_then(|lists| lists.get(&list.list())?.as_array());
    let sent: Vec<(EntryKind, usize, &Value)> = EntryKind::ALL
        .iter()
        .flat_map(|kind| given(kind).into_iter().flatten().enumerate().map(|(item, entry)| (*kind, item, entry)))
        .collect();
    if sent.is_empty() {
        tell(Leaf::new("entries", "A voucher must have entries.".to_owned(), None, Value::Null));
    }
    let number = voucher.get("voucherNumber");
    let mut numbers = Numbers::new(scene, journal, &year, next);
    let mut entries = Vec::new();
    for (kind, item, value) in sent {
        let place = Place::Item(item);
        let Some(object) = value.as_object() else {
            broken.tell(
                at,
                &place,
                Leaf::new("entries", "An entry must be an object.".to_owned(), None, value.clone()),
            );
            continue;
        };
        let own = object.get("voucher").and_then(|voucher| voucher.get("voucherNumber")).or(number);
        let values = match values(scene, kind, object) {
            Ok(values) => values,
            Err(leaves) => {
                leaves.into_iter().for_each(|leaf| broken.tell(at, &place, leaf));
                continue;
            }
        };
        let date = values.get("date").and_then(Value::as_str).unwrap_or_default();
        let Some(voucher) = own.map_or_else(|| numbers.next(date), Value::as_u64) else {
            let message = "The voucher number is not one, or the journal has no more of them.".to_owned();
            broken.tell(
                at,
                &Place::Voucher,
                Leaf::new("voucherNumber", message, None, own.cloned().unwrap_or_default()),
            );
            continue;
        };
        let entry = Entry { journal, year: year.clone(), voucher, kind, values, version: 1 };
        let needed = match scene.config.switches.contra_account {
            ContraAccount::Required => Sides::Both,
            ContraAccount::Optional => Sides::One,
        };
        for flaw in flaws(scene.agreement, &scene.config.switches, &entry, needed) {
            broken.tell_flaw(at, item, &entry, &flaw, scene.config.switches.language);
        }
        entries.push(entry);
    }
    entries
}

fn check<'s>(scene: &'s Scene<'_>) -> Check<'s> {
    Check {
        books: &scene.agreement.books,
        switches: &scene.config.switches,
        origin: &scene.links.origin,
        writer: Writer::Create,
        owner: None,
    }
}

/// The properties of a written entry. Accounts and customers need not exist: whether they do is a rule of its own.
fn values(scene: &Scene<'_>, kind: EntryKind, body: &Map<String, Value>) -> Result<Row, Vec<Leaf>> {
    let check = check(scene);
    let looked_up_later = |field: &&Field| matches!(field.name, "account" | "contraAccount" | "customer");
    let mut rest = body.clone();
    let mut own = Row::new();
    let mut leaves = Vec::new();
    for field in ENTRIES.fields.iter().filter(looked_up_later) {
        let (Kind::Reference(reference), Some(value)) = (field.kind, rest.remove(field.name)) else {
            continue;
        };
        // What is not a property of such an entry is passed over, as all unknown properties are.
        let known = match field.name {
            "account" => !kind.on_customer(),
            "customer" => kind.on_customer(),
            _ => true,
        };
        if !known {
            continue;
        }
        match check.identified(field.name, reference, &value) {
            Ok(key) => {
                own.insert(field.name.to_owned(), key.shown());
            }
            Err(leaf) => leaves.push(leaf),
        }
    }
    match check.document(&ENTRIES, &rest) {
        Ok(mut row) if leaves.is_empty() => {
            row.extend(own);
            Ok(row)
        }
        Ok(_) => Err(leaves),
        Err(more) => Err(leaves.into_iter().chain(more).collect()),
    }
}

/// The voucher numbers that the server gives to the entries of one voucher.
struct Numbers<'n> {
    next: &'n mut Option<u64>,
    split: VoucherSplit,
    given: BTreeMap<String, u64>,
}

impl<'n> Numbers<'n> {
    fn new(scene: &Scene<'_>, journal: u64, year: &str, next: &'n mut BTreeMap<String, Option<u64>>) -> Self {
        let ledger = &scene.agreement.ledger;
        let first = || ledger.next_voucher(&scene.agreement.books, journal, year);
        let next = next.entry(year.to_owned()).or_insert_with(first);
        Self { next, split: scene.config.switches.voucher_split, given: BTreeMap::new() }
    }

    fn next(&mut self, date: &str) -> Option<u64> {
        let group = match self.split {
            VoucherSplit::Together => String::new(),
            VoucherSplit::ByDate => date.to_owned(),
            VoucherSplit::Each => self.given.len().to_string(),
        };
        if let Some(number) = self.given.get(&group) {
            return Some(*number);
        }
        let number = (*self.next)?;
        *self.next = number.checked_add(1);
        self.given.insert(group, number);
        Some(number)
    }
}
