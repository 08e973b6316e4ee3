//! Uniconta's side: the simulator on a loopback address, what a bookkeeper does there, and what goes wrong on the way.

use crate::clock::START;
use acceptance::ledger;
use accounting_trial::Surface;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use uniconta_sim::{CompanyData, Config, Data, Fault, FaultAction, Password, Running, Switches, UserData, serve};

/// The companies; installation `club-N` has the Nth.
pub(crate) const COMPANIES: [u32; 2] = [12_345, 12_346];
/// The connector's hosts.
pub(crate) const HOSTS: [&str; 2] = ["api.uniconta.com", "odata.uniconta.com"];
pub(crate) const USER: &str = "club";
pub(crate) const PASSWORD: &str = "korrekt-hest-batteri";
pub(crate) const API_KEY: &str = "7f3c9a52-1d84-4e6b-9b0a-2c5d8e1f4a63";
/// More calls than any test makes.
const NO_QUOTA: u64 = 1_000_000_000;
/// Far longer than a call may take.
const NEVER: Duration = Duration::from_secs(600);

/// The books of the companies.
pub(crate) struct Books {
    running: Running,
}

impl Books {
    pub(crate) async fn open() -> Self {
        let pattern = ledger::simulator(Switches::default()).config().clone();
        let rows = pattern.data.companies[0].clone();
        let user = UserData {
            name: USER.to_owned(),
            password: Password::new(PASSWORD),
            companies: COMPANIES.to_vec(),
            default_company: None,
            read_only: false,
        };
        let companies = COMPANIES.map(|id| CompanyData { id: Some(id), ..rows.clone() }).to_vec();
        let config = Config {
            company: COMPANIES[0],
            api_key: API_KEY.parse().unwrap(),
            data: Data { companies, users: vec![user], default_company: false },
            switches: Switches { quota: NO_QUOTA, ..Switches::default() },
            ..pattern
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let running = serve(config, listener).await.unwrap();
        running.core.set_now(jiff_at(START));
        Self { running }
    }

    /// Where it listens, e.g. `127.0.0.1:8080`.
    pub(crate) fn address(&self) -> String {
        self.running.addr.to_string()
    }

    /// The clock, in milliseconds since 1970.
    pub(crate) fn set_now(&self, now: i64) {
        self.running.core.set_now(jiff_at(now));
    }

    /// A bookkeeper types a debtor, or changes one by its account.
    pub(crate) fn type_in(&self, row: Value) {
        self.running.core.type_in("DebtorClient", row).unwrap();
    }

    /// The same in the books of a company.
    pub(crate) fn type_into(&self, company: u32, row: &Value) {
        self.running.core.type_into(company, "DebtorClient", row.as_object().unwrap()).unwrap();
    }

    /// The debtors that were not there from the beginning.
    pub(crate) fn debtors(&self) -> Vec<Map<String, Value>> {
        self.debtors_of(COMPANIES[0])
    }

    pub(crate) fn debtors_of(&self, company: u32) -> Vec<Map<String, Value>> {
        let rows = self.running.core.rows_in(company, "DebtorClient").unwrap();
        rows.into_iter().filter(|row| !matches!(row["Account"].as_str(), Some("D1" | "D2"))).collect()
    }

    /// The one debtor with this account.
    pub(crate) fn debtor(&self, account: &str) -> Map<String, Value> {
        let mut found = self.debtors().into_iter().filter(|row| row["Account"] == account);
        let debtor = found.next().unwrap_or_else(|| panic!("there is no debtor {account}"));
        assert!(found.next().is_none(), "debtor {account} is there twice");
        debtor
    }

    /// A text of a debtor; empty where there is none.
    pub(crate) fn text(&self, account: &str, property: &str) -> String {
        self.debtor(account).get(property).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The lines in journals.
    pub(crate) fn journal_lines(&self) -> usize {
        self.running.core.rows("GLDailyJournalLineClient").len()
    }

    /// A person posts a journal.
    pub(crate) fn post_journal(&self, journal: &str) {
        let posting = self.running.core.post_journal(journal, None).unwrap();
        assert!(posting.refusal.is_none(), "{posting:?}");
    }

    /// An account appears in the chart.
    pub(crate) fn add_account(&self, number: &str) {
        let row = json!({"Account": number, "Name": number, "AccountType": "Bank"});
        self.running.core.type_in("GLAccountClient", row).unwrap();
    }

    /// The books in the words that all simulators share.
    pub(crate) fn shared(&self) -> &impl Surface {
        self.running.core.as_ref()
    }

    /// A group of debtors appears.
    pub(crate) fn add_group(&self, group: &str) {
        let row = json!({"Group": group, "Name": group, "SummeryAccount": "5600"});
        self.running.core.type_in("DebtorGroupClient", row).unwrap();
    }

    /// Calls of this kind so far.
    pub(crate) fn calls(&self, method: &str, path_contains: &str) -> usize {
        let calls = self.running.core.calls();
        calls.iter().filter(|call| call.method == method && call.path.contains(path_contains)).count()
    }

    /// Calls so far that may have changed something.
    pub(crate) fn writes(&self) -> usize {
        let calls = self.running.core.calls();
        calls.iter().filter(|call| call.method != "GET" && !call.path.contains("/login")).count()
    }

    /// Calls so far.
    pub(crate) fn all_calls(&self) -> usize {
        self.running.core.calls().len()
    }

    /// The next calls of this kind go wrong so.
    pub(crate) fn fault(&self, method: Option<&str>, path_contains: &str, times: u32, action: FaultAction) {
        self.running.core.add_fault(Fault {
            method: method.map(str::to_owned),
            path_contains: Some(path_contains.to_owned()),
            skip: 0,
            times,
            action,
        });
    }

    /// From now on these calls are carried out, and no answer comes.
    pub(crate) fn hang(&self, path_contains: &str) {
        self.fault(None, path_contains, u32::MAX, FaultAction::Delay(NEVER));
    }

    /// All is well from now on.
    pub(crate) fn mend(&self) {
        self.running.core.clear_faults();
    }
}

/// Nothing is done, and the answer is this.
pub(crate) fn status(status: u16) -> FaultAction {
    FaultAction::Status { status, body: String::new(), content_type: "text/plain".to_owned() }
}

fn jiff_at(now: i64) -> uniconta_sim::Timestamp {
    uniconta_sim::Timestamp::from_millisecond(now).unwrap()
}
