//! API keys and backups: what only an administrator does.

use super::Answer;
use crate::auth::{Admin, Allowed};
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Place, Sent};
use crate::state::Web;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use std::path::Path;
use utoipa::IntoParams;

/// All keys, without their secrets.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    tag = "admin",
    security(("key" = ["admin"])),
    responses((status = 200, description = "all of them", body = dto::ApiKeys))
)]
pub(crate) async fn api_keys(_: Allowed<Admin>, State(web): State<Web>) -> Answer<dto::ApiKeys> {
    let keys = web.service.api_keys().await?.into_iter().map(Into::into).collect();
    Ok(Json(dto::ApiKeys { keys }))
}

/// Make a key. Its secret is shown this once.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = dto::NewKey),
    responses((status = 201, description = "it is made", body = dto::MadeKey))
)]
pub(crate) async fn make_api_key(
    _: Allowed<Admin>,
    State(web): State<Web>,
    Sent(new): Sent<dto::NewKey>,
) -> Result<(StatusCode, Json<dto::MadeKey>), Problem> {
    let scopes = new.scopes()?;
    let (row, secret) = web.service.new_api_key(&new.name, &scopes).await?;
    Ok((StatusCode::CREATED, Json(dto::MadeKey { key: row.into(), secret })))
}

/// Which key.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfKey {
    /// The key's public part.
    #[param(pattern = "^[a-z0-9]{12}$")]
    key_id: String,
}

/// Take a key back. Other hosts of the same data believe it a few seconds longer.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{key_id}",
    tag = "admin",
    params(OfKey),
    security(("key" = ["admin"])),
    responses((status = 204, description = "it is taken back"))
)]
pub(crate) async fn revoke_api_key(
    _: Allowed<Admin>,
    State(web): State<Web>,
    Place(at): Place<OfKey>,
) -> Result<StatusCode, Problem> {
    web.service.revoke_api_key(&at.key_id).await?;
    web.gate.forget(&at.key_id);
    Ok(StatusCode::NO_CONTENT)
}

/// Write a whole copy of everything kept to a new file of the host, while work goes on.
#[utoipa::path(
    post,
    path = "/api/v1/backup",
    tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = dto::BackupFile),
    responses((status = 200, description = "it is written", body = dto::BackupFile))
)]
pub(crate) async fn back_up(
    _: Allowed<Admin>,
    State(web): State<Web>,
    Sent(wish): Sent<dto::BackupFile>,
) -> Answer<dto::BackupFile> {
    let file = Path::new(&wish.file);
    // Two looks at a folder, once in a backup: not worth a thread of their own.
    check_new(file)?;
    web.service.back_up(file).await?;
    Ok(Json(wish))
}

/// A wrong path is the sender's to mend, and told before anything is read.
fn check_new(file: &Path) -> Result<(), Problem> {
    if file.symlink_metadata().is_ok() {
        let detail = "there is such a file already; name one that does not exist";
        return Err(Problem::new(StatusCode::CONFLICT, "file-exists", detail).about("file"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() {
        Ok(())
    } else {
        Err(Problem::invalid("no-folder", "the folder of the file is not there; make it first").about("file"))
    }
}
