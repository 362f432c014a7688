//! The chain rules, one by one; `neg_x..` are those of the negative catalogue.

use super::*;
use std::vec;

/// 2025-01-01T00:00:00Z
pub(super) const NOW: u64 = 1_735_689_600;

pub(super) fn rules() -> PathRules {
    PathRules::new(UnixTime::from_secs(NOW))
}

/// How long the path is, and how many signatures that took.
pub(super) fn follow(chain: &[Vec<u8>], anchors: &[&Vec<u8>], rules: PathRules) -> (Result<usize, ChainFault>, usize) {
    let chain: Vec<_> = chain.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let anchors: TrustAnchors = anchors.iter().map(|der| TrustAnchor::from_der(der).unwrap()).collect();
    let verifier = Toy::default();
    let path = rules.validate(&chain, &anchors, &Revocations::default(), &verifier);
    (path.map(|path| path.len()), verifier.calls())
}

fn refused(fault: ChainFault) -> (Result<usize, ChainFault>, usize) {
    (Err(fault), 0)
}

/// A root with key 1, an intermediate with key 2, a leaf with key 3.
pub(super) struct World {
    pub(super) root: Cert,
    pub(super) intermediate: Cert,
    pub(super) leaf: Cert,
}

pub(super) fn world() -> World {
    World {
        root: Cert::authority("root", "root", 1),
        intermediate: Cert::authority("root", "intermediate", 2),
        leaf: Cert::leaf("intermediate", "leaf", 3),
    }
}

impl World {
    pub(super) fn root(&self) -> Vec<u8> {
        self.root.signed(1)
    }

    pub(super) fn chain(&self) -> Vec<Vec<u8>> {
        vec![self.leaf.signed(2), self.intermediate.signed(1)]
    }

    fn follow(&self) -> (Result<usize, ChainFault>, usize) {
        follow(&self.chain(), &[&self.root()], rules())
    }
}

#[test]
fn a_chain_leads_to_the_anchor_that_issued_its_last() {
    let world = world();
    assert_eq!(world.follow(), (Ok(2), 2));
    // With the root sent, the path ends just as early.
    let mut chain = world.chain();
    chain.push(world.root());
    assert_eq!(follow(&chain, &[&world.root()], rules()), (Ok(2), 2));
    // A leaf straight under the anchor.
    assert_eq!(follow(&[Cert::leaf("root", "leaf", 3).signed(1)], &[&world.root()], rules()), (Ok(1), 1));
}

#[test]
fn an_anchor_may_be_the_leaf_or_an_intermediate() {
    let world = world();
    let chain = world.chain();
    assert_eq!(follow(&chain, &[&chain[0]], rules()), (Ok(1), 0));
    assert_eq!(follow(&chain, &[&chain[1]], rules()), (Ok(1), 1));
    // Whoever issued it, and whichever certificate of its key was sent.
    let sent = Cert { issuer: name("nobody"), ..world.intermediate.clone() };
    let other = Cert { serial: vec![9], ..sent.clone() }.signed(9);
    assert_eq!(follow(&[chain[0].clone(), sent.signed(9)], &[&other], rules()), (Ok(1), 1));
    // What stands behind an anchor is ignored, whatever it is.
    let behind = [chain[0].clone(), chain[1].clone(), Cert::leaf("x", "y", 7).signed(8)];
    assert_eq!(follow(&behind, &[&world.root()], rules()), (Ok(2), 2));
}

#[test]
fn a_leaf_is_an_anchor_by_all_its_bytes() {
    let leaf = world().leaf.signed(2);
    let mut off = leaf.clone();
    *off.last_mut().unwrap() ^= 1;
    assert_eq!(follow(&[leaf], &[&off], rules()), refused(ChainFault::UnknownIssuer));
}

