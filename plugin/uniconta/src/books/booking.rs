//! A day as it goes into the journal: every entry with the account and text Uniconta gets.

use super::MAX_TEXT;
use super::lines::{Account, Line};
use crate::UNICONTA;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::check::Faults;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::bookkeeping::texts::fitted;
use accounting_kit::exports::on_day_closed::{DailyReport, Posting, ReportLine};
use accounting_kit::say;
use accounting_kit::types::Error;

/// A day ready for the journal.
pub(super) struct Day<'r> {
    pub(super) report: &'r DailyReport,
    /// Decimals of its currency.
    pub(super) decimals: u32,
    pub(super) voucher: String,
    /// The voucher of the first booking, of a correction.
    pub(super) corrects: &'r str,
    pub(super) bookings: Vec<Booking<'r>>,
}

/// One line of it.
pub(super) struct Booking<'r> {
    pub(super) entry: Entry<'r>,
    pub(super) account: Account,
    pub(super) text: String,
}

/// Work out where every entry goes.
///
/// # Errors
/// `validation` naming every customer that has no debtor.
pub(super) fn day<'r>(
    call: &Call<'_>,
    report: &'r DailyReport,
    entries: Vec<Entry<'r>>,
    voucher: String,
    corrects: &'r str,
) -> Result<Day<'r>, Error> {
    let mut faults = Faults::new(call.locale);
    let mut bookings = Vec::with_capacity(entries.len());
    for entry in entries {
        let account = match entry.posting {
            Posting::Ledger(number) => Some(Account::ledger(number.trim())),
            Posting::Customer(id) => {
                call.ports.host.link_by_customer(id).map(|link| Account::debtor(&link.external_key))
            }
        };
        match account {
            Some(account) => {
                let text = fitted(&entry, corrects, MAX_TEXT).text;
                bookings.push(Booking { entry, account, text });
            }
            None => unknown_customer(call, source(report, &entry), entry.posting, &mut faults),
        }
    }
    faults.into_result(UNICONTA.name)?;
    let decimals = accounting_kit::money::decimals(&report.currency).unwrap_or(2);
    Ok(Day { report, decimals, voucher, corrects, bookings })
}

/// The line of the report an entry stands for.
pub(super) fn source<'r>(report: &'r DailyReport, entry: &Entry<'_>) -> Option<&'r ReportLine> {
    report.lines.get(usize::try_from(entry.line?).ok()?)
}

fn unknown_customer(call: &Call<'_>, line: Option<&ReportLine>, posting: &Posting, faults: &mut Faults) {
    let Posting::Customer(id) = posting else { return };
    let number = call.ports.host.customer_by_id(id).map(|customer| customer.number).filter(|number| !number.is_empty());
    let who = number.as_deref().unwrap_or(id);
    let what = say!(
        call.locale,
        "kunden {who} er ikke debitor i Uniconta; sæt kundetagget på kunden under Kundekartotek > Oplysninger > Kunde tags, og send dagen igen",
        "customer {who} is not a debtor in Uniconta; put the customer tag on the customer under Customers > Information > Customer tags and send the day again",
        who = who
    );
    match line {
        Some(line) => faults.at(line.source, &line.source_name, &what),
        None => faults.add(what),
    }
}

impl Day<'_> {
    /// By what its lines are known again, in order.
    pub(super) fn keys(&self) -> Vec<Keys> {
        self.bookings.iter().map(|booking| self.line(booking).keys()).collect()
    }

    /// The fingerprint of the lines as they are sent.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut print = Fingerprint::default();
        self.bookings.iter().for_each(|booking| self.line(booking).add_to(&mut print));
        print
    }

    /// A booking as the journal shows it.
    pub(super) fn line<'l>(&'l self, booking: &'l Booking<'_>) -> Line<'l> {
        let entry = &booking.entry;
        let (first, last) = entry.accrual.unwrap_or_default();
        let [one, two, three, four, five] = entry.dimensions;
        Line {
            account: &booking.account,
            amount: entry.amount,
            details: [&self.report.date, &booking.text, entry.vat, one, two, three, four, five, first, last],
        }
    }

    /// Sum of debit, minor units.
    pub(super) fn total_debit(&self) -> u64 {
        self.sum(|amount| amount.max(0))
    }

    /// Sum of credit, minor units.
    pub(super) fn total_credit(&self) -> u64 {
        self.sum(|amount| amount.min(0))
    }

    fn sum(&self, side: fn(i64) -> i64) -> u64 {
        // Nothing is cut off: 20,000 lines of at most 15 digits, half of the sum on each side.
        let amounts = self.bookings.iter().map(|booking| side(booking.entry.amount).unsigned_abs());
        amounts.fold(0, u64::saturating_add)
    }
}
