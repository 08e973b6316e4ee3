//! Surface B (`odata.uniconta.com`): HTTP Basic, OData reads under `/odata`, rows and writes under `/api/Entities`. XML unless the
//! caller asks for JSON.

use crate::books::{Row, View};
use crate::config::Config;
use crate::credentials::{accepts_json, basic};
use crate::filter::FilterError;
use crate::paging::{Options, Page};
use crate::reads::{select, show};
use crate::refusal::{ErrorCode, Refusal};
use crate::refused;
use crate::session::split_login;
use crate::state::State;
use crate::surface::{Handled, entity_names, may_see, view_of};
use crate::switches::{InsertListReply, Switches};
use crate::value::accept;
use crate::writes::{Write, Written, write};
use crate::xml;
use bytes::Bytes;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::Request;
use simulator_kit::answer::{self, XML};

/// What a path asks for.
enum Target<'p> {
    Endpoints,
    OData(&'p str),
    Entities(&'p str),
    Write(Write, &'p str),
}

/// Who asks, and in which company.
struct Caller {
    user: String,
    company: u32,
    read_only: bool,
}

/// Answers a request on the OData surface; `None` where the path is not one of its paths.
pub(crate) fn answer(state: &mut State, config: &Config, request: &Request) -> Option<Handled> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let (target, company) = match segments.as_slice() {
        ["odata"] => (Target::Endpoints, None),
        ["odata", company] if number(company).is_some() => (Target::Endpoints, number(company)),
        ["odata", entity] => (Target::OData(entity), None),
        ["odata", company, entity] => (Target::OData(entity), Some(number(company)?)),
        ["api", "Entities", entity] => (Target::Entities(entity), None),
        ["api", "Entities", "Read", entity] => (Target::Entities(entity), None),
        ["api", "Entities", first, entity] => match (Write::named(first), number(first)) {
            (Some(write), _) => (Target::Write(write, entity), None),
            (None, Some(company)) => (Target::Entities(entity), Some(company)),
            (None, None) => return None,
        },
        _ => return None,
    };
    Some(match identify(state, request, company) {
        Ok(caller) => {
            let response = respond(state, config, request, &target, &caller);
            Handled::by(&caller.user, response)
        }
        Err(Turned::Away) => {
            let mut response = answer::empty(StatusCode::UNAUTHORIZED);
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Uniconta\""));
            Handled::anonymous(response)
        }
        Err(Turned::FromCompany(user)) => Handled::by(&user, answer::empty(StatusCode::FORBIDDEN)),
        Err(Turned::WithoutCompany(user)) => {
            let refusal = Refusal::of(ErrorCode::NoCompanyId);
            Handled::by(&user, refused::on_odata(&refusal, accepts_json(request), &config.switches))
        }
    })
}

/// Why a caller is not let in.
enum Turned {
    /// Wrong or missing credentials.
    Away,
    /// The user, named here, does not see the company; whether it exists is not told.
    FromCompany(String),
    /// The user, named here, has no default company and named none.
    WithoutCompany(String),
}

fn identify(state: &State, request: &Request, in_path: Option<u32>) -> Result<Caller, Turned> {
    let (login, password) = basic(request).ok_or(Turned::Away)?;
    let (in_login, name) = split_login(&login);
    let user = state.user(name).filter(|user| user.password.is(&password)).ok_or(Turned::Away)?;
    if in_login.iter().chain(&in_path).any(|company| !user.companies.contains(company)) {
        return Err(Turned::FromCompany(user.name.clone()));
    }
    let company = in_path.or(in_login).or(user.default_company);
    let company = company.ok_or_else(|| Turned::WithoutCompany(user.name.clone()))?;
    Ok(Caller { user: user.name.clone(), company, read_only: user.read_only })
}

