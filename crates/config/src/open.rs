//! From settings to a service that runs.

mod ceremonies;

use crate::database::Database;
use crate::error::SettingsError;
use crate::key_file::KeyFile;
use crate::place::DatabaseUrl;
use crate::settings::Settings;
use ceremonies::Places;
use ceremony::{Ceremony, RelyingParty};
use ceremony_http::{PasskeyHttp, Providers, RateLimits};
use ceremony_service::store::RemovalGuard;
use ceremony_service::{Passkeys, PasskeysBuilder, UsernameFirst};

/// What came of the settings.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The service, still open for what is no setting: an audit sink, a clock.
    pub service: PasskeysBuilder,
    /// The database, with its tables made.
    pub database: Database,
    http: Http,
}

#[derive(Debug)]
struct Http {
    max_auth_age: Option<std::time::Duration>,
    limits: RateLimits,
    providers: Option<Providers>,
}

impl Opened {
    /// Finishes the service, and puts the HTTP side over it.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if the service can't be built.
    pub fn http(self) -> Result<PasskeyHttp, SettingsError> {
        let Self { service, http, .. } = self;
        http.over(build(service)?)
    }
}

impl Http {
    fn over(self, passkeys: Passkeys) -> Result<PasskeyHttp, SettingsError> {
        let mut http = PasskeyHttp::new(passkeys).rate_limits(self.limits);
        if let Some(age) = self.max_auth_age {
            http = http.max_auth_age(age);
        }
        if let Some(providers) = self.providers {
            http = http.providers(providers);
        }
        Ok(http)
    }
}

fn build(service: PasskeysBuilder) -> Result<Passkeys, SettingsError> {
    service.build().map_err(|error| SettingsError::new("service", error.to_string()).because(error))
}

/// With the quickest verifier that this build and this processor have; all of them give the same verdicts.
fn ceremony(relying_party: RelyingParty) -> Result<Ceremony, SettingsError> {
    #[cfg(feature = "graviola")]
    let verifier = ceremony_graviola::verifier();
    #[cfg(not(feature = "graviola"))]
    let verifier = std::sync::Arc::new(ceremony::RustCrypto);
    Ceremony::with_verifier(relying_party, verifier)
        .map_err(|error| SettingsError::new("service", error.to_string()).because(error))
}

impl Settings {
    /// Opens the database, makes its tables, and puts the service together.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] at the first setting that can't be used, or if the database or Redis does not answer.
    pub async fn open(&self) -> Result<Opened, SettingsError> {
        // Before anything is connected to.
        self.relying_party()?;
        let keys = self.keys()?;
        self.open_with(self.database().await?, keys).await
    }

    /// As [`open`](Self::open), with a database that is open already, and with keys out of whatever place a program keeps
    /// them in; the settings `database` and `key_file` count for nothing more.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] at the first setting that can't be used, or if the database or Redis does not answer.
    pub async fn open_with(&self, database: Database, keys: Option<KeyFile>) -> Result<Opened, SettingsError> {
        let relying_party = self.relying_party()?;
        let http = Http { max_auth_age: self.max_auth_age, limits: self.rate_limits(), providers: self.providers()? };
        database
            .migrate()
            .await
            .map_err(|error| SettingsError::new("database", "its tables can't be brought up to date").because(error))?;
        let places = Places { settings: self, database: &database, keys: keys.as_ref() };
        let mut service = Passkeys::builder(ceremony(relying_party)?)
            .credentials(database.credentials())
            .users(database.users())
            .ceremonies(places.registrations().await?)
            .authentications(places.authentications().await?)
            .username_first(self.username_first(keys.as_ref())?);
        if let Some(limit) = self.max_credentials_per_user {
            service = service.max_credentials_per_user(limit);
        }
        if self.keep_last_passkey {
            service = service.removal_guard(RemovalGuard::NotLast);
        }
        if self.sign_ups {
            service = service.sign_ups(database.sign_ups());
        }
        Ok(Opened { service, database, http })
    }

    /// Opens the database.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if none is named, if it does not answer, or for a setting that is not for it.
    pub async fn database(&self) -> Result<Database, SettingsError> {
        let url = self.database.as_ref().ok_or_else(|| {
            SettingsError::new("database", "write where passkeys are kept: sqlite:PATH or postgres://USER@HOST/NAME")
        })?;
        if self.sqlite_full.is_some() && !matches!(url, DatabaseUrl::Sqlite(_)) {
            let problem =
                "the database is PostgreSQL, whose own settings say when it flushes: synchronous_commit, fsync";
            return Err(SettingsError::new("sqlite_synchronous", problem));
        }
        let opened = Database::open_with(url, self.database_connections, self.sqlite_full == Some(true)).await;
        opened.map_err(|error| SettingsError::new("database", error.to_string()).because(error))
    }

    /// The keys, if a file is named.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if the file can't be read.
    pub fn keys(&self) -> Result<Option<KeyFile>, SettingsError> {
        self.key_file.as_deref().map(KeyFile::read).transpose()
    }

    fn username_first(&self, keys: Option<&KeyFile>) -> Result<UsernameFirst, SettingsError> {
        if self.list_credentials != Some(true) {
            return Ok(UsernameFirst::Hidden);
        }
        let keys = keys.ok_or_else(|| {
            let problem = "listed needs a key file: made-up passkeys must be the same after a restart";
            SettingsError::new("username_first", problem)
        })?;
        Ok(UsernameFirst::Listed { decoy_key: keys.decoys() })
    }

    fn providers(&self) -> Result<Option<Providers>, SettingsError> {
        let Some(path) = &self.providers else { return Ok(None) };
        let place = path.display().to_string();
        let json = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::new(&place, format!("the list of providers can't be read: {error}")))?;
        let list = Providers::default().with_list(&json);
        list.map(Some).map_err(|error| SettingsError::new(place, error.to_string()).because(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_verified_by_the_quickest_that_there_is() {
        let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build();
        let ceremony = format!("{:?}", ceremony(relying_party.unwrap()).unwrap());
        #[cfg(feature = "graviola")]
        let quick = ceremony_graviola::Graviola::available();
        #[cfg(not(feature = "graviola"))]
        let quick = false;
        assert_eq!((ceremony.contains("Graviola"), ceremony.contains("RustCrypto")), (quick, !quick), "{ceremony}");
    }
}