#[test]
fn neg_x01_x02_x03_every_certificate_must_be_valid_now() {
    let validity = |not_before: &str, not_after: &str| (utc(not_before), utc(not_after));
    let cases = [
        (validity("200101000000Z", "241231235959Z"), Some(ChainFault::Expired)),
        (validity("250101000001Z", "300101000000Z"), Some(ChainFault::NotYetValid)),
        (validity("200101000000Z", "250101000000Z"), None),
        (validity("250101000000Z", "300101000000Z"), None),
        ((utc("200101000000Z"), tlv(0x18, b"99991231235959Z")), None),
    ];
    for ((not_before, not_after), fault) in cases {
        let expected = fault.map_or((Ok(2), 2), refused);
        let mut world = world();
        world.leaf = Cert { not_before: not_before.clone(), not_after: not_after.clone(), ..world.leaf };
        assert_eq!(world.follow(), expected, "{world:?}", world = world.leaf);
        // A leaf that is its own anchor is judged as a leaf.
        let chain = world.chain();
        let own = fault.map_or((Ok(1), 0), refused);
        assert_eq!(follow(&chain, &[&chain[0]], rules()), own);

        let mut world = self::world();
        world.intermediate =
            Cert { not_before: not_before.clone(), not_after: not_after.clone(), ..world.intermediate };
        assert_eq!(world.follow(), expected);
        // As an anchor it counts all the same, unless its validity is asked for.
        let chain = world.chain();
        assert_eq!(follow(&chain, &[&chain[1]], rules()), (Ok(1), 1));
        let checked = rules().check_anchor_validity(true);
        assert_eq!(follow(&chain, &[&chain[1]], checked), fault.map_or((Ok(1), 1), refused));

        let mut world = self::world();
        world.root = Cert { not_before, not_after, ..world.root };
        assert_eq!(world.follow(), (Ok(2), 2));
        assert_eq!(follow(&world.chain(), &[&world.root()], checked), expected);
    }
    // The last second counts as a whole.
    let mut world = world();
    world.leaf.not_after = utc("250101000000Z");
    for (millis, expected) in [(999, (Ok(2), 2)), (1000, refused(ChainFault::Expired))] {
        let now = UnixTime::from_millis(NOW * 1000 + millis);
        assert_eq!(follow(&world.chain(), &[&world.root()], PathRules::new(now)), expected);
    }
    // No time is too late to be compared.
    let never = PathRules::new(UnixTime::from_millis(u64::MAX));
    assert_eq!(follow(&world.chain(), &[&world.root()], never), refused(ChainFault::Expired));
}

#[test]
fn a_renewed_anchor_stands_in_for_an_expired_copy() {
    let world = world();
    let expired = Cert { not_after: utc("240101000000Z"), serial: vec![7], ..world.root.clone() }.signed(1);
    let rules = rules().check_anchor_validity(true);
    assert_eq!(follow(&world.chain(), &[&expired, &world.root()], rules), (Ok(2), 2));
    assert_eq!(follow(&world.chain(), &[&expired], rules), refused(ChainFault::Expired));
}

#[test]
fn neg_x04_x05_x06_order_gaps_and_unknown_roots() {
    let world = world();
    let (root, chain) = (world.root(), world.chain());
    let second = Cert::authority("intermediate", "second", 4).signed(2);
    let leaf = Cert::leaf("second", "leaf", 3).signed(4);
    // In the right order it is a path; in another one it is not.
    let right = [leaf.clone(), second.clone(), chain[1].clone()];
    assert_eq!(follow(&right, &[&root], rules()), (Ok(3), 3));
    let wrong = [leaf.clone(), chain[1].clone(), second.clone()];
    assert_eq!(follow(&wrong, &[&root], rules()), refused(ChainFault::NameMismatch));
    // Without the one in the middle, or at the end.
    assert_eq!(follow(&[leaf.clone(), chain[1].clone()], &[&root], rules()), refused(ChainFault::NameMismatch));
    assert_eq!(follow(&[leaf, second], &[&root], rules()), refused(ChainFault::UnknownIssuer));
    // Under another root nothing is verified.
    let other = Cert::authority("other", "other", 1).signed(1);
    assert_eq!(follow(&chain, &[&other], rules()), refused(ChainFault::UnknownIssuer));
    assert_eq!(follow(&[chain.clone(), vec![root]].concat(), &[&other], rules()), refused(ChainFault::UnknownIssuer));
}

