//! Recording what an installation's connector does at work, as fixtures.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, Operate};
use crate::dto;
use crate::requests::{Place, Sent};
use crate::state::Web;
use axum::Json;
use axum::extract::State;

/// Record the next calls of the connector as fixtures on the host's disk, with secrets and personal data replaced, e.g. for
/// `harness diff`. In place of a recording that runs.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/recording",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["operate"])),
    request_body = dto::StartRecording,
    responses((status = 200, description = "it is listened to from now on", body = dto::Recording))
)]
pub(crate) async fn start_recording(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(wish): Sent<dto::StartRecording>,
) -> Answer<dto::Recording> {
    Ok(Json(web.service.record(&at.id, wish.calls, wish.keep).await?.into()))
}

/// The recording as it stands, or as it ended.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/recording",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "the recording", body = dto::Recording))
)]
pub(crate) async fn recording(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Recording> {
    Ok(Json(web.service.recording(&at.id).await?.into()))
}

/// Stop recording; what was written stays.
#[utoipa::path(
    delete,
    path = "/api/v1/installations/{id}/recording",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["operate"])),
    responses((status = 200, description = "as it ended", body = dto::Recording))
)]
pub(crate) async fn stop_recording(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Recording> {
    Ok(Json(web.service.stop_recording(&at.id).await?.into()))
}
