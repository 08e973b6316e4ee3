//! What happened.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead};
use crate::dto::{self, activity_page};
use crate::requests::{Asked, Page, Place};
use crate::state::Web;
use axum::Json;
use axum::extract::State;

/// Calls of the connector, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/activity",
    tag = "events",
    params(OfInstallation, Page),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "a part of the list", body = dto::ActivityPage))
)]
pub(crate) async fn activity(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(page): Asked<Page>,
) -> Answer<dto::ActivityPage> {
    let found = web.service.activity(&at.id, page.after.as_deref(), page.most()).await?;
    Ok(Json(activity_page(found)?))
}
