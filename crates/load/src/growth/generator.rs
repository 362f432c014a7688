//! Rows that are as real as those of the service: any of them can sign in.
//!
//! A few passkeys are registered through the service, of several makes. Their rows are the patterns of all others, which
//! PostgreSQL makes out of them itself: only credential id, user handle and row id differ, and follow from the row's number.
//! So the key of each row is known, and a table of ten million holds no row that a sign-in may not ask for.

use super::Fallible;
use ceremony::{CredentialId, RegistrationResponse, UserHandle};
use ceremony_service::store::UserId;
use ceremony_service::{Account, Passkeys, RegisterOptions};
use ceremony_sqlx::PostgresStores;
use ceremony_testkit::base64url::encode;
use ceremony_testkit::{Authenticator, Client, SignCount};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use sqlx::PgPool;

/// The page that all passkeys are of.
pub(crate) const ORIGIN: &str = "https://example.com";

/// How many patterns there are.
const MAKES: u32 = 16;

/// How many rows one statement makes.
const CHUNK: i64 = 100_000;

/// What people call them.
const NAMES: [&str; 4] = ["iCloud Keychain", "Ada's phone", "YubiKey 5C NFC (blue)", "Google Password Manager"];

const PATTERNS: &str = "CREATE TABLE growth_patterns
    (make BIGINT PRIMARY KEY, head BYTEA, middle BYTEA, tail BYTEA, row ceremony_credentials)";

const PATTERN: &str = "INSERT INTO growth_patterns SELECT $1, substr(record, 1, handle - 1),
    substr(record, handle + 64, id - handle - 64), substr(record, id + 32), row FROM
    (SELECT record, c AS row, position(user_handle IN record) AS handle, position(credential_id IN record) AS id
    FROM ceremony_credentials c WHERE credential_id = $2) pattern";

const USERS: &str = "INSERT INTO ceremony_users (tenant, user_id, user_handle)
    SELECT (SELECT (row).tenant FROM growth_patterns LIMIT 1), CAST(md5(CAST(n AS TEXT)) AS UUID),
    sha512(CAST('user ' || n AS BYTEA)) FROM generate_series($1 / 2, ($2 - 1) / 2) n ON CONFLICT DO NOTHING";

const ROWS: &str = "INSERT INTO ceremony_credentials (tenant, rp_id, row_id, credential_id, user_handle, created_at,
    sign_count, uv_initialized, backup_eligible, backup_state, status, name, last_used_at, record)
    SELECT (row).tenant, (row).rp_id, substr(sha256(CAST('row ' || n AS BYTEA)), 1, 16), id, owner,
    (row).created_at, (row).sign_count, (row).uv_initialized, (row).backup_eligible, (row).backup_state, 0, (row).name,
    (row).created_at, head || owner || middle || id || tail
    FROM (SELECT n, sha256(CAST('credential ' || n AS BYTEA)) AS id, sha512(CAST('user ' || n / 2 AS BYTEA)) AS owner
        FROM generate_series($1, $2 - 1) n) numbers
    JOIN growth_patterns ON make = n % (SELECT count(*) FROM growth_patterns)";

/// The passkeys whose rows are the patterns.
#[derive(Clone)]
pub(crate) struct Makes {
    authenticators: Vec<Authenticator>,
}

impl Makes {
    /// Registers them through the service, and notes their rows as patterns.
    pub(crate) async fn register(service: &Passkeys, pool: &PgPool) -> Fallible<Self> {
        sqlx::raw_sql(PATTERNS).execute(pool).await?;
        let mut authenticators = Vec::new();
        for number in 0..MAKES {
            let mut authenticator = make(number);
            let name = format!("make {number}");
            let id = UserId::new(&*name).ok_or("an account's id")?;
            let account = Account { id: id.clone(), name, display_name: String::new() };
            let begun = service.begin_registration(&account, RegisterOptions::default(), None).await?;
            let options = serde_json::to_value(&begun.options)?;
            let response = authenticator.register_json(&options, &Client::new(ORIGIN))?;
            let response = RegistrationResponse::from_json(&response)?;
            let name = usize::try_from(number).ok().and_then(|number| NAMES.get(number % NAMES.len())).copied();
            let registered = service.finish_registration(&id, &begun.handle, None, &response, name).await?;
            let id = registered.credential.record.credential_id.as_bytes().to_vec();
            sqlx::query(PATTERN).bind(i64::from(number)).bind(id).execute(pool).await?;
            authenticators.push(authenticator);
        }
        Ok(Self { authenticators })
    }

    /// Signs the options in the name of a row. The client's response, as JSON.
    pub(crate) fn sign(&mut self, row: u64, options: &Value) -> Fallible<Value> {
        let make = usize::try_from(row % u64::from(MAKES))?;
        let authenticator = self.authenticators.get_mut(make).ok_or("no such make")?;
        let mut response = authenticator.authenticate(options, &Client::new(ORIGIN))?;
        // A signature covers neither of the two.
        let id = encode(credential_id(row)?.as_bytes());
        let fields = response.as_object_mut().ok_or("not an object")?;
        fields.insert("id".into(), id.clone().into());
        fields.insert("rawId".into(), id.into());
        let inner = fields.get_mut("response").and_then(Value::as_object_mut).ok_or("no response")?;
        inner.insert("userHandle".into(), encode(user_handle(row)?.as_bytes()).into());
        Ok(response)
    }
}

/// Half of them phones and password managers, whose counters stay at zero; half of them security keys.
fn make(number: u32) -> Authenticator {
    let seed = Sha256::digest(format!("make {number}"));
    let mut aaguid = [0; 16];
    aaguid.iter_mut().zip(seed).for_each(|(to, from)| *to = from);
    let authenticator = Authenticator::new(seed).aaguid(aaguid);
    if number.is_multiple_of(2) {
        return authenticator;
    }
    let counted = authenticator.sign_count(SignCount::Counter { start: 1, step: 1 }).backup_eligible(false);
    counted.backup_state(false).transports(["usb", "nfc"]).attachment(Some("cross-platform"))
}

pub(crate) fn credential_id(row: u64) -> Fallible<CredentialId> {
    Ok(CredentialId::new(Sha256::digest(format!("credential {row}")))?)
}

pub(crate) fn user_handle(row: u64) -> Fallible<UserHandle> {
    Ok(UserHandle::new(Sha512::digest(format!("user {}", row / 2)))?)
}

/// Fills a migrated database up to so many rows, with all indexes in their place: credential ids and user handles come in
/// no order, as they do in years of registrations, and leave the pages of the indexes as full as those years would.
pub(crate) async fn fill(stores: &PostgresStores, rows: i64, note: impl Fn(i64)) -> Fallible<()> {
    let pool = stores.pool();
    let mut from = 0;
    while from < rows {
        let to = rows.min(from + CHUNK);
        let users = sqlx::query(USERS).bind(from).bind(to).execute(pool);
        let credentials = sqlx::query(ROWS).bind(from).bind(to).execute(pool);
        let (users, credentials) = tokio::join!(users, credentials);
        users?;
        let made = i64::try_from(credentials?.rows_affected())?;
        if made != to - from {
            return Err(format!("{made} rows instead of {}", to - from).into());
        }
        from = to;
        note(from);
    }
    // What years of autovacuum and checkpoints would have done; the first readers need not do it then.
    sqlx::raw_sql("VACUUM (ANALYZE)").execute(pool).await?;
    sqlx::raw_sql("CHECKPOINT").execute(pool).await?;
    Ok(())
}
