//! PgBouncer in transaction mode, of a version that knows nothing of prepared statements.

use super::{database, open};
use crate::support::{shared, spawn, stores};
use ceremony_service::contract;
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{PGBOUNCER, POSTGRES, PgBouncer, Postgres, pass_over};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

fn pooler() -> Option<(PgBouncer, String)> {
    if pass_over(&POSTGRES) || pass_over(&PGBOUNCER) {
        return None;
    }
    let postgres = Postgres::shared().unwrap();
    let bouncer = PgBouncer::before(postgres).unwrap();
    let url = bouncer.url(postgres, &database());
    Some((bouncer, url))
}

/// With more connections on this side than PgBouncer has on the other, so that transactions do change places.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_is_kept_through_a_pooler() {
    let Some((_bouncer, url)) = pooler() else { return };
    let url = format!("{url}?statement-cache-capacity=0");
    let stores = open(&url).await;
    contract::ceremony_store(stores.ceremonies(), spawn).await;
    contract::credential_store(stores.credentials(), spawn).await;
    shared::spend_list_keeps_the_contract(stores!(stores)).await;
    shared::users_keep_the_contract(stores!(stores)).await;
    shared::two_pools_race([stores!(stores), stores!(open(&url).await)]).await;
}

/// The application's own pool.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_of_ones_own_works_behind_a_pooler() {
    let Some((_bouncer, url)) = pooler() else { return };
    let options: PgConnectOptions = url.parse().unwrap();
    let options = options.statement_cache_capacity(0).extra_float_digits(None);
    let pool = PgPoolOptions::new().connect_with(options).await.unwrap();
    let stores = PostgresStores::new(pool).behind_pooler();
    stores.migrate().await.unwrap();
    contract::user_handles(stores.users(), spawn).await;
    contract::credential_store(stores.credentials(), spawn).await;
}

/// What the setting is for: without it, statements are looked for on connections that never saw them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn kept_statements_break_behind_a_pooler() {
    let Some((_bouncer, url)) = pooler() else { return };
    let stores = open(&url).await;
    let mut tasks = Vec::new();
    for number in 0..64 {
        let users = stores.users();
        tasks.push(tokio::spawn(async move {
            let user = ceremony_service::store::UserId::new(number.to_string()).unwrap();
            users.get_or_create(&ceremony::Tenant::default(), &user).await.is_err()
        }));
    }
    let mut broken = 0;
    for task in tasks {
        broken += usize::from(task.await.unwrap());
    }
    assert!(broken > 0);
}
