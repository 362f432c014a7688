//! What an application asks of a registration.

use crate::cose::Algorithm;
use crate::extensions::{AppId, Blob, CreationInputs, CredentialProtection, Demand, PrfValues};
use crate::options::{CredentialDescriptor, UserEntity};
use crate::policy::{
    AttestationConveyance, AttestationFormat, AuthenticatorAttachment, Hint, ResidentKey, UserVerification,
};
use crate::state::Context;
use alloc::vec::Vec;
use core::time::Duration;

/// One registration, as a preset that can be overridden.
#[derive(Clone, Debug)]
#[must_use]
pub struct RegistrationRequest {
    pub(crate) user: UserEntity,
    pub(crate) exclude: Vec<CredentialDescriptor>,
    pub(crate) user_verification: UserVerification,
    pub(crate) resident_key: ResidentKey,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) hints: Vec<Hint>,
    pub(crate) attestation: AttestationConveyance,
    pub(crate) attestation_formats: Vec<AttestationFormat>,
    pub(crate) algorithms: Option<Vec<Algorithm>>,
    pub(crate) conditional: bool,
    pub(crate) extensions: CreationInputs,
    pub(crate) timeout: Option<Duration>,
    pub(crate) context: Context,
    pub(crate) browser_binding: Option<[u8; 32]>,
}

impl RegistrationRequest {
    fn new(user: UserEntity, user_verification: UserVerification, resident_key: ResidentKey) -> Self {
        Self {
            user,
            exclude: Vec::new(),
            user_verification,
            resident_key,
            attachment: None,
            hints: Vec::new(),
            attestation: AttestationConveyance::None,
            attestation_formats: Vec::new(),
            algorithms: None,
            conditional: false,
            extensions: CreationInputs { cred_props: true, ..CreationInputs::default() },
            timeout: None,
            context: Context::default(),
            browser_binding: None,
        }
    }

    /// A passkey: discoverable, with user verification, so that it signs in alone.
    pub fn passkey(user: UserEntity) -> Self {
        Self::new(user, UserVerification::Required, ResidentKey::Required)
    }

    /// A second factor beside a password: not discoverable, no user verification.
    pub fn second_factor(user: UserEntity) -> Self {
        Self::new(user, UserVerification::Discouraged, ResidentKey::Discouraged)
    }

    /// A passkey made without a dialogue, right after a sign-in by password that the password manager filled in. The
    /// client then waives user presence and user verification, so that neither may be required (WebAuthn §5.1.3).
    pub fn conditional_create(user: UserEntity) -> Self {
        Self { conditional: true, ..Self::new(user, UserVerification::Preferred, ResidentKey::Required) }
    }

    /// Lists credentials that the account has already, so that an authenticator does not make a second one. Give all of
    /// the account's.
    pub fn exclude(mut self, credentials: impl IntoIterator<Item = CredentialDescriptor>) -> Self {
        self.exclude.extend(credentials);
        self
    }

    /// Asks for user verification otherwise than the preset.
    pub const fn user_verification(mut self, user_verification: UserVerification) -> Self {
        self.user_verification = user_verification;
        self
    }

    /// Asks for a discoverable credential otherwise than the preset.
    pub const fn resident_key(mut self, resident_key: ResidentKey) -> Self {
        self.resident_key = resident_key;
        self
    }

    /// Asks for one kind of authenticator.
    pub const fn attachment(mut self, attachment: AuthenticatorAttachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    /// Hints at where the user will want the passkey to live, most wanted first (WebAuthn §5.8.7); duplicates are
    /// dropped. Where no [`attachment`](Self::attachment) is asked for and all hints stand for the same one, the options
    /// name it too, for clients that know no hints.
    pub fn hints(mut self, hints: impl IntoIterator<Item = Hint>) -> Self {
        push_new(&mut self.hints, hints);
        self
    }

    /// Asks for attestation; none by default.
    pub const fn attestation(mut self, attestation: AttestationConveyance) -> Self {
        self.attestation = attestation;
        self
    }

    /// Names the attestation formats that are wanted, most wanted first (WebAuthn §5.4); the authenticator may choose
    /// another. What is accepted is for the relying party's attestation policy to say. Duplicates are dropped.
    pub fn attestation_formats(mut self, formats: impl IntoIterator<Item = AttestationFormat>) -> Self {
        push_new(&mut self.attestation_formats, formats);
        self
    }

    /// Offers other algorithms than the relying party's list, most preferred first. What is offered is what is accepted.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Whether to ask, by credProps, if the credential is discoverable. Asked by default.
    pub const fn cred_props(mut self, ask: bool) -> Self {
        self.extensions.cred_props = ask;
        self
    }

    /// Asks by credProtect for protection of the credential (CTAP 2.3 §12.1). With [`Demand::Required`] the client is
    /// told to enforce it, and a registration without this level, or a higher one, is refused (step 28).
    pub const fn cred_protect(mut self, protection: CredentialProtection, demand: Demand) -> Self {
        self.extensions.cred_protect = Some((protection, demand));
        self
    }

    /// Asks by minPinLength for the shortest PIN that the authenticator admits (CTAP 2.3 §12.5). It is told only to
    /// relying parties that the authenticator's owner listed.
    pub const fn min_pin_length(mut self, demand: Demand) -> Self {
        self.extensions.min_pin_length = Some(demand);
        self
    }

    /// Asks for a credential with a pseudo-random function (WebAuthn §10.1.4).
    pub const fn prf(mut self, demand: Demand) -> Self {
        self.extensions.prf = Some(demand);
        self
    }

    /// As [`prf`](Self::prf), and has the client evaluate it at once, if it can. The results are for the page alone:
    /// should they reach the server, they are dropped. Where nothing was said of the demand, it is
    /// [`Preferred`](Demand::Preferred).
    pub fn prf_eval(mut self, values: PrfValues) -> Self {
        self.extensions.prf.get_or_insert_default();
        self.extensions.prf_eval = Some(values);
        self
    }

    /// Asks for a credential that can have a large blob (WebAuthn §10.1.5): `support` is the demand's word.
    pub const fn large_blob(mut self, demand: Demand) -> Self {
        self.extensions.large_blob = Some(demand);
        self
    }

    /// Has the authenticator store a few bytes in the credential (CTAP 2.3 §12.2), 1 to 32 unless
    /// [`Limits::cred_blob`](crate::Limits::cred_blob) says otherwise.
    pub fn cred_blob(mut self, blob: impl Into<Vec<u8>>, demand: Demand) -> Self {
        self.extensions.cred_blob = Some((Blob::new(blob), demand));
        self
    }

    /// Takes the excluded credentials for ones of this AppID too, made with U2F (WebAuthn §10.1.2).
    pub fn app_id_exclude(mut self, app_id: AppId) -> Self {
        self.extensions.app_id_exclude = Some(app_id);
        self
    }

    /// Asks for a credential that may confirm payments (Secure Payment Confirmation), on any page of any payee.
    #[cfg(feature = "spc")]
    pub const fn payment(mut self) -> Self {
        self.extensions.payment = true;
        self
    }

    /// Gives the ceremony another time than the relying party's default: 10 seconds to 1 hour.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Up to 256 bytes of the application's own, given back at finish.
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.context = Context::from(context.into());
        self
    }

    /// The hash of the secret that ties the ceremony to one browser; the transport compares it at finish.
    pub const fn browser_binding(mut self, binding: [u8; 32]) -> Self {
        self.browser_binding = Some(binding);
        self
    }
}

/// Adds what is not in the list yet.
pub(crate) fn push_new<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}
