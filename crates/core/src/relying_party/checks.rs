//! What a relying party's settings have to keep to, each with the error that says what would work.

use crate::error::ConfigError;
use crate::origin::{self, Origin, OriginFault};
use crate::policy::{CrossOriginPolicy, Limits, TopOrigins};
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use core::time::Duration;

/// How many distinct registrable labels every client reads in the list of related origins (WebAuthn §5.11.1).
const RELATED_LABELS: usize = 5;

/// Below ten seconds nobody finds their security key; above an hour a stolen challenge lives too long.
const TIMEOUTS: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(3600);

/// The bounds hold for a single ceremony's own time as well.
pub(crate) fn check_timeout(timeout: Duration) -> Result<(), ConfigError> {
    if TIMEOUTS.contains(&timeout) { Ok(()) } else { Err(ConfigError::TimeoutOutOfRange { timeout }) }
}

pub(super) fn check_public_suffix(rp_id: &str, allowed: bool, subdomains: bool) -> Result<(), ConfigError> {
    if rp_id == "localhost" || !origin::is_public_suffix(rp_id) {
        return Ok(());
    }
    match (allowed, subdomains) {
        (false, _) => Err(ConfigError::RpIdIsPublicSuffix { rp_id: rp_id.to_string() }),
        (true, true) => Err(ConfigError::SubdomainsOfPublicSuffix { rp_id: rp_id.to_string() }),
        (true, false) => Ok(()),
    }
}

/// Whether the RP ID is equal to the origin's host or a registrable domain suffix of it, as the HTML standard and
/// WebAuthn §5.1.3 have it. Apps are covered by Digital Asset Links, which can't be seen from here.
pub(super) fn cover(rp_id: &str, origin: &Origin) -> Result<(), ConfigError> {
    let Some(host) = origin.host() else { return Ok(()) };
    if host == rp_id {
        return Ok(());
    }
    let (text, id) = (origin.to_string(), rp_id.to_string());
    if !origin::is_below(host, rp_id) {
        return Err(ConfigError::OriginNotCovered { origin: text, rp_id: id });
    }
    if origin::public_suffix(host).len() >= rp_id.len() {
        return Err(ConfigError::OriginAcrossPublicSuffix { origin: text, rp_id: id });
    }
    Ok(())
}

pub(super) fn check_related(rp_id: &str, related: &[Origin]) -> Result<(), ConfigError> {
    let mut labels = Vec::new();
    for origin in related {
        match origin.host().and_then(origin::registrable_label) {
            Some(label) if labels.contains(&label) => {}
            Some(_) if labels.len() == RELATED_LABELS => {
                return Err(ConfigError::TooManyRelatedLabels { origin: origin.to_string() });
            }
            Some(label) => labels.push(label),
            None if cover(rp_id, origin).is_ok() => {}
            None => return Err(ConfigError::RelatedOriginWithoutLabel { origin: origin.to_string() }),
        }
    }
    Ok(())
}

pub(super) fn web_origin(text: &str) -> Result<Origin, ConfigError> {
    let origin = Origin::parse(text)?;
    if origin.is_web() {
        Ok(origin)
    } else {
        Err(ConfigError::OriginInvalid { origin: text.to_string(), fault: OriginFault::NotWeb })
    }
}

pub(super) fn android_origin(text: &str) -> Result<Origin, ConfigError> {
    if text.starts_with("android:") { Origin::parse(text) } else { Origin::android_from_fingerprint(text) }
}

pub(super) fn check_cross_origin(policy: &CrossOriginPolicy) -> Result<(), ConfigError> {
    let CrossOriginPolicy::Allow { top_origins: TopOrigins::List(list), .. } = policy else { return Ok(()) };
    if list.is_empty() {
        return Err(ConfigError::NoTopOrigins);
    }
    for text in list {
        web_origin(text).map_err(|error| match error {
            ConfigError::OriginInvalid { origin, fault } => ConfigError::TopOriginInvalid { origin, fault },
            other => other,
        })?;
    }
    Ok(())
}

pub(super) fn check_limits(limits: &Limits) -> Result<(), ConfigError> {
    let Limits {
        response,
        client_data,
        attestation_object,
        json_depth,
        cbor_depth,
        cbor_entries,
        cbor_items,
        transports,
        cred_blob,
        large_blob,
    } = *limits;
    let fields = [
        ("response", response),
        ("client_data", client_data),
        ("attestation_object", attestation_object),
        ("json_depth", json_depth),
        ("cbor_depth", cbor_depth),
        ("cbor_entries", cbor_entries),
        ("cbor_items", cbor_items),
        ("transports", transports),
        ("cred_blob", cred_blob),
        ("large_blob", large_blob),
    ];
    match fields.into_iter().find(|&(_, value)| value == 0) {
        Some((limit, _)) => Err(ConfigError::LimitIsZero { limit }),
        None => Ok(()),
    }
}
