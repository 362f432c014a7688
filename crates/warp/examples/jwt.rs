//! A whole application whose session is a token: passkeys beside a sign-in by e-mail, on warp.
//!
//! `cargo run -p ceremony-warp --example jwt`, then <http://localhost:3000>. Whoever types an address is in: put your own
//! sign-in there. Accounts and passkeys are forgotten when the program ends; tokens are good for 15 minutes, and no longer
//! than the program runs unless `JWT_KEY` is set to a secret of 32 bytes or more.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub)]

use ceremony_warp::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_warp::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_warp::ceremony_service::{Clock, Entropy, OsEntropy, SystemClock};
use ceremony_warp::{
    Code, CurrentUser, Identified, Members, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Problem, Refusal,
    Registered, Revoked, SignedIn, UserId, members, rfc3339,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use warp::http::request::Parts;
use warp::http::{HeaderMap, header};
use warp::reply::{Reply, Response};
use warp::{Filter, Rejection};

pub const ORIGIN: &str = "http://localhost:3000";
/// What the tokens are for: those of another application with the same key do not count here.
const AUDIENCE: &str = "https://localhost/ceremony-jwt-example";
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What a token says. Nothing in it is secret: its bearer can read it.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: u64,
    exp: u64,
    /// When the user last proved who they are, in seconds: adding and removing passkeys looks at it.
    auth_time: u64,
    /// The passkey that opened the session, by its public id.
    #[serde(skip_serializing_if = "Option::is_none")]
    passkey: Option<String>,
}

/// Makes tokens and reads them.
struct Tokens {
    sign: EncodingKey,
    verify: DecodingKey,
    rules: Validation,
}

impl Tokens {
    fn new(key: &[u8]) -> Self {
        // This algorithm alone, whatever a token's header says. `exp` and `aud` must be right; that they are there is the
        // matter of `Claims`.
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        rules.leeway = 0;
        Self { sign: EncodingKey::from_secret(key), verify: DecodingKey::from_secret(key), rules }
    }

    fn read(&self, headers: &HeaderMap) -> Option<Claims> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
        decode(token, &self.verify, &self.rules).ok().map(|token| token.claims)
    }

    /// The members `token` and `expires_at` of an answer.
    fn issue(
        &self,
        user: &UserId,
        auth_time: UnixTime,
        passkey: Option<String>,
    ) -> Result<Map<String, Value>, Problem> {
        let now = SystemClock.now();
        let expires_at = now.saturating_add(LIFETIME);
        let (iat, exp) = (now.as_millis() / 1000, expires_at.as_millis() / 1000);
        let auth_time = auth_time.as_millis() / 1000;
        let claims = Claims { sub: user.as_str().to_owned(), aud: AUDIENCE.to_owned(), iat, exp, auth_time, passkey };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.sign);
        let token = token.map_err(|_| Problem::new(Code::Unavailable))?;
        let (token, expires_at) = (Value::from(token), Value::from(rfc3339(expires_at)));
        Ok(Map::from_iter([("token".to_owned(), token), ("expires_at".to_owned(), expires_at)]))
    }
}

/// The application. An account is an e-mail address, and its id too; yours have ids that do not change.
#[derive(Clone)]
struct App(Arc<State>);

struct State {
    tokens: Tokens,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    accounts: HashSet<UserId>,
    locked: HashSet<UserId>,
    /// Removed passkeys, until the last token that they opened has run out.
    removed: HashMap<String, UnixTime>,
}

impl App {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of a request: a good token, of an account that may sign in, opened by no passkey that was removed.
    fn session(&self, headers: &HeaderMap) -> Option<(UserId, Claims)> {
        let claims = self.0.tokens.read(headers)?;
        let user = UserId::new(claims.sub.as_str())?;
        let kept = self.kept();
        let removed = claims.passkey.as_ref().is_some_and(|passkey| kept.removed.contains_key(passkey));
        (kept.accounts.contains(&user) && !kept.locked.contains(&user) && !removed).then_some((user, claims))
    }

    /// A session by passkey.
    fn open(&self, signed_in: SignedIn) -> Response {
        match self.0.tokens.issue(&signed_in.user, signed_in.at, Some(signed_in.credential.id.clone())) {
            Ok(mut body) => {
                body.insert("user".to_owned(), json!({ "email": signed_in.user.as_str() }));
                body.insert("credential".to_owned(), json!(signed_in.credential));
                warp::reply::json(&body).into_response()
            }
            Err(problem) => Refusal(problem).into_response(),
        }
    }

    /// Stands for a sign-in by password.
    fn sign_in(&self, body: &Map<String, Value>) -> Result<Response, Refusal> {
        let email = body.get("email").and_then(Value::as_str).filter(|email| email.contains('@'));
        let user = email.and_then(|email| UserId::new(email.to_lowercase()));
        let user = user.ok_or_else(|| Problem::new(Code::InvalidRequest).with_detail("an e-mail address is needed"))?;
        if self.kept().locked.contains(&user) {
            return Err(Problem::new(Code::SignInRefused).into());
        }
        let mut body = self.0.tokens.issue(&user, SystemClock.now(), None)?;
        body.insert("user".to_owned(), json!({ "email": user.as_str() }));
        self.kept().accounts.insert(user);
        Ok(warp::reply::json(&body).into_response())
    }

