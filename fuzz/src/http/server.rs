//! A server with two accounts, one of which a browser is signed in to.

use super::requests::{Sent, Session, flaw, tab};
use crate::flow::drive::block_on;
use crate::flow::plan::Plan;
use crate::flow::stores::Planned;
use bytes::Bytes;
use ceremony::{Ceremony, CredentialRecord, RelyingParty, UnixTime, UserHandle};
use ceremony_http::{
    BodyReader, Caller, Code, CurrentUser, Head, Identified, MayRemove, NewAccount, Outcome, PASSKEYS_D_TS,
    PASSKEYS_JS, PasskeyHttp, Passkeys, Problem, RateLimits, UserId,
};
use ceremony_service::clock::ManualClock;
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySignUps, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyStore, CredentialStore, Inserted, Page, RowId, StoredCredential, UserHandles};
use ceremony_service::{Account, RegisterOptions, Subject, UsernameFirst};
use ceremony_testkit::{Algorithm, Authenticator};
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Map, Value};
use std::sync::{Arc, LazyLock};

pub(super) const ORIGIN: &str = "https://example.com";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const ERRORS: &str = include_str!("../../../docs/errors.md");
const HANDLES: [[u8; 64]; 2] = [[1; 64], [2; 64]];

pub(super) struct Server {
    http: PasskeyHttp,
    plan: Plan,
    users: Arc<MemoryUsers>,
    credentials: Arc<MemoryCredentials>,
    memory: Arc<MemoryCeremonies>,
    spent: Arc<MemorySpendList>,
    device: Authenticator,
    new_device: Authenticator,
    /// Those of the session's user, and of the other.
    pub(super) rows: [RowId; 2],
    /// The browser's.
    pub(super) cookie: Option<HeaderValue>,
}

/// Two devices with a passkey each, and their records: made once.
static PEOPLE: LazyLock<[(Authenticator, CredentialRecord); 2]> =
    LazyLock::new(|| [person("ada", 0), person("bob", 1)]);

fn id(user: &str) -> UserId {
    UserId::new(user).unwrap()
}

fn person(name: &str, at: usize) -> (Authenticator, CredentialRecord) {
    let server = builder(&Plan::default(), false);
    let passkeys = server.0.build().unwrap();
    let tenant = &passkeys.realm().tenant;
    block_on(server.1.import(tenant, &id(name), &UserHandle::new(HANDLES[at]).unwrap())).unwrap();
    let account = Account { id: id(name), name: name.to_owned(), display_name: String::new() };
    let begun = block_on(passkeys.begin_registration(&account, RegisterOptions::default(), None)).unwrap();
    let mut device = Authenticator::new(name).algorithm(Algorithm::EdDsa);
    let answer = device.register_json(&serde_json::to_value(begun.options).unwrap(), &tab()).unwrap();
    let response = ceremony::RegistrationResponse::from_json(&answer).unwrap();
    let done = block_on(passkeys.finish_registration(&id(name), &begun.handle, None, &response, Some("Laptop")));
    (device, done.unwrap().credential.record)
}

type Stores = (Arc<MemoryCredentials>, Arc<MemoryCeremonies>, Arc<MemorySpendList>);

fn builder(plan: &Plan, sealed: bool) -> (ceremony_service::PasskeysBuilder, Arc<MemoryUsers>, Stores) {
    let (users, credentials) = (Arc::new(MemoryUsers::new()), Arc::new(MemoryCredentials::new()));
    let (memory, spent) = (Arc::new(MemoryCeremonies::new(1000)), Arc::new(MemorySpendList::new(1000)));
    let ring = KeyRing::new(SealingKey::new(std::array::from_fn(|at| at as u8)).unwrap());
    let ceremonies: Arc<dyn CeremonyStore> =
        if sealed { Arc::new(SealedCeremonies::new(ring, spent.clone())) } else { memory.clone() };
    let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build().unwrap();
    let builder = Passkeys::builder(Ceremony::new(rp))
        .credentials(Planned::new(plan, &credentials, ""))
        .users(Planned::new(plan, &users, ""))
        .ceremonies(Planned::new(plan, &ceremonies, ""))
        .sign_ups(Planned::new(plan, &Arc::new(MemorySignUps::new()), ""))
        .clock(Arc::new(ManualClock::new(NOW)));
    (builder, users, (credentials, memory, spent))
}

