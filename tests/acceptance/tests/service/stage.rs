//! The stage of a test: a folder, the store in it, the service on it with the component as it is shipped, and the books.

use crate::books::{API_KEY, Books, COMPANIES, HOSTS, PASSWORD, USER};
use crate::clock::{SetClock, until};
use crate::club::{Club, TAG};
use accounting_service::{
    Clock, HookAnswer, HookCall, InstallationChange, Service, ServiceError, ServiceOptions, Timers,
};
use accounting_store::{Activity, Counts, EventFilter, EventRow, EventState, SqliteOptions, SqliteStore, Store};
use accounting_vault::{KeySource, Keyring};
use async_trait::async_trait;
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::types::Link;
use host_harness::egress::{Route, Routes};
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// The installation of most tests.
pub(crate) const CLUB: &str = "club-1";
/// Where the accounting system would reach the host; the tests hand its calls over themselves.
pub(crate) const PUBLIC_URL: &str = "https://host.example";
/// As long as timers may wait: tests that are not about them are not disturbed.
const QUIET: Timers =
    Timers { check_ms: accounting_policy::LONGEST_INTERVAL_MS, catch_up_ms: accounting_policy::LONGEST_INTERVAL_MS };

/// A component by the variable that names its file.
pub(crate) fn component(variable: &str) -> Vec<u8> {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"));
    std::fs::read(path).unwrap()
}

/// The connector as it is shipped.
pub(crate) fn shipped() -> Vec<u8> {
    component("CONNECTOR_UNICONTA")
}

/// One engine for all tests: its thread and its pool are made once.
pub(crate) fn engine() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(EngineOptions::default()).unwrap()).clone()
}

