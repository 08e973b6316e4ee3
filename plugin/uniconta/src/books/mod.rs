//! Bookkeeping (bogføring): the day's report in the journal (kladde), once.
//!
//! A report has a voucher number (bilagsnummer) of its own, worked out from its id and revision. Before anything is
//! created, the journal and the posted transactions are looked through for that voucher, on every attempt: a host that
//! lost its memory, and not only its connection, still books a day once. The journal is read first, because lines move
//! from there to the posted ones and never back. See `docs/decisions/0013-voucher-of-a-report.md`.

mod booking;
pub(crate) mod chart;
mod insert;
mod lines;
mod look;
mod receipt;
pub mod setup;
pub mod unposted;

use crate::call::Call;
use accounting_kit::bookkeeping::check::{Rules, check, entries};
use accounting_kit::bookkeeping::difference::difference;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::bookkeeping::found::match_lines;
use accounting_kit::bookkeeping::voucher_number;
use accounting_kit::day;
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, PostingState, Receipt};
use accounting_kit::problem::{ErrorExt, error, unsupported};
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Locale};
use booking::Day;
use look::Found;
use receipt::{Proof, receipt};

/// The name of the system in messages.
const UNICONTA: &str = "Uniconta";
/// The longest account [meta].
const MAX_ACCOUNT: usize = 20;
/// The longest VAT code and value of a dimension [meta].
const MAX_KEY: usize = 10;
/// The longest text on a line: more is not loaded [doc].
pub const MAX_TEXT: usize = 50;
/// Earlier revisions that are looked for when there is no receipt of them.
const MOST_REVISIONS: u32 = 39;

/// Put a day into the journal, once.
///
/// # Errors
/// `validation` naming every fault, and nothing was sent; `conflict` when a person must decide; `unsupported` when no
/// journal is chosen; else what a call came to.
pub fn on_day_closed(
    call: &Call<'_>,
    now: u64,
    report: &DailyReport,
    previous: Option<&BookedReport>,
) -> Result<Receipt, Error> {
    if call.settings.journal.is_empty() {
        return Err(switched_off(call.locale));
    }
    let rules = rules(call);
    let mut entries = check(report, &rules, call.locale)?;
    let mut corrects = "";
    if let Some(previous) = previous {
        entries = match correction(call, &rules, report, &entries, previous)? {
            None => return Ok(previous.receipt.clone()),
            Some(change) => change,
        };
        let first = &previous.receipt;
        corrects = match first.corrects.as_str() {
            // A day without lines was never in the books.
            "" if first.lines.is_empty() => "",
            "" => &first.voucher,
            corrects => corrects,
        };
    }
    let voucher = voucher_number(report, report.revision).to_string();
    let day = booking::day(call, report, entries, voucher, corrects)?;
    if day.bookings.is_empty() {
        return Ok(receipt(&day, call, now, PostingState::Posted, &Proof::default()));
    }
    let found = look::look(call, &day, &unknown_revisions(report, previous))?;
    if !corrects.is_empty() && !found.first {
        return Err(conflict(
            report,
            "uniconta.first-voucher-gone",
            say!(
                call.locale,
                "bilag {corrects}, som rettelsen gælder, findes ikke længere i Uniconta; indtast dagen dér i hånden",
                "voucher {corrects}, which the correction is for, is no longer in Uniconta; enter the day there by hand",
                corrects = corrects
            ),
        ));
    }
    complete(call, now, &day, found)
}

/// What stands in the way of the books, and how it is asked.
fn rules<'a>(call: &Call<'a>) -> Rules<'a> {
    Rules {
        system: UNICONTA,
        max_account: MAX_ACCOUNT,
        max_vat: MAX_KEY,
        max_dimension: MAX_KEY,
        currency: &call.settings.books_currency,
        rounding: call.settings.rounding.as_ref(),
    }
}

/// Where there is no day to book: the answer to a report while bookkeeping is off.
pub fn switched_off(locale: Locale) -> Error {
    let (da, en) = (
        "overføre dagsrapporter, før der er valgt en kladde under Systemindstillinger > Integrationer > Bogføring > Uniconta",
        "transfer daily reports until a journal is chosen under System settings > Integrations > Bookkeeping > Uniconta",
    );
    let integration = match locale {
        Locale::Da => "Uniconta-integrationen",
        Locale::En => "the Uniconta integration",
    };
    unsupported(locale, integration, da, en).about(crate::settings::key::JOURNAL)
}

