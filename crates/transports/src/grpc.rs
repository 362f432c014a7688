//! gRPC: the service of `proto/passkeys.proto`, on tonic.

mod gateway;
mod service;

pub use gateway::GatewayToken;
pub use service::Transport;

/// What is made of `proto/passkeys.proto`.
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::as_conversions,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "made by prost and tonic"
)]
pub mod proto {
    tonic::include_proto!("ceremony.v1");
}

use crate::desk::Desk;
use crate::refusal::Refusal;
use proto::passkeys_server::PasskeysServer;
use std::time::Duration;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Code, Status};

/// The most that one message may have, in bytes. No browser's answer needs more, and tonic alone would take 4 MiB.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Calls that one connection may have under way.
const CALLS: usize = 64;

/// The metadata that carries a refusal's code.
pub const CODE: &str = "ceremony-code";

/// The server, ready for `serve` or `serve_with_incoming`.
#[must_use]
pub fn server(desk: Desk, gateway: GatewayToken) -> Router {
    // The limit goes on before the interceptor: both wrap the service, and neither knows of the other.
    let service = PasskeysServer::new(Transport::new(desk)).max_decoding_message_size(MAX_MESSAGE);
    Server::builder()
        .timeout(TIMEOUT)
        .concurrency_limit_per_connection(CALLS)
        .add_service(InterceptedService::new(service, gateway))
}

/// A refusal as gRPC has it: a status of the nearest sense, and the code in the metadata. Programs go by the code.
impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let mut status = Self::new(nearest(code), code);
        status.metadata_mut().insert(CODE, tonic::metadata::MetadataValue::from_static(code));
        status
    }
}

fn nearest(code: &str) -> Code {
    match code {
        "invalid_request" | "registration_failed" => Code::InvalidArgument,
        "ceremony_unusable" | "removal_refused" => Code::FailedPrecondition,
        "authentication_failed" | "unknown_credential" | "not_signed_in" => Code::Unauthenticated,
        "step_up_required" => Code::PermissionDenied,
        "credential_exists" => Code::AlreadyExists,
        "limit_reached" => Code::ResourceExhausted,
        "not_found" => Code::NotFound,
        "unavailable" => Code::Unavailable,
        _ => Code::Internal,
    }
}
