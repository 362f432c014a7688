use super::*;
use crate::PasskeyHttp;
use governor::clock::{Clock, FakeRelativeClock};
use http::HeaderValue;
use http::header::RETRY_AFTER;
use std::net::Ipv6Addr;

const SECOND: Duration = Duration::from_secs(1);

/// Limits on a clock that stands still.
fn limits() -> (RateLimits, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (RateLimits::on(Ticks::Manual(clock.clone())), clock)
}

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

/// The v6 address of that number in 2001:db8::/32.
fn v6(number: u128) -> Option<IpAddr> {
    Some(Ipv6Addr::from_bits((0x2001_0db8 << 96) | number).into())
}

/// How many of so many requests pass.
fn passed(requests: u128, mut check: impl FnMut(u128) -> Result<(), Problem>) -> usize {
    (0..requests).filter(|number| check(*number).is_ok()).count()
}

/// The seconds of a refusal.
fn wait(refused: Result<(), Problem>) -> Duration {
    let problem = refused.unwrap_err();
    assert_eq!(problem.code(), Code::RateLimited);
    let response = problem.into_response();
    assert_eq!(response.status(), 429);
    Duration::from_secs(response.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap())
}

fn forwarded_for(text: &str) -> HeaderMap {
    HeaderMap::from_iter([(http::HeaderName::from_static("x-forwarded-for"), HeaderValue::from_str(text).unwrap())])
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let (limits, clock) = limits();
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.1"))), 300);
    assert_eq!(passed(1000, |_| limits.check_account("alice")), 30);
    // Others are not met.
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.2"))), 300);
    assert_eq!(passed(1000, |_| limits.check_account("bob")), 30);
    // Evenly: five addresses' requests a second, an account's every two.
    clock.advance(2 * SECOND);
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.1"))), 10);
    assert_eq!(passed(1000, |_| limits.check_account("alice")), 1);
    // A minute, and no more however long nobody asked.
    clock.advance(3600 * SECOND);
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.1"))), 300);
    assert_eq!(passed(1000, |_| limits.check_account("alice")), 30);
}

#[test]
fn limits_can_be_set_and_lifted() {
    let (limits, _) = limits();
    let set = limits.clone().per_peer(7).per_account(3);
    assert_eq!(passed(100, |_| set.check_peer(ip("203.0.113.1"))), 7);
    assert_eq!(passed(100, |_| set.check_account("alice")), 3);
    let lifted = limits.per_peer(0);
    assert_eq!(passed(1000, |_| lifted.check_peer(ip("203.0.113.1"))), 1000);
    assert_eq!(passed(1000, |_| lifted.check_account("alice")), 30);
    let none = RateLimits::none();
    assert_eq!(passed(1000, |_| none.check_peer(ip("203.0.113.1"))), 1000);
    assert_eq!(passed(1000, |_| none.check_account("alice")), 1000);
    // The largest number is one that can be counted with.
    let most = RateLimits::default().per_peer(u32::MAX).per_account(u32::MAX);
    assert_eq!(passed(10, |_| most.check_peer(ip("203.0.113.1")).and(most.check_account("alice"))), 10);
}

#[test]
fn clones_count_together() {
    let (limits, _) = limits();
    let clone = limits.clone();
    assert_eq!(passed(200, |_| limits.check_peer(ip("203.0.113.1"))), 200);
    assert_eq!(passed(200, |_| clone.check_peer(ip("203.0.113.1"))), 100);
}

