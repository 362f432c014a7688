#![doc = include_str!("../README.md")]

mod body;
mod hooks;
mod routes;

pub use body::read_body;
pub use hooks::PasskeyHooks;
pub use routes::PasskeyRoutes;

pub use ceremony_http::{
    Code, CurrentUser, Identified, ListedCredential, PasskeyHttp, Passkeys, Plain, Problem, Provider, Providers,
    Registered, Removal, Revoked, SignedIn, StoredCredential, UserId,
};
pub use ceremony_http::{ceremony, ceremony_service, rfc3339};
