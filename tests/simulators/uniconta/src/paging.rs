//! The query options of an OData read, and cutting its rows into pages with a link to the next.

use crate::books::Row;
use crate::filter::Filter;
use crate::reads::Order;
use percent_encoding::utf8_percent_encode;
use simulator_kit::{QUERY_VALUE, Request};

/// The options of a read.
#[derive(Debug)]
pub(crate) struct Options {
    /// `$filter`, as sent and parsed.
    pub filter: Option<Filter>,
    /// `$orderby`.
    pub order: Order,
    raw_filter: Option<String>,
    raw_order: Option<String>,
    skip: usize,
    top: Option<usize>,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page<'r> {
    /// Its rows.
    pub rows: Vec<&'r Row>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl Options {
    /// Reads the options.
    ///
    /// # Errors
    /// The text says which option cannot be read. Options of OData that are not known to work are refused.
    pub(crate) fn parse(request: &Request) -> Result<Self, String> {
        for (at, (name, _)) in request.query.iter().enumerate() {
            let known = matches!(name.as_str(), "$filter" | "$orderby" | "$skip" | "$top");
            if name.starts_with('$') && !known {
                return Err(format!("{name} is not supported; $filter, $orderby, $skip and $top are"));
            }
            if known && request.query.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(format!("{name} is given twice"));
            }
        }
        let count = |name: &str| match request.parameter(name) {
            None => Ok(None),
            Some(text) => {
                text.parse::<usize>().map(Some).map_err(|_| format!("{name} must be a whole number of 0 or more"))
            }
        };
        let raw_order = request.parameter("$orderby").map(str::to_owned);
        Ok(Self {
            filter: request.parameter("$filter").map(Filter::parse).transpose().map_err(|error| error.to_string())?,
            order: raw_order.as_deref().map(order).transpose()?.unwrap_or_default(),
            raw_filter: request.parameter("$filter").map(str::to_owned),
            raw_order,
            skip: count("$skip")?.unwrap_or(0),
            top: count("$top")?,
        })
    }

    /// Of the rows that are chosen, so many must be there for a page of `size` rows to be cut out, and to know of a next one.
    pub(crate) fn most(&self, size: usize) -> usize {
        self.skip.saturating_add(self.top.unwrap_or(usize::MAX).min(size.saturating_add(1)))
    }

    /// Cuts the page out of the chosen rows.
    pub(crate) fn page<'r>(&self, mut rows: Vec<&'r Row>, size: usize) -> Page<'r> {
        rows.drain(..self.skip.min(rows.len()));
        if let Some(top) = self.top {
            rows.truncate(top);
        }
        let next = (rows.len() > size).then(|| {
            let mut options = vec![("$skip", self.skip.saturating_add(size).to_string())];
            options.extend(self.top.map(|top| ("$top", top.saturating_sub(size).to_string())));
            options.extend(self.raw_filter.clone().map(|filter| ("$filter", filter)));
            options.extend(self.raw_order.clone().map(|order| ("$orderby", order)));
            let pairs: Vec<String> = options
                .iter()
                .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY_VALUE)))
                .collect();
            pairs.join("&")
        });
        rows.truncate(size);
        Page { rows, next }
    }
}

/// `Name asc,Account desc`.
fn order(text: &str) -> Result<Order, String> {
    let part = |part: &str| {
        let mut words = part.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(name), None | Some("asc"), None) => Ok((name.to_owned(), false)),
            (Some(name), Some("desc"), None) => Ok((name.to_owned(), true)),
            _ => Err(format!("$orderby cannot be read at {part:?}: give properties, each with asc or desc")),
        }
    };
    text.split(',').map(part).collect()
}
