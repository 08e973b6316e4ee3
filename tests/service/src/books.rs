//! The simulator that the host talks to: one or many companies, each with the small chart of accounts of the acceptance tests.

use crate::error::CannotRun;
use crate::uniconta::DEBTORS;
use acceptance::ledger;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use uniconta_sim::{CompanyData, Config, Data, Password, Running, Switches, UserData, serve};

/// The company of a trial with one.
pub const COMPANY: u32 = 12_345;
/// The hosts that lead to the simulator.
pub const HOSTS: [&str; 2] = ["api.uniconta.com", "odata.uniconta.com"];
/// The customer tag.
pub const TAG: &str = "Uniconta";
/// The journal of closed days.
pub const JOURNAL: &str = "DAG";
/// The one user, who sees every company.
const USER: &str = "trial";
const PASSWORD: &str = "example-password";
/// More calls than any trial makes: the day's quota is not what is tried.
const NO_QUOTA: u64 = 1_000_000_000;

/// Starts a simulator with these companies; the first is the one named at start, and holds these debtors as well.
///
/// # Errors
/// It cannot be served.
pub async fn start(
    companies: &[u32],
    debtors: Vec<Map<String, Value>>,
    switches: Switches,
    record_bodies: bool,
) -> Result<Running, CannotRun> {
    let cannot = |error: &dyn std::fmt::Display| CannotRun::because("the simulator", error);
    let pattern = ledger::simulator(Switches::default()).config().clone();
    let books = pattern.data.companies.first().cloned().unwrap_or_default();
    let one = |id: &u32| CompanyData { id: Some(*id), ..books.clone() };
    let mut companies_data: Vec<CompanyData> = companies.iter().map(one).collect();
    if let Some(first) = companies_data.first_mut() {
        first.rows.entry(DEBTORS.to_owned()).or_default().extend(debtors);
    }
    let user = UserData {
        name: USER.to_owned(),
        password: Password::new(PASSWORD),
        companies: companies.to_vec(),
        default_company: None,
        read_only: false,
    };
    let config = Config {
        company: companies.first().copied().unwrap_or(COMPANY),
        data: Data { companies: companies_data, users: vec![user], default_company: false },
        switches: Switches { quota: NO_QUOTA, ..switches },
        record_bodies,
        ..pattern
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| cannot(&error))?;
    serve(config, listener).await.map_err(|error| cannot(&error))
}

/// An installation of this company, as `POST /api/v1/installations` takes it. No day's budget: see [`start`].
pub fn installation(id: &str, company: u32, api_key: &str) -> Value {
    json!({
        "id": id,
        "connector": "uniconta",
        "name": id,
        "locale": "en",
        "hosts": HOSTS,
        "daily_calls": 0,
        "settings": {
            "enabled": "true",
            "username": USER,
            "password": PASSWORD,
            "api-key": api_key,
            "company-id": company.to_string(),
            "customer-tag": TAG,
            "debtor-group": "1",
            "journal": JOURNAL,
            "rounding-account": "7900",
        },
        "catalogue": {"customer_tags": [TAG], "customer_fields": [], "account_plan": [], "dimensions": []},
    })
}
