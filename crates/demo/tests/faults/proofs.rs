//! Two servers over one PostgreSQL, with sealed ceremonies and one key file: what is sent again, at both at once.

use crate::ORIGIN;
use crate::client::Browser;
use crate::process::Demo;
use ceremony_adapter_suite::client::Answer;
use ceremony_axum::UserId;
use ceremony_axum::ceremony_service::OsEntropy;
use ceremony_config::{CeremonyPlace, DatabaseUrl, KeyFile, Settings};
use ceremony_testbed::{POSTGRES, Postgres, pass_over};
use ceremony_testkit::Authenticator;
use serde_json::{Value, json};
use tempfile::TempDir;

const COPIES: usize = 50;
const CREDENTIALS: &str = "/auth/passkeys/credentials";
const REGISTER: &str = "/auth/passkeys/register/finish";
const AUTHENTICATE: &str = "/auth/passkeys/authenticate/finish";

struct Pair {
    one: Demo,
    other: Demo,
    database: String,
    keys: TempDir,
}

impl Pair {
    async fn start() -> Option<Self> {
        if pass_over(&POSTGRES) {
            return None;
        }
        let keys = tempfile::tempdir().unwrap();
        let path = keys.path().join("keys");
        std::fs::write(&path, KeyFile::generate(&OsEntropy).unwrap().to_text().as_bytes()).unwrap();
        let database = Postgres::shared().unwrap().database().unwrap();
        let path = path.to_str().unwrap();
        let arguments = ["--database", &database, "--ceremonies", "sealed", "--key-file", path, "--origin", ORIGIN];
        let (one, other) = tokio::join!(Demo::start_with(&arguments), Demo::start_with(&arguments));
        Some(Self { one, other, database, keys })
    }

    fn query(&self, sql: &str) -> String {
        Postgres::shared().unwrap().query(&self.database, sql).unwrap()
    }

    /// Sends each of these bodies at the same moment, in turn to either server.
    async fn at_once(&self, browser: &Browser, path: &'static str, bodies: Vec<Value>) -> Vec<Answer> {
        let send = |(at, body): (usize, Value)| {
            let mut browser = browser.by(if at % 2 == 0 { &self.one } else { &self.other });
            tokio::spawn(async move { browser.post(path, body).await })
        };
        let sent: Vec<_> = bodies.into_iter().enumerate().map(send).collect();
        let mut answers = Vec::new();
        for answer in sent {
            answers.push(answer.await.unwrap());
        }
        answers
    }

