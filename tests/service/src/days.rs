//! Closed days as FlexyBox means them, and what the books must show for them.

use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The day of every report; the simulator's financial year is 2026.
const DATE: &str = "2026-11-24";
/// Where the rest of each day goes, so that it balances.
const BANK: &str = "5520";
/// Accounts of the chart and the VAT code that is used on them.
const LEDGER: [(&str, &str); 3] = [("1010", "U25"), ("1020", ""), ("5530", "")];
/// The largest amount of a line, in øre.
const MOST: i64 = 500_000;

/// Where a line goes.
#[derive(Debug, Clone)]
enum Place {
    Ledger(&'static str, &'static str),
    /// A customer, and the account of the debtor.
    Customer(String, String),
}

#[derive(Debug, Clone)]
struct Line {
    place: Place,
    /// In øre.
    amount: i64,
}

#[derive(Debug, Clone)]
struct Day {
    revision: u32,
    lines: Vec<Line>,
}

/// All days, and which receipts FlexyBox was told of.
#[derive(Debug, Default)]
pub struct Days {
    meant: BTreeMap<String, Day>,
    told: BTreeMap<String, BTreeSet<u64>>,
}

impl Days {
    /// A day is closed; some lines may go to these customers (id and account). The body of the request.
    pub fn close(&mut self, chance: &mut Rng, customers: &[(String, String)]) -> Value {
        let id = format!("Z-{}", self.meant.len() + 1);
        self.mean(id, 1, chance, customers)
    }

    /// A closed day is corrected. The body of the request; none while there is no day. With `told` only one whose last
    /// revision has a receipt.
    pub fn correct(&mut self, chance: &mut Rng, customers: &[(String, String)], told: bool) -> Option<Value> {
        let known = |(id, day): &(&String, &Day)| {
            !told || self.told.get(*id).is_some_and(|told| told.contains(&u64::from(day.revision)))
        };
        let open: Vec<(String, u32)> =
            self.meant.iter().filter(known).map(|(id, day)| (id.clone(), day.revision)).collect();
        let (id, revision) = open.get(chance.usize(..open.len().max(1)))?.clone();
        Some(self.mean(id, revision + 1, chance, customers))
    }

    fn mean(&mut self, id: String, revision: u32, chance: &mut Rng, customers: &[(String, String)]) -> Value {
        let mut lines: Vec<Line> = (0..chance.usize(1..6)).map(|_| line(chance, customers)).collect();
        let rest: i64 = lines.iter().map(|line| line.amount).sum();
        if rest != 0 {
            lines.push(Line { place: Place::Ledger(BANK, ""), amount: -rest });
        }
        let report: Vec<Value> = lines.iter().enumerate().map(|(number, line)| line.json(number)).collect();
        let body = json!({
            "event_id": format!("{id}-r{revision}"),
            "report": {"id": id, "date": DATE, "department": "Hal", "currency": "DKK", "revision": revision, "lines": report},
        });
        self.meant.insert(id, Day { revision, lines });
        body
    }

    /// FlexyBox was told that a revision is booked.
    pub fn booked(&mut self, report: &str, revision: u64) {
        self.told.entry(report.to_owned()).or_default().insert(revision);
    }

    /// Every report id with the revision sent last, and the revisions whose receipts FlexyBox was told of.
    pub fn all(&self) -> impl Iterator<Item = (&str, u64, BTreeSet<u64>)> {
        self.meant
            .iter()
            .map(|(id, day)| (id.as_str(), u64::from(day.revision), self.told.get(id).cloned().unwrap_or_default()))
    }

    /// What must be on each account, over all days, in øre.
    pub fn sums(&self) -> BTreeMap<String, i128> {
        let mut sums = BTreeMap::new();
        for line in self.meant.values().flat_map(|day| &day.lines) {
            let account = match &line.place {
                Place::Ledger(account, _) => (*account).to_owned(),
                Place::Customer(_, account) => account.clone(),
            };
            *sums.entry(account).or_insert(0) += i128::from(line.amount);
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }
}

fn line(chance: &mut Rng, customers: &[(String, String)]) -> Line {
    let amount = loop {
        match chance.i64(-MOST..MOST) {
            0 => {}
            amount => break amount,
        }
    };
    let place = chance.usize(..LEDGER.len() + customers.len());
    let place = match (LEDGER.get(place), customers.get(place.saturating_sub(LEDGER.len()))) {
        (Some((account, vat)), _) => Place::Ledger(account, vat),
        (None, Some((id, account))) => Place::Customer(id.clone(), account.clone()),
        (None, None) => Place::Ledger(BANK, ""),
    };
    Line { place, amount }
}

impl Line {
    fn json(&self, number: usize) -> Value {
        let (posting, vat) = match &self.place {
            Place::Ledger(account, vat) => (json!({ "ledger": account }), *vat),
            Place::Customer(id, _) => (json!({ "customer": id }), ""),
        };
        json!({
            "source": "item-group",
            "source_name": format!("Gruppe {number}"),
            "posting": posting,
            "amount": self.amount,
            "vat_code": vat,
            "text": "",
            "dimensions": ["", "", "", "", ""],
            "accrual": null,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Days;
    use fastrand::Rng;
    use serde_json::Value;

    fn sum(body: &Value) -> i64 {
        let lines = body.pointer("/report/lines").and_then(Value::as_array).cloned().unwrap_or_default();
        lines.iter().filter_map(|line| line.get("amount").and_then(Value::as_i64)).sum()
    }

    #[test]
    fn every_day_balances_and_the_last_revision_is_what_counts() {
        let mut chance = Rng::with_seed(7);
        let mut days = Days::default();
        assert_eq!(sum(&days.close(&mut chance, &[])), 0);
        let once = days.sums();
        let corrected = days.correct(&mut chance, &[], false);
        assert_eq!(corrected.as_ref().map(sum), Some(0));
        assert_ne!(days.sums(), once);
        assert_eq!(days.sums().values().sum::<i128>(), 0);
        assert_eq!(
            days.all().map(|(id, revision, _)| (id.to_owned(), revision)).collect::<Vec<_>>(),
            [("Z-1".to_owned(), 2)]
        );
    }

    #[test]
    fn a_careful_correction_waits_for_the_receipt() {
        let mut chance = Rng::with_seed(7);
        let mut days = Days::default();
        days.close(&mut chance, &[]);
        assert!(days.correct(&mut chance, &[], true).is_none());
        days.booked("Z-1", 1);
        assert!(days.correct(&mut chance, &[], true).is_some());
    }
}