#[test]
fn neg_x07_x09_an_issuer_must_be_a_ca() {
    let refuse = |change: &dyn Fn(&mut Cert), fault| {
        let mut world = world();
        change(&mut world.intermediate);
        assert_eq!(world.follow(), refused(fault));
        // As an anchor it is not judged.
        let chain = world.chain();
        assert_eq!(follow(&chain, &[&chain[1]], rules()), (Ok(1), 1));
    };
    refuse(&|cert| cert.extensions[0] = basic_constraints(false, None), ChainFault::NotCa);
    refuse(&|cert| drop(cert.extensions.remove(0)), ChainFault::NotCa);
    refuse(&|cert| cert.extensions[1] = extension(15, true, &[0x03, 0x02, 0x07, 0x80]), ChainFault::NotCa);
    refuse(&|cert| cert.extensions[1] = extension(15, true, &[0x03, 0x02, 0x01, 0x82]), ChainFault::NotCa);
    refuse(&|cert| cert.extensions[1] = extension(15, true, &[0x03, 0x01, 0x00]), ChainFault::NotCa);
    let old = |version| {
        move |cert: &mut Cert| {
            cert.version = version;
            cert.extensions.clear();
        }
    };
    refuse(&old(None), ChainFault::NotCa);
    refuse(&old(Some(1)), ChainFault::NotCa);
    let malformed = ChainFault::Certificate(CertificateFault::BasicConstraints);
    refuse(&|cert| cert.extensions[0] = extension(19, true, &[0x30, 0x01, 0x01]), malformed);
    let malformed = ChainFault::Certificate(CertificateFault::Der);
    refuse(&|cert| cert.extensions[1] = extension(15, true, &[0x04, 0x02, 0x01, 0x06]), malformed);

    // Without keyUsage, everything is allowed; and the extended one is not judged, nor is anything of a leaf.
    let mut world = world();
    world.intermediate.extensions[1] = extension(37, true, &seq(&[&tlv(0x06, &[0x2b, 0x01])]));
    world.leaf.version = None;
    world.leaf.extensions.clear();
    assert_eq!(world.follow(), (Ok(2), 2));
}

#[test]
fn neg_x08_path_length() {
    let path = |most: u8, between: &[Cert]| {
        let top = Cert { extensions: vec![basic_constraints(true, Some(most))], ..Cert::authority("root", "a", 2) };
        let mut chain = vec![Cert::leaf("a", "leaf", 3).signed(2)];
        chain.extend(between.iter().map(|cert| cert.signed(2)));
        chain.push(top.signed(1));
        follow(&chain, &[&world().root()], rules())
    };
    assert_eq!(path(0, &[]), (Ok(2), 2));
    // Self-issued ones are not counted.
    let same = Cert::authority("a", "a", 2);
    assert_eq!(path(0, &[same.clone(), Cert { serial: vec![7], ..same.clone() }]), (Ok(4), 4));
    let chain = |most| {
        let top = Cert { extensions: vec![basic_constraints(true, Some(most))], ..Cert::authority("root", "a", 2) };
        let middle = Cert::authority("a", "b", 4);
        let chain = [Cert::leaf("b", "b", 3).signed(4), middle.signed(2), same.signed(2), top.signed(1)];
        follow(&chain, &[&world().root()], rules())
    };
    assert_eq!(chain(0), refused(ChainFault::PathLength));
    assert_eq!(chain(1), (Ok(4), 4));
    // An anchor's own limit is not judged.
    let mut world = world();
    world.root.extensions[0] = basic_constraints(true, Some(0));
    assert_eq!(world.follow(), (Ok(2), 2));
}

