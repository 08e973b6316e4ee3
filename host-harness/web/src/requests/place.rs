//! What stands in the address: the path and the parameters.

use crate::check::{self, Checked, Invalid};
use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path, Query};
use http::StatusCode;
use http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

/// Entries of a page unless asked for otherwise.
const USUAL_PAGE: u32 = 100;
/// Most entries of a page: some hundred kilobytes of customers.
const LARGEST_PAGE: u32 = 500;
/// Longest place to go on from: room for an id of any list.
const LONGEST_AFTER: usize = 512;

/// The variable parts of the path. What cannot be one of them is not there: 404.
pub(crate) struct Place<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(place)) => Ok(Self(place)),
            Err(_) => Err(Problem::of_status(StatusCode::NOT_FOUND)),
        }
    }
}

/// For ids in the path that FlexyBox chose, which are no longer than 64 characters; what is longer names nothing.
pub(crate) fn chosen_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    check::id("", &id, check::LONGEST_CUSTOMER_ID).map_err(|invalid| D::Error::custom(invalid.limit))?;
    Ok(id)
}

/// Parameters of the address.
pub(crate) trait Parameters: DeserializeOwned {
    /// Hold them against their limits.
    fn check(&self) -> Checked;
}

/// Parameters that were given, and keep their limits.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: Parameters, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Query(parameters)) = Query::<T>::from_request_parts(parts, state).await else {
            let detail =
                "a parameter of the address is unknown, given twice or of another form; /openapi.json lists them";
            return Err(Problem::invalid("invalid-parameter", detail));
        };
        parameters.check()?;
        Ok(Self(parameters))
    }
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// `next` of the part before; left out for the first.
    #[param(max_length = 512)]
    pub(crate) after: Option<String>,
    /// Most entries.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub(crate) limit: Option<u32>,
}

impl Page {
    pub(crate) fn most(&self) -> u32 {
        self.limit.unwrap_or(USUAL_PAGE)
    }
}

/// `after` and `limit` of any list.
pub(crate) fn page(after: Option<&str>, limit: Option<u32>) -> Checked {
    check::text("after", after.unwrap_or_default(), LONGEST_AFTER)?;
    match limit {
        Some(limit) if !(1..=LARGEST_PAGE).contains(&limit) => {
            Err(Invalid::new("limit", format!("is not between 1 and {LARGEST_PAGE}")))
        }
        _ => Ok(()),
    }
}

impl Parameters for Page {
    fn check(&self) -> Checked {
        page(self.after.as_deref(), self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use rstest::rstest;

    #[rstest]
    #[case("", Ok(100))]
    #[case("limit=1", Ok(1))]
    #[case("limit=500&after=c1", Ok(500))]
    #[case("limit=0", Err("limit"))]
    #[case("limit=501", Err("limit"))]
    #[case("limit=-1", Err(""))]
    #[case("limit=many", Err(""))]
    #[case("limit=1&limit=2", Err(""))]
    #[case("lmit=1", Err(""))]
    #[case("after=%00", Err("after"))]
    #[tokio::test]
    async fn pages(#[case] query: &str, #[case] expected: Result<u32, &str>) {
        let (mut parts, ()) = Request::get(format!("/?{query}")).body(()).unwrap().into_parts();
        let asked = Asked::<Page>::from_request_parts(&mut parts, &()).await;
        match (asked, expected) {
            (Ok(Asked(page)), Ok(most)) => assert_eq!(page.most(), most),
            (Err(problem), Err(subject)) => {
                assert_eq!((problem.status.as_u16(), problem.subject.as_str()), (422, subject));
            }
            (asked, expected) => panic!("{:?} where {expected:?} was expected", asked.map(|asked| asked.0)),
        }
    }
}
