//! The settings that hold now. They are kept in the database and looked up in memory; a change holds for the next
//! request, without a restart.

use std::sync::Arc;

use chat::Settings;
use chat::settings::SettingError;
use protocol::{Problem, Refusal};
use tokio::sync::watch;

use crate::session::Author;
use crate::store::{Stop, Store, StoreError};

/// The settings of a running server. Cloning it is cheap.
#[derive(Clone)]
pub struct CurrentSettings {
    store: Store,
    /// What holds where nobody decided.
    defaults: Arc<Settings>,
    current: watch::Sender<Revision>,
}

/// Settings as the database had them.
#[derive(Clone, Debug)]
struct Revision {
    /// Rises with every change, so that what was read earlier never replaces what was read later.
    number: i64,
    settings: Arc<Settings>,
}

impl CurrentSettings {
    /// The `defaults`, until [`CurrentSettings::load`].
    pub fn new(store: &Store, defaults: Settings) -> CurrentSettings {
        let defaults = Arc::new(defaults);
        let current = watch::Sender::new(Revision { number: -1, settings: defaults.clone() });
        CurrentSettings { store: store.clone(), defaults, current }
    }

    /// Reads what was decided. A value that this version does not know is passed over.
    pub async fn load(&self) -> Result<(), StoreError> {
        let (number, rows) = self.store.settings().await?;
        let mut settings = Settings::clone(&self.defaults);
        for (key, value) in rows {
            if let Err(error) = settings.set(&key, &value) {
                tracing::warn!(key, %error, "a setting cannot be read; its default holds");
            }
        }
        self.current.send_if_modified(|current| {
            let newer = number > current.number;
            if newer {
                *current = Revision { number, settings: Arc::new(settings) };
            }
            newer
        });
        Ok(())
    }

    /// What holds now.
    pub fn now(&self) -> Arc<Settings> {
        self.current.borrow().settings.clone()
    }

    /// Decides anew. What is as the options say is not remembered, so that the options go on to hold.
    ///
    /// # Errors
    /// `forbidden` (neither owner nor admin), `banned`, `storage`, `restarting`.
    pub async fn save(&self, by: &Author, wanted: &Settings) -> Result<(), Problem> {
        let usual = self.defaults.entries();
        let rows = wanted.entries().into_iter().zip(usual);
        let rows = rows.map(|((key, value), (_, usual))| (key, (value != usual).then_some(value))).collect();
        self.store.save_settings(&by.member.id, rows).await.map_err(crate::rooms::problem)?;
        self.load().await.map_err(|error| crate::rooms::problem(Stop::Failed(error)))?;
        tracing::info!(by = %by.member.id, "settings changed");
        Ok(())
    }

    /// Takes away the texts of messages that are older than the settings allow, and says of how many. While the clock is
    /// in doubt that is none.
    pub async fn forget_old(&self) -> Result<u64, StoreError> {
        let days = i64::from(self.now().retention_days);
        if days == 0 || !self.store.may_age().await? {
            return Ok(0);
        }
        self.store.forget_before(self.store.now() - days * DAY).await
    }
}

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// The code that a value of a form is refused with.
pub(crate) fn refusal(error: SettingError) -> Refusal {
    match error {
        SettingError::Name(error) => error.into(),
        SettingError::TooLong => Refusal::TooLong,
        SettingError::Unknown => Refusal::BadRequest,
    }
}
