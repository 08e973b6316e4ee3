//! Switching an existing club on: look ahead, then go.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, InstallationsWrite};
use crate::check::Checked;
use crate::dto;
use crate::requests::{Asked, Parameters, Place, Sent};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// What is known of the accounting system.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Told {
    /// Debtors there are, as a person sees it there: for the plan only.
    #[param(minimum = 0)]
    debtors: Option<u64>,
}

impl Parameters for Told {
    fn check(&self) -> Checked {
        Ok(())
    }
}

/// How far the switching-on is, and what is to come.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/switch-on",
    tag = "installations",
    params(OfInstallation, Told),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "how far it is", body = dto::SwitchOn))
)]
pub(crate) async fn switch_on(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(told): Asked<Told>,
) -> Answer<dto::SwitchOn> {
    Ok(Json(web.service.switch_on_plan(&at.id, told.debtors).await?.into()))
}

/// Read all debtors ahead; nothing is written to the accounting system, and customers of an import wait until `go`. An
/// installation that waits for its settings is configured at once. One that is under way is left as it is.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/switch-on/look",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = Option<dto::LookAhead>, description = "what is known"),
    responses((status = 200, description = "it is under way", body = dto::SwitchOn))
)]
pub(crate) async fn look_ahead(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(known): Sent<dto::LookAhead>,
) -> Answer<dto::SwitchOn> {
    Ok(Json(web.service.look_ahead(&at.id, known.debtors).await?.into()))
}

/// Let the customers that wait go through, once all debtors were read ahead.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/switch-on/go",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    responses((status = 200, description = "it goes", body = dto::SwitchOn))
)]
pub(crate) async fn go(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::SwitchOn> {
    Ok(Json(web.service.switch_on(&at.id).await?.into()))
}
