//! Whatever a server does, in whatever order: an answer belongs to the request it is given for, a write arrives once at most, and
//! no connection serves two installations.

use super::{Here, name_of};
use crate::raw_server::{Asked, Script, Server, Step};
use bytes::Bytes;
use host_harness::egress::{AddressRule, LiveOptions, LiveTransport};
use host_harness::transport::{OutboundRequest, Transport, TransportError};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// What a server does with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Answer,
    AnswerInChunks,
    AnswerInTwoPieces,
    AnswerAndClose,
    AnswerAndSayClose,
    AnswerAsOfOld,
    AnswerTwice,
    AnswerAndLaterAgain,
    CutOff,
    SayHalfAHead,
    Close,
    /// The call is given up when the request has arrived.
    Hang,
    SayHalfAndHang,
}

const ALL: [Does; 13] = [
    Does::Answer,
    Does::AnswerInChunks,
    Does::AnswerInTwoPieces,
    Does::AnswerAndClose,
    Does::AnswerAndSayClose,
    Does::AnswerAsOfOld,
    Does::AnswerTwice,
    Does::AnswerAndLaterAgain,
    Does::CutOff,
    Does::SayHalfAHead,
    Does::Close,
    Does::Hang,
    Does::SayHalfAndHang,
];

impl Does {
    fn answers(self) -> bool {
        ALL.iter().position(|does| *does == self) < ALL.iter().position(|does| *does == Self::CutOff)
    }

    fn steps(self, name: &str, arrived: &Arc<Semaphore>) -> Vec<Step> {
        let say = |text: String| Step::Say(text.into_bytes());
        let length = name.len();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{name}");
        let half = || say(answer[..answer.len() - 1].to_owned());
        let wrong = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong";
        match self {
            Self::Answer => vec![say(answer)],
            Self::AnswerInChunks => {
                vec![say(format!(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{name}\r\n0\r\n\r\n"
                ))]
            }
            Self::AnswerInTwoPieces => vec![half(), say(answer[answer.len() - 1..].to_owned())],
            Self::AnswerAndClose => vec![say(answer), Step::Close],
            Self::AnswerAndSayClose => vec![say(answer.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))],
            Self::AnswerAsOfOld => vec![say(answer.replace("1.1", "1.0"))],
            Self::AnswerTwice => vec![say(format!("{answer}{wrong}"))],
            Self::AnswerAndLaterAgain => vec![say(answer), say(wrong.to_owned())],
            Self::CutOff => vec![half(), Step::Close],
            Self::SayHalfAHead => vec![say(answer[..20].to_owned()), Step::Close],
            Self::Close => vec![Step::Close],
            Self::Hang => vec![Step::Tell(Arc::clone(arrived)), Step::Hang],
            Self::SayHalfAndHang => vec![half(), Step::Tell(Arc::clone(arrived)), Step::Hang],
        }
    }
}

#[derive(Debug, Clone)]
struct Asks {
    installation: &'static str,
    method: &'static str,
    does: Does,
}

fn asks() -> impl Strategy<Value = Asks> {
    let does = prop_oneof![3 => Just(Does::Answer), 7 => proptest::sample::select(&ALL[..])];
    let whose = proptest::sample::select(&["a", "b"][..]);
    let method = proptest::sample::select(&["GET", "POST"][..]);
    (whose, method, does).prop_map(|(installation, method, does)| Asks { installation, method, does })
}

/// The name of a request holds its place, and whose it is.
fn name(at: usize, asks: &Asks) -> String {
    format!("{}-{at}", asks.installation)
}

async fn run(all: &[Asks]) -> Vec<Asked> {
    let arrived = Arc::new(Semaphore::new(0));
    let (plan, tell) = (all.to_vec(), Arc::clone(&arrived));
    let script = Script::new(move |asked| {
        let name = name_of(asked);
        let at: usize = name.split_once('-').unwrap().1.parse().unwrap();
        plan[at].does.steps(&name, &tell)
    });
    let server = Server::https("localhost", script).await;
    let options = LiveOptions {
        extra_roots: vec![server.root.clone()],
        addresses: AddressRule::LoopbackToo,
        resolver: Arc::new(Here::default()),
        ..LiveOptions::default()
    };
    let transport = LiveTransport::new(options).unwrap();
    let dropped = TransportError::Dropped { host: format!("localhost:{}", server.port) };
    for (at, asks) in all.iter().enumerate() {
        let name = name(at, asks);
        let request = OutboundRequest {
            method: asks.method.to_owned(),
            url: format!("https://localhost:{}/{name}", server.port),
            headers: Vec::new(),
            body: if asks.method == "GET" { Bytes::new() } else { Bytes::from("a body") },
        };
        let answer = tokio::select! {
            answer = transport.send_for(asks.installation, request) => Some(answer),
            permit = arrived.acquire() => {
                permit.unwrap().forget();
                None
            }
        };
        match answer {
            // A server that answers is always heard, whatever it did before.
            Some(Ok(answer)) if asks.does.answers() => {
                assert_eq!((answer.status, answer.truncated, answer.body), (200, false, Bytes::from(name.clone())));
            }
            Some(Ok(answer)) => {
                assert_eq!(asks.does, Does::CutOff);
                assert!(answer.truncated && name.as_bytes().starts_with(&answer.body));
            }
            Some(Err(error)) => {
                assert!(matches!(asks.does, Does::Close | Does::SayHalfAHead), "{asks:?}: {error}");
                assert_eq!(error, dropped);
            }
            None => assert!(matches!(asks.does, Does::Hang | Does::SayHalfAndHang), "{asks:?}"),
        }
    }
    server.asked()
}

/// Requests over connections that had served one before, in all cases.
static AGAIN: AtomicUsize = AtomicUsize::new(0);

#[test]
fn an_answer_belongs_to_its_request_and_a_write_arrives_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(all in proptest::collection::vec(asks(), 1..16))| {
        let asked = runtime.block_on(run(&all));
        for (at, asks) in all.iter().enumerate() {
            let name = name(at, asks);
            let arrived: Vec<&Asked> = asked.iter().filter(|asked| name_of(asked) == name).collect();
            let again = asks.method == "GET" && matches!(asks.does, Does::Close | Does::SayHalfAHead);
            prop_assert!(arrived.len() == 1 || (again && arrived.len() == 2), "{name} arrived {} times", arrived.len());
            // The second time over a connection of its own.
            if let [first, second] = arrived[..] {
                prop_assert_ne!(first.connection, second.connection);
            }
        }
        for one in &asked {
            let whose = |asked: &Asked| name_of(asked).chars().next();
            prop_assert!(asked.iter().all(|other| other.connection != one.connection || whose(other) == whose(one)));
            if asked.iter().any(|other| other.connection == one.connection && other.request < one.request) {
                AGAIN.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    assert!(AGAIN.load(Ordering::SeqCst) > 100, "connections were hardly used again");
}
