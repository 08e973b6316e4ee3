//! Which customer is which debtor, what a person must look at, and the link that is called.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, InstallationsWrite, Operate};
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Asked, Page, Place, Sent, chosen_id};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which customer is which debtor.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/links",
    tag = "customers",
    params(OfInstallation, Page),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "a part of the list", body = dto::LinkPage))
)]
pub(crate) async fn links(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(page): Asked<Page>,
) -> Answer<dto::LinkPage> {
    let found = web.service.links(&at.id, page.after.as_deref(), page.most()).await?;
    Ok(Json(found.try_into()?))
}

/// What a person must look at, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/flags",
    tag = "customers",
    params(OfInstallation),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "all of them", body = dto::Flags))
)]
pub(crate) async fn flags(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Flags> {
    Ok(Json(web.service.flags(&at.id).await?.into()))
}

/// Which flag.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfFlag {
    /// The installation.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    id: String,
    /// Whom it is about.
    #[serde(deserialize_with = "chosen_id")]
    #[param(min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    customer_id: String,
    /// Its code.
    code: String,
}

/// A person dealt with a flag.
#[utoipa::path(
    delete,
    path = "/api/v1/installations/{id}/flags/{customer_id}/{code}",
    tag = "customers",
    params(OfFlag),
    security(("key" = ["operate"])),
    responses((status = 204, description = "it is gone"))
)]
pub(crate) async fn clear_flag(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfFlag>,
) -> Result<StatusCode, Problem> {
    web.service.clear_flag(&at.id, &at.customer_id, &at.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The link to enter into the accounting system. It is a secret.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/link",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    responses((status = 200, description = "the link", body = dto::HookLink))
)]
pub(crate) async fn link(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::HookLink> {
    Ok(Json(web.service.link(&at.id).await?.into()))
}

/// Make a new link. The old ones are taken a while longer, so that no call is lost while a person enters the new one.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/link/rotate",
    tag = "installations",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = Option<dto::Rotation>, description = "for how long; a day when left out"),
    responses((status = 200, description = "the new link", body = dto::HookLink))
)]
pub(crate) async fn rotate_link(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(wish): Sent<dto::Rotation>,
) -> Answer<dto::HookLink> {
    Ok(Json(web.service.rotate_link(&at.id, wish.overlap()).await?.into()))
}
