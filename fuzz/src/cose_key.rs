//! COSE_Keys: any bytes, where an authenticator's key stands.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted). What is read is well formed to a recursive
//! model of CBOR and has the algorithm, type, curve and numbers that ciborium finds; what strict reading takes, lax reading
//! takes alike. The bytes are kept, and the quick form gives the same key back. The verifiers agree whether the key is usable,
//! and none accepts a signature of nothing with it. A quick form that belongs to other bytes never panics, and its numbers are
//! pieces of the bytes.

use crate::support::bounds::Bounds;
use crate::support::cbor::{self, Limits};
use crate::support::cose::Key;
use crate::support::verifier::numbers;
use ceremony::{CredentialPublicKey, RustCrypto, SignatureVerifier};
use ceremony_aws_lc::AwsLc;
use ceremony_graviola::Graviola;

fn compare(key: &CredentialPublicKey, data: &[u8]) {
    let item = cbor::item(data, Limits::KEY).expect("well formed");
    assert_eq!(item.len, data.len());
    let read = Key::read(data).expect("a key");
    assert_eq!(key.as_cose(), data);
    assert_eq!((key.algorithm().id(), key.algorithm().scheme()), (read.algorithm, read.scheme));
    assert_eq!(key.material(), read.material());
    key.material().check_shape(read.scheme).expect("the shape");
    let quick = CredentialPublicKey::from_quick(data.to_vec(), &key.quick()).expect("its own quick form");
    assert_eq!(&quick, key);
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let lax = Bounds::PARSE.hold(data.len(), || CredentialPublicKey::from_cose(data, false));
    let strict = Bounds::PARSE.hold(data.len(), || CredentialPublicKey::from_cose(data, true));
    assert!(strict.is_err() || lax == strict, "strict reading takes what lax reading does not");
    if let Some((quick, cose)) = data.split_at_checked(13)
        && let Ok(key) = Bounds::PARSE.hold(data.len(), || CredentialPublicKey::from_quick(cose.to_vec(), quick))
    {
        assert_eq!((key.as_cose(), &key.quick()[..]), (cose, quick));
        let (first, second) = numbers(key.material());
        let is_piece = |number: &[u8]| number.is_empty() || cose.windows(number.len()).any(|window| window == number);
        assert!(is_piece(first) && is_piece(second), "numbers from nowhere");
    }
    let Ok(key) = lax else { return };
    compare(&key, data);

    let (scheme, material) = (key.algorithm().scheme(), key.material());
    let graviola = Graviola::new().expect("graviola needs a newer processor");
    let verifiers: [&dyn SignatureVerifier; 3] = [&RustCrypto, &graviola, &AwsLc];
    let verdicts =
        verifiers.map(|verifier| Bounds::VERIFY.hold(data.len(), || verifier.check_key(scheme, material).is_ok()));
    assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{scheme:?}: {verdicts:?}");
    for verifier in verifiers {
        // Whatever the key: a signature of zeros holds for none.
        let verdict = Bounds::VERIFY.hold(data.len(), || verifier.verify(scheme, material, &[b"message"], &[0; 64]));
        assert!(verdict.is_err(), "{scheme:?}: a signature of zeros");
    }
}
