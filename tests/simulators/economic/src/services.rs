//! The services (`apis.e-conomic.com`): `/{service}api/v{version}/…`, told from the legacy interface by their path.
//!
//! Any version of the right form is answered the same: versions of these paths move several times a year.

mod accruals;
mod booked;
mod collection;
mod contacts;
mod customers;
mod drafts;
mod journals;
mod registry;

pub(crate) use registry::register as register_webhook;

use crate::gate::Scene;
use crate::problem::Problem;
use crate::switches::AppRole;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use simulator_kit::Request;

/// The services that there are, in lower case; their paths are written in either.
const SERVICES: [&str; 4] = ["customersapi", "journalsapi", "bookedentriesapi", "webhooksapi"];

/// Whether the first segment of a path is a service's.
pub(crate) fn is_service(first: &str) -> bool {
    SERVICES.contains(&first.to_ascii_lowercase().as_str())
}

/// Answers a call.
///
/// # Errors
/// The server refuses it.
pub(crate) fn answer(scene: &mut Scene<'_>, request: &Request) -> Result<Response<Bytes>, Problem> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let [service, version, rest @ ..] = segments.as_slice() else {
        return Err(Problem::not_found());
    };
    if !is_version(version) {
        return Err(Problem::not_found());
    }
    let service = service.to_ascii_lowercase();
    if scene.agreement.missing_modules.contains(&service) {
        return Err(Problem::forbidden("AccessDeniedAgreementMissingModules"));
    }
    let needed = if service == "customersapi" { AppRole::Sales } else { AppRole::Bookkeeping };
    let role = scene.config.switches.app_role;
    if service != "webhooksapi" && role != AppRole::SuperUser && role != needed {
        return Err(Problem::forbidden("AccessDenied"));
    }
    match service.as_str() {
        "customersapi" => of_customers(scene, request, rest),
        "journalsapi" => of_journals(scene, request, rest),
        "bookedentriesapi" => booked::answer(scene, request, rest),
        "webhooksapi" => registry::answer(scene, request, rest),
        _ => Err(Problem::not_found()),
    }
}

/// The customers service. Its paths begin with a capital in the specification; integrations write them small.
fn of_customers(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match rest {
        [first, rest @ ..] if first.eq_ignore_ascii_case("customers") => customers::answer(scene, request, rest),
        [first, rest @ ..] if first.eq_ignore_ascii_case("contacts") => contacts::answer(scene, request, rest),
        _ => Err(Problem::not_found()),
    }
}

/// The journals service. `/entries/draft/{journal}/book` is the older form of a path.
fn of_journals(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match rest {
        ["accruals", rest @ ..] => accruals::answer(scene, request, rest),
        ["draft-entries", rest @ ..] => drafts::answer(scene, request, rest),
        ["journals", rest @ ..] => journals::answer(scene, request, rest),
        ["entries", "draft", journal, action @ ("book" | "bookWithDateInterval")] => {
            if request.method != Method::POST {
                return Err(not_allowed());
            }
            let journal = drafts::known_journal(scene, journal)?;
            journals::booked(scene, request, journal, action)
        }
        _ => Err(Problem::not_found()),
    }
}

/// `v15.0.0`.
fn is_version(segment: &str) -> bool {
    let numbers = segment.strip_prefix('v').map(|rest| rest.split('.').collect::<Vec<_>>()).unwrap_or_default();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

/// The body is not the JSON that is expected.
fn unreadable() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "The body is not of the form that is expected.", "BadRequest")
}

/// The service does not take the method there.
fn not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.", "MethodNotAllowed")
}
