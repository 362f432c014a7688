use super::super::testing::der::{enumerated, explicit, integer, octets, sequence, set};
use super::super::testing::{
    Cert, Members, RS256_COSE_MODULUS, Value, Verdict, World, attestation_key, cose_rsa, credential_key, sign,
};
use super::key_description::KEY_DESCRIPTION;
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason as Reason};
use crate::policy::AttestationFormat;
use std::vec;
use std::vec::Vec;

const ACCEPTED: Verdict = Ok(AttestationType::Basic);
const REFUSED: Verdict = Err(Reason::AttestationCertificate(CertificateFault::FormatExtension));
const NULL: &[u8] = &[0x05, 0x00];

/// A key description to be; as in the test vectors to begin with.
struct Description {
    version: u16,
    levels: [u16; 2],
    challenge: Vec<u8>,
    software: Vec<Vec<u8>>,
    tee: Vec<Vec<u8>>,
}

fn purposes(purposes: &[u16]) -> Vec<u8> {
    explicit(1, &set(&purposes.iter().copied().map(integer).collect::<Vec<_>>()))
}

fn origin(origin: u16) -> Vec<u8> {
    explicit(702, &integer(origin))
}

fn all_applications() -> Vec<u8> {
    explicit(600, NULL)
}

impl Description {
    fn new(world: &World) -> Self {
        Self {
            version: 300,
            levels: [0, 0],
            challenge: world.client_data_hash.to_vec(),
            software: vec![],
            tee: vec![purposes(&[2]), origin(0)],
        }
    }

    fn software(self, software: &[Vec<u8>]) -> Self {
        Self { software: software.to_vec(), ..self }
    }

    fn tee(self, tee: &[Vec<u8>]) -> Self {
        Self { tee: tee.to_vec(), ..self }
    }

    fn fields(&self) -> Vec<Vec<u8>> {
        vec![
            integer(self.version),
            enumerated(self.levels[0]),
            integer(0),
            enumerated(self.levels[1]),
            octets(&self.challenge),
            octets(&[]),
            sequence(&self.software),
            sequence(&self.tee),
        ]
    }

    fn statement(&self, world: &World) -> Members {
        with_extension(world, sequence(&self.fields()))
    }
}

fn with_extension(world: &World, value: Vec<u8>) -> Members {
    statement(world, &Cert::leaf(&credential_key()).with(KEY_DESCRIPTION, false, value))
}

fn statement(world: &World, certificate: &Cert) -> Members {
    Members::new([
        ("alg", Value::Int(-7)),
        ("sig", Value::Bytes(sign(&credential_key(), &world.signed()))),
        ("x5c", Value::x5c(&[certificate.der()])),
    ])
}

fn verify(world: &World, statement: &Members) -> Verdict {
    world.verify(AttestationFormat::AndroidKey, statement)
}

/// The verdict on a description in the default world.
fn judge(description: impl FnOnce(Description) -> Description) -> Verdict {
    let world = World::new();
    verify(&world, &description(Description::new(&world)).statement(&world))
}

#[test]
fn a_statement_as_in_the_test_vectors_is_accepted() {
    assert_eq!(judge(|description| description), ACCEPTED);
    // Other purposes may stand beside SIGN.
    assert_eq!(judge(|description| description.tee(&[purposes(&[2, 3]), origin(0)])), ACCEPTED);
    for version in [1, 4, 100, 400, 500] {
        assert_eq!(judge(|description| Description { version, ..description }), ACCEPTED);
    }
}

#[test]
fn statement_has_its_three_members_and_no_others() {
    let world = World::new();
    let good = Description::new(&world).statement(&world);
    for wrong in [
        good.clone().without("alg"),
        good.clone().without("sig"),
        good.clone().without("x5c"),
        good.clone().with("alg", Value::Text("ES256")),
        good.clone().with("sig", Value::Bytes(vec![])),
        good.clone().with("sig", Value::Int(0)),
        good.clone().with("x5c", Value::x5c(&[])),
        good.with("ver", Value::Text("2.0")),
    ] {
        assert_eq!(verify(&world, &wrong), Err(Reason::AttestationStatement));
    }
}

#[test]
fn the_algorithm_is_the_credentials() {
    let world = World::new();
    let good = Description::new(&world).statement(&world);
    for alg in [-257, -35, -8, 0, i64::MIN + 1] {
        assert_eq!(verify(&world, &good.clone().with("alg", Value::Int(alg))), Err(Reason::AttestationAlgorithm));
    }
    // RSA keys sign in several ways, and this one is registered for RS256.
    let world = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1])).with_stub_verifier();
    let extension = sequence(&Description::new(&world).fields());
    let rsa = statement(&world, &Cert::of_rsa(&RS256_COSE_MODULUS).with(KEY_DESCRIPTION, false, extension))
        .with("sig", Value::Bytes(b"good".to_vec()));
    for (alg, verdict) in
        [(-257, ACCEPTED), (-258, Err(Reason::AttestationAlgorithm)), (-37, Err(Reason::AttestationAlgorithm))]
    {
        assert_eq!(verify(&world, &rsa.clone().with("alg", Value::Int(alg))), verdict);
    }
}

