//! A model of FlexyBox and its host around the books, small enough to see through: days are closed, corrected, sent and
//! sent again; the host may die before it has noted what the connector answered.

use acceptance::in_process::InProcess;
use acceptance::ledger as books;
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::configure::AccountSource;
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Posting, Receipt, ReportLine};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Context, Error, ErrorKind, Link, LinkState, Locale, Setting};
use std::collections::{BTreeMap, VecDeque};
use uniconta_connector::guest::Uniconta as Connector;
use uniconta_sim::{Fault, Switches, Uniconta};

/// A day that waits to be sent, with the input its retries carry too.
#[derive(Clone)]
struct Pending {
    report: DailyReport,
    previous: Option<BookedReport>,
    attempt: u32,
}

/// FlexyBox, its host, and the books.
pub(crate) struct World {
    pub(crate) simulator: Uniconta,
    host: MemoryHost,
    pending: VecDeque<Pending>,
    /// What FlexyBox means each day to say, by report id.
    meant: BTreeMap<String, DailyReport>,
    /// Receipts the host has noted, newest last, by report id.
    booked: BTreeMap<String, Vec<BookedReport>>,
    pub(crate) story: Vec<String>,
}

/// One line of a day, in small numbers.
pub(crate) type Part = (usize, i64);

/// Accounts lines go to: by their place in a [`Part`]; the last two are customers.
pub(crate) const ACCOUNTS: usize = 6;

/// A report of these lines, and one that balances them.
pub(crate) fn report(id: &str, revision: u32, parts: &[Part], off_by: i64) -> DailyReport {
    let rest: i64 = parts.iter().map(|(_, amount)| amount).sum::<i64>() + off_by;
    let mut lines: Vec<ReportLine> = parts.iter().map(|(account, amount)| line(*account, *amount)).collect();
    if rest != 0 {
        lines.push(line(0, -rest));
    }
    DailyReport {
        id: id.to_owned(),
        date: "2026-11-24".to_owned(),
        department: "Hal".to_owned(),
        currency: "DKK".to_owned(),
        revision,
        lines,
    }
}

fn line(account: usize, amount: i64) -> ReportLine {
    let none = String::new;
    let ledger = |number: &str| Posting::Ledger(number.to_owned());
    let (posting, vat) = match account {
        0 => (ledger("5520"), ""),
        1 => (ledger("1010"), "U25"),
        2 => (ledger("1020"), ""),
        3 => (ledger("5530"), ""),
        other => (Posting::Customer(format!("C{}", other - 3)), ""),
    };
    ReportLine {
        source: AccountSource::ItemGroup,
        source_name: format!("Gruppe {account}"),
        posting,
        amount,
        vat_code: vat.to_owned(),
        text: none(),
        dimensions: (none(), none(), none(), none(), none()),
        accrual: None,
    }
}

impl World {
    pub(crate) fn new(switches: Switches) -> Self {
        let host = MemoryHost::default();
        for (customer, account) in [("C1", "D1"), ("C2", "D2")] {
            host.links.borrow_mut().push(Link {
                customer_id: customer.to_owned(),
                external_id: account.to_owned(),
                external_key: account.to_owned(),
                state: LinkState::Active,
                base: Vec::new(),
            });
        }
        Self {
            simulator: books::simulator(switches),
            host,
            pending: VecDeque::new(),
            meant: BTreeMap::new(),
            booked: BTreeMap::new(),
            story: Vec::new(),
        }
    }

    /// A day is closed.
    pub(crate) fn close(&mut self, report: DailyReport) {
        self.story.push(format!("close {} {:?}", report.id, amounts(&report)));
        self.meant.insert(report.id.clone(), report.clone());
        self.pending.push_back(Pending { report, previous: None, attempt: 1 });
    }

    /// A day whose receipt is noted is corrected. Says whether there is such a day.
    pub(crate) fn correct(&mut self, id: &str, parts: &[Part]) -> bool {
        let waiting = self.pending.iter().any(|pending| pending.report.id == id);
        let Some(last) = self.booked.get(id).and_then(|all| all.last()).filter(|_| !waiting).cloned() else {
            return false;
        };
        let revision = self.meant[id].revision + 1;
        let report = report(id, revision, parts, 0);
        self.story.push(format!("correct {id} as {revision} {:?}", amounts(&report)));
        self.meant.insert(id.to_owned(), report.clone());
        self.pending.push_back(Pending { report, previous: Some(last), attempt: 1 });
        true
    }

