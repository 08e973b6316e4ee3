//! A day that is closed again: what its new revision changes, and what stands in the way.

use super::check::{Rules, entries};
use super::difference::difference;
use super::entry::Entry;
use crate::exports::on_day_closed::{BookedReport, DailyReport};
use crate::problem::{ErrorExt, System, error};
use crate::types::{Error, ErrorKind, Locale};
use crate::{day, say};

/// Earlier revisions that are looked for when there is no receipt of them.
const MOST_REVISIONS: u32 = 39;

/// What a corrected day changes; none when it says what is booked already.
///
/// # Errors
/// `conflict` when a person must decide.
pub fn correction<'r>(
    system: System,
    locale: Locale,
    rules: &Rules<'r>,
    report: &DailyReport,
    after: &[Entry<'r>],
    previous: &'r BookedReport,
) -> Result<Option<Vec<Entry<'r>>>, Error> {
    let before = entries(&previous.report, rules);
    let same_day = previous.report.date == report.date && previous.report.currency == report.currency;
    let refuse = |code: &str, message: String| Err(conflict(system, report, code, message));
    let Some(change) = difference(&before, after) else {
        let message = say!(
            locale,
            "rettelsen er for stor til at blive bogført nøjagtigt; ret dagen i {system}",
            "the correction is too large to be booked exactly; correct the day in {system}",
            system = system.name
        );
        return refuse("correction-too-large", message);
    };
    let booked = previous.receipt.revision;
    match (change.is_empty() && same_day, same_day && report.revision > booked) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(change)),
        (false, false) if !same_day => {
            let message = say!(
                locale,
                "dagsrapporten er bogført med dato {date} i {currency} (bilag {voucher}) og kan ikke flyttes; luk den nye dag som en dagsrapport for sig",
                "the daily report was booked with the date {date} in {currency} (voucher {voucher}) and cannot be moved; close the new day as a report of its own",
                date = day::for_people(&previous.report.date, locale),
                currency = previous.report.currency,
                voucher = previous.receipt.voucher
            );
            refuse("other-day", message)
        }
        (false, false) => {
            let message = say!(
                locale,
                "dagsrapporten er allerede bogført i udgave {booked} med andet indhold (bilag {voucher}); luk dagen igen, så den får en ny udgave",
                "the daily report is booked already in revision {booked} with other content (voucher {voucher}); close the day again so that it gets a new revision",
                booked = booked,
                voucher = previous.receipt.voucher
            );
            refuse("same-revision", message)
        }
    }
}

/// The voucher a correction is for; empty when there is none: a day without lines was never in the books.
pub fn corrects(previous: Option<&BookedReport>) -> &str {
    let Some(first) = previous.map(|previous| &previous.receipt) else { return "" };
    match first.corrects.as_str() {
        "" if first.lines.is_empty() => "",
        "" => &first.voucher,
        corrects => corrects,
    }
}

/// The earlier revisions of a report that FlexyBox may have no receipt of.
pub fn unknown_revisions(report: &DailyReport, previous: Option<&BookedReport>) -> std::ops::Range<u32> {
    match previous {
        Some(_) => 0..0,
        None => report.revision.saturating_sub(MOST_REVISIONS).max(1)..report.revision,
    }
}

/// The voucher that a correction is for is no longer there.
pub fn first_voucher_gone(system: System, locale: Locale, report: &DailyReport, corrects: &str) -> Error {
    let message = say!(
        locale,
        "bilag {corrects}, som rettelsen gælder, findes ikke længere i {system}; indtast dagen dér i hånden",
        "voucher {corrects}, which the correction is for, is no longer in {system}; enter the day there by hand",
        corrects = corrects,
        system = system.name
    );
    conflict(system, report, "first-voucher-gone", message)
}

/// An earlier revision is in the books, and FlexyBox knows nothing of it.
pub fn earlier_revision(system: System, locale: Locale, report: &DailyReport, earlier: &str) -> Error {
    let message = say!(
        locale,
        "en tidligere udgave af dagen ligger allerede i {system} med bilag {earlier}, og FlexyBox har ingen kvittering for den; slet bilaget i kladden eller ret dagen i {system}",
        "an earlier revision of the day lies in {system} already with voucher {earlier}, and FlexyBox has no receipt for it; delete the voucher in the journal or correct the day in {system}",
        earlier = earlier,
        system = system.name
    );
    conflict(system, report, "earlier-revision", message)
}

/// The day is in the books with other lines than its own.
pub fn voucher_differs(system: System, locale: Locale, report: &DailyReport, voucher: &str) -> Error {
    let message = say!(
        locale,
        "bilag {voucher} findes allerede i {system} med andre linjer end dagens; slet dets linjer i kladden, og send dagen igen, eller ret det bogførte bilag i {system}",
        "voucher {voucher} is in {system} already with other lines than the day's; delete its lines in the journal and send the day again, or correct the posted voucher in {system}",
        voucher = voucher,
        system = system.name
    );
    conflict(system, report, "voucher-differs", message)
}

/// Where there is no day to book: the answer to a report while bookkeeping is off.
pub fn switched_off(system: System, locale: Locale) -> Error {
    let message = say!(
        locale,
        "{system}-integrationen kan ikke overføre dagsrapporter, før der er valgt en kladde under Systemindstillinger > Integrationer > Bogføring > {system}",
        "the {system} integration cannot transfer daily reports until a journal is chosen under System settings > Integrations > Bookkeeping > {system}",
        system = system.name
    );
    error(ErrorKind::Unsupported, "kit.unsupported", message).about("journal")
}

fn conflict(system: System, report: &DailyReport, code: &str, message: String) -> Error {
    system.error(ErrorKind::Conflict, code, message).about(report.id.as_str())
}
