//! The checks of client data that both ceremonies make. The caller adds the step.

use crate::base64url;
use crate::challenge::Challenge;
use crate::client_data::ClientData;
use crate::error::{Rejection, RejectionReason, Step};
use crate::origin::Quoted;
use crate::policy::CrossOriginPolicy;
use crate::relying_party::RelyingParty;
use alloc::format;

/// `type` is the ceremony's, exactly.
pub(crate) fn kind(client_data: &ClientData, expected: &str) -> Result<(), RejectionReason> {
    if client_data.kind() == expected { Ok(()) } else { Err(RejectionReason::TypeMismatch) }
}

/// `challenge` is the base64url text of the one that was issued, of which there is only one.
pub(crate) fn challenge(client_data: &ClientData, expected: &Challenge) -> Result<(), RejectionReason> {
    if base64url::is_encoding_of(client_data.challenge(), expected.as_bytes()) {
        Ok(())
    } else {
        Err(RejectionReason::ChallengeMismatch)
    }
}

/// `tokenBinding`, where a policy looks at it at all.
pub(crate) const fn token_binding(client_data: &ClientData, checked: bool) -> Result<(), RejectionReason> {
    if checked && !client_data.token_binding_holds() { Err(RejectionReason::TokenBinding) } else { Ok(()) }
}

/// `origin` is one of the relying party's.
pub(crate) fn origin(client_data: &ClientData, rp: &RelyingParty, step: Step) -> Result<(), Rejection> {
    if rp.accepts_origin(client_data.origin()) {
        return Ok(());
    }
    // The most common trouble of all: the message must suffice to mend it.
    let detail = format!(
        "the browser sent {}, the configuration allows {}; if the first is right, add it with `.origin(..)`",
        Quoted(client_data.origin()),
        rp.describe_origins(),
    );
    Err(Rejection::new(RejectionReason::OriginNotAllowed, step).with_detail(detail))
}

/// `origin`, `crossOrigin` and `topOrigin` are those of the page that the payment was begun for: a payee's page may
/// confirm with a bank's credential.
#[cfg(feature = "spc")]
pub(crate) fn payment_page(client_data: &ClientData, origin: &str, top: &str, step: Step) -> Result<(), Rejection> {
    if client_data.origin() != origin {
        let detail =
            format!("the browser sent {}, the payment was begun for {}", Quoted(client_data.origin()), Quoted(origin));
        return Err(Rejection::new(RejectionReason::OriginNotAllowed, step).with_detail(detail));
    }
    if client_data.cross_origin() == Some(true) && origin == top {
        return Err(Rejection::new(RejectionReason::CrossOriginNotAllowed, step));
    }
    match client_data.top_origin() {
        Some(named) if named != top => Err(Rejection::new(RejectionReason::TopOriginNotAllowed, step)),
        _ => Ok(()),
    }
}

/// `crossOrigin` is true only where the policy lets the ceremony run in a cross-origin iframe.
pub(crate) fn cross_origin(client_data: &ClientData, rp: &RelyingParty) -> Result<(), RejectionReason> {
    match rp.policy().cross_origin {
        CrossOriginPolicy::Deny if client_data.cross_origin() == Some(true) => {
            Err(RejectionReason::CrossOriginNotAllowed)
        }
        _ => Ok(()),
    }
}

/// `topOrigin`, if there, comes from an allowed iframe and names an allowed page. Beyond the specification it must not
/// stand beside a `crossOrigin` that is not true, and a policy can require it.
pub(crate) fn top_origin(client_data: &ClientData, rp: &RelyingParty, step: Step) -> Result<(), Rejection> {
    let refuse = |reason| Err(Rejection::new(reason, step));
    let framed = client_data.cross_origin() == Some(true);
    match client_data.top_origin() {
        Some(_) if !framed => refuse(RejectionReason::TopOriginWithoutCrossOrigin),
        Some(top_origin) if !rp.accepts_top_origin(top_origin) => {
            let detail = format!("the browser sent {}", Quoted(top_origin));
            Err(Rejection::new(RejectionReason::TopOriginNotAllowed, step).with_detail(detail))
        }
        None if framed
            && matches!(rp.policy().cross_origin, CrossOriginPolicy::Allow { require_top_origin: true, .. }) =>
        {
            refuse(RejectionReason::TopOriginMissing)
        }
        _ => Ok(()),
    }
}
