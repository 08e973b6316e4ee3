//! The query of a collection (filter, sort, paging) and the collection as it is answered.

use crate::books::Links;
use crate::filter::{Filter, FilterError};
use crate::matching::{By, Lists, check, meets, order};
use crate::refusal::Refusal;
use crate::resource::{Resource, Row};
use http::StatusCode;
use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value, json};
use simulator_kit::{QUERY_VALUE, Request};

/// Documents on a page, unless the caller says otherwise.
const PAGE_SIZE: usize = 20;
/// Most documents on a page.
pub const MAX_PAGE_SIZE: usize = 1000;

const FILTER_HINT: &str = "Filtering on collections can be done using the querystring parameter 'filter'.";
const SORT_HINT: &str = "Sorting on collections can be done using the querystring parameter 'sort'.";
const PAGING_HINT: &str = "Use the querystring parameters 'skippages', from 0, and 'pagesize', from 1 to 1000.";

/// What a caller asks of a collection.
#[derive(Debug)]
pub(crate) struct Listing {
    filter: Option<Filter>,
    sort: Vec<By>,
    skip: usize,
    size: usize,
    /// The parameters that links keep, as they are written.
    kept: Vec<(&'static str, String)>,
}

impl Listing {
    /// Reads the query.
    ///
    /// # Errors
    /// What the server refuses: a filter or sort that cannot be read or names what it may not, a page that cannot be.
    pub(crate) fn read(request: &Request, resource: &Resource) -> Result<Self, Refusal> {
        let filter = request.parameter("filter").filter(|text| !text.is_empty());
        let sort = request.parameter("sort").filter(|text| !text.is_empty());
        let parsed = filter.map(Filter::parse).transpose().map_err(|error| unfiltered(&error, resource))?;
        if let Some(filter) = &parsed {
            check(filter, resource, Lists::OfNumbers).map_err(|error| unfiltered(&error, resource))?;
        }
        let kept = [("filter", filter), ("sort", sort)];
        Ok(Self {
            filter: parsed,
            sort: sort.map(|text| sorted_by(text, resource)).transpose()?.unwrap_or_default(),
            skip: count(request, "skippages", 0, 0, usize::MAX)?,
            size: count(request, "pagesize", PAGE_SIZE, 1, MAX_PAGE_SIZE)?,
            kept: kept.into_iter().filter_map(|(name, text)| Some((name, text?.to_owned()))).collect(),
        })
    }

    /// The collection: the documents that are asked for, each as `show` shows it.
    pub(crate) fn collection<'r>(
        &self,
        resource: &Resource,
        path: &str,
        rows: impl Iterator<Item = &'r Row>,
        links: &Links,
        show: impl Fn(&Row) -> Row,
    ) -> Value {
        let rows: Vec<&Row> = rows.collect();
        let without_filter = rows.len();
        let fits = |row: &&Row| self.filter.as_ref().is_none_or(|filter| meets(filter, resource, row));
        let mut found: Vec<&Row> = rows.into_iter().filter(fits).collect();
        found.sort_by(|one, other| order(&self.sort, resource, one, other));
        let last = found.len().div_ceil(self.size).saturating_sub(1);
        let from = self.skip.saturating_mul(self.size);
        let page: Vec<Value> = found.iter().skip(from).take(self.size).map(|row| Value::Object(show(row))).collect();
        let mut pagination = json!({
            "maxPageSizeAllowed": MAX_PAGE_SIZE,
            "skipPages": self.skip,
            "pageSize": self.size,
            "results": found.len(),
            "resultsWithoutFilter": without_filter,
            "firstPage": self.link(path, 0, links),
            "lastPage": self.link(path, last, links),
        });
        if let Some(pagination) = pagination.as_object_mut() {
            if self.skip < last {
                pagination.insert("nextPage".to_owned(), self.link(path, self.skip + 1, links));
            }
            if self.skip > 0 {
                let before = (self.skip - 1).min(last);
                pagination.insert("previousPage".to_owned(), self.link(path, before, links));
            }
        }
        json!({
            "collection": page,
            "pagination": pagination,
            "metaData": meta_data(resource, path, links),
            "self": self.link(path, self.skip, links),
        })
    }

    fn link(&self, path: &str, skip: usize, links: &Links) -> Value {
        let kept = |(name, text): &(&str, String)| format!("&{name}={}", utf8_percent_encode(text, QUERY_VALUE));
        let kept: String = self.kept.iter().map(kept).collect();
        Value::from(links.to(&format!("{path}?skippages={skip}&pagesize={}{kept}", self.size)))
    }
}

/// What the caller may do with the collection.
fn meta_data(resource: &Resource, path: &str, links: &Links) -> Value {
    let mut actions = Map::new();
    if resource.writes.post {
        let action = json!({
            "description": format!("Create a new {}.", resource.what),
            "href": links.to(path),
            "httpMethod": "post",
        });
        actions.insert("create".to_owned(), action);
    }
    Value::Object(actions)
}

fn unfiltered(error: &FilterError, resource: &Resource) -> Refusal {
    let refusal = Refusal::query("Could not parse query string filter.", FILTER_HINT, error.to_string());
    let allowed: Vec<String> = resource.fields.iter().filter(|field| field.filter).map(|field| field.path()).collect();
    refusal.and("allowedFilteringFields", Value::from(allowed))
}

/// `-name,~zip`.
fn sorted_by(text: &str, resource: &Resource) -> Result<Vec<By>, Refusal> {
    let one = |part: &str| {
        let (down, part) = part.strip_prefix('-').map_or((false, part), |rest| (true, rest));
        let (as_text, part) = part.strip_prefix('~').map_or((false, part), |rest| (true, rest));
        match resource.named(part).filter(|field| field.sort) {
            Some(field) => Ok(By { field: field.path(), down, as_text }),
            None => {
                let error = format!("Sorting is not allowed on property '{part}'.");
                Err(Refusal::query("Could not parse query string sort.", SORT_HINT, error))
            }
        }
    };
    text.split(',').map(|part| one(part.trim())).collect()
}

fn count(request: &Request, name: &str, absent: usize, min: usize, max: usize) -> Result<usize, Refusal> {
    match request.parameter(name) {
        None => Ok(absent),
        Some(text) => text.parse().ok().filter(|number| (min..=max).contains(number)).ok_or_else(|| {
            let refusal =
                Refusal::new(StatusCode::BAD_REQUEST, format!("'{text}' is not allowed as {name}."), PAGING_HINT);
            refusal.coded("E04810")
        }),
    }
}
