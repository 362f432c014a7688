//! What both responses have in common: id, rawId, type, response, clientExtensionResults, authenticatorAttachment.

use crate::error::{Malformed, MalformedReason, Part, Step};
use crate::extensions::ClientOutputs;
use crate::ids::MAX_CREDENTIAL_ID;
use crate::json::{Fault, Json, Kind, required, utf8};
use crate::policy::{AuthenticatorAttachment, Limits};

/// The outer members of a response.
pub(crate) struct Envelope<'a, I, const N: usize> {
    pub(crate) raw_id: I,
    /// The members of `response` that the ceremony asked for.
    pub(crate) response: [Option<Json<'a>>; N],
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

impl<'a, I, const N: usize> Envelope<'a, I, N> {
    /// Reads the outer members, and those of `response` that are named. `rawId` may be of any length that fits; the
    /// ceremonies make what they need of it, and judge it.
    pub(crate) fn parse(
        bytes: &'a [u8],
        limits: &Limits,
        raw_id_of: impl FnOnce(&[u8]) -> I,
        response: [(&str, Part); N],
    ) -> Result<Self, Fault> {
        let whole = |reason| (Part::Envelope, reason);
        if bytes.len() > limits.response {
            return Err(whole(MalformedReason::TooLarge(limits.response)));
        }
        let ([id, copy, kind, results, attachment], response) = Json::nested(
            utf8(bytes).map_err(whole)?,
            limits.json_depth,
            Part::Envelope,
            [
                ("id", Part::Id),
                ("rawId", Part::RawId),
                ("type", Part::Type),
                ("clientExtensionResults", Part::ClientExtensionResults),
                ("authenticatorAttachment", Part::AuthenticatorAttachment),
            ],
            ("response", Part::Response),
            response,
        )?;
        let raw_id = read_id(required(id, Part::Id)?, required(copy, Part::RawId)?, limits, raw_id_of)?;
        if required(kind, Part::Type)?.string(Part::Type)? != "public-key" {
            return Err((Part::Type, MalformedReason::UnexpectedValue));
        }
        let response = response?;
        // R4, A4: the client extension outputs
        let outputs = ClientOutputs::read(results, limits)?;
        Ok(Self { raw_id, response, attachment: read_attachment(attachment)?, outputs })
    }
}

/// `id` and `rawId`, which must stand for the same bytes.
fn read_id<I>(id: Json<'_>, raw_id: Json<'_>, limits: &Limits, raw_id_of: impl FnOnce(&[u8]) -> I) -> Result<I, Fault> {
    // Bytes have one spelling in base64url: two of the same text need to be decoded once.
    if id.string(Part::Id)? != raw_id.string(Part::RawId)? {
        id.bytes(Part::Id, limits.response)?;
        raw_id.bytes(Part::RawId, limits.response)?;
        return Err((Part::Id, MalformedReason::Inconsistent));
    }
    let mut buffer = [0; MAX_CREDENTIAL_ID];
    match id.bytes_into(Part::Id, &mut buffer)? {
        Some(bytes) => Ok(raw_id_of(bytes)),
        None => Ok(raw_id_of(&id.bytes(Part::Id, limits.response)?)),
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
