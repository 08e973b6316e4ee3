//! The outbox pushed to FlexyBox: signed after the Standard Webhooks specification, at least once, in the order of the ids.
//!
//! A receiver that is away is asked again after longer and longer waits, and everything stays in the outbox meanwhile; one item
//! that it refuses waits by itself and holds up nothing else. What a receiver answers to a `customer-update` says what became
//! of it; an answer that does not say leaves the update open, to be acknowledged over the API or pushed again.

use crate::clock::{moment, ms};
use crate::error::ServiceError;
use crate::model::Acknowledgement;
use crate::offer::Offer;
use crate::outbox::MOST_ITEMS;
use crate::service::{Service, Stop};
use accounting_policy::{jitter, window};
use accounting_store::{Change, Ms, OutboxItem, Write};
use accounting_vault::{PushSecret, PushSignature};
use bytes::Bytes;
use host_harness::egress::{AddressRule, LiveOptions, LiveTransport, Route, Routes};
use host_harness::transport::{OutboundRequest, Transport};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The first wait after a push that failed, milliseconds; it doubles up to the policy's cap.
const FIRST_WAIT_MS: u64 = 1_000;

/// How long an update whose receiver did not say what became of it rests before it is pushed again, milliseconds.
const UNSAID_WAIT_MS: Ms = 5 * 60 * 1_000;

/// For whom its connections are kept: FlexyBox, over a way out of its own.
const RECEIVER: &str = "FlexyBox";

/// Where to, and how to sign.
pub struct Push {
    url: String,
    secret: PushSecret,
    transport: Arc<dyn Transport>,
}

impl Push {
    /// To this address of FlexyBox's: `https://…`, or `http://HOST:PORT/…` within one's own network.
    ///
    /// # Errors
    /// It is no such address, or this machine cannot speak TLS.
    pub fn new(url: &str, secret: PushSecret) -> Result<Self, ServiceError> {
        let wrong = |why: &str| ServiceError::invalid("wrong-push-url", format!("the address for pushes {why}"));
        let uri: http::Uri = url.parse().map_err(|_| wrong("cannot be read"))?;
        let authority = uri.authority().ok_or_else(|| wrong("names no host"))?;
        let options = LiveOptions { addresses: AddressRule::Anywhere, ..LiveOptions::default() };
        let live = LiveTransport::new(options).map_err(|error| ServiceError::internal(error.to_string()))?;
        let mut transport: Arc<dyn Transport> = Arc::new(live);
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") => {
                let target = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
                let route = Route { host: authority.host().to_ascii_lowercase(), target };
                let routes = Routes::new(transport, [route]);
                transport = Arc::new(routes.map_err(|error| wrong(&error.to_string()))?);
            }
            _ => return Err(wrong("begins neither with https:// nor with http://")),
        }
        let url = match uri.port_u16() {
            Some(port) if uri.scheme_str() == Some("https") => format!("https://{}:{port}{path}", authority.host()),
            _ => format!("https://{}{path}", authority.host()),
        };
        Ok(Self { url, secret, transport })
    }
}

/// What a receiver may answer.
#[derive(Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
enum Answer {
    Seen,
    Applied { revision: u64 },
    Stale,
}

/// How one push went.
enum Went {
    /// Acknowledged.
    Done,
    /// Taken, but not said what became of it.
    Unsaid,
    /// Refused: this item waits.
    Refused(String),
    /// Nobody there: all wait.
    Away(String),
}

impl Service {
    /// Push the outbox from now on, until the service stops.
    pub fn push_to(&self, push: Push) {
        tokio::spawn(run(self.clone(), push));
    }
}

