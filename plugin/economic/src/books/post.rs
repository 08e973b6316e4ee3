//! The writes: one voucher for a day, and its booking.

use super::booking::Day;
use super::entries::{Draft, voucher};
use super::look::{Found, look};
use crate::api::Subject;
use crate::assumptions::BOOK_AT_ONCE;
use crate::call::Call;
use accounting_kit::http::Method;
use accounting_kit::types::{Error, ErrorKind};
use serde_json::json;

/// Create the bookings at these places of the day as one voucher.
///
/// # Errors
/// What the call came to; a refusal means that nothing was created.
pub(super) fn create(call: &Call<'_>, day: &Day<'_>, year: &str, places: &[usize]) -> Result<(), Error> {
    let bookings = places.iter().filter_map(|place| day.bookings.get(*place));
    let body = voucher(day, year, bookings);
    let api = call.api();
    let url = api.rest(&format!("journals/{}/vouchers", day.journal));
    api.write(Subject::Books, (Method::Post, url), "day", &body).map(drop)
}

/// The day as it lies in the journal now.
///
/// # Errors
/// `uncertain` when it could not be read: it is there, and the next attempt finds it.
pub(super) fn look_again(call: &Call<'_>, day: &Day<'_>) -> Result<Found, Error> {
    let markers = [day.marker.clone()];
    let found = look(call, day.journal, &markers, day.decimals);
    let found = found.map_err(|error| Error { kind: ErrorKind::Uncertain, ..error })?;
    Ok(found.into_iter().next().map(|(_, found)| found).unwrap_or_default())
}

/// Book entries of the journal.
///
/// # Errors
/// What a call came to; some may be booked.
pub(super) fn book(call: &Call<'_>, day: &Day<'_>, drafts: &[Draft]) -> Result<(), Error> {
    let api = call.api();
    for drafts in drafts.chunks(BOOK_AT_ONCE) {
        let numbers: Vec<u64> = drafts.iter().map(|draft| draft.number).collect();
        let url = api.journals(&format!("journals/{}/bookdraftentries", day.journal));
        api.write(Subject::Books, (Method::Post, url), "book", &json!({ "entryNumbers": numbers }))?;
    }
    Ok(())
}
