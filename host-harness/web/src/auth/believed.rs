//! Keys that were verified a moment ago, so that not every request asks the store.
//!
//! What it trades away: a key that another host took back works here until the belief ends, a few seconds. Only good keys
//! are remembered; whoever tries wrong ones cannot push them out.

use accounting_vault::{ApiKey, ApiKeyHash, Scopes};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys remembered at once; more than one FlexyBox hands out. Beyond it all are asked for again.
const MOST_KEYS: usize = 1_024;

struct Belief {
    hash: ApiKeyHash,
    scopes: Arc<Scopes>,
    until: Instant,
}

/// Keys by id.
pub(crate) struct Believed {
    time: Duration,
    keys: Mutex<HashMap<String, Belief>>,
}

impl Believed {
    /// Each key is believed for so long.
    pub(crate) fn new(time: Duration) -> Self {
        Self { time, keys: Mutex::default() }
    }

    /// What the key may do, if it was verified lately.
    pub(crate) fn scopes_of(&self, key: &ApiKey, now: Instant) -> Option<Arc<Scopes>> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let belief = keys.get(key.id())?;
        (now < belief.until && key.verify(&belief.hash)).then(|| belief.scopes.clone())
    }

    /// The key was verified.
    pub(crate) fn keep(&self, key: &ApiKey, scopes: Arc<Scopes>, now: Instant) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        if let Some(until) = now.checked_add(self.time) {
            keys.insert(key.id().to_owned(), Belief { hash: key.hash(), scopes, until });
        }
    }

    /// The key was taken back.
    pub(crate) fn forget(&self, id: &str) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_vault::Scope;

    const TIME: Duration = Duration::from_secs(3);

    fn kept() -> (Believed, ApiKey, Instant) {
        let believed = Believed::new(TIME);
        let (key, _) = ApiKey::new().unwrap();
        let now = Instant::now();
        believed.keep(&key, Arc::new(Scopes::from(Scope::Operate)), now);
        (believed, key, now)
    }

    #[test]
    fn is_believed_for_its_time_and_not_longer() {
        let (believed, key, now) = kept();
        assert!(believed.scopes_of(&key, now + TIME / 2).is_some());
        assert!(believed.scopes_of(&key, now + TIME).is_none());
    }

    #[test]
    fn a_key_taken_back_is_not_believed() {
        let (believed, key, now) = kept();
        believed.forget(key.id());
        assert!(believed.scopes_of(&key, now).is_none());
    }

    #[test]
    fn the_same_id_with_another_secret_is_not_believed() {
        let (believed, key, now) = kept();
        let (_, other) = ApiKey::new().unwrap();
        let secret = other.expose().rsplit_once('_').map(|(_, secret)| secret.to_owned()).unwrap();
        let forged = ApiKey::parse(&format!("fbx_{}_{secret}", key.id()));
        // A secret may hold an underscore itself; then the text is no key at all.
        assert!(forged.is_err() || believed.scopes_of(&forged.unwrap(), now).is_none());
    }

    #[test]
    fn remembers_no_more_than_its_limit() {
        let (believed, _, now) = kept();
        for _ in 0..MOST_KEYS + 1 {
            let (key, _) = ApiKey::new().unwrap();
            believed.keep(&key, Arc::new(Scopes::from(Scope::Operate)), now);
        }
        assert!(believed.keys.lock().unwrap().len() <= MOST_KEYS);
    }
}