/// What a corrected day changes; none when it says what is booked already.
fn correction<'r>(
    call: &Call<'_>,
    rules: &Rules<'r>,
    report: &DailyReport,
    after: &[Entry<'r>],
    previous: &'r BookedReport,
) -> Result<Option<Vec<Entry<'r>>>, Error> {
    let before = entries(&previous.report, rules);
    let same_day = previous.report.date == report.date && previous.report.currency == report.currency;
    let change = difference(&before, after).ok_or_else(|| {
        conflict(
            report,
            "uniconta.correction-too-large",
            say!(
                call.locale,
                "rettelsen er for stor til at blive bogført nøjagtigt; ret dagen i Uniconta",
                "the correction is too large to be booked exactly; correct the day in Uniconta"
            ),
        )
    })?;
    let booked = previous.receipt.revision;
    match (change.is_empty() && same_day, same_day && report.revision > booked) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(change)),
        (false, false) if !same_day => Err(conflict(
            report,
            "uniconta.other-day",
            say!(
                call.locale,
                "dagsrapporten er bogført med dato {date} i {currency} (bilag {voucher}) og kan ikke flyttes; luk den nye dag som en dagsrapport for sig",
                "the daily report was booked with the date {date} in {currency} (voucher {voucher}) and cannot be moved; close the new day as a report of its own",
                date = day::for_people(&previous.report.date, call.locale),
                currency = previous.report.currency,
                voucher = previous.receipt.voucher
            ),
        )),
        (false, false) => Err(conflict(
            report,
            "uniconta.same-revision",
            say!(
                call.locale,
                "dagsrapporten er allerede bogført i udgave {booked} med andet indhold (bilag {voucher}); luk dagen igen, så den får en ny udgave",
                "the daily report is booked already in revision {booked} with other content (voucher {voucher}); close the day again so that it gets a new revision",
                booked = booked,
                voucher = previous.receipt.voucher
            ),
        )),
    }
}

/// The vouchers of earlier revisions, where FlexyBox has no receipt of them.
fn unknown_revisions(report: &DailyReport, previous: Option<&BookedReport>) -> Vec<String> {
    if previous.is_some() {
        return Vec::new();
    }
    let first = report.revision.saturating_sub(MOST_REVISIONS).max(1);
    (first..report.revision).map(|revision| voucher_number(report, revision).to_string()).collect()
}

/// Create what is not there yet.
fn complete(call: &Call<'_>, now: u64, day: &Day<'_>, found: Found) -> Result<Receipt, Error> {
    if let Some(earlier) = found.earlier {
        return Err(conflict(
            day.report,
            "uniconta.earlier-revision",
            say!(
                call.locale,
                "en tidligere udgave af dagen ligger allerede i Uniconta med bilag {earlier}, og FlexyBox har ingen kvittering for den; slet bilaget i kladden eller ret dagen i Uniconta",
                "an earlier revision of the day lies in Uniconta already with voucher {earlier}, and FlexyBox has no receipt for it; delete the voucher in the journal or correct the day in Uniconta",
                earlier = earlier
            ),
        ));
    }
    let wanted = day.keys();
    let matched = match_lines(&wanted, &found.keys);
    if found.posted_lines > 0 {
        let sent = day.fingerprint();
        if found.is_posted(sent, day.total_debit()) {
            return Ok(receipt(day, call, now, PostingState::Posted, &Proof::default()));
        }
        if !found.posted.and(found.journal).same_sums(sent) {
            return Err(differs(call, day));
        }
    } else if !matched.is_complete() {
        if matched.spare > 0 {
            return Err(differs(call, day));
        }
        let missing: Vec<usize> =
            matched.of_wanted.iter().enumerate().filter(|(_, at)| at.is_none()).map(|(place, _)| place).collect();
        chart::check(call, day)?;
        let inserted = insert::insert(call, day, &missing)?;
        let proof = Proof::of(&wanted, &matched, &found, &missing, inserted);
        return Ok(receipt(day, call, now, PostingState::AwaitsPerson, &proof));
    }
    let proof = Proof::of(&wanted, &matched, &found, &[], insert::Inserted::default());
    Ok(receipt(day, call, now, PostingState::AwaitsPerson, &proof))
}

fn differs(call: &Call<'_>, day: &Day<'_>) -> Error {
    conflict(
        day.report,
        "uniconta.voucher-differs",
        say!(
            call.locale,
            "bilag {voucher} findes allerede i Uniconta med andre linjer end dagens; slet dets linjer i kladden, og send dagen igen, eller ret det bogførte bilag i Uniconta",
            "voucher {voucher} is in Uniconta already with other lines than the day's; delete its lines in the journal and send the day again, or correct the posted voucher in Uniconta",
            voucher = day.voucher
        ),
    )
}

fn conflict(report: &DailyReport, code: &str, message: String) -> Error {
    error(ErrorKind::Conflict, code, message).about(report.id.as_str())
}
