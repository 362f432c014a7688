//! Everything that can be said of a request before anybody is asked who sent it.

use crate::binding::Sender;
use crate::body::{self, Finish, Ignored, Members, Rename, invalid};
use crate::config::PasskeyHttp;
use crate::content::{self, ContentType};
use crate::cross_site;
use crate::head::Head;
use crate::problem::Problem;
use crate::route::Route;
use ceremony::error::Error;
use ceremony::{AuthenticationResponse, CredentialRecord, RegistrationResponse};
use ceremony_service::store::{Handle, RowId};
use http::{HeaderValue, Method, header};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A request whose method, origin and content type are in order.
#[derive(Debug)]
#[must_use]
pub struct Admitted {
    route: Route,
    head: bool,
    content_type: ContentType,
    sender: Sender,
    if_none_match: Option<HeaderValue>,
}

/// A request that is well formed; what is left to know is who sent it.
#[derive(Debug)]
#[must_use]
pub struct Prepared {
    pub(super) action: Action,
    pub(super) sender: Sender,
    pub(super) head: bool,
}

pub(super) enum Action {
    RegisterBegin { conditional: bool },
    RegisterFinish { response: Box<RegistrationResponse>, handle: Option<Handle>, name: Option<String> },
    SignUpBegin { members: Map<String, Value> },
    SignUpFinish { response: Box<RegistrationResponse>, handle: Option<Handle>, name: Option<String> },
    AuthenticateBegin { members: Map<String, Value> },
    StepUpBegin,
    AuthenticateFinish { response: Box<AuthenticationResponse>, handle: Option<Handle> },
    List,
    Show(RowId),
    Rename(RowId, String),
    Revoke(RowId),
    Script(Option<HeaderValue>),
    Types(Option<HeaderValue>),
    Document(Option<HeaderValue>),
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Action(..)")
    }
}

impl Admitted {
    /// Whether there is a body to read, at most [`MAX_BODY`](crate::MAX_BODY) bytes.
    #[must_use]
    pub const fn takes_body(&self) -> bool {
        self.route.is_effectful()
    }
}

impl Prepared {
    /// Whether [`PasskeyHttp::run`] wants to know the session's user.
    #[must_use]
    pub const fn needs_user(&self) -> bool {
        !matches!(
            self.action,
            Action::AuthenticateBegin { .. }
                | Action::SignUpBegin { .. }
                | Action::SignUpFinish { .. }
                | Action::Script(_)
                | Action::Types(_)
                | Action::Document(_)
        )
    }

    /// The body of an `authenticate/begin`, if [`PasskeyHttp::run`] wants to know whom it names.
    #[must_use]
    pub const fn identify(&self) -> Option<&Map<String, Value>> {
        match &self.action {
            Action::AuthenticateBegin { members } => Some(members),
            _ => None,
        }
    }

    /// The body of a sign-up's `register/begin`, if [`PasskeyHttp::run`] wants to know what account it asks for.
    #[must_use]
    pub const fn new_account(&self) -> Option<&Map<String, Value>> {
        match &self.action {
            Action::SignUpBegin { members } => Some(members),
            _ => None,
        }
    }
}

impl PasskeyHttp {
    /// Checks method, path, origin and content type.
    ///
    /// # Errors
    ///
    /// The problem to answer with; the body need not be read.
    pub fn admit(&self, head: &Head<'_>) -> Result<Admitted, Problem> {
        self.admit_as(Route::parse(head.method, head.path)?, head)
    }

    /// As [`admit`](Self::admit), for a request that the application has found the route of: it may stand under any path.
    ///
    /// # Errors
    ///
    /// As [`admit`](Self::admit).
    pub fn admit_as(&self, route: Route, head: &Head<'_>) -> Result<Admitted, Problem> {
        let Head { method, headers, .. } = *head;
        let mut content_type = ContentType::Absent;
        if route.is_effectful() {
            cross_site::check(headers, self.relying_party())?;
            content_type = content::read(headers)?;
            if route.needs_body() && matches!(content_type, ContentType::Absent) {
                return Err(content::unsupported());
            }
        }
        if !matches!(route, Route::Script | Route::Types) {
            // Not before: another site's page must not use up its visitors' limit.
            self.count_peer(head)?;
        }
        let sender = Sender::read(headers, self.relying_party(), self.shared.embedded);
        let if_none_match = headers.get(header::IF_NONE_MATCH).cloned();
        Ok(Admitted { route, head: *method == Method::HEAD, content_type, sender, if_none_match })
    }

