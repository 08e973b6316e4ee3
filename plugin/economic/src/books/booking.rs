//! A day as it goes into the journal: every entry with the account and text e-conomic gets.

use super::entries::{FINANCE, Line, PAYMENT};
use super::print::{Print, accounts};
use super::{MAX_TEXT, marker};
use crate::ECONOMIC;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::check::Faults;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::bookkeeping::texts::fitted;
use accounting_kit::exports::on_day_closed::{Adjustment, DailyReport, Posting, ReportLine};
use accounting_kit::say;
use accounting_kit::types::{Error, Locale};

/// A day ready for the journal.
pub(super) struct Day<'r> {
    pub(super) report: &'r DailyReport,
    /// Decimals of its currency.
    pub(super) decimals: u32,
    pub(super) journal: u32,
    /// The account every line is booked against.
    pub(super) contra: u64,
    pub(super) contra_text: String,
    pub(super) marker: String,
    /// The voucher of the first booking, of a correction.
    pub(super) corrects: &'r str,
    pub(super) bookings: Vec<Booking<'r>>,
    /// What e-conomic has no place for.
    pub(super) left_out: Vec<Adjustment>,
}

/// One line of it.
pub(super) struct Booking<'r> {
    pub(super) entry: Entry<'r>,
    /// Whether on the ledger or on a customer.
    pub(super) kind: &'static str,
    /// Account or customer number.
    pub(super) number: String,
    /// The department, where departments are booked.
    pub(super) department: &'r str,
    /// With the marker at its end.
    pub(super) text: String,
}

/// Work out where every entry goes.
///
/// # Errors
/// `validation` naming every customer that is not in e-conomic, and every line on the contra account itself.
pub(super) fn day<'r>(
    call: &Call<'_>,
    report: &'r DailyReport,
    (journal, contra): (u32, u32),
    entries: Vec<Entry<'r>>,
    corrects: &'r str,
) -> Result<Day<'r>, Error> {
    let mut faults = Faults::new(call.locale);
    let contra_text = contra.to_string();
    let marker = marker(&report.id, report.revision);
    let decimals = accounting_kit::money::decimals(&report.currency).unwrap_or(2);
    let (contra, bookings, left_out) = (u64::from(contra), Vec::with_capacity(entries.len()), Vec::new());
    let mut day = Day { report, decimals, journal, contra, contra_text, marker, corrects, bookings, left_out };
    for entry in entries {
        let (kind, number) = match entry.posting {
            Posting::Ledger(account) => (FINANCE, Some(account.trim().trim_start_matches('0').to_owned())),
            Posting::Customer(id) => (PAYMENT, call.ports.host.link_by_customer(id).map(|link| link.external_id)),
        };
        let line = source(report, &entry);
        let fault = match &number {
            None => Some(unknown_customer(call, entry.posting)),
            Some(number) if kind == FINANCE && *number == day.contra_text => Some(on_contra(number, call.locale)),
            Some(_) => None,
        };
        match (fault, line) {
            (Some(fault), Some(line)) => faults.at(line.source, &line.source_name, &fault),
            (Some(fault), None) => faults.add(fault),
            (None, _) => {}
        }
        let text = format!("{} {}", fitted(&entry, corrects, day.room_for_text()).text, day.marker);
        let [one, ..] = entry.dimensions;
        let department = if call.settings.departments { one } else { "" };
        day.left_out.extend(left_out_of(call, &entry));
        day.bookings.push(Booking { entry, kind, number: number.unwrap_or_default(), department, text });
    }
    faults.into_result(ECONOMIC.name)?;
    Ok(day)
}

/// The line of the report an entry stands for.
pub(super) fn source<'r>(report: &'r DailyReport, entry: &Entry<'_>) -> Option<&'r ReportLine> {
    report.lines.get(usize::try_from(entry.line?).ok()?)
}

fn unknown_customer(call: &Call<'_>, posting: &Posting) -> String {
    let id = match posting {
        Posting::Customer(id) | Posting::Ledger(id) => id,
    };
    let number = call.ports.host.customer_by_id(id).map(|customer| customer.number).filter(|number| !number.is_empty());
    say!(
        call.locale,
        "kunden {who} er ikke i e-conomic; sæt kundetagget på kunden under Kundekartotek > Oplysninger > Kunde tags, og send dagen igen",
        "customer {who} is not in e-conomic; put the customer tag on the customer under Customers > Information > Customer tags and send the day again",
        who = number.as_deref().unwrap_or(id)
    )
}

/// Accounts are numbers.
pub(super) fn account_fault(account: &str, locale: Locale) -> Option<String> {
    (!account.bytes().all(|byte| byte.is_ascii_digit())).then(|| {
        say!(
            locale,
            "kontonummeret '{account}' er ikke et tal",
            "the account number '{account}' is not a number",
            account = account
        )
    })
}

fn on_contra(account: &str, locale: Locale) -> String {
    say!(
        locale,
        "konto {account} er modkontoen selv, som hver linje bogføres mod; brug en anden",
        "account {account} is the contra account itself, which every line is booked against; use another",
        account = account
    )
}

/// What of a line has no place in a voucher: told, since it is in FlexyBox's report.
fn left_out_of(call: &Call<'_>, entry: &Entry<'_>) -> Option<Adjustment> {
    let kept = usize::from(call.settings.departments);
    let dimension = entry.dimensions.iter().skip(kept).any(|value| !value.is_empty());
    let (code, message) = match (dimension, entry.accrual.is_some()) {
        (true, _) => (
            "dimension-left-out",
            say!(
                call.locale,
                "linjens dimension er ikke overført: e-conomic får kun dimension 1, og kun når Afdelinger er slået til",
                "the dimension of the line was not transferred: e-conomic gets dimension 1 only, and only while Departments is on"
            ),
        ),
        (false, true) => (
            "accrual-left-out",
            say!(
                call.locale,
                "linjens periodisering er ikke overført; periodisér den i e-conomic",
                "the accrual of the line was not transferred; accrue it in e-conomic"
            ),
        ),
        (false, false) => return None,
    };
    Some(Adjustment { line: entry.line, code: code.to_owned(), message })
}

impl Day<'_> {
    /// How long a text may be beside the marker.
    pub(super) fn room_for_text(&self) -> usize {
        MAX_TEXT.saturating_sub(self.marker.len() + 1)
    }

    /// By what its lines are known again, in order.
    pub(super) fn keys(&self) -> Vec<Keys> {
        self.bookings.iter().map(|booking| self.line(booking).keys()).collect()
    }

    /// By what the whole day is known again.
    pub(super) fn print(&self) -> Print {
        let mut lines = Fingerprint::default();
        self.bookings.iter().for_each(|booking| self.line(booking).add_to(&mut lines));
        let accounts = accounts(self.bookings.iter().map(|booking| [booking.kind, booking.number.as_str()]));
        Print { lines, accounts, contra: self.contra }
    }

    /// A booking as the journal shows it.
    pub(super) fn line<'l>(&'l self, booking: &'l Booking<'_>) -> Line<'l> {
        Line {
            kind: booking.kind,
            number: &booking.number,
            amount: booking.entry.amount,
            details: [&self.report.date, &booking.text, booking.entry.vat, booking.department, &self.contra_text],
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