    /// Locks the account of whoever asks, as an administrator would.
    fn lock(&self, headers: &HeaderMap) -> Result<Response, Refusal> {
        let (user, _) = self.session(headers).ok_or(Problem::new(Code::NotSignedIn))?;
        self.kept().locked.insert(user);
        Ok(warp::reply::json(&json!({})).into_response())
    }

    fn me(&self, headers: &HeaderMap) -> Result<Response, Refusal> {
        let (user, claims) = self.session(headers).ok_or(Problem::new(Code::NotSignedIn))?;
        let body = json!({ "email": user.as_str(), "auth_time": claims.auth_time, "passkey": claims.passkey });
        Ok(warp::reply::json(&body).into_response())
    }
}

impl PasskeyHooks for App {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        Ok(self.session(&parts.headers).map(|(user, claims)| CurrentUser {
            name: user.as_str().to_owned(),
            display_name: String::new(),
            authenticated_at: UnixTime::from_secs(claims.auth_time),
            id: user,
        }))
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        self.open(signed_in)
    }

    // A token can't be changed: a new one has the new time. The old one stays good until it runs out, as it was.
    async fn stepped_up(&self, _: &mut Parts, signed_in: SignedIn) -> Response {
        self.open(signed_in)
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        let Some(email) = body.get("email").and_then(Value::as_str) else { return Identified::Anybody };
        let canonical_name = email.to_lowercase();
        match UserId::new(canonical_name.as_str()).filter(|user| self.kept().accounts.contains(user)) {
            Some(user) => Identified::Account { user, canonical_name },
            None => Identified::Unknown { canonical_name },
        }
    }

    async fn veto(&self, _: &mut Parts, signed_in: &SignedIn) -> bool {
        self.kept().locked.contains(&signed_in.user)
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        println!("to {}: the passkey {:?} was added", registered.user.as_str(), registered.credential.name);
    }

    async fn revoked(&self, _: &mut Parts, revoked: &Revoked) {
        println!("to {}: the passkey {:?} was removed", revoked.user.as_str(), revoked.credential.name);
        // Whoever took the device may hold a token.
        let now = SystemClock.now();
        let mut kept = self.kept();
        kept.removed.retain(|_, until| *until > now);
        kept.removed.insert(revoked.credential.id.clone(), now.saturating_add(LIFETIME));
    }
}

/// The application's filter; `key` signs its tokens.
///
/// # Errors
///
/// If the settings don't go together.
pub fn app(key: Vec<u8>) -> Result<impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone, Box<dyn Error>> {
    let relying_party = RelyingParty::builder("localhost", "JWT example").origin(ORIGIN).build()?;
    let passkeys = Passkeys::builder(Ceremony::with_verifier(relying_party, ceremony_graviola::verifier())?)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .build()?;
    let http = PasskeyHttp::new(passkeys);
    let app = App(Arc::new(State { tokens: Tokens::new(&key), kept: Mutex::default() }));
    let routes = PasskeyRoutes::new(http.clone(), app.clone());
    let shared = warp::any().map(move || app.clone());
    let headers = warp::header::headers_cloned();

    let page = warp::path::end().and(warp::get()).map(|| warp::reply::html(include_str!("jwt.html")));
    let sign_in =
        warp::path!("sign-in").and(warp::post()).and(shared.clone()).and(members(http)).map(
            |app: App, members: Result<Members, Refusal>| members.and_then(|Members(members)| app.sign_in(&members)),
        );
    // No guard against other sites: no browser sends a bearer token by itself.
    let lock = warp::path!("lock").and(warp::post()).and(shared.clone()).and(headers);
    let lock = lock.map(|app: App, headers: HeaderMap| app.lock(&headers));
    let me = warp::path!("me").and(warp::get()).and(shared).and(headers);
    let me = me.map(|app: App, headers: HeaderMap| app.me(&headers));
    let passkeys = warp::path("auth").and(warp::path("passkeys")).and(routes.filter());
    // Tokens and accounts are nothing for a cache; the passkey routes say so themselves.
    let own = sign_in.or(lock).or(me).with(warp::reply::with::header("cache-control", "no-store"));
    Ok(page.or(own).or(passkeys))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = match std::env::var("JWT_KEY") {
        Ok(key) if key.len() >= 32 => key.into_bytes(),
        Ok(_) => return Err("JWT_KEY has fewer than 32 bytes".into()),
        Err(_) => {
            let mut key = vec![0; 32];
            OsEntropy.fill(&mut key)?;
            key
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("{ORIGIN}");
    warp::serve(app(key)?).incoming(listener).run().await;
    Ok(())
}