impl Server {
    pub(super) fn new(listed: bool, sealed: bool) -> Self {
        let plan = Plan::default();
        let (builder, users, (credentials, memory, spent)) = builder(&plan, sealed);
        let mode = if listed { UsernameFirst::Listed { decoy_key: [7; 32] } } else { UsernameFirst::Hidden };
        let passkeys = builder.username_first(mode).build().unwrap();
        let people = &*PEOPLE;
        let rows = std::array::from_fn(|at| {
            let (user, record) = (["ada", "bob"][at], &people[at].1);
            block_on(users.import(&record.tenant, &id(user), &record.user_handle)).unwrap();
            match block_on(credentials.insert(record, 20, NOW)).unwrap() {
                Inserted::Stored(row) => row,
                other => panic!("{other:?}"),
            }
        });
        let clock = Arc::new(ManualClock::new(NOW));
        let http = PasskeyHttp::new(passkeys).clock(clock).rate_limits(RateLimits::none());
        let device = people[0].0.clone();
        let new_device = Authenticator::new("new").algorithm(Algorithm::EdDsa);
        let mut server = Self { http, plan, users, credentials, memory, spent, device, new_device, rows, cookie: None };
        // The browser gets its cookie.
        server.begin("/authenticate/begin", "{}", None);
        server
    }

    /// Begins honestly: the options and the state.
    fn begin(&mut self, path: &str, body: &str, session: Option<Session>) -> (Value, Value) {
        let mut headers = http::HeaderMap::new();
        headers.insert("origin", HeaderValue::from_static(ORIGIN));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.extend(self.cookie.clone().map(|cookie| (header::COOKIE, cookie)));
        let (path, body) = (path.to_owned(), body.as_bytes().to_vec());
        let sent = Sent { method: Method::POST, path, headers, body, session, fault: None, honest: true };
        let mut begun: Value = serde_json::from_slice(self.send(&sent).body()).unwrap();
        (begun["publicKey"].take(), begun["state"].take())
    }

    /// A registration's answer and state, with a flaw or without.
    pub(super) fn registration(&mut self, sign_up: bool, fault: Option<u8>) -> (Value, Value) {
        let body = if sign_up { r#"{"purpose":"sign_up","email":"eve@example.com"}"# } else { "{}" };
        let (options, state) = self.begin("/register/begin", body, Some(Session::Ada));
        let honest = |device: &mut Authenticator| device.register_json(&options, &tab());
        let device = &mut self.new_device;
        let text = match fault.map(|at| device.register_with(&options, &tab(), flaw(at))) {
            Some(Ok(text)) => text,
            _ => honest(device).unwrap_or_default(),
        };
        (serde_json::from_slice(&text).unwrap_or(Value::Null), state)
    }

    /// An authentication's.
    pub(super) fn authentication(&mut self, fault: Option<u8>) -> (Value, Value) {
        let (options, state) = self.begin("/authenticate/begin", "{}", None);
        let device = &mut self.device;
        let text = match fault.map(|at| device.authenticate_with(&options, &tab(), flaw(at))) {
            Some(Ok(text)) => text,
            _ => device.authenticate_json(&options, &tab()).unwrap_or_default(),
        };
        (serde_json::from_slice(&text).unwrap_or(Value::Null), state)
    }

    /// The records of both accounts, and how many there are of everything.
    fn snapshot(&self) -> (Vec<StoredCredential>, String) {
        let realm = self.http.passkeys().realm();
        let page = Page { after: None, limit: u32::MAX };
        let own = HANDLES.iter().flat_map(|handle| {
            block_on(self.credentials.list(realm, &UserHandle::new(*handle).unwrap(), page)).unwrap()
        });
        (own.collect(), format!("{:?} {:?}", self.credentials, self.users))
    }

    fn ceremonies(&self) -> String {
        format!("{:?} {:?}", self.memory, self.spent)
    }

    /// Whether the device's passkey may sign in.
    pub(super) fn is_active(&self) -> bool {
        let realm = self.http.passkeys().realm();
        let owner = UserHandle::new(HANDLES[0]).unwrap();
        let stored = block_on(self.credentials.get(realm, &owner, self.rows[0])).unwrap();
        stored.is_some_and(|stored| stored.record.status.is_active())
    }

    /// Sends a request, and looks at the answer and at what became of the stores.
    pub(super) fn send(&mut self, sent: &Sent) -> Response<Bytes> {
        let (before, begun) = (self.snapshot(), self.ceremonies());
        self.plan.begin(sent.fault, false);
        let mut response = block_on(self.answer(sent)).unwrap_or_else(Problem::into_response);
        if sent.method == Method::HEAD && response.status().is_client_error() {
            // A problem that comes before `run` knows no method: the HTTP library sends no body.
            *response.body_mut() = Bytes::new();
        }
        self.plan.end();
        let (after, fired) = (self.snapshot(), self.plan.fired());
        let status = response.status();
        let told = || format!("{status} {}", String::from_utf8_lossy(response.body()));
        if status.is_client_error() || status.is_server_error() {
            let code = problem(&response, sent.method == Method::HEAD);
            assert!(
                !status.is_server_error() || (status == StatusCode::SERVICE_UNAVAILABLE && fired.is_some()),
                "{}",
                told()
            );
            if fired.is_none() {
                assert_eq!(after, before, "a refusal wrote something: {}", told());
                let early = ["invalid_request", "cross_site", "not_signed_in", "step_up_required", "rate_limited"];
                if code.is_some_and(|code| early.contains(&code)) {
                    assert_eq!(self.ceremonies(), begun, "a ceremony was used up: {}", told());
                }
            }
            assert!(!sent.honest, "the honest request is refused: {}", told());
        } else {
            // The note of a sign-up that is complete is dropped by a cleanup.
            assert!(fired.is_none_or(|call| call == "remove pending"), "a fault became a success: {}", told());
            let assets = [PASSKEYS_JS.len(), PASSKEYS_D_TS.len()];
            let length = response.body().len();
            assert!(length <= 16 * 1024 || assets.contains(&length), "an answer of {length} bytes");
        }
        assert!(sent.method != Method::HEAD || response.body().is_empty(), "the answer to a HEAD has a body");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let other =
            |of: &(Vec<StoredCredential>, String)| of.0.iter().find(|stored| stored.id == self.rows[1]).cloned();
        assert_eq!(other(&after), other(&before), "somebody else's record changed");
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            assert!(cookie.to_str().unwrap().contains("; HttpOnly"), "a cookie that pages can read");
            self.cookie = Some(HeaderValue::try_from(pair).unwrap());
        }
        response
    }

