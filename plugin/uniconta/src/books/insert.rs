//! All lines of a day in one call, and what came back of them.

use super::booking::Day;
use super::lines::{DETAILS, JournalLine, row};
use super::look::{Found, in_journals};
use crate::assumptions::JOURNAL_LINE_ENTITY;
use crate::call::Call;
use crate::settings::key;
use accounting_kit::exports::on_day_closed::Adjustment;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind};

/// What Uniconta answered with.
#[derive(Default)]
pub(super) struct Inserted {
    /// The rows; none where Uniconta answers without them.
    pub(super) rows: Found,
    /// Where a row is not as it was sent.
    pub(super) adjustments: Vec<Adjustment>,
}

/// Create the bookings at these places of the day, in one call.
///
/// # Errors
/// What the call came to. After a refusal it is looked up whether some of the lines arrived all the same, and said.
pub(super) fn insert(call: &Call<'_>, day: &Day<'_>, places: &[usize]) -> Result<Inserted, Error> {
    let settings = call.settings;
    let mut out = Inserted::default();
    let bookings = || places.iter().filter_map(|place| day.bookings.get(*place));
    let mut rows = bookings().map(|booking| row(day, booking, &settings.journal, &settings.accrual_key));
    let mut sent = bookings();
    let inserted = call.api().insert_list(JOURNAL_LINE_ENTITY, &mut rows, &mut |row| {
        let line = JournalLine::read(&row, day.decimals);
        out.rows.journal_line(&line);
        // Rows come back in the order they were sent [inf]; where one does not, nothing is claimed of it.
        let Some(booking) = sent.next() else { return };
        let (wanted, stored) = (day.line(booking), line.line());
        if wanted.account != stored.account || wanted.amount != stored.amount {
            return;
        }
        let voucher = row.text("Voucher");
        let details = DETAILS.iter().zip(wanted.details).zip(stored.details);
        for ((property, wanted), stored) in details.chain([((&"Voucher", day.voucher.as_str()), voucher.as_str())]) {
            if wanted != stored {
                out.adjustments.push(stored_otherwise(call, booking.entry.line, property));
            }
        }
    });
    inserted.map(|()| out).map_err(|error| refused(call, day, error))
}

fn stored_otherwise(call: &Call<'_>, line: Option<u32>, property: &str) -> Adjustment {
    let message = say!(
        call.locale,
        "Uniconta har gemt linjen med en anden værdi i {property} end den, FlexyBox sendte",
        "Uniconta stored the line with another value in {property} than the one FlexyBox sent",
        property = property
    );
    Adjustment { line, code: "stored-otherwise".to_owned(), message }
}

/// A refusal, for the person who reads it. A journal that cannot be used is no reason to stop the customers.
fn refused(call: &Call<'_>, day: &Day<'_>, mut error: Error) -> Error {
    if error.code.starts_with("uniconta.journal-") || error.code.starts_with("uniconta.number-serie-") {
        error.kind = ErrorKind::Validation;
        error = error.about(key::JOURNAL);
    }
    if !matches!(error.kind, ErrorKind::Validation | ErrorKind::Conflict | ErrorKind::Config) {
        return error;
    }
    let mut arrived = 0u32;
    let looked = in_journals(call, &[&day.voucher], &mut |_, _| arrived += 1);
    error.message = match (looked, arrived) {
        (Ok(()), 0) => say!(
            call.locale,
            "Uniconta tog ikke imod dagsrapporten, og intet ligger i kladden {journal}: {why}; efterse konti og momskoder under Varekartotek, Kasseopgørelse > Værdier og Avanceret opsætning",
            "Uniconta did not take the daily report, and nothing lies in the journal {journal}: {why}; check accounts and VAT codes under Items, Cash count > Values and Advanced set-up",
            journal = call.settings.journal,
            why = error.message
        ),
        (Ok(()), arrived) => say!(
            call.locale,
            "Uniconta tog kun imod {arrived} af {all} linjer, som nu ligger i kladden {journal} med bilag {voucher}; resten følger, når fejlen er rettet og dagen sendes igen: {why}",
            "Uniconta took only {arrived} of {all} lines, which now lie in the journal {journal} with voucher {voucher}; the others follow once the fault is mended and the day is sent again: {why}",
            arrived = arrived,
            all = day.bookings.len(),
            journal = call.settings.journal,
            voucher = day.voucher,
            why = error.message
        ),
        (Err(_), _) => error.message,
    };
    error
}
