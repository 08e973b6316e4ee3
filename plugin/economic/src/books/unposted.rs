//! Nothing yet.
use crate::call::Call;
use accounting_kit::exports::upkeep::{BookedDay, DayReport};
use accounting_kit::types::{Error, Finding};
/// Nothing.
///
/// # Errors
/// None.
pub fn days(_: &Call<'_>, _: &[BookedDay]) -> Result<(Vec<DayReport>, Vec<Finding>), Error> {
    Ok((Vec::new(), Vec::new()))
}