async fn run(service: Service, push: Push) {
    let mut bell = service.inner.outbox.subscribe();
    let (mut waits, mut away) = (BTreeMap::<i64, (u16, Ms)>::new(), 0u16);
    while service.stopping() == Stop::No {
        bell.borrow_and_update();
        let wait = match round(&service, &push, &mut waits).await {
            Ok(None) => {
                away = 0;
                // Nothing new rings while refused items wait for their time.
                Duration::from_secs(if waits.is_empty() { 60 } else { 1 })
            }
            Ok(Some(reason)) => {
                away = away.saturating_add(1);
                tracing::warn!(times = away, reason, "updates cannot be pushed to FlexyBox; they stay in the outbox");
                let window = window(FIRST_WAIT_MS, away);
                Duration::from_millis(window / 2 + jitter(window / 2, crate::random::number()))
            }
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read; tried again");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = service.stops(Stop::Finish) => break,
            () = tokio::time::sleep(wait) => {}
            _ = bell.changed(), if away == 0 => {}
        }
    }
}

/// Push everything that is due once. `Some`: nobody is there, and why.
async fn round(
    service: &Service,
    push: &Push,
    waits: &mut BTreeMap<i64, (u16, Ms)>,
) -> Result<Option<String>, ServiceError> {
    let mut after = 0;
    loop {
        let items = service.outbox(None, after, MOST_ITEMS, Duration::ZERO).await?;
        let Some(last) = items.last() else { break };
        after = last.id;
        for item in &items {
            let (tries, due) = waits.get(&item.id).copied().unwrap_or_default();
            if due > service.now() {
                continue;
            }
            match one(service, push, item).await? {
                Went::Done => drop(waits.remove(&item.id)),
                Went::Unsaid => drop(waits.insert(item.id, (tries, service.now().saturating_add(UNSAID_WAIT_MS)))),
                Went::Refused(reason) => {
                    let tries = tries.saturating_add(1);
                    tracing::warn!(
                        item = item.id,
                        kind = item.item.kind,
                        tries,
                        reason,
                        "FlexyBox refuses an item of the outbox"
                    );
                    let wait = ms(window(FIRST_WAIT_MS, tries));
                    waits.insert(item.id, (tries, service.now().saturating_add(wait)));
                    let writes = vec![Write::OutboxPushed(item.id)];
                    service
                        .commit(Change { installation: item.installation.clone(), guards: Vec::new(), writes })
                        .await?;
                }
                Went::Away(reason) => return Ok(Some(reason)),
            }
        }
    }
    Ok(None)
}

async fn one(service: &Service, push: &Push, item: &OutboxItem) -> Result<Went, ServiceError> {
    let body: serde_json::Value = crate::body::read("an outbox item", &item.item.body_json)?;
    let body = json!({
        "id": item.id, "installation": item.installation, "kind": item.item.kind, "customer_id": item.item.customer_id,
        "revision": item.item.revision, "at_ms": item.item.at, "body": body,
    });
    let body = body.to_string().into_bytes();
    let seconds = i64::try_from(moment(service.now()) / 1_000).unwrap_or(i64::MAX);
    let signature = PushSignature::sign(&push.secret, &format!("outbox-{}", item.id), seconds, &body)
        .map_err(|error| ServiceError::internal(error.to_string()))?;
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    headers.extend(signature.headers().map(|(name, value)| (name.to_owned(), value)));
    let request =
        OutboundRequest { method: "POST".to_owned(), url: push.url.clone(), headers, body: Bytes::from(body) };
    let answer = match push.transport.send_for(RECEIVER, request).await {
        Ok(answer) => answer,
        Err(error) => return Ok(Went::Away(error.to_string())),
    };
    match answer.status {
        200..=299 => {}
        429 | 500..=599 => return Ok(Went::Away(format!("it answers {}", answer.status))),
        status => return Ok(Went::Refused(format!("it answers {status}"))),
    }
    let said = match serde_json::from_slice(&answer.body) {
        Ok(Answer::Applied { revision }) => Acknowledgement::Applied { revision },
        Ok(Answer::Stale) => Acknowledgement::Stale,
        Ok(Answer::Seen) | Err(_) if item.item.kind == Offer::KIND => return Ok(Went::Unsaid),
        Ok(Answer::Seen) | Err(_) => Acknowledgement::Seen,
    };
    match service.acknowledge(item.id, said).await {
        Ok(_) => Ok(Went::Done),
        Err(error) => Ok(Went::Refused(error.message)),
    }
}
