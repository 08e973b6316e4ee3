//! Customers: those that come in, and those that are held.

use super::{Answer, OfInstallation};
use crate::auth::{Allowed, CustomersWrite, Operate};
use crate::correlation::Correlation;
use crate::dto;
use crate::problem::Problem;
use crate::requests::{
    Asked, BodyLimit, Document, Line, MOST_JSON_BYTES, MOST_LINES_BYTES, Page, Place, Sent, chosen_id, lines,
    media_type, other_media_type, parse, read,
};
use crate::state::Web;
use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Hand over a customer that changed, or many: one document a line (`application/x-ndjson`), at most 5,000 lines and 16 MiB,
/// all or none. Durable when it is answered.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/customers",
    tag = "customers",
    params(OfInstallation),
    security(("key" = ["customers:write"])),
    request_body(
        description = "a customer, or many, one a line",
        content((dto::CustomerEvent = "application/json"), (dto::CustomerEvent = "application/x-ndjson"))
    ),
    responses((status = 202, description = "it is kept; for many, what became of each line", body = dto::HandedOver))
)]
pub(crate) async fn hand_over_customers(
    _: Allowed<CustomersWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    correlation: Correlation,
    request: Request,
) -> Result<(StatusCode, Json<dto::HandedOver>), Problem> {
    let handed_over = match media_type(request.headers()).as_str() {
        "application/json" => {
            let body = read(request.into_body(), BodyLimit::new(MOST_JSON_BYTES, &web.options)).await?;
            let event: dto::CustomerEvent = parse(&body)?;
            event.check()?;
            let accepted =
                web.service.customers_arrived(&at.id, vec![event.into()], false, correlation.as_str()).await?;
            let accepted = accepted.first().copied().ok_or_else(Problem::internal)?;
            dto::HandedOver::One(accepted.into())
        }
        "application/x-ndjson" => {
            let body = read(request.into_body(), BodyLimit::new(MOST_LINES_BYTES, &web.options)).await?;
            let found: Vec<Line<dto::CustomerEvent>> = lines(&body)?;
            let (numbers, events): (Vec<usize>, Vec<_>) =
                found.into_iter().map(|line| (line.number, line.document.into())).unzip();
            let accepted = web.service.customers_arrived(&at.id, events, true, correlation.as_str()).await?;
            let results = numbers.into_iter().zip(accepted);
            let results =
                results.map(|(line, accepted)| dto::LineAccepted { line, accepted: dto::Accepted::from(accepted) });
            dto::HandedOver::Many(dto::LinesAccepted { results: results.collect() })
        }
        _ => return Err(other_media_type("application/json or application/x-ndjson")),
    };
    Ok((StatusCode::ACCEPTED, Json(handed_over)))
}

/// Customers held.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/customers",
    tag = "customers",
    params(OfInstallation, Page),
    security(("key" = ["customers:write"])),
    responses((status = 200, description = "a part of the list", body = dto::CustomerPage))
)]
pub(crate) async fn customers(
    _: Allowed<CustomersWrite>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    Asked(page): Asked<Page>,
) -> Answer<dto::CustomerPage> {
    let found = web.service.customers(&at.id, page.after.as_deref(), page.most()).await?;
    Ok(Json(found.try_into()?))
}

/// Which customer.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfCustomer {
    /// The installation.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    id: String,
    /// The customer.
    #[serde(deserialize_with = "chosen_id")]
    #[param(min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    customer_id: String,
}

/// A customer held.
#[utoipa::path(
    get,
    path = "/api/v1/installations/{id}/customers/{customer_id}",
    tag = "customers",
    params(OfCustomer),
    security(("key" = ["customers:write"])),
    responses((status = 200, description = "the customer", body = dto::Customer))
)]
pub(crate) async fn customer(
    _: Allowed<CustomersWrite>,
    State(web): State<Web>,
    Place(at): Place<OfCustomer>,
) -> Answer<dto::Customer> {
    Ok(Json(web.service.customer(&at.id, &at.customer_id).await?.try_into()?))
}

/// Write everything of these customers again; without a body, of all that are synchronised.
#[utoipa::path(
    post,
    path = "/api/v1/installations/{id}/resync",
    tag = "customers",
    params(OfInstallation),
    security(("key" = ["operate"])),
    request_body(content = Option<dto::Resync>, description = "whom; all when left out"),
    responses((status = 202, description = "so many events", body = dto::ResyncAnswer))
)]
pub(crate) async fn resync(
    _: Allowed<Operate>,
    State(web): State<Web>,
    Place(at): Place<OfInstallation>,
    correlation: Correlation,
    Sent(wish): Sent<dto::Resync>,
) -> Result<(StatusCode, Json<dto::ResyncAnswer>), Problem> {
    let events = web.service.resync(&at.id, wish.customers, correlation.as_str()).await?;
    Ok((StatusCode::ACCEPTED, Json(dto::ResyncAnswer { events })))
}