    /// The one answer of 200; the others say that the ceremony can't be used.
    async fn one_succeeds(&self, browser: &Browser, path: &'static str, bodies: Vec<Value>) -> Value {
        let (good, bad): (Vec<_>, Vec<_>) =
            self.at_once(browser, path, bodies).await.into_iter().partition(|answer| answer.status == 200);
        for answer in bad {
            answer.problem(400, "ceremony_unusable");
        }
        assert_eq!(good.len(), 1, "one of {COPIES} succeeds");
        good[0].json()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_copies_of_a_token_at_two_servers_one_succeeds() {
    let Some(pair) = Pair::start().await else { return };
    let mut browser = Browser::with_account(&pair.one, "ada@example.com").await;
    let mut device = Authenticator::new("ada's phone");
    let begun = browser.post("/auth/passkeys/register/begin", json!({})).await.ok();
    let credential = device.register(&begun["publicKey"], &browser.client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"], "name": "Phone" });
    pair.one_succeeds(&browser, REGISTER, vec![body; COPIES]).await;
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_credentials"), "1");

    let step_up = browser.assertion(&mut device, json!({ "purpose": "step_up" })).await;
    pair.one_succeeds(&browser, AUTHENTICATE, vec![step_up; COPIES]).await;

    let mut nobody = Browser::new(&pair.other);
    let sign_in = nobody.assertion(&mut device, json!({})).await;
    pair.one_succeeds(&nobody, AUTHENTICATE, vec![sign_in; COPIES]).await;
    let sessions = "SELECT count(*) FROM sessions WHERE authenticated_by = 'passkey' AND passkey IS NOT NULL";
    assert_eq!(pair.query(sessions), "1", "and one session comes of it");
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_spent"), "3");
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_pending"), "0", "sealed ceremonies are kept nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_sent_again_with_other_credentials_makes_one() {
    let Some(pair) = Pair::start().await else { return };
    let mut browser = Browser::with_account(&pair.one, "ada@example.com").await;
    let begun = browser.post("/auth/passkeys/register/begin", json!({})).await.ok();
    let body = |number: usize| {
        let mut device = Authenticator::new(format!("phone {number}"));
        let credential = device.register(&begun["publicKey"], &browser.client()).unwrap();
        json!({ "credential": credential, "state": begun["state"], "name": format!("Phone {number}") })
    };
    let bodies: Vec<Value> = (0..COPIES).map(body).collect();
    let ids: std::collections::BTreeSet<String> =
        bodies.iter().map(|body| body["credential"]["id"].to_string()).collect();
    assert_eq!(ids.len(), COPIES, "each has an id of its own");
    let added = pair.one_succeeds(&browser, REGISTER, bodies.clone()).await["credential"].take();
    // Later, too.
    for answer in pair.at_once(&browser, REGISTER, bodies).await {
        answer.problem(400, "ceremony_unusable");
    }
    assert_eq!(browser.get(CREDENTIALS).await.ok()["credentials"], json!([added]));
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_credentials"), "1");
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_users"), "1");
    assert_eq!(pair.query("SELECT count(*) FROM users"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_passkey_never_comes_back() {
    let Some(pair) = Pair::start().await else { return };
    let mut browser = Browser::with_account(&pair.one, "ada@example.com").await;
    let me = browser.get("/auth/me").await.ok()["id"].as_str().unwrap().to_owned();
    for erased in [false, true] {
        let mut device = Authenticator::new(format!("phone {erased}"));
        let begun = browser.post("/auth/passkeys/register/begin", json!({})).await.ok();
        // Begun as well before the passkey was there, so that it is not excluded: the same device answers twice, with the
        // same credential.
        let other_begun = browser.post("/auth/passkeys/register/begin", json!({})).await.ok();
        let mut twin = device.clone();
        let credential = device.register(&begun["publicKey"], &browser.client()).unwrap();
        let again = twin.register(&other_begun["publicKey"], &browser.client()).unwrap();
        assert_eq!(credential["id"], again["id"], "two answers with one credential");
        let body = json!({ "credential": credential, "state": begun["state"] });
        let again = json!({ "credential": again, "state": other_begun["state"] });
        let added = browser.post(REGISTER, body.clone()).await.ok()["credential"].take();
        let row = added["id"].as_str().unwrap().to_owned();

        // It is removed at one server while it signs in at both.
        let mut sign_ins = Vec::new();
        for _ in 0..20 {
            sign_ins.push(browser.assertion(&mut device, json!({})).await);
        }
        let remove = async {
            if erased {
                erase(&pair, &me, &row).await;
            } else {
                let path = format!("{CREDENTIALS}/{row}");
                browser.by(&pair.other).send("DELETE", &path, b"").await.ok();
            }
        };
        let mut stranger = browser.clone();
        stranger.cookies.retain(|name, _| !name.starts_with("session"));
        let (sent, ()) = tokio::join!(pair.at_once(&stranger, AUTHENTICATE, sign_ins), remove);
        for answer in sent.iter().filter(|answer| answer.status != 200) {
            let code = answer.any_problem()["code"].take();
            assert!(code == "authentication_failed" || code == "unknown_credential", "{}", answer.text());
        }

        // From here on nothing lets it in, and nothing brings it back.
        for demo in [&pair.one, &pair.other] {
            let assertion = stranger.by(demo).assertion(&mut device, json!({})).await;
            stranger
                .finish(&assertion)
                .await
                .problem(401, if erased { "unknown_credential" } else { "authentication_failed" });
            browser.by(demo).post(REGISTER, body.clone()).await.problem(400, "ceremony_unusable");
            assert_eq!(browser.by(demo).get(CREDENTIALS).await.ok()["credentials"], json!([]));
        }
        let answers = pair.at_once(&browser, REGISTER, vec![again; COPIES]).await;
        assert!(answers.iter().all(|answer| answer.status >= 400 && answer.status < 500), "it came back");
        assert_eq!(browser.get(CREDENTIALS).await.ok()["credentials"], json!([]));
        let active = "SELECT count(*) FROM ceremony_credentials WHERE status = 0";
        assert_eq!(pair.query(active), "0");
    }
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_credentials"), "1", "the revoked one is kept as that");
    assert_eq!(pair.query("SELECT count(*) FROM ceremony_tombstones"), "1");
}

/// Erases a credential as an operator's program does: through the service, with the site's own settings.
async fn erase(pair: &Pair, user: &str, row: &str) {
    let mut settings = Settings::default();
    settings.database = Some(DatabaseUrl::parse(&pair.database).unwrap());
    settings.ceremonies = Some(CeremonyPlace::Sealed);
    settings.key_file = Some(pair.keys.path().join("keys"));
    settings.origins = vec![ORIGIN.to_owned()];
    let http = settings.open().await.unwrap().http().unwrap();
    let user = UserId::new(user).unwrap();
    let service = http.passkeys();
    let listed = service.list(&user).await.unwrap();
    let found = listed.iter().find(|stored| stored.id.to_string() == row).unwrap();
    service.erase_credential(&user, found.id).await.unwrap();
}
