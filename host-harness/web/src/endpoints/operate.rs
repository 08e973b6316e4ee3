//! What a person does with an installation that runs: press OK, pause, look for why nothing arrives.

use super::installations::shown;
use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, InstallationsWrite, Operate};
use crate::check::Checked;
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Asked, Parameters, Place, Sent};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Press OK: prove the settings against the accounting system. When they are ready, the installation works from now on,
/// unless a person paused it.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/configure",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    responses((status = 200, description = "what was found out, or why nothing was", body = dto::Configured))
)]
pub(crate) async fn configure(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Configured> {
    Ok(Json(web.service.configure(&at.id).await?.into()))
}

/// Stop running events; nothing is dropped.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/pause",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["operate"])),
    request_body(content = Option<dto::Pause>, description = "why"),
    responses((status = 200, description = "as it is now", body = dto::Installation))
)]
pub(crate) async fn pause(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(pause): Sent<dto::Pause>,
) -> Answer<dto::Installation> {
    let view = web.service.pause(&at.id, &pause.note).await?;
    shown(&web, view).await
}

/// Go on.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/resume",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["operate"])),
    responses((status = 200, description = "as it is now", body = dto::Installation))
)]
pub(crate) async fn resume(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Installation> {
    let view = web.service.resume(&at.id).await?;
    shown(&web, view).await
}

/// How to look.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Looking {
    /// The language of the answer.
    #[serde(default)]
    locale: dto::LocaleWord,
    /// Ask the accounting system as well, which costs a few calls.
    #[serde(default)]
    ask: bool,
}

impl Parameters for Looking {
    fn check(&self) -> Checked {
        Ok(())
    }
}

/// Look for why nothing arrives.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/doctor",
    tag = "installations",
    params(OfInstallation, Looking),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "what was looked at", body = dto::Diagnosis))
)]
pub(crate) async fn doctor(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(looking): Asked<Looking>,
) -> Answer<dto::Diagnosis> {
    Ok(Json(web.service.doctor(&at.id, looking.locale.into(), looking.ask).await?.into()))
}

/// Look at the installation from the accounting system's side now, as a timer would.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/check",
    tag = "events",
    params(OfInstallation),
    security(("key" = ["operate"])),
    responses((status = 202, description = "it waits for its turn", body = dto::AcceptedAnswer))
)]
pub(crate) async fn check(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Result<(StatusCode, Json<dto::AcceptedAnswer>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(web.service.check_now(&at.id).await?.into())))
}

/// Read again now what changed in the accounting system.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/catch-up",
    tag = "events",
    params(OfInstallation),
    security(("key" = ["operate"])),
    responses((status = 202, description = "it waits for its turn", body = dto::AcceptedAnswer))
)]
pub(crate) async fn catch_up(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Result<(StatusCode, Json<dto::AcceptedAnswer>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(web.service.catch_up_now(&at.id).await?.into())))
}
