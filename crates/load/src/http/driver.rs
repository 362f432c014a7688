//! The other end: browsers with passkeys, one connection each, all on one thread.

mod client;
mod passkey;

use super::Failure;
use super::cpu::{Clock, cpu_of_this_process};
use client::Browser;
use passkey::Passkey;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long the connections run before anything counts: connections open, caches fill, Python compiles.
const WARM_UP: Duration = Duration::from_millis(700);

/// What to drive, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    /// How many accounts sign in by turns.
    pub(crate) passkeys: usize,
    /// Whether the server knows them; else it answers whatever comes.
    pub(crate) registers: bool,
    pub(crate) end: End,
}

/// When it is enough.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// After so long, the warm-up not counted.
    Time(Duration),
    /// After so many pairs, each of which counts.
    Pairs(u64),
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// How many pairs were finished.
    pub(crate) pairs: u64,
    /// In how long.
    pub(crate) time: Duration,
    /// What the clocks that were given have advanced meanwhile.
    pub(crate) cpu: Vec<Duration>,
    pub(crate) driver_cpu: Duration,
    /// How long each pair took, begin and finish together, shortest first.
    pub(crate) latencies: Vec<Duration>,
}

/// What begin answers, as far as it matters here.
#[derive(Deserialize)]
struct Begun<'a> {
    #[serde(borrow, rename = "publicKey")]
    public_key: Options<'a>,
    state: &'a str,
}

#[derive(Deserialize)]
struct Options<'a> {
    challenge: &'a str,
    #[serde(default, borrow)]
    user: Option<User<'a>>,
}

#[derive(Deserialize)]
struct User<'a> {
    id: &'a str,
}

const WARMING_UP: u8 = 0;
const MEASURING: u8 = 1;
const OVER: u8 = 2;

/// What all connections share.
struct Shared {
    phase: AtomicU8,
    /// How many pairs may still be begun.
    left: AtomicU64,
    passkeys: Vec<Passkey>,
}

/// Drives the server on this port.
pub(crate) fn run(port: u16, load: Load, clocks: &[Clock]) -> Result<Seen, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let passkeys = if load.registers { register(port, load.passkeys).await? } else { unknown(load.passkeys)? };
        drive(port, load, passkeys, clocks).await
    })
}

async fn drive(port: u16, load: Load, passkeys: Vec<Passkey>, clocks: &[Clock]) -> Result<Seen, Failure> {
    let (phase, left) = match load.end {
        End::Time(_) => (WARMING_UP, u64::MAX),
        End::Pairs(pairs) => (MEASURING, pairs),
    };
    let shared = Arc::new(Shared { phase: AtomicU8::new(phase), left: AtomicU64::new(left), passkeys });
    let mut tasks = JoinSet::new();
    for number in 0..load.connections {
        let browser = Browser::connect(port).await?;
        tasks.spawn(sign_in(browser, number, load.connections, Arc::clone(&shared)));
    }
    if matches!(load.end, End::Time(_)) {
        watched(&mut tasks, WARM_UP).await?;
    }
    shared.phase.store(MEASURING, Ordering::Relaxed);
    let read = || clocks.iter().map(Clock::read).collect::<Result<Vec<_>, _>>();
    let (since, before, own) = (Instant::now(), read()?, cpu_of_this_process()?);
    if let End::Time(time) = load.end {
        watched(&mut tasks, time).await?;
        shared.phase.store(OVER, Ordering::Relaxed);
    }
    let mut ended = (since.elapsed(), read()?, cpu_of_this_process()?);
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    if matches!(load.end, End::Pairs(_)) {
        ended = (since.elapsed(), read()?, cpu_of_this_process()?);
    }
    latencies.sort_unstable();
    let (time, after, own_after) = ended;
    Ok(Seen {
        pairs: u64::try_from(latencies.len())?,
        time,
        cpu: after.iter().zip(before).map(|(after, before)| after.saturating_sub(before)).collect(),
        driver_cpu: own_after.saturating_sub(own),
        latencies,
    })
}

/// Waits, unless a connection fails meanwhile.
async fn watched(tasks: &mut JoinSet<Result<Vec<Duration>, Failure>>, time: Duration) -> Result<(), Failure> {
    match tokio::time::timeout(time, tasks.join_next()).await {
        Ok(Some(ended)) => ended?.map(drop).and(Err("a connection ended before its time".into())),
        Ok(None) => Err("there is no connection".into()),
        Err(_elapsed) => Ok(()),
    }
}

/// Signs one user in after the other, and tells how long each took: what the server and the way there take, without the
/// authenticator's own work.
async fn sign_in(
    mut browser: Browser,
    number: usize,
    step: usize,
    shared: Arc<Shared>,
) -> Result<Vec<Duration>, Failure> {
    let mut latencies = Vec::new();
    let mut body = String::new();
    let mut turns = shared.passkeys.iter().cycle().skip(number).step_by(step);
    loop {
        let may_go_on = |left: u64| left.checked_sub(1);
        let enough = shared.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, may_go_on).is_err();
        if enough || shared.phase.load(Ordering::Relaxed) == OVER {
            return Ok(latencies);
        }
        let passkey = turns.next().ok_or("there is no passkey")?;
        let begin = Instant::now();
        let answer = browser.post("authenticate/begin", None, "{}").await?;
        let began = begin.elapsed();
        let begun: Begun<'_> = serde_json::from_str(answer)?;
        passkey.assertion(begun.public_key.challenge, begun.state, &mut body)?;
        let finish = Instant::now();
        browser.post("authenticate/finish", None, &body).await?;
        if shared.phase.load(Ordering::Relaxed) == MEASURING {
            latencies.push(began.saturating_add(finish.elapsed()));
        }
    }
}

async fn register(port: u16, count: usize) -> Result<Vec<Passkey>, Failure> {
    let mut browser = Browser::connect(port).await?;
    let mut passkeys = Vec::with_capacity(count);
    for number in 0..count {
        let user = format!("user-{number}");
        let answer = browser.post("register/begin", Some(&user), "{}").await?;
        let begun: Begun<'_> = serde_json::from_str(answer)?;
        let handle = begun.public_key.user.ok_or("options without a user")?.id;
        let passkey = Passkey::new(handle)?;
        let body = passkey.registration(begun.public_key.challenge, begun.state)?;
        browser.post("register/finish", Some(&user), &body).await?;
        passkeys.push(passkey);
    }
    Ok(passkeys)
}

/// Passkeys that no server knows, with handles as long as genuine ones.
fn unknown(count: usize) -> Result<Vec<Passkey>, Failure> {
    (0..count).map(|_| Passkey::new(&"A".repeat(86))).collect()
}