/// W21: what comes with the request does not choose whose limit counts.
#[test]
fn w21_rotating_x_forwarded_for_does_not_help() {
    let rotating = |number: u128, more: &str| forwarded_for(&format!("198.51.{}.{}{more}", number / 250, number % 250));
    let (limits, _) = limits();
    let direct = limits.clone();
    assert_eq!(passed(1000, |number| direct.check_request(ip("203.0.113.1"), &rotating(number, ""))), 300);
    // The proxy's own entry is the last one.
    let behind_one = limits.trusted_proxies(TrustedProxies::new(1));
    let (proxy, client) = (ip("10.0.0.1"), ", 203.0.113.1");
    assert_eq!(passed(1000, |number| behind_one.check_request(proxy, &rotating(number, client))), 300);
    // Another client of the same proxy has its own.
    assert_eq!(passed(1000, |number| behind_one.check_request(proxy, &rotating(number, ", 203.0.113.2"))), 300);
}

/// W21: one client of IPv6 has 2^64 addresses.
#[test]
fn w21_rotating_ipv6_addresses_of_one_network_does_not_help() {
    let (limits, _) = limits();
    assert_eq!(passed(1000, |number| limits.check_peer(v6(number))), 300);
    assert_eq!(passed(1000, |number| limits.check_peer(v6(number << 54))), 0);
    // The next network is somebody else's.
    assert_eq!(passed(1000, |_| limits.check_peer(v6(1 << 64))), 300);
    // IPv4 by way of IPv6 is the same address, and not the same as its neighbour's.
    assert_eq!(passed(200, |_| limits.check_peer(ip("203.0.113.1"))), 200);
    assert_eq!(passed(200, |_| limits.check_peer(ip("::ffff:203.0.113.1"))), 100);
    assert_eq!(passed(200, |_| limits.check_peer(ip("::ffff:203.0.113.2"))), 200);
}

/// W21: a body can name any account; the address counts all the same, and no account is the address's way out.
#[test]
fn w21_rotating_the_account_does_not_help() {
    let (limits, _) = limits();
    let request = |number: u128| {
        limits.check_peer(ip("203.0.113.1")).and_then(|()| limits.check_account(format!("user-{number}")))
    };
    assert_eq!(passed(1000, request), 300);
    // And one account from many addresses.
    let request = |number: u128| limits.check_peer(v6(number << 64)).and_then(|()| limits.check_account("alice"));
    assert_eq!(passed(1000, request), 30);
}

#[test]
fn retry_after_is_honest() {
    // A request every 0.2 s, 0.7 s, 8.6 s, 60 s.
    for requests in [300, 85, 7, 1] {
        for later in [0, 1, 333, 4_999] {
            let (limits, clock) = limits();
            let limits = limits.per_peer(requests);
            clock.advance(Duration::from_millis(later));
            while limits.check_peer(ip("203.0.113.1")).is_ok() {}
            let told = wait(limits.check_peer(ip("203.0.113.1")));
            assert!(told >= SECOND && told <= 60 * SECOND, "{told:?}");
            clock.advance(told - SECOND);
            assert!(limits.check_peer(ip("203.0.113.1")).is_err(), "{requests} a minute: {told:?} is too long");
            clock.advance(SECOND);
            assert!(limits.check_peer(ip("203.0.113.1")).is_ok(), "{requests} a minute: {told:?} is too short");
        }
    }
}

#[test]
fn asking_while_refused_does_not_make_the_wait_longer() {
    let (limits, clock) = limits();
    let limits = limits.per_account(6);
    assert_eq!(passed(10, |_| limits.check_account("alice")), 6);
    assert_eq!(wait(limits.check_account("alice")), 10 * SECOND);
    for second in 1..10 {
        clock.advance(SECOND);
        assert_eq!(passed(50, |_| limits.check_account("alice")), 0);
        assert_eq!(wait(limits.check_account("alice")), (10 - second) * SECOND);
    }
    clock.advance(SECOND);
    assert_eq!(passed(50, |_| limits.check_account("alice")), 1);
}

#[test]
fn who_has_no_address_is_not_limited_by_it() {
    let (limits, _) = limits();
    assert_eq!(passed(1000, |_| limits.check_peer(None)), 1000);
    // Behind a proxy on a Unix socket, the header has the addresses.
    let proxied = limits.trusted_proxies(TrustedProxies::new(1));
    assert_eq!(passed(1000, |_| proxied.check_request(None, &forwarded_for("203.0.113.1"))), 300);
}

