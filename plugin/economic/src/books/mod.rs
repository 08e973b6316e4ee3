//! Bookkeeping (bogføring): not offered yet.

pub mod setup;
pub mod unposted;

use crate::call::Call;
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use accounting_kit::problem::unsupported;
use accounting_kit::types::Error;

/// Answers `unsupported`.
///
/// # Errors
/// Always.
pub fn on_day_closed(call: &Call<'_>, _: &DailyReport, _: Option<&BookedReport>) -> Result<Receipt, Error> {
    Err(unsupported(call.locale, crate::ECONOMIC.name, "overføre dagsrapporter", "transfer daily reports"))
}
