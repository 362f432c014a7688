//! Who may call: the application's gateway, by a token that both have.

use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use tonic::service::Interceptor;
use tonic::{Request, Status};

/// The shortest token: 32 characters, as of 24 random bytes in base64.
const MIN: usize = 32;

/// A token that every call brings as `authorization: Bearer ...`. Its hash is kept.
#[derive(Clone)]
pub struct GatewayToken {
    hash: [u8; 32],
}

impl GatewayToken {
    /// Takes a token of 32 characters or more; nothing if it is shorter.
    #[must_use]
    pub fn new(token: &str) -> Option<Self> {
        (token.len() >= MIN).then(|| Self { hash: Sha256::digest(token).into() })
    }

    fn admits(&self, header: Option<&str>) -> bool {
        let token = header.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
        let hash: [u8; 32] = Sha256::digest(token).into();
        hash.ct_eq(&self.hash).into()
    }
}

impl fmt::Debug for GatewayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayToken(..)")
    }
}

impl Interceptor for GatewayToken {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let header = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        // No code of the passkeys' own: this is a mistake of the installation, not a person's.
        if self.admits(header) {
            Ok(request)
        } else {
            Err(Status::unauthenticated("the gateway's token is missing or wrong"))
        }
    }
}
