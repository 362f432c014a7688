//! An actix-web application with a login of its own, and passkeys beside it.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::cookie::{Key, time};
use actix_web::dev::Server;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, ResponseError, error, web};
use ceremony_actix::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_actix::ceremony_service::{Clock, SystemClock};
use ceremony_actix::{CurrentUser, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, SignedIn, UserId};
use ceremony_sqlx::SqliteStores;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

// ---- The application as it was: a password opens a session. ----

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

/// Stands for your accounts.
fn password_is_right(login: &Login) -> bool {
    login.name == "ada" && login.password == "correct horse"
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

/// Opens the session: emptied and under a new key, with the user and the time of the sign-in.
fn open(session: &Session, user: &str, at: UnixTime) -> Result<(), Error> {
    session.clear(); // nothing of whoever was signed in here before
    session.insert("user", user)?;
    renew(session, at)
}

/// Gives the session another key and the time of the proof.
fn renew(session: &Session, at: UnixTime) -> Result<(), Error> {
    session.renew();
    Ok(session.insert("proved_at", at.as_millis())?) // new, under a name of its own
}

/// Who is signed in.
fn find(session: &Session) -> Result<Option<String>, Error> {
    Ok(session.get("user")?)
}

async fn log_in(session: Session, login: web::Json<Login>) -> Result<HttpResponse, Error> {
    if !password_is_right(&login) {
        return Err(error::ErrorUnauthorized("name or password is wrong"));
    }
    open(&session, &login.name, SystemClock.now())?;
    Ok(HttpResponse::Ok().finish())
}

async fn log_out(session: Session) -> HttpResponse {
    session.purge();
    HttpResponse::Ok().finish()
}

async fn me(session: Session) -> Result<HttpResponse, Error> {
    let user = find(&session)?.ok_or_else(|| error::ErrorUnauthorized("nobody is signed in"))?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "name": user })))
}

async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("../index.html"))
}

// ---- New: what the passkey routes ask the application. ----

struct Hooks;

impl PasskeyHooks for Hooks {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        let session = request.get_session();
        let found = find(&session).map_err(|error| error.error_response())?;
        let Some(user) = found else { return Ok(None) }; // nobody either if the account is locked
        let proved_at = session.get("proved_at").map_err(|error| error.error_response())?;
        Ok(UserId::new(user.as_str()).map(|id| CurrentUser {
            id,                          // the account's key in your database, as text: it never changes
            name: user,                  // what people know the account by
            display_name: String::new(), // their own name, if you know it
            authenticated_at: UnixTime::from_millis(proved_at.unwrap_or(0)), // 0: a session from before
        }))
    }

    async fn signed_in(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        match open(&request.get_session(), signed_in.user.as_str(), signed_in.at) {
            Ok(()) => HttpResponse::Ok().json(signed_in.credential),
            Err(error) => error.error_response(),
        }
    }

    async fn stepped_up(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        match renew(&request.get_session(), signed_in.at) {
            Ok(()) => HttpResponse::Ok().json(signed_in.credential), // the same session, with a new time
            Err(error) => error.error_response(),
        }
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
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(Duration::from_secs(3600)).await;
            if let Err(error) = cleaned.cleanup().await {
                eprintln!("nothing was cleaned up: {error}");
            }
        }
    });
    Ok(passkeys)
}

pub(crate) fn serve(listener: TcpListener, passkeys: Passkeys) -> Result<Server, Failure> {
    // Once, outside of the closure: each worker calls that.
    let routes = PasskeyRoutes::new(PasskeyHttp::new(passkeys), Hooks);
    let (store, key) = (Sessions::default(), Key::generate()); // once, too. Keep the key in a file
    let server = HttpServer::new(move || {
        let sessions = SessionMiddleware::builder(store.clone(), key.clone());
        App::new()
            .wrap(sessions.cookie_secure(false).build()) // behind https leave out `cookie_secure(false)`
            .service(routes.scope("/auth/passkeys")) // new
            .route("/", web::get().to(page))
            .route("/login", web::post().to(log_in))
            .route("/logout", web::post().to(log_out))
            .route("/me", web::get().to(me))
    });
    Ok(server.listen(listener)?.run())
}

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().init(); // the log says why something was refused
    let passkeys = passkeys("http://localhost:3000", "sqlite:passkeys.db").await?;
    let listener = TcpListener::bind("127.0.0.1:3000");
    let listener = listener.map_err(|error| format!("127.0.0.1:3000: {error}"))?; // in use, most of the time
    let server = serve(listener, passkeys)?;
    println!("open http://localhost:3000, not 127.0.0.1");
    Ok(server.await?)
}
