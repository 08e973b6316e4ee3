//! Whether the host lives and takes work, its figures, and what it can be asked.

use super::Answer;
use crate::problem::Problem;
use crate::state::Web;
use accounting_vault::Scope;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use std::sync::OnceLock;
use utoipa::ToSchema;

/// How the host is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Status {
    /// `alive` or `ready`.
    status: &'static str,
}

/// Whether the process lives. Asks nothing and nobody.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "host",
    responses((status = 200, description = "it lives", body = Status))
)]
pub(crate) async fn alive() -> Json<Status> {
    Json(Status { status: "alive" })
}

/// Whether the host takes work: its store takes writes, and a connector is loaded.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "host",
    responses((status = 200, description = "it takes work", body = Status))
)]
pub(crate) async fn ready(State(web): State<Web>) -> Answer<Status> {
    web.service.ready().await?;
    Ok(Json(Status { status: "ready" }))
}

/// Figures for monitoring. Without a key where the server is run so.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "host",
    security(("key" = ["metrics:read"])),
    responses((status = 200, description = "figures", content_type = "text/plain", body = String))
)]
pub(crate) async fn metrics(State(web): State<Web>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    if !web.options.open_metrics {
        web.gate.admit(&headers, Scope::MetricsRead).await?;
    }
    let Some(metering) = &web.options.metering else {
        let detail = "no figures are kept; run the server with metering";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no-figures", detail));
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metering.text()))
}

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "host",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object))
)]
pub(crate) async fn document() -> Result<impl IntoResponse, Problem> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = match TEXT.get() {
        Some(text) => text,
        None => {
            let made = crate::openapi().to_json().map_err(|_| Problem::internal())?;
            TEXT.get_or_init(|| made)
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], text.as_str()))
}
