//! Stories of attacks, one file each, after weaknesses that were found in other passkey servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

#[path = "attacks/race.rs"]
mod race;
#[path = "attacks/w01_counter_race.rs"]
mod w01_counter_race;
#[path = "attacks/w02_synced_passkeys.rs"]
mod w02_synced_passkeys;
#[path = "attacks/w03_counter_policies.rs"]
mod w03_counter_policies;
#[path = "attacks/w04_replay.rs"]
mod w04_replay;
#[path = "attacks/w05_concurrent_replay.rs"]
mod w05_concurrent_replay;
#[path = "attacks/w06_interchange.rs"]
mod w06_interchange;
#[path = "attacks/w07_lost_challenge.rs"]
mod w07_lost_challenge;
#[path = "attacks/w08_memory_growth.rs"]
mod w08_memory_growth;
#[path = "attacks/w09_other_user_other_browser.rs"]
mod w09_other_user_other_browser;
#[path = "attacks/w10_user_handle.rs"]
mod w10_user_handle;
#[path = "attacks/w16_enumeration.rs"]
mod w16_enumeration;
#[path = "attacks/w17_oracle.rs"]
mod w17_oracle;
#[path = "attacks/w18_internal_ids.rs"]
mod w18_internal_ids;
#[path = "attacks/w19_input.rs"]
mod w19_input;
#[path = "attacks/w20_takeover.rs"]
mod w20_takeover;
#[path = "attacks/w24_honest_audit.rs"]
mod w24_honest_audit;
#[allow(dead_code, reason = "each test program uses a part")]
#[path = "service/world.rs"]
mod world;
