//! Each statement of a sign-in and of an account's page alone: one after the other on one connection.

use super::Fallible;
use super::generator::{credential_id, user_handle};
use super::random::Random;
use super::server::{Processes, Used};
use ceremony::{RecordUpdate, UnixTime};
use ceremony_service::store::{Applied, Inserted, Page, Realm};
use ceremony_service::{Clock, SystemClock};
use ceremony_sqlx::PostgresStores;
use std::time::{Duration, Instant};

/// The statements, in the order of the table.
pub(crate) const NAMES: [&str; 7] = ["spend", "find", "resolve", "apply", "list", "count", "insert"];

/// A statement and what each call of it took.
pub(crate) struct Alone {
    pub(crate) each: Used,
    pub(crate) p50: Duration,
}

/// Runs each so many times, for rows out of the whole table.
pub(crate) async fn run(
    stores: &PostgresStores,
    processes: &Processes,
    realm: &Realm,
    (rows, count): (u64, u32),
    random: &mut Random,
) -> Fallible<Vec<Alone>> {
    let mut all = Vec::new();
    for name in NAMES {
        let mut took = Vec::new();
        let chosen: Vec<u64> = (0..count).map(|_| random.below(rows)).collect();
        let records =
            if matches!(name, "apply" | "insert") { Some(records(stores, realm, &chosen).await?) } else { None };
        let before = processes.used()?;
        for (at, row) in chosen.iter().enumerate() {
            let record = records.as_ref().and_then(|records| records.get(at));
            let drawn = random.next();
            let start = Instant::now();
            once(name, stores, realm, *row, record, drawn).await?;
            took.push(start.elapsed());
        }
        let each = processes.used()?.since(before).each(count);
        took.sort_unstable();
        all.push(Alone { each, p50: took.get(took.len() / 2).copied().unwrap_or_default() });
    }
    Ok(all)
}

async fn records(stores: &PostgresStores, realm: &Realm, rows: &[u64]) -> Fallible<Vec<ceremony::CredentialRecord>> {
    let credentials = stores.credentials();
    let mut records = Vec::new();
    for row in rows {
        let found = credentials.find(realm, &credential_id(*row)?).await?;
        records.push(found.ok_or("a row is not there")?.record);
    }
    Ok(records)
}

async fn once(
    name: &str,
    stores: &PostgresStores,
    realm: &Realm,
    row: u64,
    record: Option<&ceremony::CredentialRecord>,
    drawn: u64,
) -> Fallible<()> {
    let credentials = stores.credentials();
    let now = SystemClock.now();
    let is_right = match name {
        "spend" => {
            let mut id = [0; 16];
            id.iter_mut().zip(drawn.to_be_bytes()).for_each(|(to, from)| *to = from);
            stores.spend_list().spend(id, later(now), now).await?
        }
        "find" => credentials.find(realm, &credential_id(row)?).await?.is_some(),
        "resolve" => stores.users().resolve(&realm.tenant, &user_handle(row)?).await?.is_some(),
        "apply" => {
            let record = record.ok_or("no record")?;
            // The same row may have come before: its counter stays, so that each update is the first.
            let update = RecordUpdate::of(record, record.sign_count, now);
            credentials.apply(&update).await? == Applied::Applied
        }
        "list" => {
            let page = Page { after: None, limit: 100 };
            !credentials.list(realm, &user_handle(row)?, page).await?.is_empty()
        }
        "count" => credentials.count(realm, &user_handle(row)?).await? > 0,
        _ => {
            let mut record = record.ok_or("no record")?.clone();
            record.credential_id = ceremony::CredentialId::new(drawn.to_be_bytes().repeat(4))?;
            matches!(credentials.insert(&record, 128, now).await?, Inserted::Stored(_))
        }
    };
    if is_right { Ok(()) } else { Err(format!("{name} did nothing for row {row}").into()) }
}

fn later(now: UnixTime) -> UnixTime {
    now.saturating_add(Duration::from_secs(300))
}
