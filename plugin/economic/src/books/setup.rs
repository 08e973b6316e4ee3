//! Nothing yet.
use crate::call::Call;
use accounting_kit::exports::configure::{Catalogue, Configured};
use accounting_kit::types::Error;
/// Nothing.
///
/// # Errors
/// None.
pub fn check(_: &Call<'_>, _: &Catalogue, _: &mut Configured) -> Result<(), Error> {
    Ok(())
}