    /// As an adapter does.
    async fn answer(&self, sent: &Sent) -> Result<Response<Bytes>, Problem> {
        let http = &self.http;
        let admitted = http.admit(&Head::new(&sent.method, &sent.path, &sent.headers))?;
        let mut reader = BodyReader::new();
        if admitted.takes_body() {
            let _ = sent.body.chunks(9_000).all(|piece| reader.push(piece));
        }
        let prepared = http.prepare(admitted, &reader.finish()?)?;
        let mut caller = Caller::default();
        if prepared.needs_user() {
            caller.user = sent.session.map(current);
        }
        if let Some(members) = prepared.identify() {
            caller.identified = identify(members);
        }
        if let Some(members) = prepared.new_account() {
            let name = members.get("email").and_then(Value::as_str);
            caller.new_account = name.map(|name| NewAccount {
                name: name.to_owned(),
                display_name: String::new(),
                context: name.bytes().take(200).collect(),
            });
        }
        match http.run(prepared, caller).await {
            Outcome::Removal(removal) => Ok(http.remove(*removal, MayRemove::Yes).await?.1),
            Outcome::SignUp(sign_up) => {
                let (_, signed_in) = http.complete(*sign_up, &id("eve")).await?;
                Ok(Outcome::SignedIn(Box::new(signed_in)).into_response())
            }
            outcome => Ok(outcome.into_response()),
        }
    }
}

fn current(session: Session) -> CurrentUser {
    let (user, authenticated_at) = match session {
        Session::Ada => ("ada", NOW),
        Session::AdaOfYesterday => ("ada", UnixTime::from_secs(NOW.as_millis() / 1000 - 86_400)),
        Session::New => ("new", NOW),
    };
    CurrentUser { id: id(user), name: user.to_owned(), display_name: String::new(), authenticated_at }
}

fn identify(members: &Map<String, Value>) -> Identified {
    let Some(name) = members.get("email").and_then(Value::as_str) else { return Subject::Anybody };
    let canonical_name = name.to_owned();
    match name.strip_suffix("@example.com").and_then(UserId::new) {
        Some(user) => Subject::Account { user, canonical_name },
        None => Subject::Unknown { canonical_name },
    }
}

/// The code of a problem document, none for a HEAD.
fn problem(response: &Response<Bytes>, head: bool) -> Option<&'static str> {
    let (status, headers) = (response.status(), response.headers());
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    if head && response.body().is_empty() {
        return None;
    }
    assert!(response.body().len() <= 1024, "a problem of {} bytes", response.body().len());
    let document: Value = serde_json::from_slice(response.body()).expect("a problem that is no JSON");
    assert_eq!(document["status"], status.as_u16());
    let code = document["code"].as_str().expect("a problem without a code");
    let row = ERRORS.lines().find(|line| line.starts_with(&format!("| [`{code}`]"))).expect("a code without a row");
    assert!(row.contains(status.as_str()), "{status} is not documented for {code}");
    assert!(document.get("step").is_none() && document.get("hint").is_none(), "help that strangers get");
    Code::ALL.iter().map(|known| known.as_str()).find(|known| *known == code)
}