    /// The same day is sent once more: by mistake, or by a host restored from a back-up that knows nothing of it.
    pub(crate) fn send_again(&mut self, id: &str, forgotten: bool) {
        let waiting = self.pending.iter().any(|pending| pending.report.id == id);
        let Some(all) = self.booked.get(id).filter(|all| !waiting && (!forgotten || all.len() == 1)) else { return };
        let Some(last) = all.last().cloned() else { return };
        self.story.push(format!("send {id} again{}", if forgotten { ", forgotten" } else { "" }));
        let (report, previous) = (last.report.clone(), (!forgotten).then_some(last));
        self.pending.push_back(Pending { report, previous, attempt: 1 });
    }

    /// Handle the oldest waiting day. With `dies` the host dies before it has noted the answer.
    pub(crate) fn work(&mut self, fault: Option<Fault>, dies: bool) -> Option<Result<Receipt, Error>> {
        let Pending { report, previous, attempt } = self.pending.front_mut()?;
        if let Some(fault) = fault {
            self.simulator.add_fault(fault);
        }
        let context = context(*attempt);
        *attempt += 1;
        let (report, previous) = (report.clone(), previous.clone());
        let answer = self.send(&context, &report, previous.as_ref());
        self.simulator.clear_faults();
        let told = answer.as_ref().map(|receipt| receipt.voucher.clone()).map_err(|error| error.code.clone());
        self.story.push(format!(
            "work {} attempt {}: {told:?}{}",
            report.id,
            context.attempt,
            if dies { ", dies" } else { "" }
        ));
        if let (Ok(receipt), false) = (&answer, dies) {
            let all = self.booked.entry(report.id.clone()).or_default();
            if all.iter().all(|known| known.receipt.revision != receipt.revision) {
                all.push(BookedReport { report, receipt: receipt.clone() });
            }
            self.pending.pop_front();
        }
        Some(answer)
    }

    /// Send a report as it is, whatever waits.
    pub(crate) fn send(
        &self,
        context: &Context,
        report: &DailyReport,
        previous: Option<&BookedReport>,
    ) -> Result<Receipt, Error> {
        let outside = InProcess::new(&self.simulator);
        Connector::day_closed(Ports { http: &outside, host: &self.host }, context, report, previous)
    }

    /// A person posts the journal, unless a day is on its way: then its voucher does not balance, or seems to.
    pub(crate) fn post(&mut self) {
        if self.pending.iter().any(|pending| pending.attempt > 1) {
            return;
        }
        let posted = self.simulator.post_journal("DAG", None).unwrap();
        self.story.push(format!("post: {:?}", posted.refusal));
    }

    /// Everything that waits is dealt with, nothing goes wrong any more.
    ///
    /// # Errors
    /// What a day came to that does not go through.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
        books::block_debtor(&self.simulator, false);
        let mut tries = 0;
        while !self.pending.is_empty() {
            tries += 1;
            match self.work(None, false) {
                Some(Err(error)) if tries > 200 || !may_pass(&error) => return Err(format!("{error:?}")),
                _ => {}
            }
        }
        Ok(())
    }

    /// What should be on each account, over all days, in øre.
    pub(crate) fn should_be(&self) -> BTreeMap<String, i128> {
        let mut sums = BTreeMap::new();
        for line in self.meant.values().flat_map(|report| &report.lines) {
            let account = match &line.posting {
                Posting::Ledger(account) => account.clone(),
                Posting::Customer(id) => id.replace('C', "D"),
            };
            *sums.entry(account).or_insert(0) += i128::from(line.amount);
        }
        for report in self.meant.values() {
            let off: i128 = report.lines.iter().map(|line| i128::from(line.amount)).sum();
            *sums.entry("7900".to_owned()).or_insert(0) -= off;
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    /// Receipts that were noted, each day's in order.
    pub(crate) fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.booked.values().flatten().map(|booked| &booked.receipt)
    }
}

/// Whether trying again may help. A refusal helps nobody, and neither does a conflict.
fn may_pass(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Transient | ErrorKind::Uncertain | ErrorKind::RateLimited | ErrorKind::Internal)
}

fn amounts(report: &DailyReport) -> Vec<i64> {
    report.lines.iter().map(|line| line.amount).collect()
}

/// The context of an attempt.
pub(crate) fn context(attempt: u32) -> Context {
    let settings = [
        ("enabled", "true"),
        ("username", "flexybox"),
        ("password", "example-password"),
        ("company-id", "12345"),
        ("api-key", "11111111-2222-4333-8444-555555555555"),
        ("journal", "DAG"),
        ("rounding-account", "7900"),
        ("uniconta.books-currency", "DKK"),
    ];
    Context {
        now: 1_795_500_000_000,
        locale: Locale::En,
        settings: settings.map(|(key, value)| Setting { key: key.into(), value: value.into() }).to_vec(),
        webhook_link: None,
        idempotency_key: "k".to_owned(),
        attempt,
    }
}
