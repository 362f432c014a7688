//! What the service's events say beside their name.

use ceremony_http::ceremony_service::AuditKind;

/// A few words, none of them a secret: codes, steps of the specification, counts.
pub(super) fn of(kind: &AuditKind) -> Option<String> {
    match kind {
        AuditKind::RegistrationFailed { code, step } | AuditKind::AuthenticationFailed { code, step, .. } => {
            Some(step.map_or_else(|| (*code).to_owned(), |step| format!("{code}, step {step}")))
        }
        AuditKind::AuthenticationSucceeded { step_up: true, .. } => Some("step-up".to_owned()),
        AuditKind::CeremonyUnusable { registration }
        | AuditKind::CeremonyExpired { registration }
        | AuditKind::CeremonyReplayed { registration } => {
            Some(if *registration { "registration" } else { "sign-in" }.to_owned())
        }
        AuditKind::CloneSuspected { stored, received, .. } => {
            Some(format!("the counter is {stored} here and came as {received}"))
        }
        AuditKind::AllRevoked { credentials }
        | AuditKind::UserErased { credentials }
        | AuditKind::UserExported { credentials } => Some(format!("passkeys: {credentials}")),
        AuditKind::OutcomeUnknown { change, .. } => Some((*change).to_owned()),
        AuditKind::SignUpAbandoned { sign_ups } => Some(format!("sign-ups: {sign_ups}")),
        _ => None,
    }
}
