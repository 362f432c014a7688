//! Sign-ins through the service: begun and signed first, then finished by several tasks while the time is taken.

use super::Fallible;
use super::generator::Makes;
use super::random::Random;
use super::server::{Processes, Used};
use ceremony::AuthenticationResponse;
use ceremony_service::store::Handle;
use ceremony_service::{Passkeys, Subject};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a run of finishes has cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) each: Used,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Begins and signs for rows out of the whole table, each another one.
async fn signed(
    service: &Passkeys,
    makes: &mut Makes,
    random: &mut Random,
    rows: u64,
    count: usize,
) -> Fallible<Vec<(Handle, AuthenticationResponse)>> {
    let (mut all, mut seen) = (Vec::with_capacity(count), HashSet::new());
    while all.len() < count {
        let row = random.below(rows);
        if !seen.insert(row) {
            continue;
        }
        let begun = service.begin_authentication(Subject::Anybody, b"", None).await?;
        let response = makes.sign(row, &serde_json::to_value(&begun.options)?)?;
        all.push((begun.handle, AuthenticationResponse::from_json(&serde_json::to_vec(&response)?)?));
    }
    Ok(all)
}

/// Where sign-ins come from, and how many finish at once.
pub(crate) struct Load<'a> {
    pub(crate) service: &'a Passkeys,
    pub(crate) processes: &'a Processes,
    pub(crate) rows: u64,
    pub(crate) count: usize,
    pub(crate) tasks: usize,
}

/// Finishes them all. Each has to succeed.
pub(crate) async fn run(load: &Load<'_>, makes: &mut Makes, random: &mut Random) -> Fallible<Cost> {
    let ready = Arc::new(signed(load.service, makes, random, load.rows, load.count).await?);
    let next = Arc::new(AtomicUsize::new(0));
    let before = load.processes.used()?;
    let mut tasks = Vec::new();
    for _ in 0..load.tasks {
        let (service, ready, next) = (load.service.clone(), Arc::clone(&ready), Arc::clone(&next));
        tasks.push(tokio::spawn(async move { finish(&service, &ready, &next).await }));
    }
    let mut took = Vec::with_capacity(load.count);
    for task in tasks {
        took.extend(task.await??);
    }
    let each = load.processes.used()?.since(before).each(u32::try_from(load.count)?);
    took.sort_unstable();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    Ok(Cost { each, p50: at(50), p99: at(99) })
}

async fn finish(
    service: &Passkeys,
    ready: &[(Handle, AuthenticationResponse)],
    next: &AtomicUsize,
) -> Fallible<Vec<Duration>> {
    let mut took = Vec::new();
    while let Some((handle, response)) = ready.get(next.fetch_add(1, Ordering::Relaxed)) {
        let start = Instant::now();
        let _ = service.finish_authentication(None, handle, None, response).await?;
        took.push(start.elapsed());
    }
    Ok(took)
}
