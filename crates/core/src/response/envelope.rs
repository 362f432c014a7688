//! What both responses have in common: id, rawId, type, response, clientExtensionResults, authenticatorAttachment.

use crate::error::{Malformed, MalformedReason, Part, Step};
use crate::extensions::ClientOutputs;
use crate::json::{Fault, Json, Kind, required};
use crate::policy::{AuthenticatorAttachment, Limits};
use alloc::vec::Vec;

/// The outer members of a response.
pub(crate) struct Envelope<'a> {
    pub(crate) raw_id: Vec<u8>,
    pub(crate) response: Json<'a>,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

impl<'a> Envelope<'a> {
    /// Reads the outer members. `rawId` may be of any length that fits; the ceremonies judge it.
    pub(crate) fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let whole = |reason| (Part::Envelope, reason);
        if bytes.len() > limits.response {
            return Err(whole(MalformedReason::TooLarge(limits.response)));
        }
        let root = Json::parse(bytes, limits.json_depth).map_err(whole)?;
        let [id, raw_id, kind, response, results, attachment] = root.members(
            Part::Envelope,
            [
                ("id", Part::Id),
                ("rawId", Part::RawId),
                ("type", Part::Type),
                ("response", Part::Response),
                ("clientExtensionResults", Part::ClientExtensionResults),
                ("authenticatorAttachment", Part::AuthenticatorAttachment),
            ],
        )?;
        let id = required(id, Part::Id)?.bytes(Part::Id, limits.response)?;
        let raw_id = required(raw_id, Part::RawId)?.bytes(Part::RawId, limits.response)?;
        if id != raw_id {
            return Err((Part::Id, MalformedReason::Inconsistent));
        }
        if required(kind, Part::Type)?.string(Part::Type)? != "public-key" {
            return Err((Part::Type, MalformedReason::UnexpectedValue));
        }
        let response = required(response, Part::Response)?;
        if response.kind() != Kind::Object {
            return Err((Part::Response, MalformedReason::WrongType));
        }
        // R4, A4: the client extension outputs
        let outputs = ClientOutputs::read(results, limits)?;
        Ok(Self { raw_id, response, attachment: read_attachment(attachment)?, outputs })
    }
}

/// An unknown word counts as none (WebAuthn §5.1, "authenticatorAttachment").
fn read_attachment(value: Option<Json<'_>>) -> Result<Option<AuthenticatorAttachment>, Fault> {
    let Some(value) = value.filter(|value| value.kind() != Kind::Null) else { return Ok(None) };
    Ok(match &*value.string(Part::AuthenticatorAttachment)? {
        "platform" => Some(AuthenticatorAttachment::Platform),
        "cross-platform" => Some(AuthenticatorAttachment::CrossPlatform),
        _ => None,
    })
}

/// Adds the step that reads the part: `[client data as a whole as UTF-8, as JSON, its five members]`, and `otherwise`.
pub(crate) fn at_step(
    (part, reason): Fault,
    utf8: &'static str,
    members: [&'static str; 6],
    otherwise: &'static str,
) -> Malformed {
    let [json, kind, challenge, origin, cross_origin, top_origin] = members;
    let step = match part {
        Part::ClientDataJson if reason == MalformedReason::NotUtf8 => utf8,
        Part::ClientDataJson => json,
        Part::ClientDataType => kind,
        Part::ClientDataChallenge => challenge,
        Part::ClientDataOrigin => origin,
        Part::ClientDataCrossOrigin => cross_origin,
        Part::ClientDataTopOrigin => top_origin,
        _ => otherwise,
    };
    Malformed::new(part, reason, Step::new(step))
}
