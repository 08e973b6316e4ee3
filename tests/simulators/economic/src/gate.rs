//! What stands before both interfaces: tokens, the rate limit, kept answers, and the marks of every answer.

use crate::books::Links;
use crate::config::Config;
use crate::idempotency::{self, Found};
use crate::problem::Problem;
use crate::rate::{Spent, Window};
use crate::refusal::Refusal;
use crate::state::{Agreement, State};
use crate::{legacy, services};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Response, StatusCode};
use simulator_kit::{Request, answer};

/// An answer, and which agreement it is for.
#[derive(Debug)]
pub(crate) struct Handled {
    /// The answer.
    pub response: Response<Bytes>,
    /// The agreement, where the tokens were right.
    pub agreement: Option<u32>,
}

/// The token that stands for the demo agreement, in place of both tokens.
const DEMO: &str = "demo";

/// Content-Type of a refusal on the services.
const PROBLEM: &str = "application/problem+json";

/// How a refusal is written: each interface in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interface {
    Legacy,
    Services,
}

/// A refusal of either interface.
#[derive(Debug)]
pub(crate) enum Refused {
    Legacy(Refusal),
    Services(Problem),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Legacy(refusal)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Services(problem)
    }
}

/// The marks of a request.
#[derive(Debug)]
struct Marks {
    request_id: String,
    log_id: String,
    local_time: String,
    utc: String,
}

