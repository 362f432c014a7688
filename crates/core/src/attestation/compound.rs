//! Format `compound` (WebAuthn §8.9): several statements about one credential.

use super::{AttestationVerified, Statement, malformed, verify_one};
use crate::cbor::{Key, Kind, Reader};
use crate::error::RejectionReason;
use crate::policy::AttestationFormat;
use alloc::vec::Vec;

/// The most statements that are looked at; each may cost signatures.
const MAX_STATEMENTS: usize = 4;

/// What the procedure of one statement came to.
pub(super) type Element<'a> = Result<AttestationVerified<'a>, RejectionReason>;

/// The syntax must be right throughout; whether each element's own procedure holds is for the policy to weigh.
pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Vec<Element<'a>>, RejectionReason> {
    // "attStmt is an array of two or more": a single statement would come as its own format
    let mut from = Reader::new(statement.statement);
    let count = from.array().map_err(malformed)?;
    if !(2..=MAX_STATEMENTS).contains(&count) {
        return Err(RejectionReason::AttestationStatement);
    }
    let mut elements = Vec::with_capacity(count);
    for _ in 0..count {
        let (fmt, inner) = read_element(&mut from)?;
        elements.push(match AttestationFormat::from_identifier(fmt) {
            // "compound" may not stand inside itself
            Some(AttestationFormat::Compound) => return Err(RejectionReason::AttestationStatement),
            // "the verification procedure of the element's format, with the element's statement and the same
            // authenticator data and hash"
            Some(format) => verify_one(format, &Statement { statement: inner, ..*statement }),
            None => Err(RejectionReason::AttestationFormatUnknown),
        });
    }
    Ok(elements)
}

/// `{fmt, attStmt}`, the statement as its CBOR.
fn read_element<'a>(from: &mut Reader<'a>) -> Result<(&'a str, &'a [u8]), RejectionReason> {
    let (mut fmt, mut inner) = (None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("fmt") => fmt = Some(from.text().map_err(malformed)?),
            Key::Text("attStmt") => {
                // A format of later days may have an array as `compound` does, which itself is refused by its name.
                if !matches!(from.kind().map_err(malformed)?, Kind::Map | Kind::Array) {
                    return Err(RejectionReason::AttestationStatement);
                }
                inner = Some(from.skip().map_err(malformed)?);
            }
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    fmt.zip(inner).ok_or(RejectionReason::AttestationStatement)
}
