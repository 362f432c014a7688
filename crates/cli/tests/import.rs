//! `ceremony import`: rows of other systems in, and their passkeys sign in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "import/accounts.rs"]
mod accounts;
#[path = "import/page.rs"]
mod page;
#[path = "import/rows.rs"]
mod rows;
#[path = "support/site.rs"]
mod site;
#[path = "import/sources.rs"]
mod sources;

use ceremony::{AuthenticationResponse, Ceremony, RelyingParty};
use ceremony_config::Database;
use ceremony_service::store::UserId;
use ceremony_service::{Account, Passkeys, RegisterOptions, ServiceError, SignedIn, Subject};
use ceremony_testkit::{Algorithm, Authenticator, Client, SignCount, base64url};
use serde_json::{Value, json};
use site::{Ran, Site};

const ORIGIN: &str = "https://example.com";

/// A passkey that was made at another system, and what that system knows of it.
struct Old {
    device: Authenticator,
    user_handle: Vec<u8>,
}

impl Old {
    fn new(seed: &str, algorithm: Algorithm, user_handle: &[u8]) -> Self {
        let counter = SignCount::Counter { start: 5, step: 1 };
        let mut device = Authenticator::new(seed).algorithm(algorithm).aaguid([0xea; 16]).sign_count(counter);
        let options = json!({
            "rp": { "id": "example.com", "name": "Example" },
            "user": { "id": base64url::encode(user_handle), "name": "ada", "displayName": "" },
            "challenge": base64url::encode(&[7; 32]),
            "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose_id() }],
            "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
        });
        device.register(&options, &Client::new(ORIGIN)).unwrap();
        Self { device, user_handle: user_handle.to_vec() }
    }

    fn id(&self) -> Vec<u8> {
        self.device.credentials()[0].id().to_vec()
    }

    fn key(&self) -> Vec<u8> {
        self.device.credentials()[0].public_key()
    }

    /// As most systems would have it.
    fn row(&self, user: &str) -> Value {
        json!({
            "user_id": user,
            "user_handle": base64url::encode(&self.user_handle),
            "credential_id": base64url::encode(&self.id()),
            "public_key": base64url::encode(&self.key()),
            "sign_count": 5,
        })
    }
}

/// A server's database, and the folder that the program runs in.
struct World {
    site: Site,
    url: String,
    runtime: tokio::runtime::Runtime,
}

impl World {
    fn new() -> Self {
        let site = Site::new();
        let url = format!("sqlite:{}", site.path("site.db").display());
        Self::on(site, url)
    }

    fn on(site: Site, url: String) -> Self {
        site.settings(&format!(
            "rp_id = \"example.com\"\norigins = [\"{ORIGIN}\"]\ndatabase = \"{url}\"\nceremonies = \"database\"\n"
        ));
        let migrated = site.run(&["migrate", "--config", "passkeys.toml"]);
        assert_eq!(migrated.code, 0, "{migrated:?}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { site, url, runtime }
    }

    fn import(&self, from: &str, text: &str, more: &[&str]) -> Ran {
        std::fs::write(self.site.path("rows"), text).unwrap();
        let arguments = [&["import", "--config", "passkeys.toml", "--from", from, "rows"], more].concat();
        self.site.run(&arguments)
    }

    fn import_rows(&self, from: &str, rows: &[Value]) -> Ran {
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        self.import(from, &lines.join("\n"), &[])
    }

    fn with<T>(&self, work: impl AsyncFnOnce(Passkeys, Database) -> T) -> T {
        self.runtime.block_on(async {
            let url = ceremony_config::DatabaseUrl::parse(&self.url).unwrap();
            let database = Database::open(&url, None).await.unwrap();
            let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build().unwrap();
            let builder = Passkeys::builder(Ceremony::new(rp))
                .credentials(database.credentials())
                .users(database.users())
                .ceremonies(database.ceremonies());
            let done = work(builder.build().unwrap(), database.clone()).await;
            database.close().await;
            done
        })
    }

    /// A whole sign-in without a name, by the service that a server runs.
    fn sign_in(&self, old: &mut Old) -> Result<SignedIn, ServiceError> {
        self.with(async |passkeys, _| {
            let begun = passkeys.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
            let options = serde_json::to_value(&begun.options).unwrap();
            let response = old.device.authenticate_json(&options, &Client::new(ORIGIN)).unwrap();
            let response = AuthenticationResponse::from_json(&response).unwrap();
            passkeys.finish_authentication(None, &begun.handle, None, &response).await
        })
    }

    fn stored(&self, user: &str) -> Vec<ceremony::CredentialRecord> {
        let user = UserId::new(user).unwrap();
        self.with(async |passkeys, _| {
            passkeys.history(&user).await.unwrap().into_iter().map(|stored| stored.record).collect()
        })
    }
}

/// How many were imported, were there and were refused, as the last line says.
fn counts(ran: &Ran) -> [u64; 3] {
    let numbers = ran.out.lines().last().unwrap_or_default().split([' ', ';']).filter_map(|word| word.parse().ok());
    numbers.collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{ran:?}"))
}
