//! What can be asked under the prefix, and what each request can come to. The tests hold this table against the routes.

use crate::problem::Code;
use http::StatusCode;

/// One method of one path.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) path: &'static str,
    pub(super) method: &'static str,
    pub(super) id: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) session: Session,
    /// The schema of its body.
    pub(super) body: Option<&'static str>,
    pub(super) answer: Answer,
    pub(super) problems: &'static [&'static [Refusal]],
    /// Whether the application may refuse with problems of its own.
    pub(super) application: bool,
}

/// Whether somebody has to be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    Needed,
    /// For some of its bodies.
    Sometimes,
    Ignored,
}

/// What success looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// A document of this schema.
    Json(&'static str),
    /// A document of this schema, and the browser's cookie where it has none yet.
    Begun(&'static str),
    /// One of these, and whatever cookies the application sets.
    Application(&'static [&'static str]),
    /// A file that browsers keep.
    File(&'static str),
}

/// A problem: its code, under one of the code's statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) status: StatusCode,
}

const fn of(code: Code) -> Refusal {
    Refusal { code, status: code.status() }
}

const fn invalid(status: StatusCode) -> Refusal {
    Refusal { code: Code::InvalidRequest, status }
}

/// Of every route: another method; no relying party for this host, where there are several; a limit.
const EVERY: &[Refusal] = &[invalid(StatusCode::METHOD_NOT_ALLOWED), of(Code::NotFound), of(Code::RateLimited)];

/// Of everything that stores or looks something up.
const STORES: &[Refusal] = &[of(Code::Unavailable)];

/// Of everything that changes something.
const EFFECTFUL: &[Refusal] = &[
    of(Code::InvalidRequest),
    of(Code::CrossSite),
    invalid(StatusCode::PAYLOAD_TOO_LARGE),
    invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE),
];

const SIGNED_IN: &[Refusal] = &[of(Code::NotSignedIn)];
const RECENT: &[Refusal] = &[of(Code::NotSignedIn), of(Code::StepUpRequired)];

const REGISTRATION: &str = "registration";
const AUTHENTICATION: &str = "authentication";
const CREDENTIALS: &str = "credentials";
const FILES: &str = "files";

pub(super) const TAGS: [(&str, &str); 4] = [
    (REGISTRATION, "Adding a passkey, to an account or as the beginning of one"),
    (AUTHENTICATION, "Signing in, and confirming who is signed in"),
    (CREDENTIALS, "The passkeys of who is signed in"),
    (FILES, "For browsers and tools"),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        path: "/register/begin",
        method: "post",
        id: "beginRegistration",
        tag: REGISTRATION,
        summary: "Begins to add a passkey",
        description: "For who is signed in, not too long ago. With the purpose `sign_up`, where the server offers that, \
            for nobody: then the body says what account is asked for, in members of the application's own. Names that \
            are taken are answered alike.",
        session: Session::Sometimes,
        body: Some("RegisterBegin"),
        answer: Answer::Begun("RegistrationBegun"),
        problems: &[EVERY, STORES, EFFECTFUL, RECENT, &[of(Code::LimitReached)]],
        application: true,
    },
    Operation {
        path: "/register/finish",
        method: "post",
        id: "finishRegistration",
        tag: REGISTRATION,
        summary: "Adds the passkey",
        description: "With what the browser made of the options, and the `state` of the begin. With the purpose \
            `sign_up` the account is made, and the answer is the application's own, as after a sign-in.",
        session: Session::Sometimes,
        body: Some("RegisterFinish"),
        answer: Answer::Application(&["OneCredential", "ApplicationAnswer"]),
        problems: &[
            EVERY,
            STORES,
            EFFECTFUL,
            RECENT,
            &[
                of(Code::CeremonyUnusable),
                of(Code::RegistrationFailed),
                of(Code::CredentialExists),
                of(Code::LimitReached),
            ],
        ],
        application: true,
    },
    Operation {
        path: "/authenticate/begin",
        method: "post",
        id: "beginAuthentication",
        tag: AUTHENTICATION,
        summary: "Begins a sign-in or a step-up",
        description: "Without members: with any passkey of this relying party. With what the application knows its users \
            by: with one of theirs; users that there are not are answered alike. With the purpose `step_up`: with a \
            passkey of who is signed in.",
        session: Session::Sometimes,
        body: Some("AuthenticateBegin"),
        answer: Answer::Begun("AuthenticationBegun"),
        problems: &[EVERY, STORES, EFFECTFUL, SIGNED_IN],
        application: false,
    },
    Operation {
        path: "/authenticate/finish",
        method: "post",
        id: "finishAuthentication",
        tag: AUTHENTICATION,
        summary: "Signs in, or confirms who is signed in",
        description: "With what the browser made of the options, and the `state` of the begin. The answer is the \
            application's own.",
        session: Session::Sometimes,
        body: Some("AuthenticateFinish"),
        answer: Answer::Application(&["ApplicationAnswer"]),
        problems: &[
            EVERY,
            STORES,
            EFFECTFUL,
            &[
                of(Code::CeremonyUnusable),
                of(Code::AuthenticationFailed),
                of(Code::UnknownCredential),
                of(Code::SignInRefused),
            ],
        ],
        application: true,
    },
    Operation {
        path: "/credentials",
        method: "get",
        id: "listCredentials",
        tag: CREDENTIALS,
        summary: "All passkeys of who is signed in",
        description: "`signal` is for `PublicKeyCredential.signalAllAcceptedCredentials()`.",
        session: Session::Needed,
        body: None,
        answer: Answer::Json("AllCredentials"),
        problems: &[EVERY, STORES, SIGNED_IN],
        application: false,
    },
    Operation {
        path: "/credentials/{id}",
        method: "get",
        id: "showCredential",
        tag: CREDENTIALS,
        summary: "One passkey of who is signed in",
        description: "",
        session: Session::Needed,
        body: None,
        answer: Answer::Json("OneCredential"),
        problems: &[EVERY, STORES, SIGNED_IN],
        application: false,
    },
    Operation {
        path: "/credentials/{id}",
        method: "patch",
        id: "renameCredential",
        tag: CREDENTIALS,
        summary: "Renames a passkey",
        description: "",
        session: Session::Needed,
        body: Some("Rename"),
        answer: Answer::Json("OneCredential"),
        problems: &[EVERY, STORES, EFFECTFUL, SIGNED_IN],
        application: false,
    },
    Operation {
        path: "/credentials/{id}",
        method: "delete",
        id: "revokeCredential",
        tag: CREDENTIALS,
        summary: "Removes a passkey",
        description: "For who signed in not too long ago. The answer is the passkey, as it was when it went.",
        session: Session::Needed,
        body: None,
        answer: Answer::Json("OneCredential"),
        problems: &[EVERY, STORES, EFFECTFUL, RECENT, &[of(Code::RemovalRefused)]],
        application: false,
    },
    file("/passkeys.js", "script", "The module for pages", "text/javascript"),
    file("/passkeys.d.ts", "types", "The module's types, for TypeScript", "text/plain"),
    file("/openapi.json", "document", "This document", "application/json"),
];

const fn file(path: &'static str, id: &'static str, summary: &'static str, content_type: &'static str) -> Operation {
    Operation {
        path,
        method: "get",
        id,
        tag: FILES,
        summary,
        description: "",
        session: Session::Ignored,
        body: None,
        answer: Answer::File(content_type),
        problems: &[EVERY],
        application: false,
    }
}
