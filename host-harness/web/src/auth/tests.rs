use super::*;
use crate::options::Rate;
use crate::router::surround;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt;
use rstest::rstest;
use serde_json::{Value, json};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tower::ServiceExt;

/// One key, and how often it was asked for.
#[derive(Clone)]
struct OneKey {
    key: ApiKey,
    scopes: Option<Scopes>,
    asked: Arc<AtomicUsize>,
    fails: bool,
}

#[async_trait]
impl Keys for OneKey {
    async fn scopes_of(&self, key: &ApiKey) -> Result<Option<Scopes>, ServiceError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.fails {
            return Err(ServiceError::new(accounting_service::Refusal::Unavailable, "store", "the disk is full"));
        }
        Ok(if key == &self.key { self.scopes.clone() } else { None })
    }
}

fn with(scopes: &str) -> (OneKey, String) {
    let (key, text) = ApiKey::new().unwrap();
    let keys = OneKey { key, scopes: Some(scopes.parse().unwrap()), asked: Arc::default(), fails: false };
    (keys, text.expose().to_owned())
}

async fn good<N>(_: Allowed<N>) -> &'static str {
    "good"
}

/// A route for each scope, named by it.
fn routes(keys: OneKey, options: &WebOptions) -> Router {
    let routes = Router::new()
        .route("/installations:read", get(good::<InstallationsRead>))
        .route("/installations:write", get(good::<InstallationsWrite>))
        .route("/customers:write", get(good::<CustomersWrite>))
        .route("/days:write", get(good::<DaysWrite>))
        .route("/outbox:read", get(good::<OutboxRead>))
        .route("/operate", get(good::<Operate>))
        .route("/admin", get(good::<Admin>));
    surround(routes).with_state(Gate::new(keys, options))
}

async fn ask(routes: &Router, path: &str, authorization: Option<&str>) -> (u16, Value, Option<String>) {
    let mut request = Request::get(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let response: Response = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let wait = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null), wait)
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say_and_admin_all() {
    let routed = Scope::ALL.into_iter().filter(|scope| *scope != Scope::MetricsRead);
    for needed in routed {
        for held in Scope::ALL {
            let (keys, text) = with(held.as_str());
            let routes = routes(keys, &WebOptions::default());
            let (status, problem, _) = ask(&routes, &format!("/{needed}"), Some(&format!("Bearer {text}"))).await;
            if held == needed || held == Scope::Admin {
                assert_eq!(status, 200, "{held} for {needed}");
            } else {
                assert_eq!((status, &problem["code"]), (403, &json!("scope-missing")), "{held} for {needed}");
                assert_eq!(problem["subject"], json!(needed.as_str()));
                assert!(problem["detail"].as_str().unwrap().contains(needed.as_str()));
            }
        }
    }
}

#[rstest]
#[case(None)]
#[case(Some("".to_owned()))]
#[case(Some("Bearer".to_owned()))]
#[case(Some("Bearer fbx_short".to_owned()))]
#[case(Some(format!("Basic {}", with("admin").1)))]
#[case(Some(with("admin").1))]
#[case(Some(format!("Bearer {}", with("admin").1)))]
#[tokio::test]
async fn without_a_good_key_the_answer_is_always_the_same(#[case] authorization: Option<String>) {
    let (keys, _) = with("admin");
    let (status, problem, _) = ask(&routes(keys, &WebOptions::default()), "/admin", authorization.as_deref()).await;
    assert_eq!((status, &problem["code"]), (401, &json!("no-valid-key")));
    assert!(!problem.to_string().contains("fbx_s"));
}

#[tokio::test]
async fn the_word_bearer_may_be_written_in_any_case() {
    let (keys, text) = with("admin");
    assert_eq!(ask(&routes(keys, &WebOptions::default()), "/admin", Some(&format!("bEARER {text}"))).await.0, 200);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_not_a_wrong_key() {
    let (mut keys, text) = with("admin");
    keys.fails = true;
    let (status, _, wait) = ask(&routes(keys, &WebOptions::default()), "/admin", Some(&format!("Bearer {text}"))).await;
    assert_eq!((status, wait.is_some()), (503, true));
}

#[rstest]
#[case(Duration::from_secs(600), 1)]
#[case(Duration::ZERO, 3)]
#[tokio::test]
async fn a_key_is_believed_for_a_while(#[case] key_belief: Duration, #[case] asked: usize) {
    let (keys, text) = with("admin");
    let routes = routes(keys.clone(), &WebOptions { key_belief, ..WebOptions::default() });
    for _ in 0..3 {
        assert_eq!(ask(&routes, "/admin", Some(&format!("Bearer {text}"))).await.0, 200);
    }
    assert_eq!(keys.asked.load(Ordering::SeqCst), asked);
}

#[tokio::test]
async fn a_key_that_calls_too_often_waits() {
    let (keys, text) = with("operate");
    let key_rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(2).unwrap() };
    let routes = routes(keys, &WebOptions { key_rate, ..WebOptions::default() });
    let authorization = format!("Bearer {text}");
    // A refused call counts as well.
    assert_eq!(ask(&routes, "/admin", Some(&authorization)).await.0, 403);
    assert_eq!(ask(&routes, "/operate", Some(&authorization)).await.0, 200);
    let (status, problem, wait) = ask(&routes, "/operate", Some(&authorization)).await;
    assert_eq!((status, &problem["code"]), (429, &json!("too-many-requests")));
    assert!(wait.unwrap().parse::<u64>().unwrap() >= 1);
}
