//! Writing a change: first everything it was worked out from, then each of its writes in order.

use super::events::Retry;
use super::fault::Fault;
use super::installations::{Text, Time};
use super::outbox::Became;
use super::writer::Work;
use super::{
    activity, api_keys, collapse, customers, events, flags, guards, hook_tokens, inbox, installations, links, meta,
    outbox, receipts,
};
use crate::change::{Change, Moved, Write};
use rusqlite::Connection;

/// [`crate::Store::commit`].
pub(crate) struct Commit(pub(crate) Change);

impl Work for Commit {
    type Output = Result<(), Moved>;

    fn run(self, connection: &Connection) -> Result<Self::Output, Fault> {
        let Change { installation, guards, writes } = self.0;
        // What is there already is told before what has gone: a call that ends after its installation was deleted finds that
        // its event moved.
        if let Some(guard) = guards::first_moved(connection, &installation, guards)? {
            return Ok(Err(Moved(guard)));
        }
        let makes = writes.iter().any(|write| matches!(write, Write::CreateInstallation(_)));
        if !installation.is_empty() && !makes && !installations::exists(connection, &installation)? {
            return Err(installations::unknown(&installation));
        }
        for write in &writes {
            if installation.is_empty() && !needs_none(write) {
                return Err(Fault::Refused("a change without an installation writes something of one".to_owned()));
            }
            apply(connection, &installation, write)?;
        }
        Ok(Ok(()))
    }
}

/// Whether a write can do without an installation.
fn needs_none(write: &Write) -> bool {
    matches!(
        write,
        Write::Meta { .. }
            | Write::PutApiKey(_)
            | Write::RevokeApiKey { .. }
            | Write::PutToken(_)
            | Write::SupersedeOutbox(_)
            | Write::RemoveOutbox(_)
            | Write::OutboxPushed(_)
    )
}

fn apply(connection: &Connection, installation: &str, write: &Write) -> Result<(), Fault> {
    match write {
        Write::CreateInstallation(new) if new.id != installation => {
            return Err(Fault::Refused("the change is of another installation than the one it makes".to_owned()));
        }
        Write::CreateInstallation(new) => installations::create(connection, new)?,
        Write::UpdateInstallation(new) => installations::update(connection, installation, new)?,
        Write::DeleteInstallation => installations::delete(connection, installation)?,
        Write::Retag(tags) => customers::retag(connection, installation, tags)?,
        Write::Pause(pause) => installations::pause(connection, installation, pause)?,
        Write::Resume => installations::resume(connection, installation)?,
        Write::Cursor(cursor) => {
            installations::set_text(connection, installation, Text::Cursor, cursor.as_deref())?;
        }
        Write::Remember(json) => {
            installations::set_text(connection, installation, Text::Remembered, Some(json))?;
        }
        Write::Health(json) => installations::set_text(connection, installation, Text::Health, Some(json))?,
        Write::NextCheck(at) => installations::set_time(connection, installation, Time::NextCheck, *at)?,
        Write::NextCatchUp(at) => installations::set_time(connection, installation, Time::NextCatchUp, *at)?,
        Write::Calls { day, calls } => installations::add_calls(connection, installation, *day, *calls)?,
        Write::PutCustomer(customer) => customers::put(connection, installation, customer)?,
        Write::PutLink(link) => links::put(connection, installation, link)?,
        Write::RemoveLink(customer_id) => links::remove(connection, installation, customer_id)?,
        Write::PutFlag(flag) => flags::put(connection, installation, flag)?,
        Write::ClearFlag { customer_id, code } => flags::clear(connection, installation, customer_id, code)?,
        Write::PutReceipt(receipt) => receipts::put(connection, installation, receipt)?,
        Write::Posted { report_id, revision, posted } => {
            receipts::note_posted(connection, installation, report_id, *revision, *posted)?;
        }
        Write::SupersedeOutbox(id) => outbox::became(connection, installation, *id, Became::Superseded)?,
        Write::RemoveOutbox(id) => outbox::became(connection, installation, *id, Became::Answered)?,
        Write::OutboxPushed(id) => outbox::became(connection, installation, *id, Became::Pushed)?,
        Write::PutOutbox(item) => outbox::put(connection, installation, item)?,
        Write::PutActivity(call) => activity::put(connection, installation, call)?,
        Write::PutToken(token) => hook_tokens::put(connection, token)?,
        Write::ExpireTokens { except_hash, at } => {
            hook_tokens::expire(connection, installation, except_hash, *at)?;
        }
        Write::PutApiKey(key) => api_keys::put(connection, key)?,
        Write::RevokeApiKey { id, at } => api_keys::revoke(connection, id, *at)?,
        Write::Meta { key, value } => meta::put(connection, key, value)?,
        Write::EndEvent(_)
        | Write::DropEvent(_)
        | Write::RetryEvent { .. }
        | Write::ParkEvent { .. }
        | Write::PutAttempt { .. }
        | Write::Enqueue(_) => apply_to_event(connection, installation, write)?,
    }
    Ok(())
}

fn apply_to_event(connection: &Connection, installation: &str, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::EndEvent(seq) | Write::DropEvent(seq) => events::delete(connection, installation, *seq)?,
        Write::RetryEvent { seq, not_before, keep_input, batch, counts, crashes, reason_code, reason } => {
            let retry = Retry {
                not_before: *not_before,
                keep_input: *keep_input,
                batch: batch.as_deref(),
                counts: *counts,
                crashes: *crashes,
                reason_code,
                reason,
            };
            events::retry(connection, installation, *seq, &retry)?;
        }
        Write::ParkEvent { seq, reason_code, reason } => {
            events::park(connection, installation, *seq, reason_code, reason)?;
            collapse::take_follower(connection, installation, *seq)?;
        }
        Write::PutAttempt { seq, attempt } => events::put_attempt(connection, installation, *seq, attempt)?,
        Write::Enqueue(event) => inbox::take(connection, installation, event).map(drop)?,
        // Everything else was written by the caller.
        _ => {}
    }
    Ok(())
}
