//! Surface A, the Web API (`api.uniconta.com`): login with tokens, queries by body, writes under `/Crud`. Always JSON.

use crate::config::Config;
use crate::credentials::bearer;
use crate::filter::FilterError;
use crate::reads::{Order, select_typed, show};
use crate::refusal::{ErrorCode, Refusal};
use crate::refused;
use crate::session::{Identity, Tokens, split_login};
use crate::state::State;
use crate::surface::{Handled, may_see, view_of};
use crate::switches::{CrudUpdate, InsertListReply, LoginAnswers, MissingApiKey};
use crate::writes::{Write, Written, write};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::Request;
use simulator_kit::answer::{self, TEXT};
use uuid::Uuid;

/// What a body that lacks something needed is answered with (`[code]`: seen as plain text under a 2xx).
const ARGUMENT_MISSING: &str = "ArgumentMissing";

/// Answers a request on the Web API; `None` where the path is not one of its paths.
pub(crate) fn answer(state: &mut State, config: &Config, request: &Request) -> Option<Handled> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    Some(match segments.as_slice() {
        ["login" | "Login"] => posted(request, || log_in(state, config, request)),
        ["refresh" | "Refresh"] => posted(request, || refresh(state, request)),
        ["Query", "Get", entity] => with_token(state, request, |state, identity| {
            if request.method != Method::POST {
                return answer::empty(StatusCode::METHOD_NOT_ALLOWED);
            }
            query(state, config, request, identity, entity)
        }),
        ["Crud", operation, entity] => {
            with_token(state, request, |state, identity| crud(state, config, request, identity, operation, entity))
        }
        _ => return None,
    })
}

fn posted(request: &Request, handle: impl FnOnce() -> Handled) -> Handled {
    if request.method == Method::POST {
        handle()
    } else {
        Handled::anonymous(answer::empty(StatusCode::METHOD_NOT_ALLOWED))
    }
}

fn with_token(
    state: &mut State,
    request: &Request,
    handle: impl FnOnce(&mut State, &Identity) -> Response<Bytes>,
) -> Handled {
    let now = state.clock.now();
    let identity = bearer(request).and_then(|token| state.sessions.identity(token, now)).cloned();
    match identity {
        None => Handled::anonymous(answer::empty(StatusCode::UNAUTHORIZED)),
        Some(identity) => {
            let response = handle(state, &identity);
            Handled::by(&identity.user, response)
        }
    }
}

fn log_in(state: &mut State, config: &Config, request: &Request) -> Handled {
    let Some(body) = request.object() else {
        return Handled::anonymous(argument_missing());
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(login), Some(password)) = (text("Username"), text("Password")) else {
        return Handled::anonymous(argument_missing());
    };
    match identify(state, config, login, password, body.get("apiKey")) {
        Ok(identity) => {
            let user = identity.user.clone();
            let tokens = state.sessions.log_in(identity, state.clock.now(), config.switches.second_login);
            Handled::by(&user, tokens_answer(&tokens))
        }
        Err(code) => {
            let status = StatusCode::from_u16(config.switches.login_status).unwrap_or(StatusCode::OK);
            Handled::anonymous(answer::json(status, &Value::from(code.name())))
        }
    }
}

/// Checks the key, then the user, then the password, then the company, so that each wrong input has its own answer.
fn identify(
    state: &State,
    config: &Config,
    login: &str,
    password: &str,
    key: Option<&Value>,
) -> Result<Identity, ErrorCode> {
    let key_fits = match key {
        None | Some(Value::Null) => config.switches.missing_api_key == MissingApiKey::Accept,
        Some(key) => key.as_str().and_then(|text| Uuid::parse_str(text).ok()) == Some(config.api_key),
    };
    if !key_fits {
        return Err(ErrorCode::UnknownAppIdent);
    }
    let (company, name) = split_login(login);
    let user = state.user(name).ok_or(match config.switches.login_answers {
        LoginAnswers::Distinct => ErrorCode::UserDoesNotExist,
        LoginAnswers::Merged => ErrorCode::UserOrPasswordIsWrong,
    })?;
    if !user.password.is(password) {
        return Err(ErrorCode::UserOrPasswordIsWrong);
    }
    let company = company.or(user.default_company).ok_or(ErrorCode::NoCompanyId)?;
    if !state.companies.contains_key(&company) {
        return Err(ErrorCode::CompanyDoesNotExist);
    }
    if !user.companies.contains(&company) {
        return Err(ErrorCode::UserHasNoCompany);
    }
    Ok(Identity { user: user.name.clone(), company })
}

fn refresh(state: &mut State, request: &Request) -> Handled {
    let now = state.clock.now();
    let given = request.json().and_then(|value| value.as_str().map(str::to_owned));
    match given.and_then(|token| state.sessions.refresh(&token, now)) {
        Some((identity, tokens)) => Handled::by(&identity.user, tokens_answer(&tokens)),
        None => Handled::anonymous(answer::empty(StatusCode::UNAUTHORIZED)),
    }
}

