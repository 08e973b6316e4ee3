//! A host without connectors, with one installation that waits, and a key for everything.

use accounting_service::{Service, ServiceOptions, SystemClock, Timers};
use accounting_store::{Change, Installation, InstallationState, Pause, SqliteOptions, SqliteStore, Store, Write};
use accounting_vault::{KeySource, Keyring, Scope, Scopes};
use accounting_web::WebOptions;
use axum::Router;
use axum::body::Body;
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

/// The installation there is.
pub(crate) const CLUB: &str = "club-17";

pub(crate) struct Host {
    pub(crate) service: Service,
    pub(crate) router: Router,
    pub(crate) key: String,
    pub(crate) folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) text: String,
}

struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::Refused { reason: "nothing leaves a test".to_owned() })
    }
}

fn club() -> Installation {
    let pause = Pause { code: "person".to_owned(), message: String::new(), subject: String::new(), at: 0 };
    Installation {
        name: "Klub".to_owned(),
        state: InstallationState::Paused,
        pause: Some(pause),
        catalogue_json: r#"{"customer_tags":[],"customer_fields":[],"account_plan":[],"dimensions":[]}"#.to_owned(),
        customer_tag: "Tag".to_owned(),
        next_check: i64::MAX,
        next_catch_up: i64::MAX,
        ..Installation::new(CLUB, "nobody", 1)
    }
}

pub(crate) async fn host(options: WebOptions) -> Host {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&folder.path().join("data"), SqliteOptions::default()).await.unwrap());
    let writes = vec![Write::CreateInstallation(Box::new(club()))];
    let change = Change { installation: CLUB.to_owned(), guards: vec![], writes };
    store.commit(change).await.unwrap().unwrap();
    let service = ServiceOptions {
        store,
        keyring: keyring(&folder),
        engine: Engine::new(EngineOptions { concurrent_calls: 1, ..EngineOptions::default() }).unwrap(),
        transport: Arc::new(Nowhere),
        limits: Limits::default(),
        public_url: "https://host.example".to_owned(),
        clock: Arc::new(SystemClock),
        calls_at_once: 1,
        timers: Timers::default(),
    };
    let service = Service::start(service, vec![]).await.unwrap();
    let (_, key) = service.new_api_key("test", &Scopes::from(Scope::Admin)).await.unwrap();
    Host { router: accounting_web::router(service.clone(), options), service, key, folder }
}

fn keyring(folder: &TempDir) -> Keyring {
    let file = folder.path().join("keys");
    std::fs::write(&file, Keyring::generate_line().unwrap().expose()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    Keyring::from_source(&KeySource::File(file)).unwrap()
}

impl Host {
    /// Send a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, json, text }
    }

    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.key))
    }

    /// Ask with the key, without a body.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Answer {
        self.send(self.request(method, path).body(Body::empty()).unwrap()).await
    }

    /// Send JSON with the key.
    pub(crate) async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.body(method, path, "application/json", body.to_string()).await
    }

    /// Send a body with the key.
    pub(crate) async fn body(&self, method: &str, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = self.request(method, path).header("content-type", kind);
        self.send(request.body(body.into()).unwrap()).await
    }

    /// The path of a new link.
    pub(crate) async fn link(&self) -> String {
        let answer = self.ask("POST", &format!("/api/v1/installations/{CLUB}/link/rotate")).await;
        let url = answer.json["url"].as_str().unwrap();
        url.strip_prefix("https://host.example").unwrap().to_owned()
    }
}

pub(crate) fn at(rest: &str) -> String {
    format!("/api/v1/installations/{CLUB}{rest}")
}

pub(crate) fn customer(id: &str, revision: u64) -> Value {
    json!({"kind": "changed", "customer": {"id": id, "name": "Maja Sørensen", "tags": ["Tag"], "revision": revision}})
}

pub(crate) fn hook(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder().method(method).uri(path).header("x-event", "changed").body(body.into()).unwrap()
}
