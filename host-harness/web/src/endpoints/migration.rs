//! Moving an installation to another: `{id}` is the new one.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, InstallationsWrite};
use crate::check::Checked;
use crate::dto;
use crate::requests::{Asked, Parameters, Place, Sent, page};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// The migration to this installation as it stands.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/migration",
    tag = "migration",
    params(OfInstallation),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "the migration", body = dto::Migration))
)]
pub(crate) async fn migration(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
) -> Answer<dto::Migration> {
    Ok(Json(web.service.migration(&at.id).await?.into()))
}

/// Which customers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfClass {
    /// `next` of the part before; left out for the first.
    #[param(max_length = 512)]
    after: Option<String>,
    /// Most entries.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// Of this class; all when left out.
    class: Option<dto::MigrationClassWord>,
}

impl Parameters for OfClass {
    fn check(&self) -> Checked {
        page(self.after.as_deref(), self.limit)
    }
}

/// Its customers: what would become of each, or became.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/migration/customers",
    tag = "migration",
    params(OfInstallation, OfClass),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "a part of the list", body = dto::MigrationCustomers))
)]
pub(crate) async fn migration_customers(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(wanted): Asked<OfClass>,
) -> Answer<dto::MigrationCustomers> {
    let class = wanted.class.map(Into::into);
    let most = wanted.limit.unwrap_or(100);
    let found = web.service.migration_customers(&at.id, class, wanted.after.as_deref(), most).await?;
    Ok(Json(found.into()))
}

/// Find out what would become of each customer of another installation in this one. Nothing is changed on either side. Answers
/// after a while with how far it came: repeat while `more` is true.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/migration/preview",
    tag = "migration",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = dto::PreviewMigration),
    responses((status = 200, description = "how far it came", body = dto::Migration))
)]
pub(crate) async fn preview_migration(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(wish): Sent<dto::PreviewMigration>,
) -> Answer<dto::Migration> {
    Ok(Json(web.service.migration_preview(&at.id, &wish.from, wish.anew).await?.into()))
}

/// Let this installation take the place of another, which takes in nothing from then on. What is done stays done when it is
/// repeated; repeat while `more` is true.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/migration/apply",
    tag = "migration",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = dto::ApplyMigration),
    responses((status = 200, description = "how far it came", body = dto::Migration))
)]
pub(crate) async fn apply_migration(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(wish): Sent<dto::ApplyMigration>,
) -> Answer<dto::Migration> {
    Ok(Json(web.service.migration_apply(&at.id, &wish.from, wish.wish()).await?.into()))
}

/// Let the other installation take its place back. What was created in the new accounting system stays there and is listed.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/migration/undo",
    tag = "migration",
    params(OfInstallation),
    security(("key" = ["installations:write"])),
    request_body(content = dto::UndoMigration),
    responses((status = 200, description = "how far it came", body = dto::Migration))
)]
pub(crate) async fn undo_migration(
    _: Allowed<InstallationsWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Sent(wish): Sent<dto::UndoMigration>,
) -> Answer<dto::Migration> {
    Ok(Json(web.service.migration_undo(&at.id, &wish.from).await?.into()))
}
