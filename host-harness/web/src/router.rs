//! All routes, and what surrounds them.

use crate::endpoints::{
    activity, connectors, customers, days, events, health, hooks, installations, keys, links, migration, operate,
    outbox, recording, switch_on,
};
use crate::observe::{observe, panicked};
use crate::options::WebOptions;
use crate::problem::Problem;
use crate::state::Web;
use accounting_service::Service;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use std::future::Future;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Everything the host answers, over this service. Hand it to [`serve`](crate::serve), or to any server of your own; then
/// bound headers and connections there.
pub fn router(service: Service, options: WebOptions) -> Router {
    let (routes, _) = routes(&options).split_for_parts();
    surround(routes).with_state(Web::new(service, options))
}

/// What surrounds every request, whatever answers it.
pub(crate) fn surround<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(CatchPanicLayer::custom(panicked)).layer(middleware::from_fn(observe))
}

/// All routes with what is told of them, each within its time.
pub(crate) fn routes(options: &WebOptions) -> OpenApiRouter<Web> {
    let wait = options.request_time.saturating_add(outbox::LONGEST_WAIT);
    within(options.request_time, quick())
        .merge(within(options.slow_request_time, slow()))
        .merge(within(options.backup_time, OpenApiRouter::new().routes(routes!(keys::back_up))))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(outbox::outbox))
                .route_layer(middleware::from_fn(move |request: Request, next: Next| in_time(wait, next.run(request)))),
        )
}

/// What asks only the store.
fn quick() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(hooks::hook_by_get, hooks::hook_by_post))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(health::document))
        .routes(routes!(installations::installations, installations::create_installation))
        .routes(routes!(
            installations::installation,
            installations::change_installation,
            installations::delete_installation
        ))
        .routes(routes!(operate::pause))
        .routes(routes!(recording::start_recording, recording::recording, recording::stop_recording))
        .routes(routes!(operate::resume))
        .routes(routes!(operate::check))
        .routes(routes!(operate::catch_up))
        .routes(routes!(switch_on::switch_on))
        .routes(routes!(switch_on::go))
        .routes(routes!(links::link))
        .routes(routes!(links::rotate_link))
        .routes(routes!(links::links))
        .routes(routes!(links::flags))
        .routes(routes!(links::clear_flag))
        .routes(routes!(migration::migration))
        .routes(routes!(migration::migration_customers))
        .routes(routes!(customers::customers, customers::hand_over_customers))
        .routes(routes!(customers::customer))
        .routes(routes!(customers::resync))
        .routes(routes!(days::close_day))
        .routes(routes!(days::receipts))
        .routes(routes!(events::events))
        .routes(routes!(events::event))
        .routes(routes!(events::parked))
        .routes(routes!(events::retry_parked))
        .routes(routes!(events::drop_parked))
        .routes(routes!(activity::activity))
        .routes(routes!(outbox::acknowledge))
        .routes(routes!(keys::api_keys, keys::make_api_key))
        .routes(routes!(keys::revoke_api_key))
}

/// What calls the accounting system or compiles.
fn slow() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(connectors::connectors, connectors::load_connector))
        .routes(routes!(operate::configure))
        .routes(routes!(operate::doctor))
        .routes(routes!(switch_on::look_ahead))
        .routes(routes!(migration::preview_migration))
        .routes(routes!(migration::apply_migration))
        .routes(routes!(migration::undo_migration))
}

/// What is begun runs to its end, even if whoever asked has left or was told that it takes too long: a service that has written
/// something down must come to tell its workers of it.
fn within(time: Duration, routes: OpenApiRouter<Web>) -> OpenApiRouter<Web> {
    routes.route_layer(middleware::from_fn(move |request: Request, next: Next| {
        in_time(time, to_the_end(next.run(request)))
    }))
}

async fn to_the_end(answer: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(answer.in_current_span()).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(said) => panicked(said),
            Err(_) => Problem::internal().into_response(),
        },
    }
}

/// Whoever asks is not kept waiting any longer. What the request began may be done all the same, which the answer says.
async fn in_time(time: Duration, answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(time, answer).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "it took too long; it may be done all the same, so look, or send the same again";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", detail).after(1).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    async fn asked(routes: Router, request: http::Request<Body>) -> (http::response::Parts, Value) {
        let (parts, body) = surround(routes).oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    fn of(path: &str) -> http::Request<Body> {
        http::Request::get(path).header("x-correlation-id", "test-1").body(Body::empty()).unwrap()
    }

    async fn fails() -> Response {
        if std::env::args().count() > 0 {
            panic!("secret detail");
        }
        StatusCode::OK.into_response()
    }

    fn routes() -> Router {
        Router::new()
            .route("/good", get(async || "good"))
            .route("/panic", get(fails))
            .route("/panic-in-task", get(async || to_the_end(fails()).await))
            .route("/slow", get(async || in_time(Duration::from_millis(1), std::future::pending()).await))
    }

    #[tokio::test]
    async fn what_the_framework_refuses_is_a_problem_too() {
        let (parts, problem) = asked(routes(), of("/nowhere")).await;
        assert_eq!((parts.status.as_u16(), &problem["code"]), (404, &json!("unknown-route")));
        assert_eq!(problem["type"], json!("urn:flexybox:accounting:problem:unknown-route"));
        assert_eq!(problem["title"], json!("unknown route"));
        assert_eq!((&problem["status"], &problem["correlation"]), (&json!(404), &json!("test-1")));
        assert_eq!(parts.headers["content-type"], "application/problem+json");
        assert_eq!(parts.headers["x-correlation-id"], "test-1");
        assert!(problem.get("subject").is_none());

        let post = http::Request::post("/good").body(Body::empty()).unwrap();
        let (parts, problem) = asked(routes(), post).await;
        assert_eq!((parts.status.as_u16(), &problem["code"]), (405, &json!("method")));
        assert_eq!(parts.headers["allow"], "GET,HEAD");
        assert_eq!(problem["correlation"], parts.headers["x-correlation-id"].to_str().unwrap());
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_without_details() {
        for path in ["/panic", "/panic-in-task"] {
            let (parts, problem) = asked(routes(), of(path)).await;
            assert_eq!((parts.status.as_u16(), &problem["code"]), (500, &json!("internal")), "{path}");
            assert!(!problem.to_string().contains("secret"), "{path}");
        }
    }

    #[tokio::test]
    async fn a_slow_request_is_told_to_come_again() {
        let (parts, problem) = asked(routes(), of("/slow")).await;
        assert_eq!((parts.status.as_u16(), &problem["code"]), (503, &json!("too-slow")));
        assert_eq!(parts.headers["retry-after"], "1");
    }

    #[tokio::test]
    async fn a_good_answer_stays_as_it_is() {
        let (parts, _) = asked(routes(), of("/good")).await;
        assert_eq!(parts.status.as_u16(), 200);
        assert_eq!(parts.headers["x-correlation-id"], "test-1");
        assert_eq!(parts.headers["cache-control"], "no-store");
    }

    #[tokio::test]
    async fn what_is_begun_ends_though_nobody_waits() {
        let (go_on, goes_on) = tokio::sync::oneshot::channel::<()>();
        let (done, is_done) = tokio::sync::oneshot::channel::<()>();
        let work = async move {
            goes_on.await.unwrap();
            done.send(()).unwrap();
            StatusCode::OK.into_response()
        };
        let answer = in_time(Duration::ZERO, to_the_end(work)).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        go_on.send(()).unwrap();
        is_done.await.unwrap();
    }
}
