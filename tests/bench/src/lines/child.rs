//! The connector's end: runs events until there are no more.

use super::{Ended, FromConnector, ToConnector, read, write};
use crate::error::CannotRun;
use crate::native::{self, host_link};
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::on_customer_changed::SyncResult;
use accounting_kit::http::{Http, HttpError, Request, Response};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::Effect;
use std::cell::RefCell;
use std::io::{BufReader, StdinLock, StdoutLock, stdin, stdout};
use uniconta_connector::guest::Uniconta;

/// Read events from standard input and write what comes of them to standard output, until the input ends.
///
/// # Errors
/// The host writes something else, or is gone in the middle.
pub fn serve() -> Result<(), CannotRun> {
    let wire =
        Wire(RefCell::new(Ends { from: BufReader::new(stdin().lock()), to: stdout().lock(), line: String::new() }));
    loop {
        match wire.next()? {
            None => return Ok(()),
            Some(ToConnector::Event { context, changes, customers, links }) => {
                let flexybox = MemoryHost::default();
                flexybox.customers.borrow_mut().extend(customers.iter().map(native::customer));
                flexybox.links.borrow_mut().extend(links.iter().map(native::link));
                let changes: Vec<_> = changes.iter().map(native::change).collect();
                let ports = Ports { http: &wire, host: &flexybox };
                let results = Uniconta::customers_changed(ports, &native::context(&context), &changes)
                    .map_err(|error| CannotRun::new(format!("the event did not end well: {}", error.code)))?;
                wire.say(&FromConnector::Ended(results.iter().map(ended).collect()))?;
            }
            Some(ToConnector::Answer { .. }) => return Err(CannotRun::new("an answer to no request")),
        }
    }
}

struct Ends<'a> {
    from: BufReader<StdinLock<'a>>,
    to: StdoutLock<'a>,
    line: String,
}

/// Both ends of the wire; requests go over it too.
struct Wire<'a>(RefCell<Ends<'a>>);

impl Wire<'_> {
    fn next(&self) -> Result<Option<ToConnector>, CannotRun> {
        let Ends { from, line, .. } = &mut *self.0.borrow_mut();
        Ok(read(from, line)?)
    }

    fn say(&self, message: &FromConnector) -> Result<(), CannotRun> {
        Ok(write(&mut self.0.borrow_mut().to, message)?)
    }
}

impl Http for Wire<'_> {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let gone = || HttpError::Unknown("the host is gone".to_owned());
        let headers = request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let asked = FromConnector::Request {
            method: request.method.as_str().to_owned(),
            url: request.url.clone(),
            headers: headers.collect(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
        };
        self.say(&asked).map_err(|_| gone())?;
        match self.next() {
            Ok(Some(ToConnector::Answer { status, body })) => {
                Ok(Response { status, retry_after_s: None, body: body.into_bytes() })
            }
            _ => Err(gone()),
        }
    }
}

fn ended(result: &SyncResult) -> Ended {
    let kept = |effect: &Effect| match effect {
        Effect::PutLink(link) => Ok(host_link(link)),
        other => Err(format!("{other:?}")),
    };
    let (links, rest): (Vec<_>, Vec<_>) = result.effects.iter().map(kept).partition(Result::is_ok);
    let rest = rest.into_iter().filter_map(Result::err);
    let told = result.notices.iter().map(|notice| notice.code.clone());
    Ended {
        customer_id: result.customer_id.clone(),
        outcome: format!("{:?}", result.outcome),
        links: links.into_iter().flatten().collect(),
        rest: rest.chain(told).chain(result.conflicts.iter().map(|conflict| format!("{conflict:?}"))).collect(),
    }
}
