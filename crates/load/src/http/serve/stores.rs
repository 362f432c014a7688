//! The stores of each server.

use super::{Arguments, Stores, null};
use crate::http::Failure;
use ceremony_axum::ceremony_service::PasskeysBuilder;
use ceremony_axum::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use ceremony_axum::ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_axum::ceremony_service::store::SpendList;
use ceremony_redis::RedisStores;
use ceremony_sqlx::{PostgresStores, SqliteStores};
use sqlx::sqlite::SqliteSynchronous;
use std::sync::Arc;

/// The default list of spent ids has room for the sign-ins of six minutes at about 270 a second, and refuses more.
const SPENT: usize = 50_000_000;

/// How many connections PostgreSQL has to answer.
pub(crate) const CONNECTIONS: u32 = 8;

pub(super) async fn connect(arguments: &Arguments, builder: PasskeysBuilder) -> Result<PasskeysBuilder, Failure> {
    let url = arguments.url.as_deref().ok_or("this server wants --url");
    Ok(match arguments.stores {
        Stores::Hello => builder,
        Stores::Null => {
            let store = Arc::new(null::Null::default());
            builder.credentials(store.clone()).users(store.clone()).ceremonies(store)
        }
        Stores::NullSealed => {
            let store = Arc::new(null::Null::default());
            let builder = builder.credentials(store.clone()).users(store.clone()).ceremonies(store.clone());
            builder.authentications(sealed(store)?)
        }
        Stores::SealedMemory => {
            let builder = builder.credentials(Arc::new(MemoryCredentials::new())).users(Arc::new(MemoryUsers::new()));
            let builder = builder.ceremonies(Arc::new(MemoryCeremonies::default()));
            builder.authentications(sealed(Arc::new(MemorySpendList::new(SPENT)))?)
        }
        Stores::Sqlite | Stores::SqliteFull => {
            let synchronous = match arguments.stores {
                Stores::SqliteFull => SqliteSynchronous::Full,
                _ => SqliteSynchronous::Normal,
            };
            let stores = SqliteStores::connect_with(url?, SqliteStores::CONNECTIONS, synchronous).await?;
            stores.migrate().await?;
            let builder = builder.credentials(stores.credentials()).users(stores.users());
            builder.ceremonies(stores.ceremonies()).authentications(sealed(stores.spend_list())?)
        }
        Stores::Postgres | Stores::PostgresRedis => {
            let stores = PostgresStores::connect_with(url?, CONNECTIONS).await?;
            stores.migrate().await?;
            let builder = builder.credentials(stores.credentials()).users(stores.users());
            if arguments.stores == Stores::Postgres {
                builder.ceremonies(stores.ceremonies()).authentications(sealed(stores.spend_list())?)
            } else {
                let redis = arguments.redis.as_deref().ok_or("this server wants --redis")?;
                let redis = RedisStores::connect(redis).await?;
                builder.ceremonies(redis.ceremonies()).authentications(sealed(redis.spend_list())?)
            }
        }
    })
}

/// What anybody may begin is sealed, as the product's own default has it.
fn sealed(spent: Arc<dyn SpendList>) -> Result<Arc<SealedCeremonies>, Failure> {
    Ok(Arc::new(SealedCeremonies::new(KeyRing::new(SealingKey::random()?), spent)))
}