#[test]
fn neg_n01_no_extension() {
    let world = World::new();
    assert_eq!(verify(&world, &statement(&world, &Cert::leaf(&credential_key()))), REFUSED);
}

#[test]
fn neg_n02_extension_of_another_shape() {
    let world = World::new();
    let fields = Description::new(&world).fields();
    let good = sequence(&fields);
    let mut wrong = vec![vec![], octets(&good), [&good, NULL].concat(), good[..good.len() - 1].to_vec()];
    for at in 0..fields.len() {
        let mut without = fields.clone();
        without.remove(at);
        wrong.push(sequence(&without));
        let mut other_type = fields.clone();
        other_type[at] = NULL.to_vec();
        wrong.push(sequence(&other_type));
    }
    wrong.push(sequence(&[fields.clone(), vec![NULL.to_vec()]].concat()));
    for value in wrong {
        assert_eq!(verify(&world, &with_extension(&world, value)), REFUSED);
    }
}

#[test]
fn neg_n02_fields_of_another_shape() {
    for tee in [
        [explicit(1, &integer(2)), origin(0)],
        [explicit(1, &set(&[octets(&[2])])), origin(0)],
        [explicit(1, &[set(&[integer(2)]), NULL.to_vec()].concat()), origin(0)],
        [purposes(&[2]), explicit(702, NULL)],
        [purposes(&[2]), explicit(702, &[integer(0), integer(0)].concat())],
        [purposes(&[2]), explicit(702, &[])],
    ] {
        assert_eq!(judge(|description| description.tee(&tee)), REFUSED);
    }
    // A field that is there twice: the good one first, or last.
    for tee in [
        [purposes(&[2]), origin(0), origin(2)],
        [purposes(&[2]), origin(2), origin(0)],
        [purposes(&[2]), purposes(&[2]), origin(0)],
    ] {
        assert_eq!(judge(|description| description.tee(&tee)), REFUSED);
    }
}

#[test]
fn neg_n03_another_challenge() {
    for challenge in [vec![0xde; 32], vec![], vec![0xdd; 31], vec![0xdd; 33]] {
        assert_eq!(judge(|description| Description { challenge, ..description }), Err(Reason::AttestationBinding));
    }
}

#[test]
fn neg_n04_certificate_of_another_key() {
    let world = World::new();
    let extension = sequence(&Description::new(&world).fields());
    let wrong = statement(&world, &Cert::leaf(&attestation_key()).with(KEY_DESCRIPTION, false, extension))
        .with("sig", Value::Bytes(sign(&attestation_key(), &world.signed())));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationKeyMismatch));
}

#[test]
fn neg_n05_all_applications_in_software() {
    assert_eq!(judge(|description| description.software(&[all_applications()])), REFUSED);
}

#[test]
fn neg_n06_all_applications_in_the_tee() {
    assert_eq!(judge(|description| description.tee(&[purposes(&[2]), all_applications(), origin(0)])), REFUSED);
}

#[test]
fn neg_n07_imported_key() {
    for other in [1, 2, 3, 4, 128, 256] {
        assert_eq!(judge(|description| description.tee(&[purposes(&[2]), origin(other)])), REFUSED, "{other}");
    }
}

#[test]
fn neg_n08_no_origin() {
    // Absent is not GENERATED, although that is 0; nor is an empty list any better.
    assert_eq!(judge(|description| description.tee(&[purposes(&[2])])), REFUSED);
    assert_eq!(judge(|description| description.tee(&[])), REFUSED);
}

#[test]
fn neg_n09_what_only_software_enforces() {
    let world = World::new();
    let lenient = world.under(|policy| policy.android_software_enforced(true));
    let good = [purposes(&[2]), origin(0)];
    for (software, tee) in [(&good[..1], &good[1..]), (&good[1..], &good[..1]), (&good[..], &good[..0])] {
        let statement = Description::new(&world).software(software).tee(tee).statement(&world);
        assert_eq!(verify(&world, &statement), REFUSED);
        assert_eq!(verify(&lenient, &statement), ACCEPTED);
    }
    // In the union, one list may not say otherwise than the other.
    let statement = Description::new(&world).software(&[origin(2)]).statement(&world);
    assert_eq!(verify(&world, &statement), ACCEPTED);
    assert_eq!(verify(&lenient, &statement), REFUSED);
    let nothing = Description::new(&world).tee(&[]).statement(&world);
    assert_eq!(verify(&lenient, &nothing), REFUSED);
}

#[test]
fn neg_n10_purposes_without_sign() {
    for other in [&[][..], &[0], &[3], &[0, 1, 3, 7]] {
        assert_eq!(judge(|description| description.tee(&[purposes(other), origin(0)])), REFUSED);
    }
}

