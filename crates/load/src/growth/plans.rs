//! The plans of the statements as the server has them prepared, on the table as it is.

use super::Fallible;
use ceremony::RecordUpdate;
use ceremony_service::store::{Page, RemovalGuard, UserId};
use ceremony_service::{Clock, SystemClock};
use ceremony_sqlx::PostgresStores;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgConnection, Row};

const PREPARED: &str = "SELECT name, statement, coalesce(array_length(parameter_types, 1), 0) AS parameters
    FROM pg_prepared_statements WHERE statement LIKE '% ceremony\\_%' ORDER BY prepare_time";

/// Calls every method of every store once on one connection, and asks for the plan of each statement that was prepared
/// there: the plan for whatever values, which PostgreSQL keeps to once it has seen a few.
pub(crate) async fn explain(url: &str, realm: &ceremony_service::store::Realm) -> Fallible<Vec<(String, Vec<String>)>> {
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
    let stores = PostgresStores::new(pool);
    call_everything(&stores, realm).await?;
    let mut connection = stores.pool().acquire().await?;
    sqlx::raw_sql("SET plan_cache_mode = force_generic_plan").execute(&mut *connection).await?;
    let mut plans = Vec::new();
    for row in sqlx::query(PREPARED).persistent(false).fetch_all(&mut *connection).await? {
        let (name, statement, count): (String, String, i32) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        plans.push((statement, plan(&mut connection, &name, count).await?));
    }
    Ok(plans)
}

async fn plan(connection: &mut PgConnection, name: &str, parameters: i32) -> Fallible<Vec<String>> {
    let nulls = vec!["NULL"; usize::try_from(parameters)?].join(", ");
    let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE \"{name}\" {nulls}")));
    let rows = explain.fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// The steps that look for rows of the grown tables without a condition on an index. The other tables are nearly empty here,
/// and are walked through for that; the tests of `ceremony-sqlx` judge those.
pub(crate) fn walks(plan: &[String]) -> Vec<&String> {
    let is_found = |at: usize| {
        let next = plan.get(at + 1).map_or("", String::as_str);
        next.contains("Index Cond:") || next.contains("TID Cond:")
    };
    let indirect = |step: &str| step.contains("Bitmap Heap Scan") || step.contains("Subquery Scan");
    let has_grown = |step: &str| step.contains("ceremony_credentials") || step.contains("ceremony_users");
    let scans = plan.iter().enumerate();
    let scans = scans.filter(|(_, step)| step.contains("Scan") && has_grown(step) && !indirect(step));
    scans.filter(|(at, _)| !is_found(*at)).map(|(_, step)| step).collect()
}

async fn call_everything(stores: &PostgresStores, realm: &ceremony_service::store::Realm) -> Fallible<()> {
    use ceremony_service::store::{CeremonyKey, CeremonyKind};
    let (credentials, users, sign_ups) = (stores.credentials(), stores.users(), stores.sign_ups());
    let (ceremonies, spent) = (stores.ceremonies(), stores.spend_list());
    let (now, tenant) = (SystemClock.now(), &realm.tenant);
    let later = now.saturating_add(std::time::Duration::from_secs(300));

    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm.clone(), binding: None };
    let handle = ceremonies.put(&key, b"state".to_vec(), later, now).await?;
    ceremonies.take(&key, &handle, now).await?;
    spent.spend([1; 16], later, now).await?;

    let user = UserId::new("explained").ok_or("an account's id")?;
    let owner = users.get_or_create(tenant, &user).await?;
    users.resolve(tenant, &owner).await?;

    let row = super::generator::credential_id(0)?;
    let mut record = credentials.find(realm, &row).await?.ok_or("the first row is not there")?.record;
    record.user_handle = owner.clone();
    record.credential_id = ceremony::CredentialId::new([7; 32])?;
    credentials.insert(&record, 20, now).await?;
    let page = Page { after: None, limit: 100 };
    let listed = credentials.list(realm, &owner, page).await?;
    let id = listed.first().ok_or("the new row is not there")?.id;
    credentials.list(realm, &owner, Page { after: Some(id), limit: 100 }).await?;
    credentials.get(realm, &owner, id).await?;
    credentials.count(realm, &owner).await?;
    credentials.apply(&RecordUpdate::of(&record, record.sign_count, now)).await?;
    credentials.rename(realm, &owner, id, "explained").await?;
    credentials.suspend(realm, &record.credential_id, "explained", now).await?;
    credentials.reactivate(realm, &record.credential_id).await?;
    credentials.revoke(realm, &owner, id, "explained", RemovalGuard::NotLast, now).await?;
    credentials.revoke(realm, &owner, id, "explained", RemovalGuard::Any, now).await?;
    credentials.revoke_all(realm, &owner, "explained", now).await?;
    credentials.erase(realm, &owner, id, now).await?;
    credentials.erase_user(realm, &owner, now).await?;

    sign_ups.add(realm, &owner, now).await?;
    sign_ups.abandoned(realm, now, 10).await?;
    sign_ups.remove(realm, &owner).await?;
    users.forget(tenant, &user).await?;
    ceremonies.cleanup(now).await?;
    spent.cleanup(now).await?;
    credentials.cleanup(now).await?;
    Ok(())
}
