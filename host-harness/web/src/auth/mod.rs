//! Who may call what.
//!
//! A handler says what it needs by taking [`Allowed<Scope>`](Allowed) first: no key, 401; a key without the scope, 403 that
//! names it; a key that calls too often, 429. Nothing else of the request has been read by then.

mod believed;

use crate::options::WebOptions;
use crate::problem::Problem;
use crate::rate::RateLimits;
use accounting_service::{Service, ServiceError};
use accounting_vault::{ApiKey, Scope, Scopes};
use async_trait::async_trait;
use axum::extract::{FromRef, FromRequestParts};
use believed::Believed;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

/// Where it is looked up what a key may do.
#[async_trait]
pub(crate) trait Keys: Send + Sync {
    async fn scopes_of(&self, key: &ApiKey) -> Result<Option<Scopes>, ServiceError>;
}

#[async_trait]
impl Keys for Service {
    async fn scopes_of(&self, key: &ApiKey) -> Result<Option<Scopes>, ServiceError> {
        Self::scopes_of(self, key).await
    }
}

/// Looks at keys. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Inner>);

struct Inner {
    keys: Box<dyn Keys>,
    believed: Believed,
    rates: RateLimits<String>,
}

impl Gate {
    pub(crate) fn new(keys: impl Keys + 'static, options: &WebOptions) -> Self {
        let believed = Believed::new(options.key_belief);
        Self(Arc::new(Inner { keys: Box::new(keys), believed, rates: RateLimits::new(options.key_rate) }))
    }

    /// Whether these headers carry a key that may do what needs `needed`.
    pub(crate) async fn admit(&self, headers: &HeaderMap, needed: Scope) -> Result<(), Problem> {
        let key = bearer(headers).and_then(|text| ApiKey::parse(text).ok()).ok_or_else(no_key)?;
        let now = Instant::now();
        let scopes = match self.0.believed.scopes_of(&key, now) {
            Some(scopes) => scopes,
            None => {
                let found = self.0.keys.scopes_of(&key).await?;
                let scopes = Arc::new(found.ok_or_else(no_key)?);
                self.0.believed.keep(&key, scopes.clone(), now);
                self.0.rates.admit(&key.id().to_owned());
                scopes
            }
        };
        self.0.rates.check(&key.id().to_owned())?;
        if scopes.allows(needed) { Ok(()) } else { Err(lacks(needed)) }
    }

    /// A key was taken back: do not believe it any longer.
    pub(crate) fn forget(&self, key_id: &str) {
        self.0.believed.forget(key_id);
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The same whether there is no key, none of this form, an unknown one, a wrong one, or one that was taken back.
fn no_key() -> Problem {
    let detail = "no valid API key; send one as `authorization: Bearer fbx_…`";
    Problem::new(StatusCode::UNAUTHORIZED, "no-valid-key", detail)
}

fn lacks(needed: Scope) -> Problem {
    let detail = format!("the key may not do this; use one with the scope {needed}");
    Problem::new(StatusCode::FORBIDDEN, "scope-missing", detail).about(needed.as_str())
}

/// A scope as a type, so that a handler can name it among its parameters.
pub(crate) trait Needed: Send {
    const SCOPE: Scope;
}

/// Proof that the request carries a key with this scope.
pub(crate) struct Allowed<N>(PhantomData<N>);

impl<N: Needed, S: Send + Sync> FromRequestParts<S> for Allowed<N>
where
    Gate: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Gate::from_ref(state).admit(&parts.headers, N::SCOPE).await?;
        Ok(Self(PhantomData))
    }
}

macro_rules! needed {
    ($($scope:ident),* $(,)?) => {
        $(
            #[doc = concat!("See `Scope::", stringify!($scope), "`.")]
            pub(crate) struct $scope;

            impl Needed for $scope {
                const SCOPE: Scope = Scope::$scope;
            }
        )*
    };
}

needed!(InstallationsRead, InstallationsWrite, CustomersWrite, DaysWrite, OutboxRead, Operate, Admin);

#[cfg(test)]
mod tests;
