//! Passkeys on plain hyper: no framework, sessions in a map.
//!
//! `cargo run -p ceremony-http --example hyper`, then <http://localhost:3000>. Accounts are names, and whoever types one is
//! in: put your own sign-in there. Everything is forgotten when the program ends.
#![allow(missing_docs, missing_debug_implementations, unreachable_pub)]

mod adapter;

use adapter::{Answer, Hooks, Routes, members, refuse};
use bytes::Bytes;
use ceremony_http::ceremony::{Ceremony, RelyingParty, UnixTime};
use ceremony_http::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_http::ceremony_service::{Clock, Entropy, OsEntropy, SystemClock};
use ceremony_http::{
    Code, CurrentUser, Identified, MayRemove, NewAccount, PasskeyHttp, Passkeys, Problem, Registered, Removal, Revoked,
    SignUp, SignedIn, UserId,
};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>Passkeys on hyper</title>
<p><input id="name" placeholder="name"> <button id="in">Sign in by name</button>
<button id="add">Add a passkey</button> <button id="enter">Sign in with a passkey</button></p><pre id="said"></pre>
<script type="module">
  import { passkeys } from '/auth/passkeys/passkeys.js';
  const on = (id, run) => document.getElementById(id).onclick = async () => {
    try { said.textContent = JSON.stringify(await run(), null, 2); } catch (error) { said.textContent = error; }
  };
  const headers = { 'content-type': 'application/json' };
  const body = () => JSON.stringify({ name: document.getElementById('name').value });
  on('in', async () => (await fetch('/sign-in', { method: 'POST', headers, body: body() })).json());
  on('add', () => passkeys.register({ name: 'Laptop' }));
  on('enter', () => passkeys.authenticate());
</script>"#;

struct Session {
    user: UserId,
    authenticated_at: UnixTime,
    /// The passkey that opened it, by its public id; none for a sign-in by name.
    credential: Option<String>,
}

/// Sessions by what the cookie holds.
#[derive(Default)]
struct App {
    sessions: Mutex<HashMap<String, Session>>,
}

impl App {
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session under a new id: one that somebody planted in the browser is never taken over.
    fn open(&self, session: Session, body: &Value) -> Answer {
        let mut secret = [0; 16];
        if OsEntropy.fill(&mut secret).is_err() {
            return refuse(Problem::new(Code::Unavailable));
        }
        let id = format!("{:032x}", u128::from_be_bytes(secret));
        let cookie = format!("session={id}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400");
        self.sessions().insert(id, session);
        let mut answer = json(body);
        if let Ok(cookie) = cookie.try_into() {
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        answer
    }
}

impl Hooks for App {
    async fn current_user(&self, parts: &mut Parts) -> Result<Option<CurrentUser>, Answer> {
        let sessions = self.sessions();
        let session = session_id(&parts.headers).and_then(|id| sessions.get(id));
        Ok(session.map(|session| CurrentUser {
            id: session.user.clone(),
            name: session.user.as_str().to_owned(),
            display_name: String::new(),
            authenticated_at: session.authenticated_at,
        }))
    }

    async fn signed_in(&self, _: &mut Parts, signed_in: SignedIn) -> Answer {
        let body = json!({ "user": signed_in.user.as_str(), "credential": signed_in.credential });
        let credential = Some(signed_in.credential.id);
        self.open(Session { user: signed_in.user, authenticated_at: signed_in.at, credential }, &body)
    }

    async fn stepped_up(&self, parts: &mut Parts, signed_in: SignedIn) -> Answer {
        let mut sessions = self.sessions();
        let session = session_id(&parts.headers).and_then(|id| sessions.get_mut(id));
        if let Some(session) = session.filter(|session| session.user == signed_in.user) {
            session.authenticated_at = signed_in.at;
        }
        json(&json!({ "user": signed_in.user.as_str(), "credential": signed_in.credential }))
    }

