//! Answers out of a fixture without a look at the bodies that are sent.

use crate::replay::{EventTransport, Exchanges};
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The recorded answers, in order, again and again.
///
/// A request must have the method and address of the next exchange of its event; anything else is refused, and told by
/// [`Answers::were_kept_to`]. One caller at a time.
#[derive(Debug)]
pub struct Answers {
    answers: Vec<Answer>,
    event: AtomicUsize,
    next: AtomicUsize,
    strayed: AtomicBool,
}

#[derive(Debug)]
struct Answer {
    event: usize,
    method: String,
    url: String,
    outcome: Result<InboundResponse, TransportError>,
}

impl Answers {
    /// Out of these exchanges.
    ///
    /// # Errors
    /// An answer that cannot be given; the words name the exchange.
    pub fn new(exchanges: &Exchanges) -> Result<Self, String> {
        let prepared = (1_usize..).zip(&exchanges.exchanges).map(|(number, exchange)| {
            let (method, url) = (exchange.request.method.clone(), exchange.request.url.clone());
            let request =
                OutboundRequest { method: method.clone(), url: url.clone(), headers: Vec::new(), body: Bytes::new() };
            match exchange.answer.outcome(&request) {
                Ok(outcome) => Ok(Answer { event: exchange.event, method, url, outcome }),
                Err(reason) => Err(format!("exchange {number}: its answer cannot be given: {reason}")),
            }
        });
        let answers = prepared.collect::<Result<_, _>>()?;
        Ok(Self {
            answers,
            event: AtomicUsize::default(),
            next: AtomicUsize::default(),
            strayed: AtomicBool::default(),
        })
    }

    /// Begin again with the first.
    pub fn rewind(&self) {
        self.next.store(0, Ordering::Relaxed);
        self.strayed.store(false, Ordering::Relaxed);
    }

    /// Whether since [`Answers::rewind`] every request was the next one, and every answer was given.
    pub fn were_kept_to(&self) -> bool {
        !self.strayed.load(Ordering::Relaxed) && self.next.load(Ordering::Relaxed) == self.answers.len()
    }
}

impl EventTransport for Answers {
    fn begin_event(&self, event: usize) {
        self.event.store(event, Ordering::Relaxed);
    }
}

#[async_trait]
impl Transport for Answers {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let next = self.next.load(Ordering::Relaxed);
        let event = self.event.load(Ordering::Relaxed);
        let answer = self.answers.get(next);
        let fits = |one: &&Answer| one.event == event && one.method == request.method && one.url == request.url;
        match answer.filter(fits) {
            Some(answer) => {
                self.next.store(next.saturating_add(1), Ordering::Relaxed);
                answer.outcome.clone()
            }
            None => {
                self.strayed.store(true, Ordering::Relaxed);
                let reason = format!("{} {} is not the next recorded request", request.method, request.url);
                Err(TransportError::Refused { reason })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn exchanges() -> Exchanges {
        let ask = |event: usize, path: &str, answer: Value| {
            let url = format!("https://books.example{path}");
            json!({"event": event, "request": {"method": "GET", "url": url}, "answer": answer})
        };
        let delayed = json!({"status": 200, "body": {"text": "abc"}, "delay_ms": 60_000});
        let all = [ask(1, "/one", delayed), ask(3, "/two", json!({"fault": "dropped"}))];
        serde_json::from_value(json!({"exchanges": all})).unwrap()
    }

    async fn ask(answers: &Answers, path: &str) -> Result<InboundResponse, TransportError> {
        let request = OutboundRequest {
            method: "GET".to_owned(),
            url: format!("https://books.example{path}"),
            headers: Vec::new(),
            body: Bytes::new(),
        };
        answers.send(request).await
    }

    #[tokio::test]
    async fn gives_each_answer_once_at_once_and_begins_again() {
        let answers = Answers::new(&exchanges()).unwrap();
        for _ in 0..2 {
            answers.rewind();
            answers.begin_event(1);
            assert_eq!(ask(&answers, "/one").await.unwrap().body, "abc");
            assert!(!answers.were_kept_to(), "one is left");
            answers.begin_event(3);
            assert!(matches!(ask(&answers, "/two").await, Err(TransportError::Dropped { .. })));
            assert!(answers.were_kept_to());
        }
    }

    #[tokio::test]
    async fn another_request_another_event_and_one_too_many_are_told() {
        let answers = Answers::new(&exchanges()).unwrap();
        answers.begin_event(1);
        assert!(matches!(ask(&answers, "/two").await, Err(TransportError::Refused { .. })));
        assert_eq!(ask(&answers, "/one").await.unwrap().status, 200);
        assert!(matches!(ask(&answers, "/two").await, Err(TransportError::Refused { .. })), "it is event 3's");
        answers.begin_event(3);
        let _ = ask(&answers, "/two").await;
        assert!(!answers.were_kept_to(), "it strayed before");
        answers.rewind();
        answers.begin_event(1);
        let _ = ask(&answers, "/one").await;
        answers.begin_event(3);
        let _ = ask(&answers, "/two").await;
        assert!(answers.were_kept_to());
        let _ = ask(&answers, "/two").await;
        assert!(!answers.were_kept_to());
    }

    #[test]
    fn an_answer_that_cannot_be_given_is_named() {
        let mut exchanges = exchanges();
        exchanges.exchanges[1].answer.fault = None;
        assert!(Answers::new(&exchanges).unwrap_err().starts_with("exchange 2: its answer cannot be given"));
    }
}
