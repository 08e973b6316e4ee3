//! Collections of the services: by cursor, page by page, or counted; with a filter that is evaluated clause by clause.

use crate::filter::{Filter, FilterError};
use crate::matching::{By, Lists, check, meets, order};
use crate::problem::{Breach, Problem};
use crate::resource::{Key, Resource, Row};
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value};
use simulator_kit::{Request, answer};

/// Most items by cursor in one answer.
const CURSOR_SIZE: usize = 1000;
/// Items on a page, unless the caller says otherwise, and most of them.
const PAGE: (usize, usize) = (20, 100);
/// Most items that can be reached page by page.
const MOST_BY_PAGE: usize = 10_000;
/// The code of a filter that cannot be used.
const BAD_FILTER: &str = "BadFilterRequest";

/// Answers a read of a collection: the whole path, or `paged`, or `count`.
///
/// # Errors
/// A filter, sort or page cannot be used; or the path is another.
pub(super) fn answer(
    request: &Request,
    resource: &Resource,
    rows: Vec<Row>,
    form: Option<&str>,
) -> Result<Response<Bytes>, Problem> {
    let found = filtered(request, resource, rows)?;
    let value = match form {
        None => by_cursor(request, resource, found)?,
        Some("paged") => paged(request, resource, found)?,
        Some("count") => Value::from(found.len()),
        Some(_) => return Err(Problem::not_found()),
    };
    Ok(answer::json(StatusCode::OK, &value))
}

/// The items that meet the filter. Where a clause leaves none, the clauses behind it are not looked at, so a broken one can hide.
fn filtered(request: &Request, resource: &Resource, mut rows: Vec<Row>) -> Result<Vec<Row>, Problem> {
    let Some(text) = parameter(request, "filter").filter(|text| !text.is_empty()) else {
        return Ok(rows);
    };
    let clauses = match Filter::parse(text).map_err(|error| bad_filter(error.to_string()))? {
        Filter::All(clauses) => clauses,
        one => vec![one],
    };
    for clause in clauses {
        check(&clause, resource, Lists::OfAll).map_err(|error| refused(&clause, resource, &error))?;
        rows.retain(|row| meets(&clause, resource, row));
        if rows.is_empty() {
            break;
        }
    }
    Ok(rows)
}

/// A filter that cannot be used. What could be used instead is not told.
fn bad_filter(message: String) -> Problem {
    let breach = Breach::new("filter", BAD_FILTER, message);
    Problem { errors: vec![breach], ..Problem::new(StatusCode::BAD_REQUEST, "Bad filter request.", BAD_FILTER) }
}

/// A property that is there and not for filters is told in other words than one that is not there.
fn refused(clause: &Filter, resource: &Resource, error: &FilterError) -> Problem {
    match (clause, error) {
        (Filter::Compare { property, operator, .. }, FilterError::NotAllowed(_))
            if resource.named(property).is_some() =>
        {
            bad_filter(format!("Operator {} not supported on property {property}", operator.word()))
        }
        _ => bad_filter(error.to_string()),
    }
}

/// Sorting has no effect here, and is no error. The cursor is the number of the first item of the next answer.
fn by_cursor(request: &Request, resource: &Resource, found: Vec<Row>) -> Result<Value, Problem> {
    let wrong = |_| Problem::invalid(vec![Breach::new("cursor", "InvalidCursor", "The cursor is not one of ours.")]);
    let from: u64 = parameter(request, "cursor").map_or(Ok(0), str::parse).map_err(wrong)?;
    let mut left = found.into_iter().filter(|row| number(resource, row) >= from);
    let items: Vec<Row> = left.by_ref().take(CURSOR_SIZE).collect();
    let mut body = Map::new();
    if let Some(next) = left.next() {
        body.insert("cursor".to_owned(), Value::from(number(resource, &next).to_string()));
    }
    body.insert("items".to_owned(), Value::from(items));
    Ok(Value::Object(body))
}

fn number(resource: &Resource, row: &Row) -> u64 {
    match row.get(resource.key).and_then(Key::of) {
        Some(Key::Number(number)) => number,
        _ => 0,
    }
}

fn paged(request: &Request, resource: &Resource, mut found: Vec<Row>) -> Result<Value, Problem> {
    let count = |name: &str, absent: usize, min: usize, max: usize| {
        let given = parameter(request, name).map_or(Ok(absent), str::parse).ok();
        given.filter(|number| (min..=max).contains(number)).ok_or_else(|| {
            let message = format!("{name} must be a number from {min} to {max}.");
            Problem::invalid(vec![Breach::new(name, "InvalidPaging", message)])
        })
    };
    let size = count("pageSize", PAGE.0, 1, PAGE.1)?;
    let skip = count("skipPages", 0, 0, MOST_BY_PAGE)?;
    let sort: Vec<By> = parameter(request, "sort")
        .into_iter()
        .flat_map(|text| text.split(','))
        .map(|part| {
            let (down, name) = part.strip_prefix('-').map_or((false, part), |rest| (true, rest));
            let field = resource.named(name).filter(|field| field.sort).ok_or_else(|| {
                let message = format!("Sorting is not allowed on property '{name}'.");
                Problem::invalid(vec![Breach::new("sort", "InvalidSort", message)])
            })?;
            Ok(By { field: field.path(), down, as_text: false })
        })
        .collect::<Result<_, Problem>>()?;
    found.sort_by(|one, other| order(&sort, resource, one, other));
    let reachable = found.into_iter().take(MOST_BY_PAGE);
    Ok(Value::from(reachable.skip(skip.saturating_mul(size)).take(size).collect::<Vec<_>>()))
}

/// A query parameter; its case does not count, for documentation and specification write it differently.
fn parameter<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.query.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
