//! Bodies of which the routes read some members, and the application others.

#![expect(dead_code, reason = "types whose schemas are all that is wanted of them")]

use schemars::JsonSchema;

/// The body of `register/begin`. With the purpose `sign_up` there stand beside it the members of which the application
/// makes the account.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub(super) struct RegisterBegin {
    /// `conditional`: in the background, right after a sign-in by password.
    mediation: Option<Mediation>,
    purpose: Option<SignUp>,
}

/// The body of `authenticate/begin`: nothing, or the members by which the application knows its users.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub(super) struct AuthenticateBegin {
    #[schemars(default, with = "StepUp")]
    purpose: Option<StepUp>,
}

/// How the browser asks: with a dialogue, or without.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub(crate) enum Mediation {
    Optional,
    Conditional,
}

/// A passkey for an account that is still to be made: nobody needs to be signed in.
#[derive(JsonSchema)]
#[schemars(rename = "SignUpPurpose", rename_all = "snake_case")]
pub(super) enum SignUp {
    SignUp,
}

/// To confirm who is signed in, by one of their own passkeys.
#[derive(JsonSchema)]
#[schemars(rename = "StepUpPurpose", rename_all = "snake_case")]
pub(super) enum StepUp {
    StepUp,
}

/// An answer of the application's own.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub(super) struct ApplicationAnswer {}
