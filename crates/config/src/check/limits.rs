//! Rate limits, and whose address they count.

use super::Findings;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, deploy: bool, findings: &mut Findings) {
    for (setting, limit) in
        [("rate_limit_peer", settings.rate_limit_peer), ("rate_limit_account", settings.rate_limit_account)]
    {
        if deploy && limit == Some(0) {
            findings.warn(
                "rate_limit",
                format!("{setting} = off: nothing here keeps one client from using up the server; limit requests in front of it"),
            );
        }
    }
    // Written, even as 0, it has been thought of.
    let unsaid = settings.trusted_proxies.is_none() && settings.rate_limit_peer != Some(0);
    let is_https = |origin: &String| origin.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    if deploy && unsaid && settings.origins.iter().any(is_https) {
        findings.warn(
            "trusted_proxies",
            "trusted_proxies is not written: behind a proxy everybody shares the proxy's rate limit; write how many proxies append to X-Forwarded-For, or 0 if browsers connect to the server itself",
        );
    }
}
