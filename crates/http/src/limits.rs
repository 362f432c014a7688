//! How often one address and one account may ask.

mod keyed;
mod table;
mod ticks;

use crate::peer::TrustedProxies;
use crate::problem::{Code, Problem};
use http::HeaderMap;
use keyed::Keyed;
use sha2::{Digest, Sha256};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Once};
use std::time::Duration;
use table::Key;
use ticks::Ticks;

/// A thousand people behind one address who sign in within a quarter of an hour, with three requests each (the page's
/// begin, a second try, the finish), make 200 a minute.
const PER_PEER: u32 = 300;

/// A sign-in that is tried again every few seconds, on two devices at once, stays below.
const PER_ACCOUNT: u32 = 30;

const MAX_KEYS: usize = 100_000;

/// How often one address and one account may ask: requests a minute, counted in memory.
///
/// Each address and each account may make a minute's requests at once, and gets them back evenly: at 30 a minute, one every
/// two seconds. Whoever asks for more gets 429 with `Retry-After` in whole seconds, after which one request passes.
/// Asking while refused costs nothing: the wait does not grow.
///
/// Limits keep one client from using up the server: signatures to verify, begun ceremonies to keep, new accounts. No
/// passkey can be guessed, so that they need not be tight.
///
/// - **Addresses**: IPv4 as they are, IPv6 by their first 64 bits, the least that a client is given. Behind a proxy
///   [`trusted_proxies`](Self::trusted_proxies) has to be set, or everybody shares the proxy's limit.
/// - **Accounts**: under a hash, so that no names lie in memory. Whoever knows an account's name can use up its limit from
///   many addresses; sign-ins that name no account are not met by it.
/// - **Memory**: an address or account is forgotten once its limit is whole again, with the next request. At most
///   [`max_keys`](Self::max_keys) of each kind are kept, 29 to 58 bytes each: 3.3 MB at 100 000. While that many are
///   known, all others share one limit. At the default limits, that takes a flood of 70 000 requests a second from new
///   addresses, or of 20 000 for new accounts.
///
/// Sites of one server ([`Sites`](crate::Sites)) with the same settings count an address together, and an account each for
/// itself. Each process counts for itself: behind a balancer over three of them, a client may have three times as much. Clones count
/// together. Every change of a setting begins anew.
#[derive(Clone)]
#[must_use]
pub struct RateLimits {
    per_peer: u32,
    per_account: u32,
    max_keys: usize,
    trusted_proxies: TrustedProxies,
    ticks: Ticks,
    salt: [u8; 16],
    peers: Option<Arc<Keyed>>,
    accounts: Option<Arc<Keyed>>,
}

/// 300 requests a minute for an address, 30 for an account, 100 000 of each remembered, no proxies.
impl Default for RateLimits {
    fn default() -> Self {
        Self::on(Ticks::monotonic())
    }
}

/// The settings, and nobody's address or name.
impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimits")
            .field("per_peer", &self.per_peer)
            .field("per_account", &self.per_account)
            .field("max_keys", &self.max_keys)
            .field("trusted_proxies", &self.trusted_proxies)
            .finish_non_exhaustive()
    }
}

impl RateLimits {
    /// No limits.
    pub fn none() -> Self {
        Self::default().per_peer(0).per_account(0)
    }

    fn on(ticks: Ticks) -> Self {
        let limits = Self {
            per_peer: PER_PEER,
            per_account: PER_ACCOUNT,
            max_keys: MAX_KEYS,
            trusted_proxies: TrustedProxies::default(),
            ticks,
            salt: salt(),
            peers: None,
            accounts: None,
        };
        limits.anew()
    }

    /// Sets how many requests a minute one address may make, 300 by default; 0 for any number.
    pub fn per_peer(mut self, requests: u32) -> Self {
        self.per_peer = requests;
        self.anew()
    }

    /// Sets how many requests a minute may be made for one account, 30 by default; 0 for any number.
    pub fn per_account(mut self, requests: u32) -> Self {
        self.per_account = requests;
        self.anew()
    }

    /// Sets how many addresses, and how many accounts, are remembered at once; 100 000 by default.
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = keys;
        self.anew()
    }

    /// Sets how the client's address is found behind proxies; by default there are none.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.trusted_proxies = proxies;
        self.anew()
    }

    /// Counts addresses together with these others, if they are as many: a server counts whoever asks it, for whichever of
    /// its sites. Accounts stay each one's own.
    pub(crate) fn share_peers(&mut self, other: &Self) {
        let (ours, theirs) = ((self.per_peer, self.max_keys), (other.per_peer, other.max_keys));
        if ours == theirs && self.trusted_proxies == other.trusted_proxies {
            self.peers.clone_from(&other.peers);
        }
    }

    fn anew(mut self) -> Self {
        let table = |requests| Keyed::new(requests, self.max_keys, self.ticks.clone()).map(Arc::new);
        (self.peers, self.accounts) = (table(self.per_peer), table(self.per_account));
        self
    }

    /// Counts a request for the client that sent it: the other end of the socket, or whom the trusted proxies name.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with `Retry-After`.
    pub fn check_request(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<(), Problem> {
        self.check_peer(self.trusted_proxies.client(peer, headers))
    }

    /// Counts a request for an address.
    ///
    /// Without one nothing is counted: all clients of a Unix socket would share a limit. The log says so once;
    /// [`trusted_proxies`](Self::trusted_proxies) is for such servers.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with `Retry-After`.
    pub fn check_peer(&self, client: Option<IpAddr>) -> Result<(), Problem> {
        let Some(peers) = &self.peers else { return Ok(()) };
        let Some(client) = client else {
            say_that_there_is_no_address();
            return Ok(());
        };
        peers.check(&peer_key(client)).map_err(|wait| refuse("address", wait))
    }

    /// Counts a request for an account: its id, or its canonical name, so that no two ways of writing it are two accounts. A
    /// name that nobody has must count as well, or the limit tells which ones there are.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] with `Retry-After`.
    pub fn check_account(&self, account: impl AsRef<[u8]>) -> Result<(), Problem> {
        let Some(accounts) = &self.accounts else { return Ok(()) };
        accounts.check(&self.account_key(account.as_ref())).map_err(|wait| refuse("account", wait))
    }

    fn account_key(&self, account: &[u8]) -> Key {
        let hash: [u8; 32] = Sha256::new().chain_update(self.salt).chain_update(account).finalize().into();
        let mut key = [0; 16];
        key.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        Key(key)
    }
}

/// Whole addresses of IPv6 are no limit to anybody: one client has 2^64 of them.
fn peer_key(client: IpAddr) -> Key {
    Key(match client.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => (address.to_bits() & !u128::from(u64::MAX)).to_be_bytes(),
    })
}

fn refuse(limit: &'static str, wait: Duration) -> Problem {
    tracing::debug!(limit, ?wait, "too many requests");
    Problem::new(Code::RateLimited).retry_after(wait)
}

fn say_that_there_is_no_address() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "requests without a client's address are not limited by address: a Unix socket has none (set the number of \
             trusted proxies), or the server does not hand it on"
        );
    });
}

/// Of the process's own hash keys, which the operating system draws: what a dictionary of hashed names is made with
/// beforehand does not fit. It guards no secret.
fn salt() -> [u8; 16] {
    let half = || u128::from(RandomState::new().hash_one(()));
    ((half() << 64) | half()).to_be_bytes()
}

#[cfg(test)]
mod tests;
