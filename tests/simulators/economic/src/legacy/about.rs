//! `/self`: which agreement, company and app the tokens belong to.

use super::not_allowed;
use crate::gate::Scene;
use crate::refusal::Refusal;
use crate::switches::AppRole;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::json;
use simulator_kit::{Request, answer};

/// What `/self` tells. The keys are those of the vendor's schema; the values are made up but for number, name and base currency.
///
/// # Errors
/// The method is not GET.
pub(super) fn agreement(scene: &Scene<'_>, request: &Request) -> Result<Response<Bytes>, Refusal> {
    if request.method != Method::GET {
        return Err(not_allowed());
    }
    let agreement = &scene.agreement;
    let (number, name) = match scene.config.switches.app_role {
        AppRole::SuperUser => (1, "SuperUser"),
        AppRole::Bookkeeping => (2, "Bookkeeping"),
        AppRole::Sales => (3, "Sales"),
    };
    let role = json!({"roleNumber": number, "name": name, "self": scene.links.to(&format!("app-roles/{number}"))});
    let body = json!({
        "agreementNumber": agreement.number,
        "agreementType": {"agreementTypeNumber": 1, "name": "Normal"},
        "userName": "PROV",
        "signupDate": "2024-01-01",
        "user": {
            "loginId": "PROV",
            "email": "kontor@example.com",
            "name": "Prøve Bruger",
            "agreementNumber": agreement.number,
            "language": {"languageNumber": 1, "name": "Dansk", "culture": "da-DK", "self": scene.links.to("languages/1")},
        },
        "company": {"name": agreement.name, "country": "Danmark", "companyIdentificationNumber": "00000000"},
        "bankInformation": {},
        "application": {
            "appNumber": 1,
            "name": "Example app",
            "appPublicToken": "example-public-token",
            "created": "2024-01-01",
            "requiredRoles": [role],
            "self": scene.links.to("apps/1"),
        },
        "settings": {"baseCurrency": agreement.base_currency},
        "modules": [],
        "self": scene.links.to("self"),
    });
    Ok(answer::json(StatusCode::OK, &body))
}