#[test]
fn neg_n10_purposes_beside_sign_by_policy() {
    let strict = World::new().under(|policy| policy.android_only_sign(true));
    let statement = |list| Description::new(&strict).tee(&[purposes(list), origin(0)]).statement(&strict);
    assert_eq!(verify(&strict, &statement(&[2])), ACCEPTED);
    for list in [&[2, 3][..], &[0, 2], &[3], &[]] {
        assert_eq!(verify(&strict, &statement(list)), REFUSED);
    }
    // With the union, what software adds counts as well.
    let union = strict.under(|policy| policy.android_software_enforced(true));
    let added = Description::new(&union).software(&[purposes(&[3])]).statement(&union);
    assert_eq!(verify(&strict, &added), ACCEPTED);
    assert_eq!(verify(&union, &added), REFUSED);
}

#[test]
fn neg_n11_no_purpose() {
    assert_eq!(judge(|description| description.tee(&[origin(0)])), REFUSED);
}

#[test]
fn neg_n12_signature() {
    let world = World::new();
    let good = Description::new(&world).statement(&world);
    for sig in [sign(&attestation_key(), &world.signed()), sign(&credential_key(), &world.auth_data), vec![1]] {
        assert_eq!(verify(&world, &good.clone().with("sig", Value::Bytes(sig))), Err(Reason::AttestationSignature));
    }
}

#[test]
fn neg_n17_unknown_fields_hide_nothing() {
    // Below 31, above it, between the known ones, and of any contents.
    let unknown = [explicit(9, NULL), explicit(130, &octets(&[0xff; 200])), explicit(599, &[]), explicit(16_000, NULL)];
    let good = [&[purposes(&[2])][..], &unknown, &[origin(0)], &unknown].concat();
    assert_eq!(judge(|description| description.tee(&good)), ACCEPTED);
    let bad = [&[purposes(&[2])][..], &unknown, &[all_applications(), origin(0)]].concat();
    assert_eq!(judge(|description| description.tee(&bad)), REFUSED);
    let bad = [&unknown[..], &[all_applications()]].concat();
    assert_eq!(judge(|description| description.software(&bad)), REFUSED);
    let bad = [&[purposes(&[2])][..], &unknown, &[origin(2)]].concat();
    assert_eq!(judge(|description| description.tee(&bad)), REFUSED);
}

#[test]
fn security_levels_count_by_policy() {
    let strict = World::new().under(|policy| policy.android_hardware_level(true));
    for (levels, verdict) in [
        ([1, 1], ACCEPTED),
        ([2, 2], ACCEPTED),
        ([1, 2], ACCEPTED),
        ([0, 1], REFUSED),
        ([1, 0], REFUSED),
        ([0, 0], REFUSED),
        ([3, 1], REFUSED),
        ([100, 100], REFUSED),
    ] {
        let statement = Description { levels, ..Description::new(&strict) }.statement(&strict);
        assert_eq!(verify(&strict, &statement), verdict, "{levels:?}");
        assert_eq!(judge(|description| Description { levels, ..description }), ACCEPTED);
    }
}

#[test]
fn every_changed_byte_is_seen() {
    let world = World::new();
    let sig = sign(&credential_key(), &world.signed());
    let statement = Description::new(&world).statement(&world);
    world.assert_covers(AttestationFormat::AndroidKey, &statement, &[&sig, &world.client_data_hash, &purposes(&[2])]);
}

/// Who imports a key into the keystore to attest others with gets a genuine certificate for it, a CA's, whose own
/// description says that it was imported. With that key a description of anything can be signed.
#[test]
fn neg_n16_a_key_that_the_keystore_attested_certifies_no_other() {
    let world = World::new();
    let description = Description::new(&world);
    let leaf = Cert::leaf(&credential_key()).with(KEY_DESCRIPTION, false, sequence(&description.fields()));
    let authority =
        Cert::leaf(&attestation_key()).with(Cert::BASIC_CONSTRAINTS, true, sequence(&[vec![0x01, 0x01, 0xff]]));
    let imported = sequence(&description.tee(&[purposes(&[7]), origin(2)]).fields());
    let application = authority.clone().with(KEY_DESCRIPTION, false, imported);
    let chain = |issuers: &[&Cert]| {
        let certificates = [&leaf].iter().chain(issuers).map(|certificate| certificate.der()).collect::<Vec<_>>();
        let sig = Value::Bytes(sign(&credential_key(), &world.signed()));
        verify(&world, &Members::new([("alg", Value::Int(-7)), ("sig", sig), ("x5c", Value::x5c(&certificates))]))
    };
    assert_eq!(chain(&[&authority]), ACCEPTED);
    assert_eq!(chain(&[&application]), REFUSED);
    assert_eq!(chain(&[&application, &authority]), REFUSED);
    assert_eq!(chain(&[&authority, &application]), REFUSED);
}
