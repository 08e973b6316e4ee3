//! The legacy REST interface (`restapi.e-conomic.com`): which path is which resource, and what each method does with it.

mod about;
mod entries;
mod periods;
mod vouchers;

pub(crate) use periods::between as periods_between;

use crate::gate::Scene;
use crate::listing::Listing;
use crate::refusal::Refusal;
use crate::resource::{Key, Resource, Row};
use crate::resources::{CUSTOMER_GROUPS, CUSTOMERS, DISTRIBUTIONS, OF_CUSTOMERS, ROOTS};
use crate::switches::AppRole;
use crate::writes::Written;
use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};

/// Resources that an app with the role Bookkeeping does not reach.
const NOT_BOOKKEEPING: [&str; 2] = ["customers", "customer-groups"];
/// Resources that an app with the role Sales does not reach.
const NOT_SALES: [&str; 2] = ["journals", "accounting-years"];
/// Resources that need the module of departments.
const OF_DEPARTMENTS: [&str; 2] = ["departments", "departmental-distributions"];

/// Answers a call.
///
/// # Errors
/// The server refuses it.
pub(crate) fn answer(scene: &mut Scene<'_>, request: &Request) -> Result<Response<Bytes>, Refusal> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    reachable(scene, segments.first().copied().unwrap_or_default())?;
    match segments.as_slice() {
        ["self"] => about::agreement(scene, request),
        ["accounting-years", year, "periods", rest @ ..] => periods::answer(scene, request, year, rest),
        ["invoices", "drafts", number] => draft_invoice(scene, request, number),
        ["customer-groups", group, "customers"] => customers_of(scene, request, group),
        ["departmental-distributions", kind @ ("departments" | "distributions"), rest @ ..] => {
            distributions(scene, request, kind, rest)
        }
        ["journals", number, "entries", rest @ ..] => entries::answer(scene, request, number, rest),
        ["journals", number, "vouchers", rest @ ..] => vouchers::answer(scene, request, number, rest),
        ["customers", number, own, rest @ ..] => {
            let owner: u64 = number.parse().map_err(|_| Refusal::not_found(CUSTOMERS.what, number))?;
            let resource = OF_CUSTOMERS.into_iter().find(|resource| resource.path == *own);
            let resource = resource.ok_or_else(Refusal::nowhere)?;
            if scene.agreement.books.customer(owner).is_none() {
                return Err(Refusal::not_found(CUSTOMERS.what, number));
            }
            documents(scene, request, resource, Some(owner), rest)
        }
        [root, rest @ ..] => {
            let resource = ROOTS.into_iter().find(|resource| resource.path == *root);
            documents(scene, request, resource.ok_or_else(Refusal::nowhere)?, None, rest)
        }
        [] => Err(Refusal::nowhere()),
    }
}

/// Whether the app's role and the agreement's modules let a call through.
fn reachable(scene: &Scene<'_>, root: &str) -> Result<(), Refusal> {
    let turned_away = match scene.config.switches.app_role {
        AppRole::SuperUser => false,
        AppRole::Bookkeeping => NOT_BOOKKEEPING.contains(&root),
        AppRole::Sales => NOT_SALES.contains(&root),
    };
    let hint = "The app's role, or the modules of the agreement, do not allow it.";
    if turned_away {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "The role of the app does not allow this.", hint));
    }
    if OF_DEPARTMENTS.contains(&root) && scene.agreement.missing_modules.contains("departments") {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "The agreement lacks a module for this.", hint));
    }
    Ok(())
}

/// A collection or a document of a resource.
fn documents(
    scene: &mut Scene<'_>,
    request: &Request,
    resource: &'static Resource,
    owner: Option<u64>,
    rest: &[&str],
) -> Result<Response<Bytes>, Refusal> {
    let writes = resource.writes;
    match (rest, &request.method) {
        ([], &Method::GET) => {
            let listing = Listing::read(request, resource)?;
            let rows = scene.agreement.books.rows(resource, owner).values();
            let here = crate::books::path(resource, owner, None);
            let show = |row: &_| scene.agreement.books.shown(resource, owner, row, &scene.links);
            let collection = listing.collection(resource, &here, rows, &scene.links, show);
            Ok(answer::json(StatusCode::OK, &collection))
        }
        ([], &Method::POST) if writes.post => {
            let written = scene.create(resource, owner, &object(request)?)?;
            Ok(shown(scene, resource, owner, &written))
        }
        ([], _) => Err(not_allowed()),
        ([segment], method) => {
            let missing = || Refusal::not_found(resource.what, segment);
            let key = Key::from_path(segment, resource.text_key).ok_or_else(missing)?;
            match *method {
                Method::GET => {
                    let row = scene.agreement.books.row(resource, owner, &key).ok_or_else(missing)?;
                    Ok(answer::json(StatusCode::OK, &Value::Object(scene.show(resource, owner, row))))
                }
                Method::PUT if writes.put => {
                    let written = scene.replace(resource, owner, &key, &object(request)?)?;
                    Ok(shown(scene, resource, owner, &written))
                }
                Method::PATCH if writes.patch => {
                    scene.patch_customer(&key, &request.json().ok_or_else(unreadable)?)?;
                    Ok(shown(scene, resource, owner, &Written { key, created: false }))
                }
                Method::DELETE if writes.delete => {
                    scene.delete(resource, owner, &key)?;
                    Ok(answer::empty(StatusCode::NO_CONTENT))
                }
                _ => Err(not_allowed()),
            }
        }
        _ => Err(Refusal::nowhere()),
    }
}

