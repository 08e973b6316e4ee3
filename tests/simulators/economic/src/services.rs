//! The services (`apis.e-conomic.com`): `/{service}api/v{version}/…`, told from the legacy interface by their path.
//!
//! Any version of the right form is answered the same: versions of these paths move several times a year.

mod registry;

pub(crate) use registry::register as register_webhook;

use crate::gate::Scene;
use crate::problem::Problem;
use bytes::Bytes;
use http::{Response, StatusCode};
use simulator_kit::Request;

/// The services that there are, in lower case; their paths are written in either.
const SERVICES: [&str; 1] = ["webhooksapi"];

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
    match service.as_str() {
        "webhooksapi" => registry::answer(scene, request, rest),
        _ => Err(Problem::not_found()),
    }
}

/// `v15.0.0`.
fn is_version(segment: &str) -> bool {
    let numbers = segment.strip_prefix('v').map(|rest| rest.split('.').collect::<Vec<_>>()).unwrap_or_default();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

/// The service does not take the method there.
fn not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.", "MethodNotAllowed")
}
