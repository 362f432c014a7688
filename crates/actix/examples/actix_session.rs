//! A whole application: accounts, sessions of actix-session, passkeys, and a page to use them.
//!
//! `cargo run -p ceremony-actix --example actix_session`, then <http://localhost:8080>.
//!
//! Anybody is signed in by saying a name: an application of yours asks for a password there. Everything is in memory.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt, SessionInsertError, SessionMiddleware};
use actix_web::cookie::{Key, SameSite, time};
use actix_web::dev::Server;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, Responder, ResponseError, web};
use ceremony_actix::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_actix::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_actix::ceremony_service::{Clock, SystemClock};
use ceremony_actix::{
    Code, CurrentUser, Members, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, Problem, Refusal, Registered,
    Revoked, SignedIn, UserId,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:8080")?;
    let (server, address) = serve(listener)?;
    println!("open http://localhost:{}, not 127.0.0.1", address.port());
    Ok(server.await?)
}

/// The server, which runs when it is awaited.
pub(crate) fn serve(listener: TcpListener) -> Result<(Server, SocketAddr), Failure> {
    let address = listener.local_addr()?;
    let origin = format!("http://localhost:{}", address.port());
    let relying_party = RelyingParty::builder("localhost", "Example").origin(origin).build()?;
    let passkeys = Passkeys::builder(Ceremony::with_verifier(relying_party, ceremony_graviola::verifier())?)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .build()?;
    let http = PasskeyHttp::new(passkeys);
    let accounts = Accounts::default();
    let routes = PasskeyRoutes::new(http.clone(), accounts.clone());
    let (store, key) = (Sessions::default(), Key::generate()); // yours are kept: else every restart ends all sessions
    let server = HttpServer::new(move || {
        let sessions =
            SessionMiddleware::builder(store.clone(), key.clone()).cookie_same_site(SameSite::Lax).cookie_secure(false); // on localhost alone
        App::new()
            .wrap(sessions.build())
            .app_data(web::Data::new(accounts.clone()))
            .app_data(web::Data::new(http.clone())) // for `Members`
            .service(routes.scope("/auth/passkeys"))
            .service(routes.well_known())
            .route("/", web::get().to(page))
            .route("/me", web::get().to(me))
            .route("/login", web::post().to(login))
            .route("/logout", web::post().to(logout))
            .route("/lock", web::post().to(lock))
    });
    Ok((server.listen(listener)?.workers(2).run(), address))
}

/// What a session holds, as actix-session has it.
type State = HashMap<String, String>;

/// The sessions, here in memory; yours are in Redis or a database. Not `CookieSessionStore`: there the cookie is the
/// session, and whoever has copied it is still signed in after `purge` and `renew`.
#[derive(Clone, Default)]
struct Sessions(Arc<Mutex<HashMap<String, State>>>);

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(self.all().get(key.as_ref()).cloned())
    }

    async fn save(&self, state: State, _: &time::Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        self.all().insert(key.as_ref().to_owned(), state);
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, _: &time::Duration) -> Result<SessionKey, UpdateError> {
        // A request that was under way at the log-out brings nothing back.
        if let Some(kept) = self.all().get_mut(key.as_ref()) {
            *kept = state;
        }
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &time::Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        self.all().remove(key.as_ref());
        Ok(())
    }
}

/// What the application knows, by the account's name.
#[derive(Clone, Default)]
struct Accounts(Arc<Mutex<BTreeMap<String, Account>>>);

#[derive(Default)]
struct Account {
    /// Nobody signs in here, and no session that is open counts.
    locked: bool,
    /// Passkeys that were removed: the sessions they opened have ended.
    removed: BTreeSet<String>,
    /// Letters to the owner. Yours go out as e-mails.
    letters: Vec<String>,
}

impl Accounts {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, user: &UserId, letter: String) {
        self.all().entry(user.as_str().to_owned()).or_default().letters.push(letter);
    }

    /// The session's account, and when it was proved.
    fn signed_in(&self, session: &Session) -> Result<Option<(String, UnixTime)>, Error> {
        let Some(name) = session.get::<String>("name")? else { return Ok(None) };
        let opened_by = session.get::<String>("opened_by")?;
        let since = session.get("since")?.map_or(UnixTime::from_millis(0), UnixTime::from_millis);
        // `veto` keeps sign-ins out. The sessions that are open end here: nobody else is asked at a step-up.
        let ended = self.all().get(&name).is_some_and(|account| {
            account.locked || opened_by.is_some_and(|passkey| account.removed.contains(&passkey))
        });
        Ok(if ended { None } else { Some((name, since)) })
    }
}