    /// Parses the body.
    ///
    /// # Errors
    ///
    /// The problem to answer with. Nothing was used up.
    pub fn prepare(&self, admitted: Admitted, body: &[u8]) -> Result<Prepared, Problem> {
        let Admitted { route, head, content_type, sender, if_none_match } = admitted;
        let action = match route {
            Route::RegisterBegin => register_begin(body::read(body)?)?,
            Route::RegisterFinish => self.register_body(body)?,
            Route::AuthenticateBegin => authenticate_begin(body)?,
            Route::AuthenticateFinish => self.authenticate_body(body)?,
            Route::List => Action::List,
            Route::Show(id) => Action::Show(id),
            Route::Rename(id) => rename(id, body)?,
            Route::Revoke(id) => no_body(body, &content_type).map(|()| Action::Revoke(id))?,
            Route::Script => Action::Script(if_none_match),
            Route::Types => Action::Types(if_none_match),
            Route::Document => Action::Document(if_none_match),
        };
        Ok(Prepared { action, sender, head })
    }

    fn register_body(&self, body: &[u8]) -> Result<Action, Problem> {
        let finish: Finish<'_> = body::read(body)?;
        let name = finish.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if let Some(name) = &name {
            check_name(name)?;
        }
        let sign_up = sign_up(finish.purpose.as_deref())?;
        let response = self.credential(finish.credential, RegistrationResponse::from_json_with)?;
        let handle = Handle::parse(&finish.state);
        Ok(if sign_up {
            Action::SignUpFinish { response, handle, name }
        } else {
            Action::RegisterFinish { response, handle, name }
        })
    }

    fn authenticate_body(&self, body: &[u8]) -> Result<Action, Problem> {
        let finish: Finish<'_> = body::read(body)?;
        let response = self.credential(finish.credential, AuthenticationResponse::from_json_with)?;
        Ok(Action::AuthenticateFinish { response, handle: Handle::parse(&finish.state) })
    }

    /// Parses a credential from its own bytes: a reader in between could hide what is wrong with them.
    fn credential<T>(
        &self,
        raw: &RawValue,
        parse: impl FnOnce(&[u8], &ceremony::Limits) -> Result<T, Error>,
    ) -> Result<Box<T>, Problem> {
        match parse(raw.get().as_bytes(), self.relying_party().limits()) {
            Ok(response) => Ok(Box::new(response)),
            Err(error) => Err(self.malformed(&error)),
        }
    }
}

fn register_begin(Members(members): Members) -> Result<Action, Problem> {
    let conditional = match text(&members, "mediation")? {
        None | Some("optional") => false,
        Some("conditional") => true,
        Some(_) => return Err(invalid("the mediation is conditional, optional or left out")),
    };
    match (sign_up(text(&members, "purpose")?)?, conditional) {
        (false, conditional) => Ok(Action::RegisterBegin { conditional }),
        (true, false) => Ok(Action::SignUpBegin { members }),
        (true, true) => Err(invalid("a sign-up needs a dialogue: it can't be conditional")),
    }
}

/// Whether a registration is for a new account.
fn sign_up(purpose: Option<&str>) -> Result<bool, Problem> {
    match purpose {
        None => Ok(false),
        Some("sign_up") => Ok(true),
        Some(_) => Err(invalid("the one purpose that can be named is sign_up")),
    }
}

/// A member that is text, if it is there and not `null`.
fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Problem> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => {
            Err(Problem::new(crate::Code::InvalidRequest).with_detail(format!("the member `{name}` is no text")))
        }
    }
}

fn authenticate_begin(body: &[u8]) -> Result<Action, Problem> {
    let Members(members) = body::read(body)?;
    match members.get("purpose") {
        None => Ok(Action::AuthenticateBegin { members }),
        Some(Value::String(purpose)) if purpose == "step_up" => Ok(Action::StepUpBegin),
        Some(_) => Err(invalid("the one purpose that can be named is step_up")),
    }
}

fn rename(id: RowId, body: &[u8]) -> Result<Action, Problem> {
    let Rename { name } = body::read(body)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(invalid("the name is empty"));
    }
    check_name(name)?;
    Ok(Action::Rename(id, name.to_owned()))
}

fn check_name(name: &str) -> Result<(), Problem> {
    CredentialRecord::check_name(name).map_err(|_| super::failure::invalid_name())
}

/// DELETE has no body; clients that send `{}` all the same are served.
fn no_body(body: &[u8], content_type: &ContentType) -> Result<(), Problem> {
    match content_type {
        _ if body.is_empty() => Ok(()),
        ContentType::Json => body::read::<Ignored>(body).map(|_| ()),
        ContentType::Absent => Err(content::unsupported()),
    }
}
