//! The webhooks service: which webhooks an agreement has, one for each type of event.

use super::{not_allowed, unreadable};
use crate::gate::Scene;
use crate::problem::{Breach, Problem};
use crate::state::to_the_second;
use crate::switches::{AppRole, WebhookScheme};
use crate::webhooks::{CUSTOMER_UPDATED, Webhook};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};

/// Longest texts, in characters.
const LIMITS: [(&str, usize); 4] = [("name", 100), ("url", 1000), ("contentType", 50), ("postData", 4000)];
/// Most custom headers.
const MAX_HEADERS: usize = 5;
/// Longest custom headers, in characters of their JSON.
const MAX_HEADERS_LENGTH: usize = 1000;

/// Answers a call of the service.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    if scene.config.switches.app_role != AppRole::SuperUser {
        return Err(Problem::forbidden("AccessDenied"));
    }
    match (rest, &request.method) {
        (["EventTypes"], &Method::GET) => Ok(answer::json(StatusCode::OK, &event_types())),
        (["webhooks"], &Method::GET) => Ok(answer::json(StatusCode::OK, &json!({"items": all(scene)}))),
        (["webhooks", "paged"], &Method::GET) => Ok(answer::json(StatusCode::OK, &Value::from(all(scene)))),
        (["webhooks", "count"], &Method::GET) => {
            Ok(answer::json(StatusCode::OK, &Value::from(scene.agreement.webhooks.len())))
        }
        (["webhooks"], &Method::POST) => {
            let body = request.object().ok_or_else(unreadable)?;
            let event = register(scene, &body)?;
            Ok(answer::json(StatusCode::CREATED, &json!({"eventType": event})))
        }
        (["webhooks"], &Method::PUT) => {
            change(scene, &request.object().ok_or_else(unreadable)?)?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (["webhooks", event], &Method::GET) => {
            let webhook = scene.agreement.webhooks.get(*event).ok_or_else(Problem::not_found)?;
            Ok(answer::json(StatusCode::OK, &shown(event, webhook)))
        }
        (["webhooks", event], &Method::DELETE) => {
            scene.agreement.webhooks.remove(*event).ok_or_else(Problem::not_found)?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (["EventTypes" | "webhooks"] | ["webhooks", _], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

fn all(scene: &Scene<'_>) -> Vec<Value> {
    scene.agreement.webhooks.iter().map(|(event, webhook)| shown(event, webhook)).collect()
}

fn event_types() -> Value {
    let field = |name: &str, about: &str| json!({"fieldName": name, "description": about});
    json!([{
        "name": CUSTOMER_UPDATED,
        "description": "A customer was created, changed, renumbered or deleted.",
        "mergeFields": [
            field("NEWNUMBER", "The customer's number after the change."),
            field("OLDNUMBER", "The customer's number before the change."),
        ],
    }])
}

fn shown(event: &str, webhook: &Webhook) -> Value {
    let mut shown = json!({
        "eventType": event,
        "name": webhook.name,
        "url": webhook.url,
        "contentType": webhook.content_type,
        "isDisabled": webhook.disabled,
        "lastUpdated": webhook.last_updated,
        "objectVersion": webhook.version.to_string(),
        "customHeaders": webhook.headers.iter().map(|(key, value)| json!({"key": key, "value": value})).collect::<Vec<_>>(),
    });
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(webhook.post_data.clone().map(|data| ("postData".to_owned(), Value::from(data))));
        shown.extend(webhook.last_disabled.clone().map(|at| ("lastDisabledDate".to_owned(), Value::from(at))));
    }
    shown
}

/// Registers a webhook and gives its event type.
pub(crate) fn register(scene: &mut Scene<'_>, body: &Map<String, Value>) -> Result<String, Problem> {
    let (event, webhook) = read(scene, body)?;
    if scene.agreement.webhooks.contains_key(&event) {
        let message = "There is a webhook for this type of event already.";
        let breach = Breach::new("eventType", "WebhookAlreadyExistsForEventType", message);
        return Err(Problem::invalid(vec![breach]));
    }
    scene.agreement.webhooks.insert(event.clone(), webhook);
    Ok(event)
}

fn change(scene: &mut Scene<'_>, body: &Map<String, Value>) -> Result<(), Problem> {
    let (event, mut webhook) = read(scene, body)?;
    let known = scene.agreement.webhooks.get(&event).ok_or_else(Problem::not_found)?;
    let version = body.get("objectVersion").and_then(Value::as_str);
    if version != Some(known.version.to_string().as_str()) {
        return Err(Problem::conflict());
    }
    webhook.version = known.version + 1;
    webhook.last_disabled = known.last_disabled.clone();
    if webhook.disabled && !known.disabled {
        webhook.last_disabled = Some(webhook.last_updated.clone());
    }
    scene.agreement.webhooks.insert(event, webhook);
    Ok(())
}

fn read(scene: &Scene<'_>, body: &Map<String, Value>) -> Result<(String, Webhook), Problem> {
    let mut breaches = Vec::new();
    for (name, value) in body {
        let limit = LIMITS.iter().find(|(limited, _)| limited == name).map(|(_, limit)| *limit);
        match value {
            Value::Null => breaches.push(Breach::new(name, "InvalidValue", "Invalid value provided.")),
            Value::String(text) if limit.is_some_and(|limit| text.chars().count() > limit) => {
                breaches.push(Breach::new(name, "MaxLengthExceeded", "The text is too long."));
            }
            _ => {}
        }
    }
    let mut text = |name: &str| match body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()) {
        Some(text) => text.to_owned(),
        None => {
            breaches.push(Breach::new(name, "Required", format!("The {name} field is required.")));
            String::new()
        }
    };
    let (event, name, url, content_type) = (text("eventType"), text("name"), text("url"), text("contentType"));
    if !event.is_empty() && event != CUSTOMER_UPDATED {
        breaches.push(Breach::new("eventType", "WebhookInvalidType", "There is no such type of event."));
    }
    breaches.extend(wrong_url(&url, scene.config.switches.webhook_scheme));
    let headers = headers(body.get("customHeaders"), &mut breaches);
    if !breaches.is_empty() {
        return Err(Problem::invalid(breaches));
    }
    let webhook = Webhook {
        name,
        url,
        content_type,
        post_data: body.get("postData").and_then(Value::as_str).map(str::to_owned),
        headers,
        disabled: body.get("isDisabled") == Some(&Value::Bool(true)),
        last_disabled: None,
        last_updated: to_the_second(scene.clock),
        version: 1,
    };
    Ok((event, webhook))
}

fn wrong_url(url: &str, scheme: WebhookScheme) -> Option<Breach> {
    if url.is_empty() {
        return None;
    }
    // Merge fields have brackets, which no address may have.
    let address = url.replace(['[', ']'], "");
    let parsed = address.parse::<http::Uri>().ok().filter(|uri| uri.host().is_some());
    match (parsed.as_ref().and_then(http::Uri::scheme_str), scheme) {
        (None, _) => Some(Breach::new("url", "WebhookInvalidUrl", "The url is not an address.")),
        (Some("https"), _) | (Some("http"), WebhookScheme::Any) => None,
        _ => Some(Breach::new("url", "WebhookInvalidUrlScheme", "The url must begin with https://.")),
    }
}

fn headers(value: Option<&Value>, breaches: &mut Vec<Breach>) -> Vec<(String, String)> {
    let Some(list) = value.and_then(Value::as_array) else {
        return Vec::new();
    };
    let mut wrong = |code: &str, message: &str| breaches.push(Breach::new("customHeaders", code, message));
    if list.len() > MAX_HEADERS {
        wrong("WebhookCustomHeadersTooMany", "There are more than 5 custom headers.");
    }
    if Value::from(list.clone()).to_string().chars().count() > MAX_HEADERS_LENGTH {
        wrong("WebhookCustomHeadersTooLong", "The custom headers are longer than 1000 characters.");
    }
    let one = |header: &Value| {
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let (key, value) = (text("key")?, text("value")?);
        let fits = key.parse::<HeaderName>().is_ok() && HeaderValue::from_str(value).is_ok();
        fits.then(|| (key.to_owned(), value.to_owned()))
    };
    let read: Option<Vec<_>> = list.iter().map(one).collect();
    read.unwrap_or_else(|| {
        wrong("WebhookCustomHeadersInvalid", "A custom header has no key or value that can be sent.");
        Vec::new()
    })
}
