//! Origins, RP ID and policies.

use super::Findings;
use crate::settings::Settings;
use ceremony::{RelyingParty, SignCountPolicy, TopOrigins};
use std::time::Duration;

/// What the specification recommends as a ceremony's time, 300 000 to 600 000 ms (WebAuthn §15.1).
const RECOMMENDED: std::ops::RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(600);

/// The longest that a sign-in may pass for a fresh one without a remark.
const LONG_AUTH_AGE: Duration = Duration::from_secs(3600);

pub(super) fn check(settings: &Settings, deploy: bool, findings: &mut Findings) {
    let Some(rp) = findings.or_error("relying_party", settings.relying_party()) else { return };
    if deploy {
        origins(&rp, findings);
    }
    if !RECOMMENDED.contains(&rp.timeout()) {
        let seconds = rp.timeout().as_secs();
        findings.warn(
            "timeout",
            format!("a timeout of {seconds} seconds is outside the 300 to 600 that WebAuthn recommends: people who are slow with their keys need the time"),
        );
    }
    if let Some(age) = settings.max_auth_age.filter(|age| *age > LONG_AUTH_AGE) {
        let seconds = age.as_secs();
        findings.warn(
            "max_auth_age",
            format!("max_auth_age = {seconds}: for that long after a sign-in, whoever has the session can add a passkey and remove the others; write 3600 or less"),
        );
    }
    if settings.rp_id.is_none() {
        let id = rp.id().as_str();
        findings.warn(
            "rp_id_implied",
            format!("the RP ID \"{id}\" follows from the first origin: write it down as rp_id, for passkeys are lost when it changes"),
        );
    }
    if settings.allow_subdomains {
        findings.warn(
            "subdomains",
            "allow_subdomains lets whoever controls any subdomain run ceremonies: list the origins",
        );
    }
    if settings.sign_count == SignCountPolicy::Report {
        findings.warn(
            "sign_count",
            "sign_count = report lets a copied security key sign in: read the events, or write suspend",
        );
    }
    if settings.top_origins == Some(TopOrigins::Any) {
        findings.warn("top_origins", "top_origins = any lets every page embed the site: guard against clickjacking");
    }
    if let Some(path) = &settings.providers
        && !path.is_file()
    {
        findings.error("providers", format!("{}: there is no such file", path.display()));
    }
}

fn origins(rp: &RelyingParty, findings: &mut Findings) {
    for origin in rp.origins().iter().filter(|origin| origin.is_web()) {
        if origin.is_local() {
            findings.error("localhost", format!("{origin} is this machine alone: write the public https origin"));
        } else if !origin.is_https() {
            findings.error("http_origin", format!("{origin} is not https: browsers have no passkeys there"));
        }
    }
    if rp.id().as_str() == "localhost" {
        findings.error("localhost_rp_id", "the RP ID localhost is for trying things out: write the site's domain");
    }
}
