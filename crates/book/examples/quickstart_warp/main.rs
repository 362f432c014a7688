//! A warp application with a login of its own, and passkeys beside it.

use ceremony_sqlx::SqliteStores;
use ceremony_warp::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_warp::ceremony_service::{Clock, Entropy, OsEntropy, SystemClock};
use ceremony_warp::{CurrentUser, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, SignedIn, UserId};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use warp::http::{HeaderMap, StatusCode, header, request::Parts};
use warp::reply::{self, Reply, Response};
use warp::{Filter, Rejection};

type Failure = Box<dyn std::error::Error + Send + Sync>;

// ---- The application as it was: a password opens a session, a cookie names it. ----

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

/// Stands for your accounts.
fn password_is_right(login: &Login) -> bool {
    login.name == "ada" && login.password == "correct horse"
}

/// Who is signed in, and since when, by the session's id.
#[derive(Clone, Default)]
struct Sessions(Arc<Mutex<HashMap<String, (String, UnixTime)>>>);

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<String, (String, UnixTime)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id in the request's cookies. HTTP/2 may bring each cookie in a header of its own.
    fn id(headers: &HeaderMap) -> Option<&str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|value| value.split("; ")).find_map(|pair| pair.strip_prefix("session="))
    }

    /// The session of a request; none either if its account is locked.
    fn find(&self, headers: &HeaderMap) -> Option<(String, UnixTime)> {
        self.all().get(Self::id(headers)?).cloned()
    }

    fn close(&self, headers: &HeaderMap) {
        Self::id(headers).map(|id| self.all().remove(id));
    }

    /// Opens a session under a new id; the one that the request had ends.
    fn open(&self, headers: &HeaderMap, user: &str, at: UnixTime, answer: impl Reply) -> Response {
        self.close(headers);
        let mut bytes = [0; 16];
        if OsEntropy.fill(&mut bytes).is_err() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        let id = format!("{:032x}", u128::from_be_bytes(bytes));
        // Behind https add `; Secure`.
        let cookie = format!("session={id}; HttpOnly; SameSite=Lax; Path=/");
        self.all().insert(id, (user.to_owned(), at));
        reply::with_header(answer, "set-cookie", cookie).into_response()
    }

    fn log_in(&self, headers: &HeaderMap, login: &Login) -> Response {
        if !password_is_right(login) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        self.open(headers, &login.name, SystemClock.now(), StatusCode::OK)
    }

    fn log_out(&self, headers: &HeaderMap) -> Response {
        self.close(headers);
        StatusCode::OK.into_response()
    }

    fn me(&self, headers: &HeaderMap) -> Response {
        match self.find(headers) {
            Some((user, _)) => reply::json(&serde_json::json!({ "name": user })).into_response(),
            None => StatusCode::UNAUTHORIZED.into_response(),
        }
    }
}

// ---- New: what the passkey routes ask the application. ----

impl PasskeyHooks for Sessions {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Response> {
        Ok(self.find(&parts.headers).and_then(|(user, since)| {
            Some(CurrentUser {
                id: UserId::new(user.as_str())?, // the account's key in your database, as text: it never changes
                name: user,                      // what people know the account by
                display_name: String::new(),     // their own name, if you know it
                authenticated_at: since,
            })
        }))
    }

    async fn signed_in(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        let answer = reply::json(&signed_in.credential);
        self.open(&parts.headers, signed_in.user.as_str(), signed_in.at, answer)
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Response {
        self.signed_in(parts, signed_in).await // the same user, with a new time
    }
}

pub(crate) async fn passkeys(origin: &str, database: &str) -> Result<Passkeys, Failure> {
    let stores = SqliteStores::connect(database).await?;
    stores.migrate().await?;
    let relying_party = RelyingParty::builder("localhost", "Example").origin(origin).build()?;
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(stores.credentials())
        .users(stores.users())
        .ceremonies(stores.ceremonies())
        .build()?;
    let cleaned = passkeys.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            if let Err(error) = cleaned.cleanup().await {
                eprintln!("nothing was cleaned up: {error}");
            }
        }
    });
    Ok(passkeys)
}

pub(crate) fn app(passkeys: Passkeys) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    let sessions = Sessions::default();
    let routes = PasskeyRoutes::new(PasskeyHttp::new(passkeys), sessions.clone());
    let shared = warp::any().map(move || sessions.clone()).and(warp::header::headers_cloned());

    let page = warp::path::end().and(warp::get()).map(|| reply::html(include_str!("../index.html")));
    let log_in = warp::path!("login").and(warp::post()).and(shared.clone()).and(warp::body::json());
    let log_in = log_in.map(|sessions: Sessions, headers: HeaderMap, login: Login| sessions.log_in(&headers, &login));
    let log_out = warp::path!("logout").and(warp::post()).and(shared.clone());
    let log_out = log_out.map(|sessions: Sessions, headers: HeaderMap| sessions.log_out(&headers));
    let me = warp::path!("me").and(warp::get()).and(shared);
    let me = me.map(|sessions: Sessions, headers: HeaderMap| sessions.me(&headers));
    let passkeys = warp::path("auth").and(warp::path("passkeys")).and(routes.filter()); // new
    page.or(log_in).or(log_out).or(me).or(passkeys)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().init(); // the log says why something was refused
    let passkeys = passkeys("http://localhost:3000", "sqlite:passkeys.db").await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await;
    let listener = listener.map_err(|error| format!("127.0.0.1:3000: {error}"))?; // in use, most of the time
    println!("open http://localhost:3000, not 127.0.0.1");
    warp::serve(app(passkeys)).incoming(listener).run().await;
    Ok(())
}