/// Answers a request on either interface.
pub(crate) fn answer(state: &mut State, config: &Config, request: &Request) -> Handled {
    state.requests += 1;
    let marks = Marks {
        request_id: format!("5ec0de00-0000-4000-8000-{:012x}", state.requests),
        log_id: format!("{:016x}-CPH", state.requests),
        local_time: state.clock.local().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        utc: state.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let interface = match request.segments.first() {
        Some(first) if services::is_service(first) => Interface::Services,
        _ => Interface::Legacy,
    };
    let who = identify(state, config, request, interface);
    let mut handled = match who {
        Err(refused) => Handled { response: refusal(&refused, &marks), agreement: None },
        Ok(who) => admitted(state, config, request, interface, who, &marks),
    };
    if let Ok(value) = HeaderValue::from_str(&marks.request_id) {
        handled.response.headers_mut().insert("x-requestid", value);
    }
    handled
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
struct Who {
    agreement: u32,
    demo: bool,
}

fn identify(state: &State, config: &Config, request: &Request, interface: Interface) -> Result<Who, Refused> {
    let first = State::first(config);
    if interface == Interface::Legacy && request.parameter("demo") == Some("true") {
        return Ok(Who { agreement: first, demo: true });
    }
    let app = request.header("x-appsecrettoken").unwrap_or_default();
    let grant = request.header("x-agreementgranttoken").unwrap_or_default();
    if (app, grant) == (DEMO, DEMO) {
        return Ok(Who { agreement: first, demo: true });
    }
    let agreement = state.agreements.values().find(|agreement| agreement.grant.is(grant));
    match agreement.filter(|_| config.app_secret.is(app)) {
        Some(agreement) => Ok(Who { agreement: agreement.number, demo: false }),
        None => Err(unauthorised(request, interface)),
    }
}

fn unauthorised(request: &Request, interface: Interface) -> Refused {
    match interface {
        Interface::Services => Problem::unauthorised().into(),
        Interface::Legacy => {
            let demo = format!("{}{}?demo=true", request.origin(), request.path);
            let hint = format!("The tokens are missing or wrong. You can try the demo agreement: {demo}");
            Refusal::new(StatusCode::UNAUTHORIZED, "Access denied. Please check your tokens.", hint).into()
        }
    }
}

fn admitted(
    state: &mut State,
    config: &Config,
    request: &Request,
    interface: Interface,
    who: Who,
    marks: &Marks,
) -> Handled {
    let switches = &config.switches;
    let now = state.clock.now();
    let spent = state
        .agreements
        .get_mut(&who.agreement)
        .map(|agreement| agreement.rate.spend(now, switches.rate_limit))
        .unwrap_or(Spent { used: 0, wait_s: None });
    let key = idempotency::key_of(request);
    let found = match (&key, state.agreements.get(&who.agreement)) {
        _ if spent.wait_s.is_some() => Found::Nothing,
        (Some(key), Some(agreement)) => idempotency::find(agreement.kept.get(key), request, now, switches),
        _ => Found::Nothing,
    };
    let mut response = match (spent.wait_s, found) {
        (Some(seconds), _) => {
            let mut response = refusal(&too_many(interface), marks);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        (None, Found::Answer(response)) => response,
        (None, Found::Refused(code)) => refusal(&wrong_key(interface, code), marks),
        (None, Found::Nothing) => {
            let outcome =
                allowed(request, interface, who, config).and_then(|()| handle(state, config, request, interface, who));
            let response = outcome.unwrap_or_else(|refused| refusal(&refused, marks));
            let kept = idempotency::keep(request, &response, now, switches);
            if let (Some(key), Some(kept), Some(agreement)) = (key, kept, state.agreements.get_mut(&who.agreement)) {
                agreement.kept.insert(key, kept);
            }
            response
        }
    };
    if let Ok(value) = HeaderValue::from_str(&Window::header(spent, switches.rate_limit)) {
        response.headers_mut().insert("x-ratelimiting", value);
    }
    Handled { response, agreement: Some(who.agreement) }
}

/// What the tokens do not allow, and a body that is not declared as JSON.
fn allowed(request: &Request, interface: Interface, who: Who, _config: &Config) -> Result<(), Refused> {
    if who.demo && request.method != Method::GET {
        return Err(match interface {
            Interface::Legacy => {
                let hint = "Get tokens of your own to try anything but GET.";
                Refusal::new(StatusCode::FORBIDDEN, "The demo agreement can only be read.", hint).into()
            }
            Interface::Services => Problem::forbidden("AccessDenied").into(),
        });
    }
    let json = request
        .header(CONTENT_TYPE)
        .is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"));
    if !request.body.is_empty() && !json {
        return Err(match interface {
            Interface::Legacy => {
                let hint = "Send the header Content-Type: application/json.";
                Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type.", hint).into()
            }
            Interface::Services => Problem::unsupported().into(),
        });
    }
    Ok(())
}

fn handle(
    state: &mut State,
    config: &Config,
    request: &Request,
    interface: Interface,
    who: Who,
) -> Result<Response<Bytes>, Refused> {
    let State { agreements, clock, outbox, .. } = state;
    let Some(agreement) = agreements.get_mut(&who.agreement) else {
        return Err(Refusal::nowhere().into());
    };
    let links = Links { origin: request.origin(), demo: request.parameter("demo") == Some("true") };
    let mut scene = Scene { agreement, clock, outbox, config, links };
    match interface {
        Interface::Legacy => Ok(legacy::answer(&mut scene, request)?),
        Interface::Services => Ok(services::answer(&mut scene, request)?),
    }
}

/// Where a call is carried out.
#[derive(Debug)]
pub(crate) struct Scene<'s> {
    pub agreement: &'s mut Agreement,
    pub clock: &'s simulator_kit::Clock,
    pub outbox: &'s mut simulator_kit::Outbox<crate::webhooks::Owner>,
    pub config: &'s Config,
    pub links: Links,
}

fn too_many(interface: Interface) -> Refused {
    match interface {
        Interface::Legacy => {
            let hint = "Wait for the number of seconds in the header Retry-After.";
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests.", hint).into()
        }
        Interface::Services => Problem::too_many().into(),
    }
}

fn wrong_key(interface: Interface, code: &str) -> Refused {
    let message = "The Idempotency-Key was used for another call.";
    match interface {
        Interface::Legacy => {
            let hint = "Use a key of its own for every call.";
            Refusal::new(StatusCode::BAD_REQUEST, message, hint).coded(code).into()
        }
        Interface::Services => Problem::new(StatusCode::BAD_REQUEST, message, code).into(),
    }
}

fn refusal(refused: &Refused, marks: &Marks) -> Response<Bytes> {
    match refused {
        Refused::Legacy(refusal) => answer::json(refusal.status, &refusal.body(&marks.log_id, &marks.local_time)),
        Refused::Services(problem) => {
            let body = problem.body(&marks.request_id, &marks.utc);
            answer::body(problem.status, PROBLEM, body.to_string())
        }
    }
}
