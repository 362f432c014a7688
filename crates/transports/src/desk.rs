//! What is asked and answered, whatever carries it.

use crate::refusal::Refusal;
use ceremony::{AuthenticationResponse, RegistrationResponse, Status, UnixTime};
use ceremony_service::clock::{Clock, SystemClock};
use ceremony_service::store::{Handle, RowId, StoredCredential, UserId};
use ceremony_service::{Account, Passkeys, Purpose, RegisterOptions, SignedIn, Subject};
use serde::Serialize;
use std::time::Duration;

/// How long ago a sign-in may be for adding and removing passkeys, as in the HTTP routes.
pub const MAX_AUTH_AGE: Duration = Duration::from_secs(600);

/// How far the gateway's clock may be ahead of this one.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The gateway's word on who asks. Nothing in here comes from what a browser sent.
#[derive(Clone, Debug)]
pub struct Caller {
    /// SHA-256 of a secret that one browser or device keeps: begin and finish have to come from the same one.
    pub client: [u8; 32],
    /// Who is signed in there.
    pub session: Option<Session>,
}

/// A session that the gateway keeps.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub user: UserId,
    /// When it last proved who it is, by a sign-in or a step-up.
    pub proved_at: UnixTime,
}

impl Caller {
    /// Reads what a message says: a client of 32 bytes, an account (empty for nobody), and the seconds since 1970 of its
    /// proof.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidRequest`].
    pub fn read(client: &[u8], user: String, proved_at: u64) -> Result<Self, Refusal> {
        let client = client.try_into().map_err(|_| Refusal::InvalidRequest)?;
        let session = if user.is_empty() {
            None
        } else {
            let user = UserId::new(user).ok_or(Refusal::InvalidRequest)?;
            Some(Session { user, proved_at: UnixTime::from_secs(proved_at) })
        };
        Ok(Self { client, session })
    }

    fn user(&self) -> Result<&UserId, Refusal> {
        self.session.as_ref().map(|session| &session.user).ok_or(Refusal::NotSignedIn)
    }

    /// Who is signed in, if that was proved not long ago: whoever finds an open session may not add a passkey to it.
    fn recent_user(&self) -> Result<&UserId, Refusal> {
        let session = self.session.as_ref().ok_or(Refusal::NotSignedIn)?;
        let (now, proved_at) = (SystemClock.now(), session.proved_at);
        let recent = proved_at <= now.saturating_add(CLOCK_SKEW) && now.saturating_since(proved_at) <= MAX_AUTH_AGE;
        if recent { Ok(&session.user) } else { Err(Refusal::StepUpRequired) }
    }
}

/// For the browser: options for `navigator.credentials` as JSON, and what comes back with its answer.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The options.
    pub options_json: String,
    /// The name of what was begun. It works once.
    pub state: String,
}

/// A passkey as a settings page shows it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its public name for `rename` and `remove`.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub created_at: UnixTime,
    /// When it last signed in.
    pub last_used_at: Option<UnixTime>,
    /// It may not sign in at present.
    pub suspended: bool,
}

/// Who signed in or confirmed, and with which passkey of the list.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The account.
    pub user: String,
    /// The passkey.
    pub passkey: String,
}

/// The calls. A clone shares the service.
#[derive(Clone, Debug)]
pub struct Desk {
    passkeys: Passkeys,
}

impl Desk {
    /// A desk in front of a service.
    #[must_use]
    pub const fn new(passkeys: Passkeys) -> Self {
        Self { passkeys }
    }

    /// Begins the registration of a passkey for the account that is signed in.
    ///
    /// # Errors
    ///
    /// [`Refusal`], as all calls here.
    pub async fn begin_registration(&self, caller: &Caller, name: String, shown: String) -> Result<Begun, Refusal> {
        let account = Account { id: caller.recent_user()?.clone(), name, display_name: shown };
        let options = RegisterOptions::default();
        let begun = self.passkeys.begin_registration(&account, options, Some(caller.client)).await?;
        Ok(Begun { options_json: json(&begun.options)?, state: begun.handle.as_str().to_owned() })
    }

