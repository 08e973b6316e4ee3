//! How requests are read: the path, the parameters, the body, each with its limits.

mod body;
mod json;
mod lines;
mod named;
mod place;

pub(crate) use body::{BodyLimit, media_type, read};
pub(crate) use json::{Document, Sent, other_media_type, parse};
pub(crate) use lines::{Line, lines};
pub(crate) use place::{Asked, Page, Parameters, Place, chosen_id, page};

/// Most bytes of a JSON document, but for a day's report.
pub(crate) const MOST_JSON_BYTES: usize = 2 * 1_024 * 1_024;
/// Most bytes of a day's report: 10,000 lines with all dimensions.
pub(crate) const MOST_REPORT_BYTES: usize = 16 * 1_024 * 1_024;
/// Most bytes of many customers at once.
pub(crate) const MOST_LINES_BYTES: usize = 16 * 1_024 * 1_024;
/// Most bytes of a connector.
pub(crate) const MOST_COMPONENT_BYTES: usize = 16 * 1_024 * 1_024;
/// Most bytes of a call of a link, as the contract says.
pub(crate) const MOST_HOOK_BYTES: usize = 1_024 * 1_024;
