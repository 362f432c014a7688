#![doc = include_str!("../README.md")]

mod answer;
mod binding;
mod body;
mod body_reader;
mod caller;
mod config;
mod content;
mod cross_site;
mod event;
mod handler;
mod head;
mod limits;
#[cfg(feature = "openapi")]
mod openapi;
mod operation;
mod own_route;
mod peer;
mod plain;
mod problem;
mod providers;
mod quiet;
mod route;
mod script;
mod sites;
mod timestamp;
mod well_known;
mod wire;

pub use body::MAX_BODY;
pub use body_reader::BodyReader;
pub use caller::{Caller, CurrentUser};
pub use config::PasskeyHttp;
pub use event::{MayRemove, Proof, Registered, Removal, Revoked, SignedIn};
pub use handler::{Admitted, Outcome, Prepared};
pub use head::Head;
pub use limits::RateLimits;
pub use operation::{AuthenticateBegin, AuthenticateFinish, Operation, RegisterBegin, RegisterFinish};
pub use peer::TrustedProxies;
pub use plain::Plain;
pub use problem::{Code, Problem};
pub use providers::{Provider, Providers, ProvidersError};
pub use route::Route;
pub use script::{PASSKEYS_D_TS, PASSKEYS_JS};
pub use sites::{HostSource, Sites, SitesError};
pub use timestamp::rfc3339;
pub use wire::ListedCredential;

pub use ceremony;
pub use ceremony::Tenant;
pub use ceremony_service;
pub use ceremony_service::store::{StoredCredential, UserId};
pub use ceremony_service::{NewAccount, Passkeys, SignUp, Subject as Identified};

/// The code blocks of the page on proxies, hosts, iframes and apps.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/web.md")]
mod web {}
