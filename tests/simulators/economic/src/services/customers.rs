//! Customers (debitorer) on the customers service: the same ones as on the legacy interface, under flat names of its own.
//!
//! The caller gives the number, a change needs the version that was read, and what only this service knows of a customer is kept beside
//! the rest: a replacement by the legacy interface does not clear it.

mod names;
mod written;

use super::{collection, not_allowed, unreadable};
use crate::gate::Scene;
use crate::problem::{Breach, Problem};
use crate::resource::{Key, Row, VERSION};
use crate::resources;
use crate::switches::CustomerUpdate;
use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Response, StatusCode};
use names::{CUSTOMERS, shown};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};
use written::NO_NUMBER;

/// Answers a call on customers.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match (rest, &request.method) {
        ([] | ["paged" | "count"], &Method::GET) => {
            let rows = scene.agreement.books.rows(&resources::CUSTOMERS, None).values().map(shown).collect();
            collection::answer(request, &CUSTOMERS, rows, rest.first().copied())
        }
        ([], &Method::POST) => {
            let number = create(scene, &request.object().ok_or_else(unreadable)?)?;
            let mut response = answer::json(StatusCode::CREATED, &json!({"customerNumber": number}));
            let link = format!("{}{}/{number}", request.origin(), request.path.trim_end_matches('/'));
            if let Ok(link) = HeaderValue::from_str(&link) {
                response.headers_mut().insert(LOCATION, link);
            }
            Ok(response)
        }
        ([segment], &Method::GET) => {
            let (_, row) = find(scene, segment)?;
            Ok(answer::json(StatusCode::OK, &Value::Object(shown(row))))
        }
        ([segment], &Method::PUT) => {
            change(scene, segment, &request.object().ok_or_else(unreadable)?)?;
            Ok(answer::empty(match scene.config.switches.customer_update {
                CustomerUpdate::Ok => StatusCode::OK,
                CustomerUpdate::NoContent => StatusCode::NO_CONTENT,
            }))
        }
        ([segment], &Method::DELETE) => {
            let (number, _) = find(scene, segment)?;
            let deleted = scene.delete(&resources::CUSTOMERS, None, &Key::Number(number));
            deleted
                .map_err(|refusal| Problem::new(refusal.status, "The customer cannot be deleted.", "CustomerInUse"))?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        ([] | [_], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

fn find<'s>(scene: &'s Scene<'_>, segment: &str) -> Result<(u64, &'s Row), Problem> {
    let number: u64 = segment.parse().map_err(|_| Problem::not_found())?;
    scene.agreement.books.customer(number).map(|row| (number, row)).ok_or_else(Problem::not_found)
}

fn create(scene: &mut Scene<'_>, body: &Map<String, Value>) -> Result<u64, Problem> {
    let (number, row) = written::read(scene, body).map_err(Problem::invalid)?;
    if scene.agreement.books.customer(number).is_some() {
        let message = "There is a customer with this number already.";
        return Err(Problem::invalid(vec![Breach::new(CUSTOMERS.key, "CustomerAlreadyExists", message)]));
    }
    scene.keep_whole_customer(number, row);
    Ok(number)
}

/// Replaces a customer: what is left out is gone.
fn change(scene: &mut Scene<'_>, segment: &str, body: &Map<String, Value>) -> Result<(), Problem> {
    let (number, row) = find(scene, segment)?;
    if body.get("objectVersion").and_then(Value::as_str) != Some(version(row).as_str()) {
        return Err(Problem::conflict());
    }
    let (named, row) = written::read(scene, body).map_err(Problem::invalid)?;
    if named != number {
        let message = "The number of a customer cannot be changed.";
        return Err(Problem::invalid(vec![Breach::new(CUSTOMERS.key, NO_NUMBER, message)]));
    }
    scene.keep_whole_customer(number, row);
    Ok(())
}

/// The version of a customer, which moves with every change by whoever makes it.
fn version(row: &Row) -> String {
    row.get(VERSION).map_or_else(|| "1".to_owned(), ToString::to_string)
}
