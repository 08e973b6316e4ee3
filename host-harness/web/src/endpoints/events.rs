//! Events that have not led to something yet, and what a person does about those that are parked.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, InstallationsRead, Operate};
use crate::check::Checked;
use crate::dto;
use crate::problem::Problem;
use crate::requests::{Asked, Page, Parameters, Place, page};
use crate::state::Web;
use accounting_store::{EventFilter, EventState};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// In this state; all unless set.
    state: Option<dto::EventStateWord>,
    /// Of this kind; all unless set.
    kind: Option<dto::EventKindWord>,
    /// `next` of the part before.
    #[param(max_length = 512)]
    after: Option<String>,
    /// Most entries.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
}

impl Parameters for Wanted {
    fn check(&self) -> Checked {
        page(self.after.as_deref(), self.limit)
    }
}

/// Events, oldest first. What is done is no longer there; contents are never shown.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/events",
    tag = "events",
    params(OfInstallation, Wanted),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "a part of the list", body = dto::EventPage))
)]
pub(crate) async fn events(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(wanted): Asked<Wanted>,
) -> Answer<dto::EventPage> {
    let filter = EventFilter {
        installation: Some(at.id),
        state: wanted.state.map(Into::into),
        kind: wanted.kind.map(Into::into),
    };
    let page = Page { after: wanted.after, limit: wanted.limit };
    list(&web, filter, &page).await
}

/// Events that wait for a person, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/parked",
    tag = "events",
    params(OfInstallation, Page),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "a part of the list", body = dto::EventPage))
)]
pub(crate) async fn parked(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(page): Asked<Page>,
) -> Answer<dto::EventPage> {
    let filter = EventFilter { installation: Some(at.id), state: Some(EventState::Parked), kind: None };
    list(&web, filter, &page).await
}

async fn list(web: &Web, filter: EventFilter, page: &Page) -> Answer<dto::EventPage> {
    Ok(Json(web.service.events(filter, page.after.as_deref(), page.most()).await?.into()))
}

/// Which event.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfEvent {
    /// The installation.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    id: String,
    /// The event's number.
    seq: i64,
}

/// One event with its attempts.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/events/{seq}",
    tag = "events",
    params(OfEvent),
    security(("key" = ["installations:read"])),
    responses((status = 200, description = "the event", body = dto::EventWithAttempts))
)]
pub(crate) async fn event(
    _: Allowed<InstallationsRead>,
    State(web): State<Web>,
    Place(at): Place<OfEvent>,
) -> Answer<dto::EventWithAttempts> {
    Ok(Json(web.service.event(&at.id, at.seq).await?.into()))
}

/// Run a parked event again.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/parked/{seq}/retry",
    tag = "events",
    params(OfEvent),
    security(("key" = ["operate"])),
    responses((status = 204, description = "it waits for its turn"))
)]
pub(crate) async fn retry_parked(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfEvent>,
) -> Result<StatusCode, Problem> {
    web.service.retry_parked(&at.id, at.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a parked event up. It is not told to the accounting system any more.
#[utoipa::path(
    delete,
    path = "/api/v1/installations/{id}/parked/{seq}",
    tag = "events",
    params(OfEvent),
    security(("key" = ["operate"])),
    responses((status = 204, description = "it is gone"))
)]
pub(crate) async fn drop_parked(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfEvent>,
) -> Result<StatusCode, Problem> {
    web.service.drop_parked(&at.id, at.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}
