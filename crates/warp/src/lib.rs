#![doc = include_str!("../README.md")]

mod body;
mod extract;
mod head;
mod hooks;
mod respond;
mod routes;

pub use body::read_body;
pub use extract::{Members, PasskeyRequest, members, passkey_request};
pub use hooks::PasskeyHooks;
pub use respond::Refusal;
pub use routes::PasskeyRoutes;

pub use ceremony_http::{
    AuthenticateBegin, AuthenticateFinish, Caller, Code, CurrentUser, Head, HostSource, Identified, ListedCredential,
    MayRemove, NewAccount, Operation, Outcome, PasskeyHttp, Passkeys, Plain, Prepared, Problem, Proof, Provider,
    Providers, RateLimits, RegisterBegin, RegisterFinish, Registered, Removal, Revoked, SignUp, SignedIn, Sites,
    SitesError, StoredCredential, Tenant, TrustedProxies, UserId,
};
pub use ceremony_http::{ceremony, ceremony_service, rfc3339};