#[test]
fn neg_x10_critical_extensions() {
    let with = |extension: Vec<u8>| {
        let (mut leaf, mut intermediate, mut root) = (world(), world(), world());
        leaf.leaf = leaf.leaf.with(extension.clone());
        intermediate.intermediate = intermediate.intermediate.with(extension.clone());
        root.root = root.root.with(extension);
        // Of an anchor none is judged.
        assert_eq!(root.follow(), (Ok(2), 2));
        assert_eq!(leaf.follow(), intermediate.follow());
        leaf.follow()
    };
    for known in [17, 32, 37] {
        assert_eq!(with(extension(known, true, &[])), (Ok(2), 2), "{known}");
    }
    for unknown in [14, 18, 31, 35, 46, 70] {
        assert_eq!(with(extension(unknown, true, &[])), refused(ChainFault::Extension), "{unknown}");
        assert_eq!(with(extension(unknown, false, &[])), (Ok(2), 2), "{unknown}");
    }
    for constraint in [30, 33, 36, 54] {
        for critical in [false, true] {
            assert_eq!(with(extension(constraint, critical, &[])), refused(ChainFault::Extension), "{constraint}");
        }
    }
}

#[test]
fn neg_x12_an_anchor_inside_the_chain_is_refused_on_demand() {
    let world = world();
    let strict = rules().refuse_anchor_in_chain(true);
    let mut chain = world.chain();
    assert_eq!(follow(&chain, &[&world.root()], strict), (Ok(2), 2));
    assert_eq!(follow(&chain, &[&chain[1]], strict), refused(ChainFault::AnchorInChain));
    // Another certificate of its name and key is no anchor.
    let renewed = Cert { serial: vec![9], ..world.intermediate.clone() }.signed(9);
    assert_eq!(follow(&chain, &[&renewed], strict), (Ok(1), 1));
    // Trusted itself, a leaf can't but be sent.
    assert_eq!(follow(&chain, &[&chain[0]], strict), (Ok(1), 0));
    chain.push(world.root());
    assert_eq!(follow(&chain, &[&world.root()], strict), refused(ChainFault::AnchorInChain));
    // With its signature written another way it is no other certificate.
    let mut rewritten = chain.to_vec();
    *rewritten.last_mut().unwrap().last_mut().unwrap() ^= 1;
    assert_eq!(follow(&rewritten, &[&world.root()], strict), refused(ChainFault::AnchorInChain));
}

#[test]
fn neg_x13_a_certificate_twice() {
    let world = world();
    let chain = world.chain();
    let leaf_twice = [chain[0].clone(), chain[0].clone(), chain[1].clone()];
    assert_eq!(follow(&leaf_twice, &[&world.root()], rules()), refused(ChainFault::Duplicate));
    // Behind the path's end as well.
    let last_twice = [chain[0].clone(), chain[1].clone(), chain[1].clone()];
    assert_eq!(follow(&last_twice, &[&world.root()], rules()), refused(ChainFault::Duplicate));
    let mut rewritten = last_twice.to_vec();
    *rewritten.last_mut().unwrap().last_mut().unwrap() ^= 1;
    assert_eq!(follow(&rewritten, &[&world.root()], rules()), refused(ChainFault::Duplicate));
}

#[test]
fn neg_x14_a_name_is_not_a_key() {
    let world = world();
    let impostor = Cert::authority("root", "root", 9).signed(9);
    assert_eq!(follow(&world.chain(), &[&impostor], rules()), (Err(ChainFault::Signature), 1));
    // Several anchors of one name are tried, one key once.
    let renewed = Cert { serial: vec![7], ..Cert::authority("root", "root", 9) }.signed(9);
    assert_eq!(follow(&world.chain(), &[&impostor, &renewed, &world.root()], rules()), (Ok(2), 3));
    // A key of another type under the name costs nothing.
    let ed25519 = seq(&[&seq(&[&tlv(0x06, &[0x2b, 0x65, 0x70])]), &bits(&[9; 32])]);
    let other_type = Cert { key: ed25519, ..Cert::authority("root", "root", 9) }.signed(9);
    assert_eq!(follow(&world.chain(), &[&other_type, &world.root()], rules()), (Ok(2), 2));
    assert_eq!(follow(&world.chain(), &[&other_type], rules()), refused(ChainFault::Algorithm));
    // An impostor below the root, and a forged leaf.
    let chain = [world.leaf.signed(2), world.intermediate.signed(9)];
    assert_eq!(follow(&chain, &[&world.root()], rules()), (Err(ChainFault::Signature), 1));
    let chain = [world.leaf.signed(9), world.intermediate.signed(1)];
    assert_eq!(follow(&chain, &[&world.root()], rules()), (Err(ChainFault::Signature), 2));
}