/// The document that a write left, 201 with its address where it is new.
fn shown(scene: &Scene<'_>, resource: &Resource, owner: Option<u64>, written: &Written) -> Response<Bytes> {
    let row = scene.agreement.books.row(resource, owner, &written.key);
    let document = row.map(|row| scene.show(resource, owner, row)).unwrap_or_default();
    created_at(written.created, &Value::Object(document))
}

/// An answer to a write: 200, or 201 with the address of what is new.
pub(crate) fn created_at(created: bool, document: &Value) -> Response<Bytes> {
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = answer::json(status, document);
    let link = document.get("self").and_then(Value::as_str).and_then(|link| HeaderValue::from_str(link).ok());
    if let (true, Some(link)) = (created, link) {
        response.headers_mut().insert(LOCATION, link);
    }
    response
}

/// A draft invoice: it can be deleted, which alone of all deletions answers with 200 and what was done.
fn draft_invoice(scene: &mut Scene<'_>, request: &Request, segment: &str) -> Result<Response<Bytes>, Refusal> {
    if request.method != Method::DELETE {
        return Err(not_allowed());
    }
    let number = segment.parse().ok().filter(|number| scene.agreement.draft_invoices.remove(number));
    let number: u64 = number.ok_or_else(|| Refusal::not_found("DraftInvoice", segment))?;
    Ok(answer::json(StatusCode::OK, &json!({"message": format!("Deleted draft invoice {number}.")})))
}

/// The customers of a group.
fn customers_of(scene: &Scene<'_>, request: &Request, group: &str) -> Result<Response<Bytes>, Refusal> {
    let missing = || Refusal::not_found(CUSTOMER_GROUPS.what, group);
    let key = Key::from_path(group, false).ok_or_else(missing)?;
    scene.agreement.books.row(&CUSTOMER_GROUPS, None, &key).ok_or_else(missing)?;
    if request.method != Method::GET {
        return Err(not_allowed());
    }
    let listing = Listing::read(request, &CUSTOMERS)?;
    let rows = scene.agreement.books.rows(&CUSTOMERS, None).values();
    let rows = rows.filter(|row| row.get("customerGroup").and_then(Key::of).as_ref() == Some(&key));
    let here = format!("customer-groups/{group}/customers");
    let show = |row: &_| scene.agreement.books.shown(&CUSTOMERS, None, row, &scene.links);
    Ok(answer::json(StatusCode::OK, &listing.collection(&CUSTOMERS, &here, rows, &scene.links, show)))
}

/// One of the two collections of departmental distributions.
fn distributions(
    scene: &mut Scene<'_>,
    request: &Request,
    kind: &str,
    rest: &[&str],
) -> Result<Response<Bytes>, Refusal> {
    if !rest.is_empty() {
        return documents(scene, request, &DISTRIBUTIONS, None, rest);
    }
    if request.method != Method::GET {
        return Err(not_allowed());
    }
    let listing = Listing::read(request, &DISTRIBUTIONS)?;
    let of_kind = |row: &&_| shown_kind(row).is_some_and(|own| kind.strip_suffix('s') == Some(own));
    let rows = scene.agreement.books.rows(&DISTRIBUTIONS, None).values().filter(of_kind);
    let here = format!("{}/{kind}", DISTRIBUTIONS.path);
    let show = |row: &_| scene.agreement.books.shown(&DISTRIBUTIONS, None, row, &scene.links);
    Ok(answer::json(StatusCode::OK, &listing.collection(&DISTRIBUTIONS, &here, rows, &scene.links, show)))
}

fn shown_kind(row: &Row) -> Option<&str> {
    row.get("distributionType")?.as_str()
}

/// The body as an object.
fn object(request: &Request) -> Result<Map<String, Value>, Refusal> {
    request.object().ok_or_else(unreadable)
}

/// The body cannot be read.
pub(crate) fn unreadable() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "The body is not JSON, or not of the form that is expected.", "Send JSON.")
}

/// The resource does not take the method.
pub(crate) fn not_allowed() -> Refusal {
    let hint = "Follow the links of the documents; each says which methods it takes.";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "The method is not allowed here.", hint)
}
