//! Which store begun ceremonies get.

use crate::database::Database;
use crate::error::SettingsError;
use crate::key_file::KeyFile;
use crate::place::{CeremonyPlace, SpendPlace};
use crate::settings::Settings;
#[cfg(feature = "redis")]
use ceremony_redis::RedisStores;
use ceremony_service::memory::{MemoryCeremonies, MemorySpendList};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
#[cfg(feature = "redis")]
use ceremony_service::store::StoreError;
use ceremony_service::store::{CeremonyStore, SpendList};
use std::sync::Arc;

pub(super) struct Places<'a> {
    pub(super) settings: &'a Settings,
    pub(super) database: &'a Database,
    pub(super) keys: Option<&'a KeyFile>,
}

impl Places<'_> {
    pub(super) async fn registrations(&self) -> Result<Arc<dyn CeremonyStore>, SettingsError> {
        self.store(&self.settings.ceremony_place(self.keys.is_some()), "ceremonies").await
    }

    pub(super) async fn authentications(&self) -> Result<Arc<dyn CeremonyStore>, SettingsError> {
        self.store(&self.settings.authentication_place(self.keys.is_some()), "authentications").await
    }

    async fn store(&self, place: &CeremonyPlace, setting: &str) -> Result<Arc<dyn CeremonyStore>, SettingsError> {
        Ok(match place {
            CeremonyPlace::Memory => Arc::new(MemoryCeremonies::default()),
            CeremonyPlace::Database => self.database.ceremonies(),
            CeremonyPlace::Sealed => Arc::new(SealedCeremonies::new(self.ring()?, self.spend_list().await?)),
            #[cfg(feature = "redis")]
            CeremonyPlace::Redis(url) => self.redis(url, setting).await?.ceremonies(),
            #[cfg(not(feature = "redis"))]
            CeremonyPlace::Redis(_) => return Err(without_redis(setting)),
        })
    }

    async fn spend_list(&self) -> Result<Arc<dyn SpendList>, SettingsError> {
        Ok(match self.settings.spend_place() {
            SpendPlace::Memory if self.keys.is_some() => {
                let problem = "with a key file, memory would forget at a restart what was spent: write database or \
                               redis://..";
                return Err(SettingsError::new("spend_list", problem));
            }
            SpendPlace::Memory => Arc::new(MemorySpendList::default()),
            SpendPlace::Database => self.database.spend_list(),
            #[cfg(feature = "redis")]
            SpendPlace::Redis(url) => self.redis(&url, "spend_list").await?.spend_list(),
            #[cfg(not(feature = "redis"))]
            SpendPlace::Redis(_) => return Err(without_redis("spend_list")),
        })
    }

    /// Without a key file the key lives as long as the process, and nobody else has it.
    fn ring(&self) -> Result<KeyRing, SettingsError> {
        match self.keys {
            Some(keys) => keys.ring().map_err(|error| SettingsError::new("key_file", error.to_string()).because(error)),
            None => {
                let key = SealingKey::random();
                let key = key.map_err(|error| SettingsError::new("key_file", "no key can be drawn").because(error))?;
                Ok(KeyRing::new(key))
            }
        }
    }

    #[cfg(feature = "redis")]
    async fn redis(&self, url: &str, setting: &str) -> Result<RedisStores, SettingsError> {
        let stores = self.settings.redis(url).await;
        stores.map_err(|error| SettingsError::new(setting, "Redis does not answer").because(error))
    }
}

#[cfg(not(feature = "redis"))]
fn without_redis(setting: &str) -> SettingsError {
    SettingsError::new(setting, "this program was built without Redis, the feature `redis` of ceremony-config")
}

impl Settings {
    /// Redis, under the prefix of the settings.
    #[cfg(feature = "redis")]
    pub(crate) async fn redis(&self, url: &str) -> Result<RedisStores, StoreError> {
        let stores = RedisStores::connect(url).await?;
        Ok(match &self.redis_prefix {
            Some(prefix) => stores.with_prefix(prefix),
            None => stores,
        })
    }

    /// Where anybody may begin an account, writing nothing is best, if a key makes it possible. The key counts, and not the
    /// file of the settings: a program may keep its keys elsewhere.
    pub(crate) fn ceremony_place(&self, keyed: bool) -> CeremonyPlace {
        match &self.ceremonies {
            Some(place) => place.clone(),
            None if keyed && self.sign_ups => CeremonyPlace::Sealed,
            None => CeremonyPlace::Database,
        }
    }

    /// Anybody may begin to sign in.
    pub(crate) fn authentication_place(&self, keyed: bool) -> CeremonyPlace {
        match &self.authentications {
            Some(place) => place.clone(),
            None if keyed && self.ceremonies.is_none() => CeremonyPlace::Sealed,
            None => self.ceremony_place(keyed),
        }
    }

    pub(crate) fn spend_place(&self) -> SpendPlace {
        self.spend_list.clone().unwrap_or(SpendPlace::Database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where registrations and sign-ins are kept unless the settings say so.
    fn places(keyed: bool, sign_ups: bool, ceremonies: Option<CeremonyPlace>) -> (CeremonyPlace, CeremonyPlace) {
        let settings = Settings { sign_ups, ceremonies, ..Settings::default() };
        (settings.ceremony_place(keyed), settings.authentication_place(keyed))
    }

    #[test]
    fn what_anybody_may_begin_writes_nothing_if_there_is_a_key() {
        use CeremonyPlace::{Database, Memory, Sealed};
        assert_eq!(places(false, false, None), (Database, Database));
        assert_eq!(places(false, true, None), (Database, Database));
        assert_eq!(places(true, false, None), (Database, Sealed));
        assert_eq!(places(true, true, None), (Sealed, Sealed));
        assert_eq!(places(true, true, Some(Memory)), (Memory, Memory));
    }
}
