//! Every secret sealed anew with the newest key, so that an older one can be taken out of use.
//!
//! One installation is one transaction, and what is sealed with the newest key already is left alone: whatever stops it
//! half-way, the same call goes on from there. The canary is exchanged last and only when nothing was left behind, so until
//! then the host does not start without the old key. What it trades away: a value that does not open is left as it is and
//! named, because only a person can enter it again.

use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::service::CANARY;
use crate::settings::{Kept, KeptSettings, link_place, place};
use accounting_store::{Change, Guard, HookToken, Installation, Store, Write};
use accounting_vault::{Keyring, ResealError, SealError};

/// What sealing anew came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Installations looked at.
    pub installations: u64,
    /// Settings sealed anew.
    pub settings: u64,
    /// Tokens of links sealed anew.
    pub links: u64,
    /// Secrets that were sealed with the newest key already.
    pub current: u64,
    /// What does not open with any key, as errors that name place and key and hold no secret. While there is one, the host
    /// goes on asking for the old key.
    pub unopened: Vec<String>,
}

impl Resealed {
    /// Whether every secret is sealed with the newest key now.
    pub fn is_whole(&self) -> bool {
        self.unopened.is_empty()
    }
}

/// Seal every secret setting and every token of a link with the newest key, then keep a canary of it. For a store that no
/// host works on. `progress` is told after each installation how many are done, and of how many.
///
/// # Errors
/// The keys are not those of the store (nothing is written then); the store fails, or its content cannot be read: what was
/// sealed anew by then stays so, and the same call goes on from there.
pub async fn reseal(
    store: &dyn Store,
    keyring: &Keyring,
    mut progress: impl FnMut(u64, u64),
) -> Result<Resealed, ServiceError> {
    let canary = store.meta(CANARY).await?;
    if let Some(canary) = &canary {
        let wrong =
            |error: accounting_vault::KeyError| ServiceError::new(Refusal::Invalid, "wrong-key", error.to_string());
        keyring.check_canary(canary).map_err(wrong)?;
    }
    let rows = store.installations().await?;
    let all = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let mut resealing = Resealing { keyring, resealed: Resealed::default() };
    for row in rows {
        let tokens = store.hook_tokens(&row.id).await?;
        if let Some(change) = resealing.of_installation(row, tokens)? {
            write(store, change).await?;
        }
        resealing.resealed.installations += 1;
        progress(resealing.resealed.installations, all);
    }
    if resealing.resealed.is_whole() && !canary.is_some_and(|canary| keyring.is_current(&canary)) {
        let value = keyring.canary().map_err(|error| not_sealed(&error))?;
        let writes = vec![Write::Meta { key: CANARY.to_owned(), value }];
        write(store, Change { writes, ..Change::default() }).await?;
    }
    Ok(resealing.resealed)
}

struct Resealing<'a> {
    keyring: &'a Keyring,
    resealed: Resealed,
}

impl Resealing<'_> {
    /// What to write for one installation; none where there is nothing to do.
    fn of_installation(
        &mut self,
        mut row: Installation,
        tokens: Vec<HookToken>,
    ) -> Result<Option<Change>, ServiceError> {
        let mut writes = Vec::new();
        let mut kept: KeptSettings = body::read("the settings", &row.settings_json)?;
        let before = self.resealed.settings;
        for (key, value) in &mut kept {
            let Kept::Sealed(sealed) = value else { continue };
            if let Some(anew) = self.anew(&place(&row.id, key), sealed)? {
                *sealed = anew;
                self.resealed.settings += 1;
            }
        }
        let installation = row.id.clone();
        let guards = vec![Guard::Installation(row.version)];
        for token in tokens {
            if let Some(sealed) = self.anew(&link_place(&installation), &token.sealed)? {
                writes.push(Write::PutToken(HookToken { sealed, ..token }));
                self.resealed.links += 1;
            }
        }
        if self.resealed.settings > before {
            row.settings_json = body::write(&kept)?;
            writes.push(Write::UpdateInstallation(Box::new(row)));
        }
        Ok((!writes.is_empty()).then_some(Change { installation, guards, writes }))
    }

    /// The secret sealed anew; none where that is not needed, or it does not open.
    fn anew(&mut self, place: &str, sealed: &str) -> Result<Option<String>, ServiceError> {
        match self.keyring.reseal(place, sealed) {
            Ok(Some(anew)) => return Ok(Some(anew)),
            Ok(None) => self.resealed.current += 1,
            Err(ResealError::Open(error)) => self.resealed.unopened.push(error.to_string()),
            Err(ResealError::Seal(error)) => return Err(not_sealed(&error)),
        }
        Ok(None)
    }
}

