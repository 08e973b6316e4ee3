//! A simulator on a free port, and a client that knows its credentials. Shared by the tests over HTTP.

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uniconta_sim::{Config, Running, Switches, serve};

pub(crate) const USER: &str = "0012345/flexybox";
pub(crate) const PASSWORD: &str = "example-password";
pub(crate) const API_KEY: &str = "11111111-2222-4333-8444-555555555555";

pub(crate) struct Simulator {
    pub(crate) running: Running,
    pub(crate) client: Client,
}

/// What came back: status and body, read as JSON where it is JSON.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) async fn of(response: Response) -> Self {
        let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        Self { status, content_type: content_type.unwrap_or_default(), text: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Simulator {
    pub(crate) async fn start() -> Self {
        Self::with(Switches::default()).await
    }

    pub(crate) async fn with(switches: Switches) -> Self {
        Self::of(Config { switches, ..Config::example() }).await
    }

    pub(crate) async fn of(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = serve(config, listener).await.unwrap();
        // No connection is used twice, so that a dropped one cannot be mistaken for an idle one that was closed.
        let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { running, client }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url()))
    }

    /// On the OData surface, asking for JSON.
    pub(crate) fn odata(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).basic_auth(USER, Some(PASSWORD)).header("Accept", "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::of(self.odata(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn write(&self, method: Method, path: &str, body: Value) -> Reply {
        Reply::of(self.odata(method, path).json(&body).send().await.unwrap()).await
    }

    pub(crate) async fn insert(&self, entity: &str, body: Value) -> Reply {
        self.write(Method::POST, &format!("/api/Entities/Insert/{entity}"), body).await
    }

    pub(crate) async fn update(&self, entity: &str, body: Value) -> Reply {
        self.write(Method::PUT, &format!("/api/Entities/Update/{entity}"), body).await
    }

    pub(crate) async fn delete(&self, entity: &str, body: Value) -> Reply {
        self.write(Method::DELETE, &format!("/api/Entities/Delete/{entity}"), body).await
    }

    /// On the control surface.
    pub(crate) async fn sim(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let request = self.request(method, &format!("/_sim/{path}"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Reply::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn log_in(&self, body: Value) -> Reply {
        Reply::of(self.request(Method::POST, "/login").json(&body).send().await.unwrap()).await
    }

    pub(crate) async fn token(&self) -> String {
        let reply = self.log_in(json!({"Username": USER, "Password": PASSWORD, "apiKey": API_KEY})).await;
        reply.json()["token"].as_str().unwrap().to_owned()
    }

    /// On the Web API.
    pub(crate) async fn web_api(&self, token: &str, path: &str, body: Value) -> Reply {
        let request = self.request(Method::POST, path).bearer_auth(token).json(&body);
        Reply::of(request.send().await.unwrap()).await
    }
}

/// The names of the accounts in a list of rows.
pub(crate) fn accounts(rows: &Value) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row["Account"].as_str().unwrap().to_owned()).collect()
}
