//! Requests: any bytes, and honest ones with something changed.

use super::server::{ORIGIN, Server};
use crate::flow::plan::Fault;
use crate::json_edit::{Edit, edit};
use arbitrary::Arbitrary;
use ceremony_testkit::{Client, Fault as Flaw};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

/// A request as it is sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) session: Option<Session>,
    pub(super) fault: Option<Fault>,
    /// Whether it is an honest one that must go through.
    pub(super) honest: bool,
}

/// Who is signed in, and for how long.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Session {
    Ada,
    AdaOfYesterday,
    New,
}

#[derive(Arbitrary, Debug)]
pub(super) struct Request {
    route: Route,
    session: Option<Session>,
    head: Vec<HeadEdit>,
    body: Body,
    fault: Option<(u8, bool)>,
}

#[derive(Arbitrary, Debug)]
enum Route {
    RegisterBegin,
    RegisterFinish,
    SignUpBegin,
    SignUpFinish,
    AuthenticateBegin,
    StepUpBegin,
    AuthenticateFinish,
    List,
    Show(Id),
    Rename(Id),
    Revoke(Id),
    Asset(u8),
    Raw { method: u8, path: String },
}

#[derive(Arbitrary, Debug)]
enum Id {
    Own,
    Other,
    Bytes([u8; 16]),
}

#[derive(Arbitrary, Debug)]
enum HeadEdit {
    /// A header of any value, under a name that the routes look at.
    Set {
        name: u8,
        value: Vec<u8>,
    },
    /// The same, a second time.
    Add {
        name: u8,
        value: Vec<u8>,
    },
    Known {
        name: u8,
        value: u8,
    },
    Remove {
        name: u8,
    },
    Any {
        name: Vec<u8>,
        value: Vec<u8>,
    },
    Method(u8),
}

#[derive(Arbitrary, Debug)]
enum Body {
    Honest,
    Edited(Vec<Edit>),
    /// Bytes of the honest body that are others.
    Bytes(Vec<(u16, u8)>),
    /// A response with one thing wrong.
    Flawed(u8),
    Raw(Vec<u8>),
    /// The honest body and much behind or inside it.
    Long {
        spaces: u16,
        inside: bool,
    },
    Deep(u16),
}

const NAMES: [&str; 14] = [
    "origin",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "content-type",
    "content-encoding",
    "cookie",
    "host",
    "if-none-match",
    "x-forwarded-for",
    "forwarded",
    "authorization",
    "content-length",
    "x-forwarded-host",
];

const VALUES: [&str; 24] = [
    ORIGIN,
    "https://evil.example",
    "null",
    "same-origin",
    "same-site",
    "cross-site",
    "none",
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=latin1",
    "text/plain",
    "application/x-www-form-urlencoded",
    "gzip",
    "identity",
    "__Host-ceremony=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "__Host-ceremony=",
    "example.com",
    "*",
    "\"\"",
    "W/\"x\"",
    "1.2.3.4, 5.6.7.8",
    "for=1.2.3.4",
    "",
    "HTTPS://EXAMPLE.COM",
];

const METHODS: [&str; 10] = ["GET", "POST", "HEAD", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "CONNECT", "get"];

const WORDS: [&str; 14] = [
    "step_up",
    "sign_up",
    "conditional",
    "optional",
    "ada@example.com",
    "nobody@example.com",
    "",
    "\u{7}",
    "webauthn.get",
    "webauthn.create",
    "public-key",
    "AAAA",
    "$serde_json::private::RawValue",
    "\u{feff}",
];

fn method(at: u8) -> Method {
    Method::from_bytes(METHODS[usize::from(at) % METHODS.len()].as_bytes()).unwrap()
}

fn name(at: u8) -> HeaderName {
    HeaderName::from_static(NAMES[usize::from(at) % NAMES.len()])
}

