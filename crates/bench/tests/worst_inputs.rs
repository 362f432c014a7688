//! What the worst inputs that are known take, in allocations, bytes and signatures: bounds that a busy machine does not move.
//! `crates/instructions` counts the instructions of the worst of them.

#![allow(clippy::expect_used, missing_docs)]

use allocation_counter::{AllocationInfo, measure};
use ceremony_bench::case::Case;
use ceremony_bench::hostile;
use ceremony_bench::recorder::Check;

/// Whose bytes they are.
#[derive(Debug, PartialEq, Eq)]
enum From {
    /// Anybody's: a response.
    Anybody,
    /// The server's: records, states, and lists of credentials from its own database.
    Server,
}

impl From {
    fn of(case: &Case) -> Self {
        let own = ["record: ", "state: ", "begin: "].iter().any(|kind| case.name.starts_with(kind));
        if own || case.name.contains(" other credentials") { Self::Server } else { Self::Anybody }
    }
}

/// What a case took, beside what its signatures and keys take alone.
struct Taken {
    name: String,
    bytes: u64,
    whole: AllocationInfo,
    checks: AllocationInfo,
    signatures: usize,
    from: From,
}

impl Taken {
    fn by(case: &Case) -> Self {
        let checks = case.checks();
        let signatures = checks.iter().filter(|check| Check::is_signature(check)).count();
        let whole = measure(|| drop(case.verdict()));
        let checks = measure(|| _ = checks.iter().filter(|check| check.again()).count());
        let (name, bytes) = (case.name.clone(), u64::try_from(case.bytes).expect("64 bits"));
        Self { name, bytes, whole, checks, signatures, from: From::of(case) }
    }

    /// Allocations that are ours.
    fn allocations(&self) -> u64 {
        self.whole.count_total.saturating_sub(self.checks.count_total)
    }
}

fn worst(from: &From) -> Vec<Taken> {
    let taken = hostile::all().iter().map(Taken::by).filter(|taken| taken.from == *from).collect::<Vec<_>>();
    assert!(taken.len() >= 10, "{from:?}: only {}", taken.len());
    taken
}

/// About 130 for an honest registration and 20 for a sign-in; an extension output or a certificate is worth a few, a byte of
/// JSON or CBOR is worth none.
#[test]
fn what_anybody_sends_takes_few_allocations_and_at_most_twice_its_size() {
    for taken in worst(&From::Anybody) {
        let (name, bytes, checks) = (&taken.name, taken.bytes, taken.checks.bytes_max);
        let allowed = 200 + bytes / 16;
        assert!(taken.allocations() <= allowed, "{name}: {} allocations, {allowed} allowed", taken.allocations());
        // A quarter of the input and 20 KiB, but for one long number: serde_json with `float_roundtrip`, which another
        // package of a build may switch on, keeps its digits.
        let allowed = 20 * 1024 + 2 * bytes + checks;
        assert!(taken.whole.bytes_max <= allowed, "{name}: {} bytes, {allowed} allowed", taken.whole.bytes_max);
    }
}

/// Four statements with one signature each and sixteen of certificates between them.
#[test]
fn what_anybody_sends_takes_at_most_twenty_signatures() {
    let taken = worst(&From::Anybody);
    for Taken { name, signatures, .. } in &taken {
        assert!(*signatures <= 20, "{name}: {signatures} signatures");
        assert!(*signatures <= 1 || !name.starts_with("sign-in"), "{name}: {signatures} signatures");
    }
    assert!(taken.iter().any(|taken| taken.signatures == 20), "the bound is reached by an input that is known");
}

#[test]
fn what_the_server_keeps_is_read_with_less_than_an_allocation_a_byte() {
    for taken in worst(&From::Server) {
        let (name, bytes) = (&taken.name, taken.bytes);
        // A list of 256 credentials is not in the bytes: what is allocated for it depends on its length alone.
        let allowed = 2_000 + bytes;
        assert!(taken.allocations() <= allowed, "{name}: {} allocations, {allowed} allowed", taken.allocations());
        let allowed = 576 * 1024 + 16 * bytes;
        assert!(taken.whole.bytes_max <= allowed, "{name}: {} bytes, {allowed} allowed", taken.whole.bytes_max);
    }
}
