//! Calls at a fixed rate from a thread of its own. A host that answers slowly gets no fewer of them.

use crate::error::CannotRun;
use crate::measure::micros;
use crate::uniconta::shown;
use bytes::Bytes;
use host_harness::measure::Spread;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long Uniconta waits for an answer of a link, as far as is known.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a call by POST does not carry, as the simulator has it.
const NOT_IN_BODY: [&str; 5] = ["KeyStr", "KeyName", "Country", "RowId", "CompanyId"];

/// A link, and the calls that are made to it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    broken: bool,
    /// Address and body of each debtor's call.
    calls: Vec<(String, Bytes)>,
}

impl Target {
    /// Calls about these debtors.
    pub(super) fn new(
        url: String,
        company: u32,
        debtors: &[Map<String, Value>],
        broken: bool,
    ) -> Result<Self, CannotRun> {
        if debtors.is_empty() {
            return Err(CannotRun::because(url, "there is no debtor to call about"));
        }
        let call = |row: &Map<String, Value>| {
            let (row_id, key) = (shown(row, "RowId"), shown(row, "Account"));
            let mut body = row.clone();
            NOT_IN_BODY.iter().for_each(|name| drop(body.remove(*name)));
            let url = format!("{url}?CompanyId={company}&Table=Debtor&RowId={row_id}&Key={key}&Action=update");
            (url, Bytes::from(Value::Object(body).to_string()))
        };
        Ok(Self { broken, calls: debtors.iter().map(call).collect() })
    }
}

/// What the calls were answered with.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Calls made.
    pub(super) calls: u64,
    /// How many were answered with each status, or why they were not.
    pub(super) statuses: BTreeMap<String, u64>,
    /// From sending to the answer 2xx.
    pub(super) acknowledged: Spread,
    /// Calls of a broken installation's link that were answered neither 2xx nor 429.
    pub(super) broken_refused: u64,
    /// How late a call was made at most, since this thread did not get its turn.
    pub(super) late_us: u64,
}

/// Make the calls, and wait for their answers. Blocks.
pub(super) fn flood(targets: &[Target], rate: u64, seconds: u64, seed: u64) -> Result<Answers, CannotRun> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CannotRun::because("no runtime", error))?;
    Ok(runtime.block_on(pour(targets, rate.max(1), seconds, seed)))
}

async fn pour(targets: &[Target], rate: u64, seconds: u64, seed: u64) -> Answers {
    let mut chance = fastrand::Rng::with_seed(seed);
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut under_way = JoinSet::new();
    let mut answers = Answers::default();
    let mut times = Vec::new();
    let began = Instant::now();
    let total = rate.saturating_mul(seconds);
    for number in 0..total {
        let due = began + Duration::from_micros(number.saturating_mul(1_000_000) / rate);
        tokio::time::sleep_until(due).await;
        answers.late_us = answers.late_us.max(micros(due.elapsed()));
        let at = usize::try_from(number).unwrap_or_default() % targets.len().max(1);
        let Some(target) = targets.get(at) else { break };
        let Some((url, body)) = target.calls.get(chance.usize(..target.calls.len())).cloned() else { continue };
        // Rows of links carry Use POST or not; both are met with.
        let (method, body) = if chance.bool() { (Method::POST, body) } else { (Method::GET, Bytes::new()) };
        let (client, broken) = (client.clone(), target.broken);
        under_way.spawn(async move { (broken, call(&client, method, url, body).await) });
        answers.calls += 1;
        while let Some(Ok(done)) = under_way.try_join_next() {
            note(&mut answers, &mut times, done);
        }
    }
    while let Some(done) = under_way.join_next().await {
        if let Ok(done) = done {
            note(&mut answers, &mut times, done);
        }
    }
    answers.acknowledged = Spread::new(times);
    answers
}

fn note(answers: &mut Answers, times: &mut Vec<u64>, (broken, (status, took)): (bool, (String, Duration))) {
    let taken = status.starts_with('2');
    if taken {
        times.push(micros(took));
    }
    if broken && !taken && status != "429" {
        answers.broken_refused += 1;
    }
    *answers.statuses.entry(status).or_default() += 1;
}

async fn call(
    client: &Client<HttpConnector, Full<Bytes>>,
    method: Method,
    url: String,
    body: Bytes,
) -> (String, Duration) {
    let request = Request::builder().method(method).uri(url).header(CONTENT_TYPE, "application/json; charset=utf-8");
    let Ok(request) = request.body(Full::new(body)) else {
        return ("no address".to_owned(), Duration::ZERO);
    };
    let began = Instant::now();
    let exchange = async {
        let response = client.request(request).await.ok()?;
        let status = response.status().as_u16().to_string();
        let took = began.elapsed();
        let _empty = response.into_body().collect().await;
        Some((status, took))
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(Some(answer)) => answer,
        Ok(None) => ("broken connection".to_owned(), began.elapsed()),
        Err(_) => (format!("nothing within {} s", PATIENCE.as_secs()), began.elapsed()),
    }
}
