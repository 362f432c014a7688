//! What goes into the service's calls, and what comes out of them.

use crate::store::{Handle, StoredCredential, UserId};
use ceremony::{Authentication, Observation};
use std::fmt;

/// An account of the application, as its owner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The application's own key. It never leaves the server.
    pub id: UserId,
    /// What tells accounts apart for their owner, such as an e-mail address.
    pub name: String,
    /// How the owner likes to be called; may be empty.
    pub display_name: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(..)")
    }
}

/// What a registration asks for beside the account.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterOptions {
    /// Without a dialogue, right after a sign-in by password (conditional create).
    pub conditional: bool,
    /// Up to [`MAX_APP_CONTEXT`](crate::MAX_APP_CONTEXT) bytes that come back at finish.
    pub context: Vec<u8>,
}

impl fmt::Debug for RegisterOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisterOptions").field("conditional", &self.conditional).finish_non_exhaustive()
    }
}

impl RegisterOptions {
    /// Asks for a registration without a dialogue.
    #[must_use]
    pub const fn conditional(mut self, conditional: bool) -> Self {
        self.conditional = conditional;
        self
    }

    /// Gives bytes that come back at finish.
    #[must_use]
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = context.into();
        self
    }
}

/// Who is about to sign in.
///
/// A canonical name is what the application looks accounts up by, after its own folding of case and spaces: the same
/// for the same account, however it was typed. It decides which decoys are shown, and is never stored.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject {
    /// Whoever holds a passkey: no name was given.
    Anybody,
    /// A name was given and it is this account's.
    Account {
        /// The account.
        user: UserId,
        /// The canonical name that led to it.
        canonical_name: String,
    },
    /// A name was given that no account has. Answered like an account's.
    Unknown {
        /// The canonical name.
        canonical_name: String,
    },
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anybody => "Anybody",
            Self::Account { .. } => "Account(..)",
            Self::Unknown { .. } => "Unknown(..)",
        })
    }
}

/// A begun ceremony: both parts go to the client, and the handle comes back with its response.
#[derive(Clone, Debug)]
pub struct Begun<O> {
    /// The options for the browser.
    pub options: O,
    /// What finish is called with.
    pub handle: Handle,
}

/// A finished registration: the credential is stored.
#[derive(Clone)]
#[non_exhaustive]
pub struct Registered {
    /// The account that the credential belongs to.
    pub user: UserId,
    /// The stored credential.
    pub credential: StoredCredential,
    /// Whether the credential is discoverable, if the client said so. Not signed.
    pub discoverable: Option<bool>,
    /// The application's own bytes from begin.
    pub context: Vec<u8>,
    /// Everything worth noticing.
    pub observations: Vec<Observation>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The context is the application's, and may name a person.
        f.debug_struct("Registered")
            .field("credential", &self.credential)
            .field("discoverable", &self.discoverable)
            .field("observations", &self.observations)
            .finish_non_exhaustive()
    }
}

/// What an authentication was begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To open a session.
    SignIn,
    /// To confirm a sensitive action of the user who is signed in; it never opens a session.
    StepUp,
}

/// A finished authentication: its effects are written.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "a step-up must not open a session: see `purpose`"]
pub struct SignedIn {
    /// The account that the credential belongs to.
    pub user: UserId,
    /// The credential, after the update.
    pub credential: StoredCredential,
    /// What the ceremony found. Its `context()` is the service's own; the application's is [`SignedIn::context`].
    pub authentication: Authentication,
    /// What the ceremony was begun for.
    pub purpose: Purpose,
}

impl SignedIn {
    /// The application's own bytes from begin.
    #[must_use]
    pub fn context(&self) -> &[u8] {
        // The first byte is the purpose.
        self.authentication.context().get(1..).unwrap_or_default()
    }
}

/// What expired and was dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cleaned {
    /// Begun ceremonies and entries of spend lists.
    pub ceremonies: u64,
    /// Tombstones of erased credentials.
    pub tombstones: u64,
    /// Sign-ups that were never completed, with their passkeys.
    pub sign_ups: u64,
}

impl Cleaned {
    pub(crate) const fn add(&mut self, more: Self) {
        let Self { ceremonies, tombstones, sign_ups } = more;
        self.ceremonies = self.ceremonies.saturating_add(ceremonies);
        self.tombstones = self.tombstones.saturating_add(tombstones);
        self.sign_ups = self.sign_ups.saturating_add(sign_ups);
    }
}
