//! An actix-web application with a login of its own, and passkeys beside it.

use actix_session::{Session, SessionExt, SessionMiddleware, storage::CookieSessionStore};
use actix_web::cookie::Key;
use actix_web::dev::Server;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, error, web};
use ceremony_actix::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_actix::ceremony_service::{Clock, SystemClock};
use ceremony_actix::{CurrentUser, PasskeyHooks, PasskeyHttp, PasskeyRoutes, Passkeys, SignedIn, UserId};
use ceremony_sqlx::SqliteStores;
use serde::Deserialize;
use std::net::TcpListener;
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

/// Opens the session: emptied and under a new key, with the user and the time of the sign-in.
fn open(session: &Session, user: &str, at: UnixTime) -> Result<(), Error> {
    session.clear();
    session.renew();
    Ok(session.insert("user", (user, at.as_millis()))?)
}

/// Who is signed in, and since when.
fn find(session: &Session) -> Result<Option<(String, u64)>, Error> {
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
    let (user, _) = find(&session)?.ok_or_else(|| error::ErrorUnauthorized("nobody is signed in"))?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "name": user })))
}

async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("../index.html"))
}

// ---- New: what the passkey routes ask the application. ----

struct Hooks;

impl PasskeyHooks for Hooks {
    async fn current_user(&self, request: &HttpRequest) -> Result<Option<CurrentUser>, HttpResponse> {
        let found = find(&request.get_session()).map_err(|error| error.error_response())?;
        let Some((user, since)) = found else { return Ok(None) };
        Ok(UserId::new(user.as_str()).map(|id| CurrentUser {
            id,                          // the account's key in your database, as text: it never changes
            name: user,                  // what people know the account by
            display_name: String::new(), // their own name, if you know it
            authenticated_at: UnixTime::from_millis(since),
        }))
    }

    async fn signed_in(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        match open(&request.get_session(), signed_in.user.as_str(), signed_in.at) {
            Ok(()) => HttpResponse::Ok().json(signed_in.credential),
            Err(error) => error.error_response(),
        }
    }

    async fn stepped_up(&self, request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
        self.signed_in(request, signed_in).await // the same user, with a new time
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
    let key = Key::generate(); // keep it in a file, or every restart ends all sessions
    let server = HttpServer::new(move || {
        let sessions = SessionMiddleware::builder(CookieSessionStore::default(), key.clone());
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
    println!("open http://localhost:3000, not 127.0.0.1");
    Ok(serve(TcpListener::bind("127.0.0.1:3000")?, passkeys)?.await?)
}
