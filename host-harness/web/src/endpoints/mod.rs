//! The endpoints, a file for each group. Each says in its attributes what the OpenAPI document tells of it; the refusals
//! that follow from its kind (a key, a path, a body) are added by [`openapi`](crate::openapi).
#![allow(unused_qualifications, reason = "the macro that documents an endpoint writes whole paths")]

pub(crate) mod activity;
pub(crate) mod connectors;
pub(crate) mod customers;
pub(crate) mod days;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod hooks;
pub(crate) mod installations;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod migration;
pub(crate) mod operate;
pub(crate) mod outbox;
pub(crate) mod recording;
pub(crate) mod switch_on;

pub(crate) use hooks::HOOK_ROUTE;

use crate::problem::Problem;
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

/// What a handler answers with.
type Answer<T> = Result<Json<T>, Problem>;

/// Which installation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfInstallation {
    /// The installation.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(crate) id: String,
}