fn not_sealed(error: &SealError) -> ServiceError {
    ServiceError::internal(error.to_string())
}

async fn write(store: &dyn Store, change: Change) -> Result<(), ServiceError> {
    store.commit(change).await?.map_err(|_| {
        let message = "an installation was changed while its secrets were sealed anew; stop the host and repeat";
        ServiceError::new(Refusal::Conflict, "changed-meanwhile", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_store::{SqliteOptions, SqliteStore};
    use accounting_vault::KeySource;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    const PASSWORD: &str = "correct horse battery staple";

    fn keyring(folder: &Path, lines: &[&str]) -> Keyring {
        let path = folder.join("keys");
        let mut file = std::fs::File::create(&path).unwrap();
        file.set_permissions(std::fs::Permissions::from_mode(0o600)).unwrap();
        file.write_all(lines.join("\n").as_bytes()).unwrap();
        Keyring::from_source(&KeySource::File(path)).unwrap()
    }

    fn installation(id: &str, settings: &KeptSettings) -> Installation {
        Installation { settings_json: body::write(settings).unwrap(), ..Installation::new(id, "books", 0) }
    }

    /// Three installations with a secret, an open setting and a token each, sealed with the first key of `keyring`.
    async fn begun(folder: &Path, keyring: &Keyring) -> SqliteStore {
        let store = SqliteStore::open(&folder.join("data"), SqliteOptions::default()).await.unwrap();
        for id in ["club-1", "club-2", "club-3"] {
            let settings = KeptSettings::from([
                ("company".to_owned(), Kept::Open("1010".to_owned())),
                ("password".to_owned(), Kept::Sealed(keyring.seal(&place(id, "password"), PASSWORD).unwrap())),
            ]);
            let token = HookToken {
                hash: format!("{id}-hash"),
                installation: id.to_owned(),
                sealed: keyring.seal(&link_place(id), "token").unwrap(),
                created: 1,
                expires: None,
                last_used: Some(7),
            };
            let create = Write::CreateInstallation(Box::new(installation(id, &settings)));
            let writes = vec![create, Write::PutToken(token)];
            let change = Change { installation: id.to_owned(), guards: Vec::new(), writes };
            store.commit(change).await.unwrap().unwrap();
        }
        let value = keyring.canary().unwrap();
        let writes = vec![Write::Meta { key: CANARY.to_owned(), value }];
        store.commit(Change { writes, ..Change::default() }).await.unwrap().unwrap();
        store
    }

    async fn opened(store: &SqliteStore, id: &str, keyring: &Keyring) -> (String, String) {
        let row = store.installation(id).await.unwrap().unwrap();
        let kept: KeptSettings = serde_json::from_str(&row.settings_json).unwrap();
        assert_eq!(kept["company"], Kept::Open("1010".to_owned()));
        let Kept::Sealed(sealed) = &kept["password"] else { panic!("the password lies open") };
        let password = keyring.open(&place(id, "password"), sealed).unwrap().expose().to_owned();
        let token = store.hook_tokens(id).await.unwrap().remove(0);
        assert_eq!((token.last_used, token.created), (Some(7), 1));
        (password, keyring.open(&link_place(id), &token.sealed).unwrap().expose().to_owned())
    }

    fn line() -> String {
        Keyring::generate_line().unwrap().expose().to_owned()
    }

    #[tokio::test]
    async fn afterwards_the_new_key_alone_opens_everything() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (line(), line());
        let store = begun(folder.path(), &keyring(folder.path(), &[&old])).await;

        let both = keyring(folder.path(), &[&new, &old]);
        let mut told = Vec::new();
        let resealed = reseal(&store, &both, |done, of| told.push((done, of))).await.unwrap();
        assert_eq!(resealed, Resealed { installations: 3, settings: 3, links: 3, ..Resealed::default() });
        assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);

        let alone = keyring(folder.path(), &[&new]);
        alone.check_canary(&store.meta(CANARY).await.unwrap().unwrap()).unwrap();
        for id in ["club-1", "club-2", "club-3"] {
            assert_eq!(opened(&store, id, &alone).await, (PASSWORD.to_owned(), "token".to_owned()));
        }

        let again = reseal(&store, &alone, |_, _| {}).await.unwrap();
        assert_eq!(again, Resealed { installations: 3, current: 6, ..Resealed::default() });
    }

    #[tokio::test]
    async fn it_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (line(), line());
        let store = begun(folder.path(), &keyring(folder.path(), &[&old])).await;
        let both = keyring(folder.path(), &[&new, &old]);
        // As it stands when the process ended after the first installation.
        let mut resealing = Resealing { keyring: &both, resealed: Resealed::default() };
        let row = store.installation("club-1").await.unwrap().unwrap();
        let tokens = store.hook_tokens("club-1").await.unwrap();
        let change = resealing.of_installation(row, tokens).unwrap().unwrap();
        write(&store, change).await.unwrap();

        // Until it is through, the host asks for the old key.
        let canary = store.meta(CANARY).await.unwrap().unwrap();
        assert!(keyring(folder.path(), &[&new]).check_canary(&canary).is_err());
        let resealed = reseal(&store, &both, |_, _| {}).await.unwrap();
        assert_eq!(resealed, Resealed { installations: 3, settings: 2, links: 2, current: 2, ..Resealed::default() });
    }

    #[tokio::test]
    async fn what_does_not_open_is_named_and_the_old_key_stays_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new, lost) = (line(), line(), line());
        let store = begun(folder.path(), &keyring(folder.path(), &[&old])).await;
        let sealed = keyring(folder.path(), &[&lost]).seal(&place("club-2", "password"), PASSWORD).unwrap();
        let mut row = store.installation("club-2").await.unwrap().unwrap();
        row.settings_json = body::write(&KeptSettings::from([("password".to_owned(), Kept::Sealed(sealed))])).unwrap();
        let writes = vec![Write::UpdateInstallation(Box::new(row))];
        let change = Change { installation: "club-2".to_owned(), guards: Vec::new(), writes };
        store.commit(change).await.unwrap().unwrap();

        let both = keyring(folder.path(), &[&new, &old]);
        let resealed = reseal(&store, &both, |_, _| {}).await.unwrap();
        assert_eq!((resealed.settings, resealed.links, resealed.is_whole()), (2, 3, false));
        assert_eq!(resealed.unopened.len(), 1);
        assert!(resealed.unopened[0].contains("setting club-2/password"), "{}", resealed.unopened[0]);
        assert!(!resealed.unopened[0].contains(PASSWORD));
        let canary = store.meta(CANARY).await.unwrap().unwrap();
        assert!(keyring(folder.path(), &[&new]).check_canary(&canary).is_err());
    }

    #[tokio::test]
    async fn other_keys_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (old, other) = (line(), line());
        let store = begun(folder.path(), &keyring(folder.path(), &[&old])).await;
        let before = store.installations().await.unwrap();
        let error = reseal(&store, &keyring(folder.path(), &[&other]), |_, _| {}).await.unwrap_err();
        assert_eq!(error.code, "wrong-key");
        assert_eq!(store.installations().await.unwrap(), before);
    }
}
