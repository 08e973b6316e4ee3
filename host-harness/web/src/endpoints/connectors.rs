//! Connectors that are loaded.

use super::Answer;
use crate::auth::{Allowed, InstallationsRead, Operate};
use crate::dto;
use crate::problem::Problem;
use crate::requests::{BodyLimit, MOST_COMPONENT_BYTES, media_type, other_media_type, read};
use crate::state::Web;
use axum::Json;
use axum::extract::{Request, State};

/// Connectors that are loaded.
#[utoipa::path(
    get,
    path = "/api/v1/connectors",
    tag = "connectors",
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "all of them", body = dto::Connectors))
)]
pub(crate) async fn connectors(_: Allowed<InstallationsRead>, State(web): State<Web>) -> Answer<dto::Connectors> {
    let connectors = web.service.connectors().await?.into_iter().map(Into::into).collect();
    Ok(Json(dto::Connectors { connectors }))
}

/// Load a connector, or another version of one. New calls run on the new one, calls under way end on the old one.
#[utoipa::path(
    post,
    path = "/api/v1/connectors",
    tag = "connectors",
    security(("key" = ["operate"])),
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "the component, at most 16 MiB"),
    responses((status = 200, description = "it is loaded", body = dto::Connector))
)]
pub(crate) async fn load_connector(
    _: Allowed<Operate>,
    State(web): State<Web>,
    request: Request,
) -> Answer<dto::Connector> {
    if media_type(request.headers()) != "application/wasm" {
        return Err(other_media_type("application/wasm"));
    }
    let component = read(request.into_body(), BodyLimit::new(MOST_COMPONENT_BYTES, &web.options)).await?;
    if component.is_empty() {
        return Err(Problem::invalid("empty-body", "the body is empty; send the component"));
    }
    Ok(Json(web.service.load_connector(component.to_vec()).await?.into()))
}
