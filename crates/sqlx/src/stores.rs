//! All stores of one database.

use crate::backend::{Backend, Session};
use crate::ceremonies::Ceremonies;
use crate::credentials::Credentials;
use crate::migrations::{self, MigrateError};
use crate::sign_ups::SignUps;
use crate::spend::Spent;
use crate::users::Users;
use ceremony_service::store::{CeremonyStore, CredentialStore, PendingSignUps, SpendList, UserHandles};
use sqlx::Pool;
use std::sync::Arc;

/// All stores in one database. Cheap to clone.
#[derive(Debug)]
pub struct Stores<B: Backend> {
    pub(crate) session: Session<B>,
}

impl<B: Backend> Clone for Stores<B> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone() }
    }
}

impl<B: Backend> Stores<B> {
    /// Takes the application's own pool. The tables are made by [`migrate`](Self::migrate).
    ///
    /// How the pool should be set up stands with the `connect` of each database.
    #[must_use]
    pub fn new(pool: Pool<B>) -> Self {
        Self { session: Session::new(pool) }
    }

    /// Makes the tables, or brings them up to date; does nothing if they are. Processes that start at once wait for
    /// each other: in PostgreSQL for 30 seconds at most, and as long for a table that somebody else has locked.
    ///
    /// All names begin with `ceremony_`, and what was run is noted in `ceremony_migrations`: an application's own
    /// migrations, of whatever tool, are not touched.
    ///
    /// # Errors
    ///
    /// [`MigrateError::Newer`] if a later version of this library has migrated the database, [`MigrateError::Database`]
    /// if the database refuses. In both cases nothing is changed.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        migrations::run(self.session.pool()).await
    }

    /// The pool.
    #[must_use]
    pub const fn pool(&self) -> &Pool<B> {
        self.session.pool()
    }

    /// Begun ceremonies.
    #[must_use]
    pub fn ceremonies(&self) -> Arc<dyn CeremonyStore> {
        Arc::new(Ceremonies::over(self.session.clone()))
    }

    /// Spent ids of sealed ceremonies.
    #[must_use]
    pub fn spend_list(&self) -> Arc<dyn SpendList> {
        Arc::new(Spent::over(self.session.clone()))
    }

    /// Credential records.
    #[must_use]
    pub fn credentials(&self) -> Arc<dyn CredentialStore> {
        Arc::new(Credentials::over(self.session.clone()))
    }

    /// Sign-ups that are not complete.
    #[must_use]
    pub fn sign_ups(&self) -> Arc<dyn PendingSignUps> {
        Arc::new(SignUps::over(self.session.clone()))
    }

    /// User handles.
    #[must_use]
    pub fn users(&self) -> Arc<dyn UserHandles> {
        Arc::new(Users::over(self.session.clone()))
    }
}
