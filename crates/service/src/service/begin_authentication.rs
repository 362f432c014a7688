//! Authentication, first half: whom it is for, and what is told to the browser.

use super::{Inner, Passkeys, begin_error, check_context};
use crate::account::{Begun, Purpose, Subject};
use crate::audit::AuditKind;
use crate::error::ServiceError;
use crate::store::{CeremonyKind, StoredCredential, UserId};
use ceremony::{AuthenticationRequest, CredentialDescriptor, RequestOptions};

/// The most credentials that are listed: as many as a user may have.
const MAX_LISTED: usize = 128;

impl Purpose {
    /// The first byte of a ceremony's context.
    const fn byte(self) -> u8 {
        match self {
            Self::SignIn => 1,
            Self::StepUp => 2,
        }
    }

    pub(super) fn of_context(context: &[u8]) -> Option<Self> {
        let first = context.first().copied()?;
        [Self::SignIn, Self::StepUp].into_iter().find(|purpose| purpose.byte() == first)
    }
}

impl Passkeys {
    /// Begins an authentication that opens a session.
    ///
    /// `context` comes back at finish. `binding` is the hash of the browser's secret, `None` for a native app; finish
    /// has to bring the same. The answers for an account and for an unknown name look alike and take the same calls of
    /// the stores.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`], [`ServiceError::Entropy`], [`ServiceError::Misuse`] for a context over
    /// [`MAX_APP_CONTEXT`](crate::MAX_APP_CONTEXT) bytes.
    pub async fn begin_authentication(
        &self,
        subject: Subject,
        context: &[u8],
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<RequestOptions>, ServiceError> {
        let inner = &*self.inner;
        check_context(context)?;
        let request = match &subject {
            Subject::Anybody => AuthenticationRequest::discoverable(),
            Subject::Account { user, canonical_name } => inner.named(Some(user), canonical_name).await?,
            Subject::Unknown { canonical_name } => inner.named(None, canonical_name).await?,
        };
        inner.start_authentication(request, Purpose::SignIn, context, binding).await
    }

    /// Begins an authentication by which the user who is signed in confirms an action. It never opens a session:
    /// finish says [`Purpose::StepUp`].
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] if the user has no active passkey; otherwise as
    /// [`begin_authentication`](Self::begin_authentication).
    pub async fn begin_step_up(
        &self,
        user: &UserId,
        context: &[u8],
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<RequestOptions>, ServiceError> {
        let inner = &*self.inner;
        check_context(context)?;
        let owner = inner.handle_of(user).await?.ok_or(ServiceError::NotFound)?;
        let listed = descriptors(&inner.kept_credentials(&owner).await?);
        if listed.is_empty() {
            return Err(ServiceError::NotFound);
        }
        let request = AuthenticationRequest::step_up(owner).allow(listed);
        inner.start_authentication(request, Purpose::StepUp, context, binding).await
    }
}

impl Inner {
    /// The request for a name that was given: the same steps whether it is an account's or not.
    async fn named(&self, user: Option<&UserId>, canonical_name: &str) -> Result<AuthenticationRequest, ServiceError> {
        // Nobody has this key: the search is made for its time.
        let stand_in = UserId::new(self.decoys.user_key(canonical_name)).ok_or(ServiceError::NotFound)?;
        let made_up = self.decoys.user_handle(canonical_name).ok_or(ServiceError::NotFound)?;
        let found = self.handle_of(user.unwrap_or(&stand_in)).await?;
        let owner = found.unwrap_or(made_up);
        if !self.listed {
            return Ok(AuthenticationRequest::for_user(owner));
        }
        let genuine = descriptors(&self.kept_credentials(&owner).await?);
        let decoys = self.decoys.credentials(canonical_name);
        let listed = if genuine.is_empty() { decoys } else { genuine };
        Ok(AuthenticationRequest::for_user(owner).allow(listed))
    }

    async fn start_authentication(
        &self,
        request: AuthenticationRequest,
        purpose: Purpose,
        context: &[u8],
        binding: Option<[u8; 32]>,
    ) -> Result<Begun<RequestOptions>, ServiceError> {
        let now = self.now();
        let mut asked = self.authentication_request.apply(request).context([&[purpose.byte()], context].concat());
        if let Some(binding) = binding {
            asked = asked.browser_binding(binding);
        }
        let (options, state) =
            self.ceremony.begin_authentication(asked, self.challenge()?, now).map_err(begin_error)?;
        let kind = AuditKind::AuthenticationBegan {
            user_named: state.user_handle().is_some(),
            step_up: purpose == Purpose::StepUp,
        };
        let key = self.key(CeremonyKind::Authentication, binding);
        let expires_at = state.expires_at();
        let handle = self.authentications().put(&key, state.into_bytes(), expires_at, now).await?;
        self.auditor.record(now, kind);
        Ok(Begun { options, handle })
    }
}

/// The active ones among a user's credentials. With more than can be listed the newest are: old imports are the likelier
/// to be out of use.
fn descriptors(kept: &[StoredCredential]) -> Vec<CredentialDescriptor> {
    let active: Vec<CredentialDescriptor> =
        kept.iter().filter(|stored| stored.record.status.is_active()).map(|stored| (&stored.record).into()).collect();
    let surplus = active.len().saturating_sub(MAX_LISTED);
    active.into_iter().skip(surplus).collect()
}
