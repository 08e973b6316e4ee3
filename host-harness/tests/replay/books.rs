//! An accounting system in memory: logs in, finds, makes and changes debtors.

use async_trait::async_trait;
use host_harness::replay::SimulatorControl;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use serde_json::{Value, json};
use std::sync::Mutex;

pub(crate) const TOKEN: &str = "token-of-the-books-0123456789";

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) debtors: Mutex<Vec<Value>>,
    pub(crate) drop_next_write: Mutex<bool>,
    pub(crate) rows_in_lists: Mutex<usize>,
}

impl Books {
    fn answer(&self, request: &OutboundRequest) -> Result<(u16, Value), TransportError> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let path = request.url.strip_prefix("https://books.example").unwrap();
        let bearer = request.headers.iter().any(|(name, value)| name == "authorization" && value.ends_with(TOKEN));
        if path == "/login" {
            let right = body["password"] == json!(super::stage::PASSWORD);
            return Ok(if right {
                (200, json!({"token": TOKEN, "state": "accepted"}))
            } else {
                (401, json!("WrongPassword"))
            });
        }
        if !bearer {
            return Ok((401, json!("NoToken")));
        }
        let mut debtors = self.debtors.lock().unwrap();
        match (request.method.as_str(), path) {
            ("GET", path) if path.starts_with("/debtors?number=") => {
                let number = path.trim_start_matches("/debtors?number=");
                let mut rows: Vec<Value> = debtors.iter().filter(|row| row["number"] == number).cloned().collect();
                let more = *self.rows_in_lists.lock().unwrap();
                rows.extend(
                    (0..more).map(|n| json!({"id": 100_000 + n, "number": format!("X{n:06}"), "name": "Fyld"})),
                );
                Ok((200, json!({"value": rows})))
            }
            ("GET", path) => {
                let row = debtors.iter().find(|row| path == format!("/debtors/{}", row["id"]));
                Ok(row.map_or((404, json!(null)), |row| (200, row.clone())))
            }
            ("POST", "/debtors") => {
                let mut row = body;
                row["id"] = json!(debtors.len() + 7);
                debtors.push(row.clone());
                if std::mem::take(&mut *self.drop_next_write.lock().unwrap()) {
                    return Err(TransportError::Dropped { host: "books.example".into() });
                }
                Ok((200, row))
            }
            ("PUT", path) => {
                let row = debtors.iter_mut().find(|row| path == format!("/debtors/{}", row["id"])).unwrap();
                for (key, value) in body.as_object().unwrap() {
                    row[key] = value.clone();
                }
                Ok((200, row.clone()))
            }
            other => panic!("the books know no {other:?}"),
        }
    }
}

#[async_trait]
impl Transport for Books {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let (status, body) = self.answer(&request)?;
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(InboundResponse { status, headers, body: body.to_string().into(), truncated: false })
    }
}

#[async_trait]
impl SimulatorControl for Books {
    async fn step(&self, step: &Value) -> Result<(), String> {
        if step["drop-next-write"] == json!(true) {
            *self.drop_next_write.lock().unwrap() = true;
            return Ok(());
        }
        if let Some(row) = step.get("set") {
            let mut debtors = self.debtors.lock().unwrap();
            let debtor = debtors.iter_mut().find(|debtor| debtor["id"] == row["id"]).ok_or("no such debtor")?;
            for (key, value) in row.as_object().unwrap() {
                debtor[key] = value.clone();
            }
            return Ok(());
        }
        Err(format!("the books cannot do {step}"))
    }
}
