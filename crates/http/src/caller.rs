//! Who is asking.

use ceremony::{Tenant, UnixTime};
use ceremony_service::store::UserId;
use ceremony_service::{NewAccount, Subject};
use std::fmt;

/// The user of the application's session.
#[derive(Clone)]
pub struct CurrentUser {
    /// The application's key of the account.
    pub id: UserId,
    /// What tells accounts apart for their user, such as an e-mail address. Passkey providers show it.
    pub name: String,
    /// How the user likes to be called; may be empty.
    pub display_name: String,
    /// When the user last proved who they are, with a password or a passkey.
    pub authenticated_at: UnixTime,
}

/// What the application knows of a request's sender, as far as [`Prepared`](crate::Prepared) asks for it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session's user, where [`Prepared::needs_user`](crate::Prepared::needs_user) asks.
    pub user: Option<CurrentUser>,
    /// The tenant that this session was opened at, where [`PasskeyHttp::wants_session_tenant`] asks.
    ///
    /// [`PasskeyHttp::wants_session_tenant`]: crate::PasskeyHttp::wants_session_tenant
    pub session_tenant: Option<Tenant>,
    /// Whom the body names, where [`Prepared::identify`](crate::Prepared::identify) asks.
    pub identified: Subject,
    /// The account that the body asks for, where [`Prepared::new_account`](crate::Prepared::new_account) asks.
    pub new_account: Option<NewAccount>,
}

impl Default for Caller {
    fn default() -> Self {
        Self { user: None, session_tenant: None, identified: Subject::Anybody, new_account: None }
    }
}

impl fmt::Debug for CurrentUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurrentUser").field("authenticated_at", &self.authenticated_at).finish_non_exhaustive()
    }
}
