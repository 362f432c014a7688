//! The application's own routes: which there are, and what every request must be like. A server asks [`Site::admit`] with a
//! request's head, reads the body if there is one, and sends what [`Site::answer`] gives.

mod admin;
mod auth;
mod query;

use crate::answer::{self, Answer, Refusal, without_body};
use crate::conformance::Endpoint;
use crate::page::File;
use crate::site::Site;
use ceremony_http::ceremony_service::store::RowId;
use ceremony_http::{Code, PasskeyHttp};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use query::Listing;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// A request without its body.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    /// Where the connection comes from.
    pub(crate) peer: Option<IpAddr>,
}

/// A request whose path, method and origin are in order.
#[derive(Debug)]
pub(crate) struct Admitted {
    route: Route,
    head: bool,
}

impl Admitted {
    /// Whether there is a body to read, at most 64 KiB.
    pub(crate) const fn takes_body(&self) -> bool {
        !self.route.is_read()
    }
}

#[derive(Debug)]
enum Route {
    File(&'static File),
    WellKnown(&'static str),
    Config,
    Register,
    Login,
    Me,
    Token,
    Password,
    Logout,
    LogoutEverywhere,
    Users(Listing),
    PasskeysOf(String),
    Suspend(String, RowId),
    Reactivate(String, RowId),
    Audit(Listing),
    Conformance(Endpoint),
}

impl Route {
    /// Whether it reads alone, by GET and HEAD; the others are POST.
    const fn is_read(&self) -> bool {
        matches!(
            self,
            Self::File(_)
                | Self::WellKnown(_)
                | Self::Config
                | Self::Me
                | Self::Users(_)
                | Self::PasskeysOf(_)
                | Self::Audit(_)
        )
    }

    fn find(path: &str, query: Option<&str>) -> Result<Option<Self>, Refusal> {
        if let Some(file) = File::find(path) {
            return Ok(Some(Self::File(file)));
        }
        if let Some(path) = PasskeyHttp::WELL_KNOWN.into_iter().find(|known| *known == path) {
            return Ok(Some(Self::WellKnown(path)));
        }
        Ok(Some(match path {
            "/auth/config" => Self::Config,
            "/auth/register" => Self::Register,
            "/auth/login" => Self::Login,
            "/auth/me" => Self::Me,
            "/auth/token" => Self::Token,
            "/auth/password" => Self::Password,
            "/auth/logout" => Self::Logout,
            "/auth/logout-everywhere" => Self::LogoutEverywhere,
            "/admin/users" => Self::Users(Listing::read(query)?),
            "/admin/audit" => Self::Audit(Listing::read(query)?),
            _ => return Ok(path.strip_prefix("/admin/users/").and_then(Self::of_user)),
        }))
    }

    /// What comes after `/admin/users/`.
    fn of_user(rest: &str) -> Option<Self> {
        let mut parts = rest.split('/');
        let user = parts.next().filter(|user| query::is_id(user))?.to_owned();
        let ("passkeys", row, change, None) = (parts.next()?, parts.next(), parts.next(), parts.next()) else {
            return None;
        };
        match (row, change) {
            (None, None) => Some(Self::PasskeysOf(user)),
            (Some(row), Some("suspend")) => Some(Self::Suspend(user, RowId::parse(row)?)),
            (Some(row), Some("reactivate")) => Some(Self::Reactivate(user, RowId::parse(row)?)),
            _ => None,
        }
    }
}

impl Site {
    /// Checks path, method and origin.
    ///
    /// # Errors
    ///
    /// The answer to send; the body need not be read.
    pub(crate) fn admit(&self, head: &Head<'_>) -> Result<Admitted, Refusal> {
        let route = match Route::find(head.path, head.query)? {
            Some(route) => route,
            None => {
                let endpoint = self.conformance.as_ref().and_then(|_| Endpoint::find(head.path));
                Route::Conformance(endpoint.ok_or_else(|| answer::known(Code::NotFound))?)
            }
        };
        let is_head = *head.method == Method::HEAD;
        let (allowed, fits) = match route.is_read() {
            true => ("GET,HEAD", is_head || *head.method == Method::GET),
            false => ("POST", *head.method == Method::POST),
        };
        if !fits {
            return Err(wrong_method(allowed).into());
        }
        // The conformance tool is no page of this site's.
        if !route.is_read() && !matches!(route, Route::Conformance(_)) {
            let head = ceremony_http::Head::new(head.method, head.path, head.headers).peer(head.peer);
            self.passkeys.guard(&head).map_err(Refusal::from)?;
        }
        Ok(Admitted { route, head: is_head })
    }

    /// Answers a request. `body` is empty where none was read.
    pub(crate) async fn answer(&self, admitted: Admitted, headers: &HeaderMap, body: &[u8]) -> Answer {
        let Admitted { route, head } = admitted;
        let answer = self.run(route, headers, body).await.unwrap_or_else(Refusal::into_answer);
        if head { without_body(answer) } else { answer }
    }

    async fn run(&self, route: Route, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Refusal> {
        match route {
            Route::File(file) => Ok(file.serve(headers)),
            Route::WellKnown(path) => {
                Ok(self.passkeys.well_known(&ceremony_http::Head::new(&Method::GET, path, headers)))
            }
            Route::Config => Ok(self.config()),
            Route::Register => self.register(headers, &self.members(headers, body)?).await,
            Route::Login => self.login(headers, &self.members(headers, body)?).await,
            Route::Me => self.me(headers).await,
            Route::Password => self.password(headers, &self.members(headers, body)?).await,
            Route::Token => self.nothing(headers, body)?.token(headers).await,
            Route::Logout => self.nothing(headers, body)?.logout(headers).await,
            Route::LogoutEverywhere => self.nothing(headers, body)?.logout_everywhere(headers).await,
            Route::Users(listing) => self.users(headers, &listing).await,
            Route::PasskeysOf(user) => self.passkeys_of(headers, &user).await,
            Route::Suspend(user, row) => self.nothing(headers, body)?.suspend(headers, &user, row).await,
            Route::Reactivate(user, row) => self.nothing(headers, body)?.reactivate(headers, &user, row).await,
            Route::Audit(listing) => self.audit(headers, &listing).await,
            Route::Conformance(endpoint) => match &self.conformance {
                Some(harness) => Ok(harness.answer(endpoint, headers, body)),
                None => Err(answer::known(Code::NotFound).into()),
            },
        }
    }

    /// The members of a body, by the passkey routes' own rules: JSON alone, one object, no member twice.
    fn members(&self, headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
        self.passkeys.members(headers, body).map_err(Refusal::from)
    }

    /// Refuses a body where none is needed; `{}` will do too.
    fn nothing(&self, headers: &HeaderMap, body: &[u8]) -> Result<&Self, Refusal> {
        if !body.is_empty() {
            self.members(headers, body)?;
        }
        Ok(self)
    }
}

fn wrong_method(allowed: &'static str) -> Answer {
    let mut answer =
        answer::own(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this route does not have that method");
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    answer
}
