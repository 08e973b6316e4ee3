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
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

/// [`crate::Store::commit`].
pub(crate) struct Commit(pub(crate) Change);

#[async_trait]
impl Work for Commit {
    type Output = Result<(), Moved>;

    async fn run(self, connection: &mut SqliteConnection) -> Result<Result<(), Moved>, Fault> {
        let Change { installation, guards, writes } = self.0;
        // What is there already is told before what has gone: a call that ends after its installation was deleted finds that
        // its event moved.
        if let Some(guard) = guards::first_moved(connection, &installation, guards).await? {
            return Ok(Err(Moved(guard)));
        }
        let makes = writes.iter().any(|write| matches!(write, Write::CreateInstallation(_)));
        if !installation.is_empty() && !makes && !installations::exists(connection, &installation).await? {
            return Err(installations::unknown(&installation));
        }
        for alike in writes.chunk_by(|one, next| is_one_of_many(one) && same_kind(one, next)) {
            if installation.is_empty() && !alike.iter().all(needs_none) {
                return Err(Fault::Refused("a change without an installation writes something of one".to_owned()));
            }
            match alike {
                [one] => apply(connection, &installation, one).await?,
                many => apply_all(connection, &installation, many).await?,
            }
        }
        Ok(Ok(()))
    }
}

/// Writes of which a batch has hundreds one after the other, and which are written together.
fn is_one_of_many(write: &Write) -> bool {
    matches!(write, Write::PutLink(_) | Write::EndEvent(_))
}

fn same_kind(one: &Write, other: &Write) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// Several of a kind of [`is_one_of_many`].
async fn apply_all(connection: &mut SqliteConnection, installation: &str, writes: &[Write]) -> Result<(), Fault> {
    let (mut put, mut ended) = (Vec::new(), Vec::new());
    for write in writes {
        match write {
            Write::PutLink(link) => put.push(link),
            Write::EndEvent(seq) => ended.push(*seq),
            // Nothing else is gathered.
            _ => {}
        }
    }
    if !put.is_empty() {
        links::put(connection, installation, &put).await?;
    }
    Ok(events::delete_all(connection, installation, &ended).await?)
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

async fn apply(connection: &mut SqliteConnection, installation: &str, write: &Write) -> Result<(), Fault> {
    match write {
        Write::CreateInstallation(new) if new.id != installation => {
            return Err(Fault::Refused("the change is of another installation than the one it makes".to_owned()));
        }
        Write::CreateInstallation(new) => installations::create(connection, new).await?,
        Write::UpdateInstallation(new) => installations::update(connection, installation, new).await?,
        Write::DeleteInstallation => installations::delete(connection, installation).await?,
        Write::Retag(tags) => customers::retag(connection, installation, tags).await?,
        Write::Pause(pause) => installations::pause(connection, installation, pause).await?,
        Write::Resume => installations::resume(connection, installation).await?,
        Write::Cursor(cursor) => {
            installations::set_text(connection, installation, Text::Cursor, cursor.as_deref()).await?;
        }
        Write::Remember(json) => {
            installations::set_text(connection, installation, Text::Remembered, Some(json)).await?;
        }
        Write::Health(json) => installations::set_text(connection, installation, Text::Health, Some(json)).await?,
        Write::NextCheck(at) => installations::set_time(connection, installation, Time::NextCheck, *at).await?,
        Write::NextCatchUp(at) => installations::set_time(connection, installation, Time::NextCatchUp, *at).await?,
        Write::Calls { day, calls } => installations::add_calls(connection, installation, *day, *calls).await?,
        Write::PutCustomer(customer) => customers::put(connection, installation, customer).await?,
        Write::PutLink(link) => links::put(connection, installation, &[link]).await?,
        Write::RemoveLink(customer_id) => links::remove(connection, installation, customer_id).await?,
        Write::PutFlag(flag) => flags::put(connection, installation, flag).await?,
        Write::ClearFlag { customer_id, code } => flags::clear(connection, installation, customer_id, code).await?,
        Write::PutReceipt(receipt) => receipts::put(connection, installation, receipt).await?,
        Write::Posted { report_id, revision, posted } => {
            receipts::note_posted(connection, installation, report_id, *revision, *posted).await?;
        }
        Write::SupersedeOutbox(id) => outbox::became(connection, installation, *id, Became::Superseded).await?,
        Write::RemoveOutbox(id) => outbox::became(connection, installation, *id, Became::Answered).await?,
        Write::OutboxPushed(id) => outbox::became(connection, installation, *id, Became::Pushed).await?,
        Write::PutOutbox(item) => outbox::put(connection, installation, item).await?,
        Write::PutActivity(call) => activity::put(connection, installation, call).await?,
        Write::PutToken(token) => hook_tokens::put(connection, token).await?,
        Write::ExpireTokens { except_hash, at } => {
            hook_tokens::expire(connection, installation, except_hash, *at).await?;
        }
        Write::PutApiKey(key) => api_keys::put(connection, key).await?,
        Write::RevokeApiKey { id, at } => api_keys::revoke(connection, id, *at).await?,
        Write::Meta { key, value } => meta::put(connection, key, value).await?,
        Write::EndEvent(_)
        | Write::DropEvent(_)
        | Write::RetryEvent { .. }
        | Write::ParkEvent { .. }
        | Write::PutAttempt { .. }
        | Write::Enqueue(_) => apply_to_event(connection, installation, write).await?,
    }
    Ok(())
}

async fn apply_to_event(
    connection: &mut SqliteConnection,
    installation: &str,
    write: &Write,
) -> Result<(), sqlx::Error> {
    match write {
        Write::EndEvent(seq) | Write::DropEvent(seq) => events::delete(connection, installation, *seq).await?,
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
            events::retry(connection, installation, *seq, &retry).await?;
        }
        Write::ParkEvent { seq, reason_code, reason } => {
            events::park(connection, installation, *seq, reason_code, reason).await?;
            collapse::take_follower(connection, installation, *seq).await?;
        }
        Write::PutAttempt { seq, attempt } => events::put_attempt(connection, installation, *seq, attempt).await?,
        Write::Enqueue(event) => inbox::take(connection, installation, event).await.map(drop)?,
        // Everything else was written by the caller.
        _ => {}
    }
    Ok(())
}
