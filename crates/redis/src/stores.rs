//! The entry.

use crate::ceremonies::RedisCeremonies;
use crate::check::{self, Warning};
use crate::failure::{Cause, Failure};
use crate::key::DEFAULT_PREFIX;
use crate::link::Link;
use crate::spend::RedisSpendList;
use ceremony_service::store::{CeremonyStore, SpendList, StoreError};
use redis::io::tcp::TcpSettings;
use redis::{Client, IntoConnectionInfo};
use std::sync::Arc;

/// The stores on one Redis or Valkey server. Cheap to clone; clones share one connection, which is made again when it
/// breaks.
///
/// To be used within a Tokio runtime that has its IO and time enabled.
#[derive(Clone, Debug)]
pub struct RedisStores {
    link: Arc<Link>,
    prefix: Arc<str>,
}

impl RedisStores {
    /// Takes a client. The connection is made with the first call; the time limits are this crate's, not the client's.
    ///
    /// The client should set `TCP_NODELAY`, as [`connect`](Self::connect) does: many calls share one connection.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { link: Arc::new(Link::new(client)), prefix: Arc::from(DEFAULT_PREFIX) }
    }

    /// Connects to a server by its URL, such as `redis://user:password@host:6379/0`, `rediss://..` with a TLS feature of
    /// `redis`, or `unix:///path`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the URL is none, or with a [`Failure`] if there is no server that answers.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let not_connected = |error: redis::RedisError| Failure::NotConnected(Cause::from(&error));
        let info = url.into_connection_info().map_err(not_connected)?;
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let stores = Self::new(Client::open(info).map_err(not_connected)?);
        match stores.link.call(&redis::cmd("PING")).await {
            // Who may not ask for a sign of life has got one all the same.
            Ok(_) => Ok(stores),
            Err(Failure::Refused(cause)) if cause.code() == "NOPERM" => Ok(stores),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Lets every name begin with `prefix` instead of [`DEFAULT_PREFIX`]: for applications that share a server.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: Arc::from(prefix), ..self }
    }

    /// Begun ceremonies.
    #[must_use]
    pub fn ceremonies(&self) -> Arc<dyn CeremonyStore> {
        Arc::new(RedisCeremonies::new(Arc::clone(&self.link), Arc::clone(&self.prefix)))
    }

    /// Spent ids of sealed ceremonies.
    #[must_use]
    pub fn spend_list(&self) -> Arc<dyn SpendList> {
        Arc::new(RedisSpendList::new(Arc::clone(&self.link), Arc::clone(&self.prefix)))
    }

    /// Looks for what would make these stores fail or forget: writes an entry of its own and takes it out again, and asks
    /// the server for its settings. None is the answer of a server that is set up well.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the server can't be reached.
    pub async fn check(&self) -> Result<Vec<Warning>, StoreError> {
        Ok(check::run(&self.link, &self.prefix).await?)
    }
}
