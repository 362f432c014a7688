//! Where begun ceremonies are kept.

use super::Findings;
use crate::place::{CeremonyPlace, SpendPlace};
use crate::settings::Settings;
#[cfg(feature = "redis")]
use ceremony_redis::Warning;

pub(super) async fn check(settings: &Settings, deploy: bool, findings: &mut Findings) {
    let keyed = settings.key_file.is_some();
    let (registrations, authentications) = (settings.ceremony_place(keyed), settings.authentication_place(keyed));
    let places = [("ceremonies", &registrations), ("authentications", &authentications)];
    let sealed = places.iter().any(|(_, place)| **place == CeremonyPlace::Sealed);
    if deploy {
        for (setting, _) in places.iter().filter(|(_, place)| **place == CeremonyPlace::Memory) {
            findings.error(
                "memory_ceremonies",
                format!("{setting} = memory: a second process, or this one after a restart, does not know what was begun; write database, sealed or redis://.."),
            );
        }
    }
    if sealed {
        spend_list(settings, deploy, findings);
    }
    redis(settings, &registrations, &authentications, sealed, findings).await;
}

fn spend_list(settings: &Settings, deploy: bool, findings: &mut Findings) {
    let keyed = settings.key_file.is_some();
    if deploy && !keyed {
        findings.error(
            "sealing_key",
            "sealed ceremonies need a key file: without one every process draws its own key, and forgets it; `ceremony generate-key` makes one",
        );
    }
    match (settings.spend_place(), keyed) {
        (SpendPlace::Memory, true) => findings.error(
            "spend_list",
            "spend_list = memory with a key file: after a restart, what was finished could be finished again; write database or redis://..",
        ),
        (SpendPlace::Memory, false) if deploy => findings.error(
            "memory_spend_list",
            "spend_list = memory: another process does not know what was spent; write database or redis://..",
        ),
        _ => {}
    }
}

/// Every Redis that is used, each once.
async fn redis(
    settings: &Settings,
    registrations: &CeremonyPlace,
    authentications: &CeremonyPlace,
    sealed: bool,
    findings: &mut Findings,
) {
    let mut urls: Vec<String> = [registrations, authentications]
        .into_iter()
        .filter_map(|place| match place {
            CeremonyPlace::Redis(url) => Some(url.clone()),
            _ => None,
        })
        .collect();
    if let (true, SpendPlace::Redis(url)) = (sealed, settings.spend_place()) {
        urls.push(url);
    }
    urls.sort_unstable();
    urls.dedup();
    for url in urls {
        check_redis(settings, &url, findings).await;
    }
}

#[cfg(feature = "redis")]
async fn check_redis(settings: &Settings, url: &str, findings: &mut Findings) {
    let shown = CeremonyPlace::Redis(url.to_owned());
    let stores = match settings.redis(url).await {
        Ok(stores) => stores,
        Err(error) => return findings.error("redis", format!("{shown}: {}", super::chain(&error))),
    };
    match stores.check().await {
        Ok(warnings) => {
            for warning in warnings {
                let message = format!("{shown}: {warning}");
                match warning {
                    // What was spent can be forgotten, or nothing works at all.
                    Warning::Evicts(_) | Warning::TooOld(_) | Warning::Refused { .. } => {
                        findings.error("redis_settings", message);
                    }
                    _ => findings.warn("redis_settings", message),
                }
            }
        }
        Err(error) => findings.error("redis", format!("{shown}: {}", super::chain(&error))),
    }
}

#[cfg(not(feature = "redis"))]
async fn check_redis(_: &Settings, _: &str, findings: &mut Findings) {
    findings.error("redis", "this program was built without Redis");
}
