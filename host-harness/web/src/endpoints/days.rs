//! Closed days and their receipts.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, DaysWrite};
use crate::correlation::Correlation;
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Place, Sent, chosen_id};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Hand over a closed day, or its correction under a higher revision. Durable when it is answered.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/days",
    tag = "days",
    params(OfInstallation),
    security(("key" = ["days:write"])),
    request_body(content = dto::ClosedDay, description = "the report, at most 16 MiB"),
    responses((status = 202, description = "it is kept", body = dto::AcceptedAnswer))
)]
pub(crate) async fn close_day(
    _: Allowed<DaysWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    correlation: Correlation,
    Sent(day): Sent<dto::ClosedDay>,
) -> Result<(StatusCode, Json<dto::AcceptedAnswer>), Problem> {
    let (event_id, report) = day.into_parts();
    let accepted = web.service.day_closed(&at.id, &event_id, report, correlation.as_str()).await?;
    Ok((StatusCode::ACCEPTED, Json(accepted.into())))
}

/// Which report.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfReport {
    /// The installation.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    id: String,
    /// The report.
    #[serde(deserialize_with = "chosen_id")]
    #[param(min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    report_id: String,
}

/// Receipts of a report: one for each revision that was booked, lowest first.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/days/{report_id}/receipts",
    tag = "days",
    params(OfReport),
    security(("key" = ["days:write"])),
    responses((status = 200, description = "all of them; none for a report that is not booked", body = dto::Receipts))
)]
pub(crate) async fn receipts(
    _: Allowed<DaysWrite>,
    State(web): State<Web>,
    Place(at): Place<OfReport>,
) -> Answer<dto::Receipts> {
    Ok(Json(web.service.receipts(&at.id, &at.report_id).await?.try_into()?))
}