/// Everything on disk, and the books: what outlives a service.
pub(crate) struct Ground {
    pub(crate) folder: TempDir,
    pub(crate) books: Books,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) timers: Timers,
    pub(crate) limits: Limits,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_key(&folder.path().join("keys"));
        Self {
            folder,
            books: Books::open().await,
            clock: Arc::new(SetClock::new()),
            timers: QUIET,
            limits: Limits::default(),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) async fn store(&self) -> Arc<SqliteStore> {
        Arc::new(SqliteStore::open(&self.data(), SqliteOptions::default()).await.unwrap())
    }

    pub(crate) fn options(&self, store: Arc<dyn Store>) -> ServiceOptions {
        let route = |host: &str| Route { host: host.to_owned(), target: self.books.address() };
        ServiceOptions {
            store,
            keyring: Keyring::from_source(&KeySource::File(self.keys())).unwrap(),
            engine: engine(),
            transport: Arc::new(Routes::new(Arc::new(Nowhere), HOSTS.map(route)).unwrap()),
            limits: self.limits.clone(),
            public_url: PUBLIC_URL.to_owned(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            calls_at_once: 16,
            timers: self.timers,
        }
    }

    /// Start a service on what lies there.
    pub(crate) async fn start(&self) -> Service {
        self.start_over(self.store().await).await
    }

    pub(crate) async fn start_over(&self, store: Arc<dyn Store>) -> Service {
        Service::start(self.options(store), vec![shipped()]).await.unwrap()
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Both clocks are set so many milliseconds forwards, or back.
    pub(crate) fn set_clocks(&self, by: i64) {
        self.clock.set(by);
        self.books.set_now(self.now());
    }
}

/// A ground with a service on it.
pub(crate) struct Stage {
    pub(crate) ground: Ground,
    pub(crate) service: Service,
    pub(crate) club: Club,
}

impl Stage {
    /// A service with one installation that works.
    pub(crate) async fn open() -> Self {
        Self::on(Ground::new().await).await
    }

    pub(crate) async fn on(ground: Ground) -> Self {
        let service = ground.start().await;
        Self::with(ground, service).await
    }

    /// The same with a service that was started already.
    pub(crate) async fn with(ground: Ground, service: Service) -> Self {
        let mut stage = Self { ground, service, club: Club::new(CLUB) };
        stage.create(CLUB).await;
        stage.club.read(&stage.service).await;
        stage
    }

    /// One more installation; `club-N` has the Nth company.
    pub(crate) async fn create(&self, id: &str) {
        let number: usize = id.rsplit('-').next().unwrap().parse().unwrap();
        self.service.create(id, "uniconta", settings(COMPANIES[number - 1])).await.unwrap();
        let answer = self.service.configure(id).await.unwrap();
        assert!(answer.ready, "{answer:?}");
    }

    pub(crate) fn books(&self) -> &Books {
        &self.ground.books
    }

    pub(crate) async fn counts(&self) -> Counts {
        self.service.counts(CLUB).await.unwrap()
    }

    /// Nothing waits and nothing runs; parked events and the outbox may be there.
    pub(crate) async fn quiet(&self) {
        until("nothing waits", async || {
            let counts = self.counts().await;
            counts.waiting + counts.running == 0
        })
        .await;
    }

    /// The same, while time goes by in hours and not in seconds: what waits for a retry is due.
    pub(crate) async fn quiet_in_time(&self) {
        until("nothing waits though time goes by", async || {
            let counts = self.counts().await;
            if counts.running == 0 && counts.waiting > 0 {
                self.ground.set_clocks(20 * crate::clock::MINUTE);
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            counts.waiting + counts.running == 0
        })
        .await;
    }

    pub(crate) async fn parked(&self) -> Vec<EventRow> {
        let filter = EventFilter { installation: Some(CLUB.to_owned()), state: Some(EventState::Parked), kind: None };
        self.service.events(filter, None, 1_000).await.unwrap().items
    }

    pub(crate) async fn waiting(&self) -> Vec<EventRow> {
        let filter = EventFilter { installation: Some(CLUB.to_owned()), state: Some(EventState::Waiting), kind: None };
        self.service.events(filter, None, 1_000).await.unwrap().items
    }

    /// Calls of the connector, oldest first.
    pub(crate) async fn activity(&self) -> Vec<Activity> {
        let mut activity = self.service.activity(CLUB, None, 1_000).await.unwrap().items;
        activity.reverse();
        activity
    }

    /// How often each outcome was told of one function, over all calls.
    pub(crate) async fn outcomes(&self, function: &str) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for one in self.activity().await.iter().filter(|one| one.function == function) {
            let told: Value = serde_json::from_str(&one.outcome_json).unwrap();
            for (word, count) in told["outcomes"].as_object().into_iter().flatten() {
                *sums.entry(word.clone()).or_insert(0) += count.as_u64().unwrap();
            }
            if let Some(trouble) = told["trouble"].as_str() {
                *sums.entry(trouble.to_owned()).or_insert(0) += 1;
            }
        }
        sums
    }

    /// The link of a customer.
    pub(crate) async fn link_of(&self, customer: &str) -> Option<Link> {
        let rows = self.service.links(CLUB, None, 1_000).await.unwrap().items;
        let row = rows.into_iter().find(|row| row.customer_id == customer)?;
        Some(serde_json::from_str(&row.body_json).unwrap())
    }

    /// What both sides last agreed on of a customer's phone number.
    pub(crate) async fn agreed_phone(&self, customer: &str) -> String {
        let link = self.link_of(customer).await.unwrap();
        link.base.iter().find(|one| one.name == "Phone").map(|one| one.value.clone()).unwrap_or_default()
    }

    /// The bookkeeper changes a debtor, and Uniconta calls the link.
    pub(crate) async fn edited_in_uniconta(&self, row: Value) {
        let account = row["Account"].as_str().unwrap().to_owned();
        self.books().type_in(row);
        self.called(&account).await;
    }

    /// Uniconta calls the link about a debtor.
    pub(crate) async fn called(&self, account: &str) {
        assert_eq!(call(&self.service, CLUB, account).await, HookAnswer::Kept);
    }

    /// A member has joined, is a debtor, and nothing is left to be told.
    pub(crate) async fn joined(&mut self, number: u32) -> String {
        let id = self.club.joins(&self.service, number).await;
        self.quiet().await;
        self.club.read(&self.service).await;
        assert!(self.link_of(&id).await.is_some(), "{id} has no link: {:?}", self.activity().await);
        id
    }
}

/// Uniconta calls the newest link of an installation about a debtor.
pub(crate) async fn call(service: &Service, installation: &str, account: &str) -> HookAnswer {
    let url = service.link(installation).await.unwrap().url;
    call_at(service, &url, account).await
}

/// Uniconta calls a link about a debtor.
pub(crate) async fn call_at(service: &Service, url: &str, account: &str) -> HookAnswer {
    let token = url.rsplit('/').next().unwrap();
    let call = HookCall {
        method: "GET".to_owned(),
        query: format!("CompanyId=12345&Table=Debtor&Key={account}&Action=update"),
        headers: Vec::new(),
        body: Vec::new(),
        correlation: format!("call-{account}"),
    };
    service.hook(token, call).await
}

/// Settings of an installation with these books.
pub(crate) fn settings(company: u32) -> InstallationChange {
    let company = company.to_string();
    let entered = [
        ("enabled", "true"),
        ("username", USER),
        ("password", PASSWORD),
        ("api-key", API_KEY),
        ("company-id", &company),
        ("customer-tag", TAG),
        ("debtor-group", "1"),
        ("journal", "DAG"),
        ("rounding-account", "7900"),
    ];
    InstallationChange {
        name: Some("Prøveklubben".to_owned()),
        locale: Some("en".to_owned()),
        settings: entered.map(|(key, value)| (key.to_owned(), Some(value.to_owned()))).into(),
        hosts: Some(HOSTS.map(str::to_owned).to_vec()),
        catalogue: Some(Catalogue {
            customer_tags: vec![TAG.to_owned()],
            customer_fields: Vec::new(),
            account_plan: Vec::new(),
            dimensions: Vec::new(),
        }),
        concurrency: None,
        daily_calls: Some(0),
    }
}

/// A change of one setting.
pub(crate) fn setting(key: &str, value: &str) -> InstallationChange {
    InstallationChange { settings: [(key.to_owned(), Some(value.to_owned()))].into(), ..InstallationChange::default() }
}

/// A new key in a file for its owner alone.
pub(crate) fn write_key(path: &Path) {
    let line = Keyring::generate_line().unwrap();
    let mut file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path).unwrap();
    writeln!(file, "{}", line.expose()).unwrap();
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> &'static str {
    result.unwrap_err().code
}

/// What is not routed to the simulator goes nowhere.
struct Nowhere;

#[async_trait]
impl Transport for Nowhere {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::Refused {
            reason: format!("the tests call nobody but the simulator, and not {}", request.url),
        })
    }
}