fn tokens_answer(tokens: &Tokens) -> Response<Bytes> {
    let body = json!({
        "token": tokens.token,
        "refreshToken": tokens.refresh_token,
        "refreshTokenExpiry": tokens.refresh_expiry.to_string(),
    });
    answer::json(StatusCode::OK, &body)
}

fn argument_missing() -> Response<Bytes> {
    answer::body(StatusCode::OK, TEXT, ARGUMENT_MISSING)
}

/// What the filters of a query body say together.
#[derive(Default)]
struct Query {
    conditions: Vec<(String, String)>,
    order: Order,
    skip: usize,
    take: usize,
}

fn query(state: &State, config: &Config, request: &Request, identity: &Identity, entity: &str) -> Response<Bytes> {
    let switches = &config.switches;
    let Some(view) = view_of(entity, switches) else {
        return answer::empty(StatusCode::NOT_FOUND);
    };
    if !may_see(state, &identity.user, view) {
        return refused::on_web_api(&Refusal::of(ErrorCode::NoRights), switches);
    }
    let Some(books) = state.companies.get(&identity.company) else {
        return answer::empty(StatusCode::NOT_FOUND);
    };
    let filters = match request.json() {
        Some(Value::Array(filters)) if !filters.is_empty() => filters,
        _ => return argument_missing(),
    };
    let mut query = Query::default();
    for filter in &filters {
        let taken = filter.as_object().is_some_and(|filter| query.take_over(filter).is_some());
        if !taken {
            return refused::on_web_api(&Refusal::of(ErrorCode::InvalidObject), switches);
        }
    }
    match select_typed(books, view, &query.conditions, &query.order, switches) {
        Ok(mut rows) => {
            rows.drain(..query.skip.min(rows.len()));
            if query.take > 0 {
                rows.truncate(query.take);
            }
            let rows = show(books, view, &rows, switches).into_iter().map(Value::Object).collect();
            answer::json(StatusCode::OK, &Value::Array(rows))
        }
        Err(FilterError::UnknownProperty(name) | FilterError::WrongType(name)) => {
            refused::on_web_api(&Refusal::on(ErrorCode::FieldHasinvalidValue, &name), switches)
        }
        Err(_) => refused::on_web_api(&Refusal::of(ErrorCode::InvalidObject), switches),
    }
}

impl Query {
    /// Adds one filter object; `None` where a value is of the wrong type.
    fn take_over(&mut self, filter: &Map<String, Value>) -> Option<()> {
        let present = |name: &str| filter.get(name).filter(|value| !value.is_null());
        if let Some(name) = present("PropertyName") {
            let value = match present("FilterValue") {
                None => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Bool(flag)) => flag.to_string(),
                Some(_) => return None,
            };
            self.conditions.push((name.as_str()?.to_owned(), value));
        }
        let count = |name: &str| match present(name) {
            None => Some(None),
            Some(value) => usize::try_from(value.as_u64()?).ok().map(Some),
        };
        self.skip = count("Skip")?.unwrap_or(self.skip);
        self.take = count("Take")?.unwrap_or(self.take);
        let down = match present("OrderByDescending") {
            Some(Value::Bool(down)) => *down,
            // Seen both as a flag beside OrderBy and as a property name of its own.
            Some(Value::String(name)) => {
                self.order.push((name.clone(), true));
                false
            }
            None => false,
            Some(_) => return None,
        };
        match present("OrderBy") {
            None | Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => self.order.push((present("PropertyName")?.as_str()?.to_owned(), down)),
            Some(value) => self.order.push((value.as_str()?.to_owned(), down)),
        }
        Some(())
    }
}

fn crud(
    state: &mut State,
    config: &Config,
    request: &Request,
    identity: &Identity,
    operation: &str,
    entity: &str,
) -> Response<Bytes> {
    let switches = &config.switches;
    let operation = match Write::named(operation) {
        Some(Write::Update | Write::Delete) if switches.crud_update == CrudUpdate::Absent => None,
        operation => operation,
    };
    let (Some(operation), Some(view)) = (operation, view_of(entity, switches)) else {
        return answer::empty(StatusCode::NOT_FOUND);
    };
    let allowed = match operation {
        Write::Insert | Write::InsertList => request.method == Method::POST,
        Write::Update => request.method == Method::POST || request.method == Method::PUT,
        Write::Delete => request.method == Method::POST || request.method == Method::DELETE,
    };
    if !allowed {
        return answer::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let read_only = state.user(&identity.user).is_none_or(|user| user.read_only);
    let body = request.json();
    if body.is_none() {
        return argument_missing();
    }
    match write(state, switches, identity.company, read_only, view, operation, body) {
        Ok(Written::Row(row)) => answer::json(StatusCode::OK, &Value::Object(row)),
        Ok(Written::Rows(rows)) => match switches.insert_list_reply {
            InsertListReply::Rows => {
                answer::json(StatusCode::OK, &Value::Array(rows.into_iter().map(Value::Object).collect()))
            }
            InsertListReply::Empty => answer::empty(StatusCode::OK),
        },
        Ok(Written::Nothing) => answer::empty(StatusCode::OK),
        Err(refusal) => refused::on_web_api(&refusal, switches),
    }
}