    /// Finishes it. An empty name lets the service choose one.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn finish_registration(
        &self,
        caller: &Caller,
        state: &str,
        credential: &[u8],
        name: &str,
    ) -> Result<Passkey, Refusal> {
        // Parse first: what can't be read uses nothing up.
        let response = RegistrationResponse::from_json(credential).map_err(|_| Refusal::InvalidRequest)?;
        let (user, handle) = (caller.user()?, handle(state)?);
        let name = Some(name).filter(|name| !name.is_empty());
        let done = self.passkeys.finish_registration(user, &handle, Some(caller.client), &response, name).await?;
        Ok(passkey(&done.credential))
    }

    /// Begins a sign-in without a name.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn begin_sign_in(&self, caller: &Caller) -> Result<Begun, Refusal> {
        let begun = self.passkeys.begin_authentication(Subject::Anybody, b"", Some(caller.client)).await?;
        Ok(Begun { options_json: json(&begun.options)?, state: begun.handle.as_str().to_owned() })
    }

    /// Finishes a sign-in. The gateway opens its session with the account, unless that one is locked.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn finish_sign_in(&self, caller: &Caller, state: &str, credential: &[u8]) -> Result<Proof, Refusal> {
        self.finish(caller, None, state, credential, Purpose::SignIn).await
    }

    /// Begins the confirmation of an action by the account that is signed in.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn begin_step_up(&self, caller: &Caller) -> Result<Begun, Refusal> {
        let begun = self.passkeys.begin_step_up(caller.user()?, b"", Some(caller.client)).await?;
        Ok(Begun { options_json: json(&begun.options)?, state: begun.handle.as_str().to_owned() })
    }

    /// Finishes a confirmation. The gateway notes the time; it opens no session.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn finish_step_up(&self, caller: &Caller, state: &str, credential: &[u8]) -> Result<Proof, Refusal> {
        self.finish(caller, Some(caller.user()?), state, credential, Purpose::StepUp).await
    }

    async fn finish(
        &self,
        caller: &Caller,
        user: Option<&UserId>,
        state: &str,
        credential: &[u8],
        purpose: Purpose,
    ) -> Result<Proof, Refusal> {
        let response = AuthenticationResponse::from_json(credential).map_err(|_| Refusal::InvalidRequest)?;
        let done = self.passkeys.finish_authentication(user, &handle(state)?, Some(caller.client), &response).await?;
        // The one must not pass for the other: a step-up opens no session, and a sign-in confirms nothing.
        if done.purpose != purpose {
            return Err(Refusal::Service("ceremony_unusable"));
        }
        let SignedIn { user, credential, .. } = done;
        Ok(Proof { user: user.as_str().to_owned(), passkey: credential.id.to_string() })
    }

    /// The passkeys of the account that is signed in, oldest first.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Passkey>, Refusal> {
        Ok(self.passkeys.list(caller.user()?).await?.iter().map(passkey).collect())
    }

    /// Gives one of them another name.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn rename(&self, caller: &Caller, id: &str, name: &str) -> Result<Passkey, Refusal> {
        Ok(passkey(&self.passkeys.rename(caller.user()?, row(id)?, name).await?))
    }

    /// Removes one of them, for good, and gives what `signalAllAcceptedCredentials` is to be called with.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn remove(&self, caller: &Caller, id: &str) -> Result<String, Refusal> {
        let user = caller.recent_user()?;
        self.passkeys.revoke(user, row(id)?, "removed by its owner").await?;
        json(&self.passkeys.signal_accepted(user).await?)
    }
}

fn passkey(stored: &StoredCredential) -> Passkey {
    let record = &stored.record;
    Passkey {
        id: stored.id.to_string(),
        name: record.name.clone(),
        created_at: record.created_at,
        last_used_at: record.last_used_at,
        suspended: matches!(record.status, Status::Suspended { .. }),
    }
}

fn handle(state: &str) -> Result<Handle, Refusal> {
    Handle::parse(state).ok_or(Refusal::Service("ceremony_unusable"))
}

/// What is no id is nobody's passkey.
fn row(id: &str) -> Result<RowId, Refusal> {
    RowId::parse(id).ok_or(Refusal::Service("not_found"))
}

fn json(value: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|_| Refusal::Service("unavailable"))
}
