//! Compares what people saw with what the database holds and the site shows.

use crate::ORIGIN;
use crate::ledger::Seen;
use crate::person::Person;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_axum::ceremony::{CredentialId, RelyingParty, Tenant};
use ceremony_axum::ceremony_service::store::Realm;
use ceremony_config::{Database, DatabaseUrl};
use ceremony_testbed::Postgres;
use serde_json::Value;
use std::collections::BTreeMap;

/// A row of the table, as SQL shows it.
struct Row {
    sign_count: u32,
    revoked: bool,
    name: String,
}

/// Checks everything that everybody saw. Everything runs again, and nobody uses the site.
pub async fn check(postgres: &Postgres, url: &str, people: &mut [Person]) {
    let rows = rows(postgres, url);
    for person in people.iter_mut() {
        let listed = person.listed().await;
        let listed: BTreeMap<&str, &Value> =
            listed.iter().map(|one| (one["credential_id"].as_str().unwrap(), one)).collect();
        for (id, seen) in &person.ledger.credentials {
            credential(id, seen, rows.get(id), listed.get(id.as_str()).copied());
        }
        for id in listed.keys() {
            assert!(person.ledger.credentials.contains_key(*id), "{id} came from nowhere");
        }
        let twice: Vec<_> = person.ledger.successes.values().filter(|successes| **successes > 1).collect();
        assert!(twice.is_empty(), "ceremonies that succeeded more than once: {twice:?}");
    }
    let sent: usize = people.iter().map(|person| person.ledger.credentials.len()).sum();
    assert!(rows.len() <= sent, "{} records of {sent} registrations", rows.len());
    whole(postgres, url, rows.keys()).await;
}

/// What somebody saw of one credential, its row, and its entry in the site's list.
fn credential(id: &str, seen: &Seen, row: Option<&Row>, listed: Option<&Value>) {
    let Some(row) = row else {
        assert!(!seen.registered, "the registration of {id} was seen to succeed, and it is not there");
        return;
    };
    assert_eq!(row.revoked, listed.is_none(), "{id}: what is listed is what is not revoked");
    if seen.removed {
        assert!(row.revoked, "the removal of {id} was seen to succeed, and it is there");
    }
    if row.revoked {
        assert!(seen.removing, "nobody removed {id}");
    }
    assert!(row.sign_count >= seen.counter, "{id}: {} was accepted, and {} is stored", seen.counter, row.sign_count);
    assert!(seen.names.contains(&row.name), "{id} is called {:?}, not one of {:?}", row.name, seen.names);
    if let Some(listed) = listed {
        assert_eq!((&listed["name"], &listed["status"]), (&row.name.as_str().into(), &"active".into()));
    }
}

/// The database, past the servers.
pub async fn open(url: &str) -> Database {
    Database::open(&DatabaseUrl::parse(url).unwrap(), None).await.unwrap()
}

/// Where the site's records stand.
pub fn realm() -> Realm {
    let relying_party = RelyingParty::builder("localhost", "").origin(ORIGIN).build().unwrap();
    Realm { tenant: Tenant::default(), rp_id: relying_party.id().clone() }
}

fn rows(postgres: &Postgres, url: &str) -> BTreeMap<String, Row> {
    let sql = "SELECT encode(credential_id, 'base64'), sign_count, status, name FROM ceremony_credentials";
    let rows = postgres.query(url, sql).unwrap();
    let row = |line: &str| {
        let mut columns = line.splitn(4, '|');
        let id = columns.next().unwrap().trim_end_matches('=').replace('+', "-").replace('/', "_");
        let sign_count = columns.next().unwrap().parse().unwrap();
        let revoked = columns.next().unwrap() == "2";
        (id, Row { sign_count, revoked, name: columns.next().unwrap().to_owned() })
    };
    rows.lines().map(row).collect()
}

/// Whether every record reads as one, and has a user.
async fn whole(postgres: &Postgres, url: &str, ids: impl Iterator<Item = &String>) {
    let (database, realm) = (open(url).await, realm());
    let (credentials, users) = (database.credentials(), database.users());
    for id in ids {
        let bytes = Base64UrlUnpadded::decode_vec(id).unwrap();
        let found = credentials.find(&realm, &CredentialId::new(bytes).unwrap()).await.unwrap().unwrap();
        let user = users.resolve(&realm.tenant, &found.record.user_handle).await.unwrap();
        assert!(user.is_some(), "{id} is nobody's");
    }
    let sql = "SELECT count(*) FROM ceremony_users WHERE user_id NOT IN (SELECT id FROM users)";
    assert_eq!(postgres.query(url, sql).unwrap(), "0", "user handles of no account");
}
