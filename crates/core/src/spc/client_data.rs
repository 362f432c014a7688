//! The `payment` member of client data (SPC, `CollectedClientAdditionalPaymentData`): signed, so that what it repeats is
//! what the user was shown.

use super::payment::{EntityLogo, Payment};
use crate::client_data::ClientData;
use crate::error::{Part, RejectionReason};
use crate::ids::RpId;
use crate::json::Json;
use alloc::borrow::Cow;

const REFUSED: RejectionReason = RejectionReason::PaymentMismatch;

/// The type of client data.
pub(crate) const KIND: &str = "payment.get";

/// How deep the member nests: the logos' list inside it.
const DEPTH: usize = 8;

/// Compares every member with the payment that was begun. Anything that is not exactly what was asked for refuses,
/// members that were not asked for included.
pub(crate) fn check(client_data: &ClientData, rp_id: &RpId, expected: &Payment) -> Result<(), RejectionReason> {
    let bytes = client_data.as_bytes();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let root = Json::parse(text, DEPTH).map_err(|_| REFUSED)?;
    let [payment] = members(root, ["payment"])?;
    let payment = payment.ok_or(REFUSED)?;
    let [rp, rp_legacy, top, payee_name, payee_origin, logos, total, instrument] = members(
        payment,
        ["rpId", "rp", "topOrigin", "payeeName", "payeeOrigin", "paymentEntitiesLogos", "total", "instrument"],
    )?;

    // "payment.rpId matches the Relying Party's RP ID"; older browsers name it rp, newer ones both
    if rp.is_none() && rp_legacy.is_none() {
        return Err(REFUSED);
    }
    optional_text(rp, Some(rp_id.as_str()), true)?;
    optional_text(rp_legacy, Some(rp_id.as_str()), true)?;
    // "payment.topOrigin matches the top-level origin that the Relying Party expects"
    same_text(top, &expected.top_origin)?;
    // "payment.payeeName", "payment.payeeOrigin": what was to be displayed, and nothing if nothing was
    optional_text(payee_name, expected.payee_name.as_deref(), false)?;
    optional_text(payee_origin, expected.payee_origin.as_deref(), false)?;
    // "payment.paymentEntitiesLogos": those that were shown, in the order that was asked for
    same_logos(logos, &expected.logos)?;
    // "payment.total"
    let [currency, value] = members(total.ok_or(REFUSED)?, ["currency", "value"])?;
    same_text(currency, expected.total.currency())?;
    same_text(value, expected.total.value())?;
    // "payment.instrument"; its icon is empty where it could not be shown and need not be
    let [name, icon, must, details] =
        members(instrument.ok_or(REFUSED)?, ["displayName", "icon", "iconMustBeShown", "details"])?;
    same_text(name, &expected.instrument.display_name)?;
    let icon = string(icon)?.ok_or(REFUSED)?;
    let icon_missing = icon.is_empty() && !expected.instrument.icon_must_be_shown;
    if icon != expected.instrument.icon && !icon_missing {
        return Err(REFUSED);
    }
    let must = must.map(|value| value.boolean(Part::ClientDataJson)).transpose().map_err(|_| REFUSED)?;
    if must.is_some_and(|must| must != expected.instrument.icon_must_be_shown) {
        return Err(REFUSED);
    }
    optional_text(details, expected.instrument.details.as_deref(), false)
}

fn members<'a, const N: usize>(object: Json<'a>, names: [&str; N]) -> Result<[Option<Json<'a>>; N], RejectionReason> {
    object.members(Part::ClientDataJson, names.map(|name| (name, Part::ClientDataJson))).map_err(|_| REFUSED)
}

fn string<'a>(value: Option<Json<'a>>) -> Result<Option<Cow<'a, str>>, RejectionReason> {
    value.map(|value| value.string(Part::ClientDataJson)).transpose().map_err(|_| REFUSED)
}

fn same_text(value: Option<Json<'_>>, expected: &str) -> Result<(), RejectionReason> {
    if string(value)?.is_some_and(|text| text == expected) { Ok(()) } else { Err(REFUSED) }
}

/// A member that is there exactly if it is expected; `may_lack` accepts one that is not there.
fn optional_text(value: Option<Json<'_>>, expected: Option<&str>, may_lack: bool) -> Result<(), RejectionReason> {
    match (string(value)?, expected) {
        (Some(text), Some(expected)) if text == expected => Ok(()),
        (None, None) => Ok(()),
        (None, Some(_)) if may_lack => Ok(()),
        _ => Err(REFUSED),
    }
}

/// An ordered part of the expected list.
fn same_logos(value: Option<Json<'_>>, expected: &[EntityLogo]) -> Result<(), RejectionReason> {
    let Some(value) = value else { return Ok(()) };
    let mut left = expected.iter();
    for logo in value.elements(Part::ClientDataJson).map_err(|_| REFUSED)? {
        let [url, label] = members(logo, ["url", "label"])?;
        let (url, label) = (string(url)?, string(label)?);
        let is_this = |wanted: &&EntityLogo| {
            url.as_deref() == Some(wanted.url.as_str()) && label.as_deref() == Some(wanted.label.as_str())
        };
        left.find(is_this).ok_or(REFUSED)?;
    }
    Ok(())
}
