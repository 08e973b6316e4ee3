//! The link the accounting system calls: its token, what is kept of it, and how one takes another's place.

use crate::clock::ms;
use crate::error::{Refusal, ServiceError};
use crate::model::{HookAnswer, HookCall, LinkView, OlderLink};
use crate::service::Service;
use crate::settings::link_place;
use accounting_store::{Change, EventKind, HookToken, Ms, NewEvent, Priority, Write};
use accounting_vault::Token;
use host_harness::bindings::exports::on_webhook::{Header, Request};
use host_harness::digest::{hexadecimal, sha256};
use std::time::Duration;

/// How long to ask the accounting system to wait when a call cannot be kept.
const RETRY_AFTER_S: u32 = 30;

/// A token's last use is written down at most this often, milliseconds: people want the minute, and the link is called often.
const LAST_USED_EVERY_MS: i64 = 60_000;

impl Service {
    /// The link the accounting system calls.
    ///
    /// # Errors
    /// Unknown installation; the host was started without a public address.
    pub async fn link(&self, id: &str) -> Result<LinkView, ServiceError> {
        self.row(id).await?;
        let tokens = self.store().hook_tokens(id).await?;
        let no_link = || {
            let message =
                "the host was started without a public address, so there is no link; start it with --public-url";
            ServiceError::new(Refusal::Conflict, "no-link", message)
        };
        let (newest, url) = self.newest_link(id).await?.ok_or_else(no_link)?;
        let now = self.now();
        let older = tokens.iter().filter(|token| token.hash != newest.hash);
        let older = older.filter_map(|token| {
            let expires = token.expires.filter(|expires| *expires > now)?;
            Some(OlderLink { created: token.created, expires, last_used: token.last_used })
        });
        Ok(LinkView { url, created: newest.created, older: older.collect(), last_used: newest.last_used })
    }

    /// A new link; the old ones are taken for `overlap` longer, so that no call is lost while a person enters the new one.
    ///
    /// # Errors
    /// As [`Service::link`].
    pub async fn rotate_link(&self, id: &str, overlap: Duration) -> Result<LinkView, ServiceError> {
        self.row(id).await?;
        let _alone = self.inner.tokens.lock().await;
        let mut token = self.new_token(id)?;
        // The newest is the one shown, whatever the clock says by now.
        let newest = self.store().hook_tokens(id).await?.first().map_or(0, |newest| newest.created);
        token.created = token.created.max(newest.saturating_add(1));
        let at = self.now().saturating_add(ms(u64::try_from(overlap.as_millis()).unwrap_or(u64::MAX)));
        let expire = Write::ExpireTokens { except_hash: token.hash.clone(), at };
        let writes = vec![Write::PutToken(token), expire];
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
        self.link(id).await
    }

    /// The link was called. Whatever becomes of it later, the answer is only about whether it is kept.
    pub async fn hook(&self, token: &str, call: HookCall) -> HookAnswer {
        let Ok(token) = Token::parse(token) else { return HookAnswer::Unknown };
        let found = match self.store().hook_token(&token.hash().hex()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "a call of a link cannot be looked up");
                return HookAnswer::NotNow { retry_after_s: RETRY_AFTER_S };
            }
        };
        let now = self.now();
        let Some(kept) = found.filter(|kept| kept.expires.is_none_or(|expires| expires > now)) else {
            return HookAnswer::Unknown;
        };
        let event = match hook_event(call, now) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(installation = kept.installation, %error, "a call of a link cannot be kept");
                return HookAnswer::NotNow { retry_after_s: RETRY_AFTER_S };
            }
        };
        if let Err(error) = self.store().accept(&kept.installation, event).await {
            tracing::error!(installation = kept.installation, %error, "a call of a link cannot be kept; a catch-up follows");
            self.note_missed(&kept.installation);
            return HookAnswer::NotNow { retry_after_s: RETRY_AFTER_S };
        }
        // One turn is enough to begin with; it begins others where the installation may have more.
        self.wake_at(&kept.installation, 1);
        if kept.last_used.is_none_or(|used| now.saturating_sub(used) >= LAST_USED_EVERY_MS) {
            self.note_used(kept, now);
        }
        HookAnswer::Kept
    }

    fn note_used(&self, token: HookToken, now: Ms) {
        let service = self.clone();
        tokio::spawn(async move {
            let noted = async {
                let _alone = service.inner.tokens.lock().await;
                // It may have been replaced since it was looked up.
                let Some(token) = service.store().hook_token(&token.hash).await? else { return Ok(()) };
                let installation = token.installation.clone();
                let writes = vec![Write::PutToken(HookToken { last_used: Some(now), ..token })];
                service.commit(Change { installation, guards: Vec::new(), writes }).await
            };
            let noted: Result<(), ServiceError> = noted.await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the last use of a link was not written down");
            }
        });
    }

    /// The newest token of an installation and the whole address; none where the host has no public address.
    pub(crate) async fn newest_link(&self, id: &str) -> Result<Option<(HookToken, String)>, ServiceError> {
        if self.inner.public_url.is_empty() {
            return Ok(None);
        }
        let Some(newest) = self.store().hook_tokens(id).await?.into_iter().next() else { return Ok(None) };
        let opened = self.inner.keyring.open(&link_place(id), &newest.sealed);
        let token = opened.map_err(|error| ServiceError::internal(error.to_string()).about("link"))?;
        let url = format!("{}/hooks/{}", self.inner.public_url, token.expose());
        Ok(Some((newest, url)))
    }

    pub(crate) fn new_token(&self, id: &str) -> Result<HookToken, ServiceError> {
        let token = Token::new()?;
        let sealed = self.inner.keyring.seal(&link_place(id), token.text());
        Ok(HookToken {
            hash: token.hash().hex(),
            installation: id.to_owned(),
            sealed: sealed.map_err(|error| ServiceError::internal(error.to_string()))?,
            created: self.now(),
            expires: None,
            last_used: None,
        })
    }
}

/// A call as an event. The same call again while the first one waits is the same event: the connector reads the debtor afresh
/// in any case. So what differs between the two, when it came in, is no part of what is compared.
fn hook_event(call: HookCall, now: i64) -> Result<NewEvent, ServiceError> {
    let headers = call.headers.into_iter().map(|(name, value)| Header { name, value });
    let request =
        Request { method: call.method, query: call.query, headers: headers.collect(), body: call.body, received: 0 };
    let payload_json = crate::body::write(&request)?;
    let mut name = hexadecimal(&sha256(&payload_json));
    name.truncate(32);
    Ok(NewEvent {
        id: String::new(),
        kind: EventKind::Webhook,
        key: format!("w:{name}"),
        payload_json,
        priority: Priority::Change,
        correlation: call.correlation,
        received: now,
        not_before: now,
    })
}