#[test]
fn a_cross_signed_root_is_followed_past_an_anchor_of_its_name() {
    let world = world();
    let impostor = Cert::authority("root", "root", 9).signed(9);
    let cross = Cert::authority("old", "root", 1).signed(5);
    let old = Cert::authority("old", "old", 5).signed(5);
    let chain = [world.chain(), vec![cross]].concat();
    assert_eq!(follow(&chain, &[&impostor, &old], rules()), (Ok(3), 4));
    // Where that leads nowhere either, the first fault is told.
    assert_eq!(follow(&chain, &[&impostor], rules()), (Err(ChainFault::Signature), 1));
}

#[test]
fn neg_x15_revoked() {
    let world = world();
    let ders = world.chain();
    let chain: Vec<_> = ders.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let anchors: TrustAnchors = [TrustAnchor::from_der(world.root()).unwrap()].into_iter().collect();
    // The anchor is not sent, and counts as little.
    for revoked in ders.iter().chain([&world.root()]) {
        let revocations = Revocations::default().with_certificate(revoked);
        let path = rules().validate(&chain, &anchors, &revocations, &Toy::default());
        assert_eq!(path.map(drop), Err(ChainFault::Revoked));
    }
}

#[test]
fn neg_x16_chains_have_eight_certificates_at_most() {
    let top = Cert::authority("root", "a", 2);
    let same = |number: u8| Cert { serial: vec![number], ..Cert::authority("a", "a", 2) };
    let chain = |count: u8| {
        let mut chain = vec![Cert::leaf("a", "leaf", 3).signed(2)];
        chain.extend((2..count).map(|number| same(number).signed(2)));
        chain.push(top.signed(1));
        follow(&chain, &[&world().root()], rules())
    };
    assert_eq!(chain(8), (Ok(8), 8));
    assert_eq!(chain(9), refused(ChainFault::TooLong));
    assert_eq!(chain(30), refused(ChainFault::TooLong));
    assert_eq!(follow(&[], &[&world().root()], rules()), refused(ChainFault::Empty));
}

#[test]
fn neg_x17_without_anchors_nothing_is_trusted() {
    assert_eq!(follow(&world().chain(), &[], rules()), refused(ChainFault::NoAnchors));
}

#[test]
fn anchors_for_something_else_do_not_count() {
    let world = world();
    let ders = world.chain();
    let chain: Vec<_> = ders.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let root = TrustAnchor::from_der(world.root()).unwrap();
    let limited =
        [root.clone().for_format(crate::AttestationFormat::Packed), root.for_aaguid(crate::Aaguid::new([1; 16]))];
    for anchor in limited {
        let anchors = [anchor].into_iter().collect();
        let path = rules().validate(&chain, &anchors, &Revocations::default(), &Toy::default());
        assert_eq!(path.map(drop), Err(ChainFault::NoAnchors));
    }
}

#[test]
fn hostile_chains_stop_at_the_budget() {
    // Every anchor bears the name that every certificate bears, and none has the key.
    let anchors: Vec<_> = (10..60).map(|number| Cert::authority("a", "a", number).signed(number)).collect();
    let anchors: Vec<_> = anchors.iter().collect();
    let chain: Vec<_> =
        (1..9).map(|number| Cert { serial: vec![number], ..Cert::authority("a", "a", 2) }.signed(2)).collect();
    assert_eq!(follow(&chain, &anchors, rules()), (Err(ChainFault::Budget), 16));

    // What is left counts, across chains.
    let world = world();
    let ders = world.chain();
    let chain: Vec<_> = ders.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let anchor = TrustAnchor::from_der(world.root()).unwrap();
    let (verifier, mut budget) = (Toy::default(), Budget(3));
    let mut run = || {
        validate(&chain, core::iter::once(&anchor), &Revocations::default(), &rules(), &verifier, &mut budget).map(drop)
    };
    assert_eq!(run(), Ok(()));
    assert_eq!(run(), Err(ChainFault::Budget));
    assert_eq!(verifier.calls(), 3);
}