    async fn identify(&self, _: &mut Parts, body: &Map<String, Value>) -> Identified {
        match body.get("name").and_then(Value::as_str).map(|name| (name, UserId::new(name))) {
            Some((name, Some(user))) => Identified::Account { user, canonical_name: name.to_owned() },
            _ => Identified::Anybody,
        }
    }

    async fn veto(&self, _: &mut Parts, _: &SignedIn) -> bool {
        false
    }

    async fn new_account(&self, _: &mut Parts, _: &Map<String, Value>) -> Result<Option<NewAccount>, Answer> {
        Ok(None)
    }

    async fn create_account(&self, _: &mut Parts, _: &SignUp) -> Result<UserId, Answer> {
        Err(refuse(Problem::new(Code::NotFound)))
    }

    async fn registered(&self, _: &mut Parts, registered: &Registered) {
        println!("{} has a new passkey", registered.user.as_str());
    }

    async fn may_remove(&self, _: &mut Parts, _: &Removal) -> MayRemove {
        MayRemove::Yes
    }

    async fn revoked(&self, _: &mut Parts, revoked: &Revoked) {
        // Whoever took the device may be signed in elsewhere.
        self.sessions().retain(|_, session| session.credential.as_ref() != Some(&revoked.credential.id));
    }
}

fn session_id(headers: &HeaderMap) -> Option<&str> {
    // HTTP/2 may send every cookie in a header of its own.
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split("; ")).find_map(|pair| pair.strip_prefix("session="))
}

fn json(body: &Value) -> Answer {
    let mut answer = Response::new(Bytes::from(body.to_string()).into());
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}

struct Server {
    http: PasskeyHttp,
    routes: Routes<App>,
}

impl Server {
    async fn serve(&self, request: Request<Incoming>, peer: IpAddr) -> Result<Answer, Problem> {
        let path = request.uri().path().to_owned();
        if let Some(path) = self.routes.path(&path) {
            return Ok(self.routes.serve(request, path, peer).await);
        }
        match (request.method(), path.as_str()) {
            (&Method::GET, "/") => {
                let mut page = Response::new(Bytes::from(PAGE).into());
                let html = header::HeaderValue::from_static("text/html; charset=utf-8");
                page.headers_mut().insert(header::CONTENT_TYPE, html);
                Ok(page)
            }
            (&Method::POST, "/sign-in") => self.sign_in(request, peer).await,
            (_, path) if PasskeyHttp::WELL_KNOWN.contains(&path) => {
                let (parts, _) = request.into_parts();
                Ok(self.http.well_known(&ceremony_http::Head::of(&parts)).map(Into::into))
            }
            _ => Err(Problem::new(Code::NotFound)),
        }
    }

    /// Stands for a sign-in by password.
    async fn sign_in(&self, request: Request<Incoming>, peer: IpAddr) -> Result<Answer, Problem> {
        let members = members(&self.http, request, peer).await?;
        let name = members.get("name").and_then(Value::as_str).and_then(UserId::new);
        let Some(user) = name else { return Err(Problem::new(Code::InvalidRequest)) };
        let body = json!({ "user": user.as_str() });
        let session = Session { user, authenticated_at: SystemClock.now(), credential: None };
        Ok(self.routes.hooks.open(session, &body))
    }
}

fn server() -> Result<Server, Box<dyn Error>> {
    let relying_party = RelyingParty::builder("localhost", "hyper example").origin("http://localhost:3000").build()?;
    let passkeys = Passkeys::builder(Ceremony::with_verifier(relying_party, ceremony_graviola::verifier())?)
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .build()?;
    let http = PasskeyHttp::new(passkeys);
    let routes = Routes { prefix: "/auth/passkeys", sites: http.clone().into(), hooks: App::default() };
    Ok(Server { http, routes })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Arc::new(server()?);
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://localhost:3000");
    loop {
        let (stream, peer) = listener.accept().await?;
        let server = Arc::clone(&server);
        let service = service_fn(move |request| {
            let server = Arc::clone(&server);
            async move {
                let answer = server.serve(request, peer.ip()).await;
                Ok::<_, Infallible>(answer.unwrap_or_else(refuse))
            }
        });
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}
