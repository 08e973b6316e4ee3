//! Installations: made, looked at, changed, forgotten.

use super::{Answer, OfInstallation};
use crate::auth::{Admin, Allowed, InstallationsRead, InstallationsWrite};
use crate::check::Checked;
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Asked, Parameters, Place, Sent};
use crate::state::Web;
use accounting_service::InstallationView;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// An installation with how much lies where.
pub(crate) async fn shown(web: &Web, view: InstallationView) -> Answer<dto::Installation> {
    let counts = web.service.counts(&view.id).await?;
    Ok(Json(dto::Installation::new(view, Some(counts))))
}

/// What to tell of each.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InList {
    /// How much lies where, for each: takes its time where there are many.
    #[serde(default)]
    counts: bool,
}

impl Parameters for InList {
    fn check(&self) -> Checked {
        Ok(())
    }
}

/// All installations.
#[utoipa::path(
    get,
    path = "/api/v1/installations",
    tag = "installations",
    params(InList),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "all of them", body = dto::Installations))
)]
pub(crate) async fn installations(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Asked(wanted): Asked<InList>,
) -> Answer<dto::Installations> {
    let mut installations = Vec::new();
    for view in web.service.installations().await? {
        let counts = if wanted.counts { Some(web.service.counts(&view.id).await?) } else { None };
        installations.push(dto::Installation::new(view, counts));
    }
    Ok(Json(dto::Installations { installations }))
}

/// Make an installation, with a link. It waits until it is configured.
#[utoipa::path(
    post,
    path = "/api/v1/installations",
    tag = "installations",
    security(("key" = ["installations:write"])),
    request_body(content = dto::NewInstallation),
    responses((status = 201, description = "it is made", body = dto::Installation))
)]
pub(crate) async fn create_installation(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Sent(new): Sent<dto::NewInstallation>,
) -> Result<(StatusCode, Json<dto::Installation>), Problem> {
    let (id, connector, change) = new.into_parts();
    let view = web.service.create(&id, &connector, change.into()).await?;
    Ok((StatusCode::CREATED, shown(&web, view).await?))
}

/// One installation.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "the installation", body = dto::Installation))
)]
pub(crate) async fn installation(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Installation> {
    let view = web.service.installation(&at.id).await?;
    shown(&web, view).await
}

/// Change what people set. What is left out stays as it is; secrets go in and never come out.
#[utoipa::path(
    patch,
    path = "/api/v1/installations/{id}",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = dto::InstallationChange),
    responses((status = 200, description = "as it is now", body = dto::Installation))
)]
pub(crate) async fn change_installation(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(change): Sent<dto::InstallationChange>,
) -> Answer<dto::Installation> {
    let view = web.service.change(&at.id, change.into()).await?;
    shown(&web, view).await
}

/// Forget an installation with everything of it.
#[utoipa::path(
    delete,
    path = "/api/v1/installations/{id}",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["admin"])),
    responses((status = 204, description = "it is gone"))
)]
pub(crate) async fn delete_installation(
    _: Allowed<Admin>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Result<StatusCode, Problem> {
    web.service.delete(&at.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