impl Request {
    /// Builds the request, with the help of a browser that has begun what is to be finished.
    pub(super) fn build(&self, server: &mut Server) -> Sent {
        let flaw = match self.body {
            Body::Flawed(at) => Some(at),
            _ => None,
        };
        // A request before this one may have revoked the passkey.
        let is_active = server.is_active();
        let (method, path, document) = self.route(server, flaw);
        let mut headers = HeaderMap::new();
        if method != Method::GET {
            headers.insert("origin", HeaderValue::from_static(ORIGIN));
            headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        }
        if document.is_some() {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
        if let Some(cookie) = &server.cookie {
            headers.insert("cookie", cookie.clone());
        }
        let body = self.body(document.as_ref());
        let fault = self.fault.map(|(after, done)| Fault { after: after % 8, done });
        let goes_through = matches!(self.route, Route::RegisterBegin | Route::RegisterFinish | Route::Revoke(Id::Own));
        let session = if goes_through && self.session.is_none() { Some(Session::Ada) } else { self.session };
        let honest = self.head.is_empty()
            && matches!(self.body, Body::Honest)
            && fault.is_none()
            && self.succeeds(session, is_active);
        let mut sent = Sent { method, path, headers, body, session, fault, honest };
        for edit in self.head.iter().take(6) {
            edit.apply(&mut sent);
        }
        sent
    }

    /// Of a request without edits, whether it has to succeed.
    fn succeeds(&self, session: Option<Session>, is_active: bool) -> bool {
        match self.route {
            Route::RegisterBegin => !matches!(session, None | Some(Session::AdaOfYesterday)),
            Route::AuthenticateBegin | Route::SignUpBegin => true,
            Route::AuthenticateFinish => session.is_none() && is_active,
            Route::List => session.is_some(),
            Route::Asset(at) => at % 3 < 2,
            _ => false,
        }
    }

    fn route(&self, server: &mut Server, flaw: Option<u8>) -> (Method, String, Option<Value>) {
        let post = |path: &str, body: Value| (Method::POST, path.to_owned(), Some(body));
        let one = |id: &Id, server: &Server| {
            let id = match id {
                Id::Own => server.rows[0],
                Id::Other => server.rows[1],
                Id::Bytes(bytes) => ceremony_service::store::RowId::new(*bytes),
            };
            format!("/credentials/{id}")
        };
        match &self.route {
            Route::RegisterBegin => post("/register/begin", json!({})),
            Route::SignUpBegin => post("/register/begin", json!({ "purpose": "sign_up", "email": "eve@example.com" })),
            Route::AuthenticateBegin => post("/authenticate/begin", json!({ "email": "ada@example.com" })),
            Route::StepUpBegin => post("/authenticate/begin", json!({ "purpose": "step_up" })),
            Route::RegisterFinish => {
                let credential = server.registration(false, flaw);
                post("/register/finish", json!({ "credential": credential.0, "state": credential.1, "name": "Phone" }))
            }
            Route::SignUpFinish => {
                let (credential, state) = server.registration(true, flaw);
                post("/register/finish", json!({ "credential": credential, "state": state, "purpose": "sign_up" }))
            }
            Route::AuthenticateFinish => {
                let (credential, state) = server.authentication(flaw);
                post("/authenticate/finish", json!({ "credential": credential, "state": state }))
            }
            Route::List => (Method::GET, "/credentials".to_owned(), None),
            Route::Show(id) => (Method::GET, one(id, server), None),
            Route::Rename(id) => (Method::PATCH, one(id, server), Some(json!({ "name": "Key" }))),
            Route::Revoke(id) => (Method::DELETE, one(id, server), None),
            Route::Asset(at) => {
                let path = ["/passkeys.js", "/passkeys.d.ts", "/openapi.json"][usize::from(*at) % 3];
                (Method::GET, path.to_owned(), None)
            }
            Route::Raw { method: at, path } => (method(*at), path.clone(), Some(json!({}))),
        }
    }

    fn body(&self, document: Option<&Value>) -> Vec<u8> {
        let honest = document.map(|document| document.to_string().into_bytes()).unwrap_or_default();
        match &self.body {
            Body::Honest | Body::Flawed(_) => honest,
            Body::Edited(edits) => {
                let Some(mut document) = document.cloned() else { return honest };
                edits.iter().take(6).for_each(|it| edit(&mut document, it, &WORDS));
                document.to_string().into_bytes()
            }
            Body::Bytes(bytes) => {
                let mut body = honest;
                for (at, to) in bytes {
                    let at = usize::from(*at) % body.len().max(1);
                    if let Some(byte) = body.get_mut(at) {
                        *byte = *to;
                    }
                }
                body
            }
            Body::Raw(bytes) => bytes.clone(),
            Body::Long { spaces, inside } => {
                let filling = vec![b' '; usize::from(*spaces) * 2];
                let (front, back) = honest.split_at(usize::from(*inside).min(honest.len()));
                [front, &filling, back].concat()
            }
            Body::Deep(depth) => {
                let depth = usize::from(*depth) % 30_000;
                format!("{{\"email\":{}{}}}", "[".repeat(depth), "]".repeat(depth)).into_bytes()
            }
        }
    }
}

impl HeadEdit {
    fn apply(&self, sent: &mut Sent) {
        let value = |bytes: &[u8]| HeaderValue::from_bytes(bytes).ok();
        let known = |at: u8| HeaderValue::from_static(VALUES[usize::from(at) % VALUES.len()]);
        match self {
            Self::Set { name: at, value: bytes } => {
                if let Some(value) = value(bytes) {
                    sent.headers.insert(name(*at), value);
                }
            }
            Self::Add { name: at, value: bytes } => {
                if let Some(value) = value(bytes) {
                    sent.headers.append(name(*at), value);
                }
            }
            Self::Known { name: at, value } => {
                sent.headers.append(name(*at), known(*value));
            }
            Self::Remove { name: at } => drop(sent.headers.remove(name(*at))),
            Self::Any { name, value: bytes } => {
                if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name), value(bytes)) {
                    sent.headers.append(name, value);
                }
            }
            Self::Method(at) => sent.method = method(*at),
        }
    }
}

/// A fault of the testkit that must be refused, if it applies.
pub(super) fn flaw(at: u8) -> Flaw {
    let all = Flaw::all();
    all[usize::from(at) % all.len()]
}

pub(super) fn tab() -> Client {
    Client::new(ORIGIN)
}