#[test]
fn a_flood_of_addresses_is_bounded_and_meets_only_the_unknown() {
    let (limits, clock) = limits();
    let limits = limits.max_keys(1000);
    let peers = limits.peers.clone().unwrap();
    assert!(limits.check_peer(ip("203.0.113.1")).is_ok());
    // 999 addresses are remembered; the rest share one limit.
    assert_eq!(passed(100_000, |number| limits.check_peer(v6(number << 64))), 999 + 300);
    assert_eq!(peers.keys(), 1000);
    assert!(wait(limits.check_peer(ip("203.0.113.2"))) == SECOND);
    // Whoever was known keeps what is left.
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.1"))), 299);
    // Two seconds later the flood is forgotten, and who has used up its limit is not.
    clock.advance(2 * SECOND);
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.2"))), 300);
    assert_eq!(peers.keys(), 2);
    assert_eq!(passed(1000, |_| limits.check_peer(ip("203.0.113.1"))), 10);
}

#[test]
fn a_flood_that_goes_on_does_not_fill_the_table() {
    let (limits, clock) = limits();
    let peers = limits.peers.clone().unwrap();
    let mut most = 0;
    // Five seconds of 20 000 requests, each from another network.
    for number in 0..100_000_u128 {
        clock.advance(Duration::from_micros(50));
        assert!(limits.check_peer(v6(number << 64)).is_ok());
        most = most.max(peers.keys());
    }
    assert!(most <= 28_001, "{most}");
}

#[test]
fn idle_keys_are_forgotten_and_busy_ones_are_not() {
    let (limits, clock) = limits();
    let accounts = limits.accounts.clone().unwrap();
    assert_eq!(passed(30, |_| limits.check_account("busy")), 30);
    assert_eq!(passed(500, |number| limits.check_account(format!("user-{number}"))), 500);
    assert_eq!(accounts.keys(), 501);
    clock.advance(30 * SECOND);
    assert_eq!(passed(30, |_| limits.check_account("busy")), 15);
    assert_eq!(accounts.keys(), 1);
}

#[test]
fn accounts_are_kept_under_a_hash_of_this_process() {
    let (one, other) = (RateLimits::default(), RateLimits::default());
    assert!(one.account_key(b"alice") == one.account_key(b"alice"));
    assert!(one.account_key(b"alice") != one.account_key(b"bob"));
    assert!(one.account_key(b"alice") != other.account_key(b"alice"), "the salt is not the same twice");
    assert!(!one.account_key(b"alice").0.windows(5).any(|bytes| bytes == b"alice"));
}

#[test]
fn debug_shows_settings_alone_and_the_same_ones_alike() {
    let limits = RateLimits::default().trusted_proxies(TrustedProxies::new(2));
    let before = format!("{limits:?}");
    assert!(limits.check_peer(ip("203.0.113.1")).and(limits.check_account("alice")).is_ok());
    assert_eq!(format!("{limits:?}"), before);
    assert_eq!(before, format!("{:?}", RateLimits::default().trusted_proxies(TrustedProxies::new(2))));
    insta::assert_snapshot!(before, @"RateLimits { per_peer: 300, per_account: 30, max_keys: 100000, trusted_proxies: TrustedProxies { count: 2, written_in: XForwardedFor }, .. }");
}

#[test]
fn the_clock_goes_on_by_itself() {
    let ticks = Ticks::monotonic();
    let start = ticks.now();
    let end = std::time::Instant::now() + SECOND;
    while ticks.now() <= start {
        assert!(std::time::Instant::now() < end, "time passes, the limits' clock does not");
    }
}

/// Adapters hand them from thread to thread.
#[test]
fn limits_can_be_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<RateLimits>();
    shared::<PasskeyHttp>();
}
