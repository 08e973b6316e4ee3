//! What FlexyBox must be told.

use super::Answer;
use crate::auth::{Allowed, OutboxRead};
use crate::check::{self, Checked, Invalid};
use crate::dto;
use crate::requests::{Asked, Page, Parameters, Place, Sent, page};
use crate::serve::Closing;
use crate::state::Web;
use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// Longest wait for an item: below what proxies cut off.
const LONGEST_WAIT_S: u64 = 60;
/// The same.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(LONGEST_WAIT_S);

/// Which items.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of this installation; of all unless set.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    installation: Option<String>,
    /// With ids above this one; from the oldest unless set.
    #[param(minimum = 0)]
    #[serde(default)]
    after: i64,
    /// Most items.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// Wait for the first one up to so many seconds.
    #[param(minimum = 0, maximum = 60)]
    #[serde(default)]
    wait_s: u64,
}

impl Parameters for Wanted {
    fn check(&self) -> Checked {
        if let Some(id) = &self.installation {
            check::installation_id("installation", id)?;
        }
        if self.after < 0 {
            return Err(Invalid::new("after", "is below 0"));
        }
        if self.wait_s > LONGEST_WAIT_S {
            return Err(Invalid::new("wait_s", format!("is more than {LONGEST_WAIT_S}")));
        }
        page(None, self.limit)
    }
}

/// Open items, oldest first. Ask again with the last id as `after`; an item stays until it is acknowledged.
#[utoipa::path(
    get,
    path = "/api/v1/outbox",
    tag = "outbox",
    params(Wanted),
    security(("key" = ["outbox:read"])),
    responses((status = 200, description = "items; none when the wait is over", body = dto::Outbox))
)]
pub(crate) async fn outbox(
    _: Allowed<OutboxRead>,
    State(web): State<Web>,
    closing: Option<Extension<Closing>>,
    Asked(wanted): Asked<Wanted>,
) -> Answer<dto::Outbox> {
    let most = Page { after: None, limit: wanted.limit }.most();
    let wait = Duration::from_secs(wanted.wait_s);
    let found = web.service.outbox(wanted.installation.as_deref(), wanted.after, most, wait);
    let items = match closing {
        // Whoever waits is sent home when the server stops, and asks again elsewhere.
        Some(Extension(closing)) => tokio::select! {
            biased;
            items = found => items?,
            () = closing.begun() => Vec::new(),
        },
        None => found.await?,
    };
    Ok(Json(items.try_into()?))
}

/// Which item.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfItem {
    /// The item.
    id: i64,
}

/// FlexyBox has dealt with an item.
#[utoipa::path(
    post,
    path = "/api/v1/outbox/{id}/ack",
    tag = "outbox",
    params(OfItem),
    security(("key" = ["outbox:read"])),
    request_body(content = dto::Acknowledgement),
    responses((status = 200, description = "what became of it", body = dto::Acknowledged))
)]
pub(crate) async fn acknowledge(
    _: Allowed<OutboxRead>,
    State(web): State<Web>,
    Place(at): Place<OfItem>,
    Sent(acknowledgement): Sent<dto::Acknowledgement>,
) -> Answer<dto::Acknowledged> {
    Ok(Json(web.service.acknowledge(at.id, acknowledgement.into()).await?.into()))
}
