//! Format `none` (WebAuthn §8.7): no attestation.

use super::{Attested, Statement};
use crate::cbor::Reader;
use crate::credential::AttestationType;
use crate::error::RejectionReason;

/// The statement must be the empty map: anything in it was meant for another format.
pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    match Reader::new(statement.statement).map() {
        Ok(0) => Ok(Attested::bare(AttestationType::None)),
        _ => Err(RejectionReason::AttestationStatement),
    }
}