/// Opens a session under a new key, without anything of the one before.
fn open(session: &Session, name: &str, at: UnixTime, passkey: Option<&str>) -> Result<(), SessionInsertError> {
    session.clear();
    session.renew();
    session.insert("name", name)?;
    session.insert("since", at.as_millis())?;
    passkey.map_or(Ok(()), |id| session.insert("opened_by", id))
}

/// Renews the session that there is: under a new key, with the time of the proof.
fn renew(session: &Session, at: UnixTime) -> Result<(), SessionInsertError> {
    session.renew();
    session.insert("since", at.as_millis())
}

fn entered(done: Result<(), SessionInsertError>, signed_in: &SignedIn) -> HttpResponse {
    match done {
        Ok(()) => {
            let body = json!({ "name": signed_in.user.as_str(), "credential": signed_in.credential });
            HttpResponse::Ok().json(body)
        }
        Err(error) => error.error_response(),
    }
}

impl PasskeyHooks for Accounts {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        let signed_in = self.signed_in(&request.get_session()).map_err(|error| error.error_response())?;
        Ok(signed_in.and_then(|(name, authenticated_at)| {
            let id = UserId::new(name.as_str())?;
            Some(CurrentUser { id, name, display_name: String::new(), authenticated_at })
        }))
    }

    async fn veto(&self, _: &HttpRequest, signed_in: &SignedIn) -> bool {
        self.all().get(signed_in.user.as_str()).is_some_and(|account| account.locked)
    }

    async fn signed_in(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        let (session, passkey) = (request.get_session(), &signed_in.credential.id);
        entered(open(&session, signed_in.user.as_str(), signed_in.at, Some(passkey)), &signed_in)
    }

    async fn stepped_up(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        entered(renew(&request.get_session(), signed_in.at), &signed_in)
    }

    async fn registered(&self, _: &HttpRequest, registered: &Registered) {
        let letter = format!("A passkey was added to your account: {}", registered.credential.name);
        self.write_to(&registered.user, letter);
    }

    async fn revoked(&self, _: &HttpRequest, revoked: &Revoked) {
        let passkey = &revoked.credential;
        self.write_to(&revoked.user, format!("A passkey was removed from your account: {}", passkey.name));
        let mut accounts = self.all();
        accounts.entry(revoked.user.as_str().to_owned()).or_default().removed.insert(passkey.id.clone());
    }
}

/// `POST /login {"name": "ada"}`: where yours asks for a password.
async fn login(
    session: Session,
    accounts: web::Data<Accounts>,
    Members(body): Members,
) -> Result<impl Responder, Error> {
    let name = body.get("name").and_then(Value::as_str).map(|name| name.trim().to_lowercase());
    let Some(name) = name.filter(|name| (1..=64).contains(&name.len())) else {
        let problem = Problem::new(Code::InvalidRequest).with_detail("a name has 1 to 64 bytes");
        return Err(Refusal(problem).into());
    };
    accounts.all().entry(name.clone()).or_default();
    open(&session, &name, SystemClock.now(), None)?;
    Ok(web::Json(json!({ "name": name })))
}

/// `POST /logout {}`.
async fn logout(session: Session, _: Members) -> impl Responder {
    session.purge();
    web::Json(json!({}))
}

/// `GET /me`: the account and its letters.
async fn me(session: Session, accounts: web::Data<Accounts>) -> Result<impl Responder, Error> {
    let (name, _) = accounts.signed_in(&session)?.ok_or(Refusal(Problem::new(Code::NotSignedIn)))?;
    let all = accounts.all();
    let letters = all.get(&name).map(|account| account.letters.as_slice()).unwrap_or_default();
    Ok(web::Json(json!({ "name": name, "letters": letters })))
}

/// `POST /lock {}`: locks the account of whoever asks, as an administrator would.
async fn lock(session: Session, accounts: web::Data<Accounts>, _: Members) -> Result<impl Responder, Error> {
    let (name, _) = accounts.signed_in(&session)?.ok_or(Refusal(Problem::new(Code::NotSignedIn)))?;
    accounts.all().entry(name).or_default().locked = true;
    Ok(web::Json(json!({})))
}

async fn page() -> impl Responder {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("actix_session.html"))
}
