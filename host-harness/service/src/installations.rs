//! Installations: made, set up, proved, paused and forgotten.

use crate::alarms;
use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::locale;
use crate::migration::{holds_still, refuse_still};
use crate::model::{ConnectorView, InstallationChange, InstallationView, PauseView, SettingView};
use crate::service::{CHANGED_MEANWHILE, Service};
use crate::settings::{self, Kept, KeptSettings};
use accounting_policy::DEFAULT_DAILY_CALLS;
use accounting_store::{Change, Guard, Installation, InstallationState, NewOutboxItem, Pause, Write};
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::types::Locale;
use host_harness::egress::AllowList;
use serde_json::json;

/// The most calls of one installation that may run at once.
const MOST_AT_ONCE: u32 = 16;

/// How often a change is entered anew because a call wrote its own part in the same moment.
pub(crate) const MOST_ROUNDS: u32 = 20;

/// The longest name of an installation, in characters.
const LONGEST_NAME: usize = 200;

/// The code of a pause that only a person ends.
pub(crate) const PAUSED_BY_PERSON: &str = "person";

/// The code of an installation that was never configured.
const NEW: &str = "new";

impl Service {
    /// Connectors that are loaded.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn connectors(&self) -> Result<Vec<ConnectorView>, ServiceError> {
        let installations = self.store().installations().await?;
        let views = self.inner.connectors.all().into_iter().map(|loaded| {
            let id = loaded.description.id.clone();
            ConnectorView {
                installations: installations.iter().filter(|row| row.connector == id).count(),
                id,
                name: loaded.description.name.clone(),
                version: loaded.description.version.clone(),
                sha256: loaded.connector.info().sha256.clone(),
                capabilities: loaded.description.capabilities.clone(),
                hosts: loaded.description.hosts.clone(),
            }
        });
        Ok(views.collect())
    }

    /// Load a connector, or another version of one: new calls run on the new one, calls under way end on the old one. It holds
    /// until the process ends; the next start takes what it is started with.
    ///
    /// # Errors
    /// It is no connector of this contract; nothing has changed then.
    pub async fn load_connector(&self, component: Vec<u8>) -> Result<ConnectorView, ServiceError> {
        let loaded = self.inner.connectors.load(component).await?;
        let (id, version) = (&loaded.description.id, &loaded.description.version);
        tracing::info!(connector = id, version, sha256 = loaded.connector.info().sha256, "a connector was loaded");
        let mut all = self.connectors().await?;
        let place = all.iter().position(|one| one.id == *id);
        place.map(|place| all.swap_remove(place)).ok_or_else(|| ServiceError::internal("the connector is gone again"))
    }

    /// All installations, by id.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn installations(&self) -> Result<Vec<InstallationView>, ServiceError> {
        self.store().installations().await?.into_iter().map(|row| self.view(row)).collect()
    }

    /// One installation.
    ///
    /// # Errors
    /// It is unknown.
    pub async fn installation(&self, id: &str) -> Result<InstallationView, ServiceError> {
        self.view(self.row(id).await?)
    }

    /// Make an installation, with a link. It waits until `configure` says that it is ready.
    ///
    /// # Errors
    /// The id is taken or cannot be one, the connector is not loaded, or something in it is wrong.
    pub async fn create(
        &self,
        id: &str,
        connector: &str,
        change: InstallationChange,
    ) -> Result<InstallationView, ServiceError> {
        check_installation_id(id)?;
        if self.store().installation(id).await?.is_some() {
            let message = format!("there is an installation {id} already; choose another id, or change that one");
            return Err(ServiceError::new(Refusal::Conflict, "installation-exists", message).about("id"));
        }
        let now = self.now();
        let empty = Catalogue {
            customer_tags: Vec::new(),
            customer_fields: Vec::new(),
            account_plan: Vec::new(),
            dimensions: Vec::new(),
        };
        let mut row = Installation {
            state: InstallationState::Paused,
            catalogue_json: body::write(&empty)?,
            daily_calls: DEFAULT_DAILY_CALLS,
            ..Installation::new(id, connector, now)
        };
        self.enter(&mut row, &change)?;
        row.pause = Some(Pause {
            code: NEW.to_owned(),
            message: match locale::of(&row) {
                Locale::Da => "integrationen er ny: udfyld indstillingerne, og tryk OK".to_owned(),
                Locale::En => "the integration is new: fill in the settings and press OK".to_owned(),
            },
            subject: String::new(),
            at: now,
        });
        row.next_check = alarms::next_check(self, id);
        row.next_catch_up = alarms::next_catch_up(self, id);
        let token = self.new_token(id)?;
        let writes = vec![Write::CreateInstallation(Box::new(row)), Write::PutToken(token)];
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
        self.installation(id).await
    }

    /// Change what people set. Secrets go in and never come out. Another customer tag is applied to all customers that are held.
    ///
    /// # Errors
    /// The installation is unknown, somebody else changed it in the same moment, or something in the change is wrong.
    pub async fn change(&self, id: &str, change: InstallationChange) -> Result<InstallationView, ServiceError> {
        let mut rounds = 0;
        let other_tag = loop {
            let mut row = self.row(id).await?;
            let (tag, version) = (row.customer_tag.clone(), row.version);
            self.enter(&mut row, &change)?;
            let other_tag = row.customer_tag != tag;
            let writes = vec![Write::UpdateInstallation(Box::new(row))];
            let guards = vec![Guard::Installation(version)];
            let written = self.commit(Change { installation: id.to_owned(), guards, writes }).await;
            rounds += 1;
            // A call that ended in the same moment has written its own part; what people set is entered over it.
            match written {
                Ok(()) => break other_tag,
                Err(error) if error.code == CHANGED_MEANWHILE && rounds < MOST_ROUNDS => {}
                Err(error) => return Err(error),
            }
        };
        let row = self.row(id).await?;
        if other_tag {
            self.sweep(&row, None).await?;
        }
        self.wake_at(id, row.concurrency);
        self.view(row)
    }

    /// Forget an installation with everything of it. Nothing is changed in the accounting system.
    ///
    /// # Errors
    /// It is unknown, or was moved to or from another that hangs on it.
    pub async fn delete(&self, id: &str) -> Result<(), ServiceError> {
        self.row(id).await?;
        self.refuse_bound(id).await?;
        let mut writes = vec![Write::DeleteInstallation, crate::switching_on::forgotten(id)];
        writes.extend(crate::migration::forgotten(id));
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
        self.inner.recordings.forget(id);
        self.inner.prepared.forget(id);
        Ok(())
    }

    /// Stop running events; nothing is dropped.
    ///
    /// # Errors
    /// It is unknown.
    pub async fn pause(&self, id: &str, note: &str) -> Result<InstallationView, ServiceError> {
        let row = self.row(id).await?;
        if row.pause.as_ref().is_some_and(|pause| pause.code == NEW) || holds_still(&row) {
            // It waits already, and for more than a person's word: the settings were never proved, or it is being moved.
            return self.view(row);
        }
        let told = match (note.is_empty(), locale::of(&row)) {
            (false, _) => note.to_owned(),
            (true, Locale::Da) => "sat på pause af en medarbejder".to_owned(),
            (true, Locale::En) => "paused by a person".to_owned(),
        };
        self.pause_with(id, PAUSED_BY_PERSON, &told, "").await?;
        self.installation(id).await
    }

    /// Go on, whatever it waited for.
    ///
    /// # Errors
    /// It is unknown, was never configured, or is held still by a migration.
    pub async fn resume(&self, id: &str) -> Result<InstallationView, ServiceError> {
        let row = self.row(id).await?;
        if row.pause.as_ref().is_some_and(|pause| pause.code == NEW) {
            let message =
                "the installation was never configured; press OK (configure), which begins it when it is ready";
            return Err(ServiceError::new(Refusal::Conflict, "never-configured", message));
        }
        refuse_still(&row)?;
        self.resume_row(&row).await?;
        self.installation(id).await
    }

    pub(crate) async fn pause_with(
        &self,
        id: &str,
        code: &str,
        message: &str,
        subject: &str,
    ) -> Result<(), ServiceError> {
        let pause =
            Pause { code: code.to_owned(), message: message.to_owned(), subject: subject.to_owned(), at: self.now() };
        let told = json!({"code": code, "message": message});
        let writes = vec![Write::Pause(pause), self.tell("installation-paused", told)];
        self.commit(Change { installation: id.to_owned(), guards: Vec::new(), writes }).await?;
        self.ring_outbox();
        Ok(())
    }

    pub(crate) async fn resume_row(&self, row: &Installation) -> Result<(), ServiceError> {
        if row.pause.is_some() {
            let writes = vec![Write::Resume, self.tell("installation-resumed", json!({}))];
            self.commit(Change { installation: row.id.clone(), guards: Vec::new(), writes }).await?;
            self.ring_outbox();
        }
        self.wake_at(&row.id, row.concurrency);
        Ok(())
    }

    fn tell(&self, kind: &str, body: serde_json::Value) -> Write {
        Write::PutOutbox(NewOutboxItem {
            kind: kind.to_owned(),
            customer_id: String::new(),
            revision: 0,
            body_json: body.to_string(),
            at: self.now(),
        })
    }

    /// An installation as it is kept.
    pub(crate) async fn row(&self, id: &str) -> Result<Installation, ServiceError> {
        self.store().installation(id).await?.ok_or_else(|| ServiceError::unknown_installation(id))
    }

    /// Put what people entered into the row.
    fn enter(&self, row: &mut Installation, change: &InstallationChange) -> Result<(), ServiceError> {
        let Some(loaded) = self.inner.connectors.get(&row.connector) else {
            let known: Vec<String> = self.inner.connectors.all().iter().map(|one| one.description.id.clone()).collect();
            let message = format!("connector {:?} is not loaded; loaded are: {}", row.connector, known.join(", "));
            return Err(ServiceError::invalid("unknown-connector", message).about("connector"));
        };
        let specs = &loaded.description.settings;
        if let Some(name) = &change.name {
            if name.chars().count() > LONGEST_NAME {
                let message = format!("the name is longer than {LONGEST_NAME} characters");
                return Err(ServiceError::invalid("wrong-name", message).about("name"));
            }
            row.name.clone_from(name);
        }
        if let Some(locale) = &change.locale {
            if !matches!(locale.as_str(), "da" | "en") {
                return Err(ServiceError::invalid("wrong-locale", "the language is da or en").about("locale"));
            }
            row.locale.clone_from(locale);
        }
        if let Some(hosts) = &change.hosts {
            let list = AllowList::new(hosts, &loaded.description.hosts);
            list.map_err(|error| ServiceError::invalid("wrong-host", error.to_string()).about("hosts"))?;
            row.hosts_json = body::write(hosts)?;
        }
        if let Some(catalogue) = &change.catalogue {
            row.catalogue_json = body::write(catalogue)?;
        }
        if let Some(concurrency) = change.concurrency {
            if !(1..=MOST_AT_ONCE).contains(&concurrency) {
                let message = format!("1 to {MOST_AT_ONCE} calls may run at once, not {concurrency}");
                return Err(ServiceError::invalid("wrong-concurrency", message).about("concurrency"));
            }
            row.concurrency = concurrency;
        }
        if let Some(daily_calls) = change.daily_calls {
            row.daily_calls = daily_calls;
        }
        let mut kept: KeptSettings = body::read("the settings", &row.settings_json)?;
        settings::enter(&self.inner.keyring, &row.id, specs, &mut kept, &change.settings)?;
        row.settings_json = body::write(&kept)?;
        row.customer_tag = settings::customer_tag(specs, &kept);
        Ok(())
    }

    fn view(&self, row: Installation) -> Result<InstallationView, ServiceError> {
        let kept: KeptSettings = body::read("the settings", &row.settings_json)?;
        let shown = kept.into_iter().map(|(key, value)| match value {
            Kept::Open(value) => (key, SettingView::Open(value)),
            Kept::Sealed(_) => (key, SettingView::Hidden),
        });
        let today = crate::turn::budget(&row).at(crate::clock::moment(self.now()));
        Ok(InstallationView {
            settings: shown.collect(),
            hosts: body::read("the approved hosts", &row.hosts_json)?,
            catalogue: body::read("the catalogue", &row.catalogue_json)?,
            pause: row.pause.map(|pause| PauseView {
                code: pause.code,
                message: pause.message,
                subject: pause.subject,
                at: pause.at,
            }),
            calls_today: i64::try_from(today.used).unwrap_or(i64::MAX),
            id: row.id,
            connector: row.connector,
            name: row.name,
            locale: row.locale,
            customer_tag: row.customer_tag,
            concurrency: row.concurrency,
            daily_calls: row.daily_calls,
            last_hook: row.last_hook,
            next_check: row.next_check,
            next_catch_up: row.next_catch_up,
            created: row.created,
        })
    }
}

fn check_installation_id(id: &str) -> Result<(), ServiceError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if (1..=64).contains(&id.len()) && id.bytes().all(good) {
        return Ok(());
    }
    let message = "the id of an installation has 1 to 64 characters of A-Z, a-z, 0-9, point, dash and underscore";
    Err(ServiceError::invalid("wrong-id", message).about("id"))
}