fn respond(
    state: &mut State,
    config: &Config,
    request: &Request,
    target: &Target<'_>,
    caller: &Caller,
) -> Response<Bytes> {
    let switches = &config.switches;
    let json = accepts_json(request);
    let (entity, method) = match target {
        Target::Endpoints => return endpoints(request, switches),
        Target::OData(entity) | Target::Entities(entity) => (*entity, Method::GET),
        Target::Write(Write::Insert | Write::InsertList, entity) => (*entity, Method::POST),
        Target::Write(Write::Update, entity) => (*entity, Method::PUT),
        Target::Write(Write::Delete, entity) => (*entity, Method::DELETE),
    };
    let Some(view) = view_of(entity, switches) else {
        return answer::empty(StatusCode::NOT_FOUND);
    };
    if request.method != method {
        return answer::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !may_see(state, &caller.user, view) {
        return refused::on_odata(&Refusal::of(ErrorCode::NoRights), json, switches);
    }
    match target {
        Target::Write(operation, _) => {
            match write(state, switches, caller.company, caller.read_only, view, *operation, request.json()) {
                Ok(written) => written_answer(entity, written, json, switches),
                Err(refusal) => refused::on_odata(&refusal, json, switches),
            }
        }
        Target::OData(_) => read(state, switches, request, caller, entity, view),
        Target::Entities(_) | Target::Endpoints => match entities(state, switches, request, caller, view) {
            Ok(rows) => rows_answer(entity, rows, json),
            Err(message) => refused::unreadable(&message, json),
        },
    }
}

fn endpoints(request: &Request, switches: &Switches) -> Response<Bytes> {
    if request.method != Method::GET {
        return answer::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let one = |name: &String| json!({"name": name, "kind": "EntitySet", "url": name});
    let names = entity_names(switches);
    if accepts_json(request) {
        let list: Vec<Value> = names.iter().map(one).collect();
        return answer::json(StatusCode::OK, &json!({ "value": list }));
    }
    let list: Vec<Map<String, Value>> = names.iter().filter_map(|name| one(name).as_object().cloned()).collect();
    answer::body(StatusCode::OK, XML, xml::rows("EntitySet", &list))
}

/// `/odata/…`: filter, order and paging, in the envelope with `value` and `@odata.nextLink`.
fn read(
    state: &State,
    switches: &Switches,
    request: &Request,
    caller: &Caller,
    entity: &str,
    view: View,
) -> Response<Bytes> {
    let json = accepts_json(request);
    let page = Options::parse(request).and_then(|options| {
        let books = state.companies.get(&caller.company).ok_or("there is no such company")?;
        let most = options.most(switches.page_size);
        let chosen = select(books, view, options.filter.as_ref(), &options.order, most, switches)
            .map_err(|error| error.to_string())?;
        let Page { rows, next } = options.page(chosen, switches.page_size);
        let next = next.map(|query| format!("{}{}?{query}", request.origin(), request.path));
        Ok((show(books, view, &rows, switches), next))
    });
    match page {
        Err(message) => refused::unreadable(&message, json),
        Ok((rows, _)) if !json => answer::body(StatusCode::OK, XML, xml::rows(entity, &rows)),
        Ok((rows, next)) => {
            let mut body = Map::new();
            body.insert("value".to_owned(), Value::Array(rows.into_iter().map(Value::Object).collect()));
            if let Some(next) = next {
                body.insert("@odata.nextLink".to_owned(), Value::from(next));
            }
            answer::json(StatusCode::OK, &Value::Object(body))
        }
    }
}

/// `/api/Entities/…`: all rows, or those where one property has one value.
fn entities(
    state: &State,
    switches: &Switches,
    request: &Request,
    caller: &Caller,
    view: View,
) -> Result<Vec<Map<String, Value>>, String> {
    if let Some((name, _)) = request.query.iter().find(|(name, _)| name.starts_with('$')) {
        return Err(format!("{name} is not supported here; read /odata/{{company}}/{{entity}} for it"));
    }
    let books = state.companies.get(&caller.company).ok_or("there is no such company")?;
    let all: Vec<&Row> =
        select(books, view, None, &Vec::new(), usize::MAX, switches).map_err(|error| error.to_string())?;
    let rows = match (request.parameter("Name"), request.parameter("Value")) {
        (None, None) => all,
        (Some(name), Some(text)) => {
            let property =
                books.property(view, name).ok_or_else(|| FilterError::UnknownProperty(name.to_owned()).to_string())?;
            let wanted = accept(property, &Value::from(text), &Switches::default())
                .map_err(|_| FilterError::WrongType(name.to_owned()).to_string())?;
            let wanted = crate::matching::comparable(property, wanted.as_ref(), switches);
            let is =
                |row: &&Row| crate::matching::comparable(property, row.values.get(&property.name), switches) == wanted;
            all.into_iter().filter(is).collect()
        }
        _ => return Err("Name and Value must be given together".to_owned()),
    };
    Ok(show(books, view, &rows, switches))
}

fn written_answer(entity: &str, written: Written, json: bool, switches: &Switches) -> Response<Bytes> {
    match written {
        Written::Nothing => answer::empty(StatusCode::OK),
        Written::Row(row) if json => answer::json(StatusCode::OK, &Value::Object(row)),
        Written::Row(row) => answer::body(StatusCode::OK, XML, xml::row(entity, &row)),
        Written::Rows(_) if switches.insert_list_reply == InsertListReply::Empty => answer::empty(StatusCode::OK),
        Written::Rows(rows) => rows_answer(entity, rows, json),
    }
}

fn rows_answer(entity: &str, rows: Vec<Map<String, Value>>, json: bool) -> Response<Bytes> {
    if json {
        answer::json(StatusCode::OK, &Value::Array(rows.into_iter().map(Value::Object).collect()))
    } else {
        answer::body(StatusCode::OK, XML, xml::rows(entity, &rows))
    }
}
