//! What a bare verification costs here and now: the one thing that no server can do without.

use super::Failure;
use super::cpu::cpu_of_this_thread;
use ceremony_axum::ceremony::{Curve, Hash, KeyMaterial, RustCrypto, SignatureScheme, SignatureVerifier};
use ceremony_graviola::Graviola;
use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, SigningKey};
use std::time::Duration;

const SCHEME: SignatureScheme = SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256);

/// As long as what an assertion signs.
const MESSAGE: [u8; 69] = [7; 69];

const COUNT: u32 = 2_000;

/// One ES256 verification on each backend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verification {
    pub(crate) graviola: Duration,
    pub(crate) rustcrypto: Duration,
}

pub(crate) fn measure() -> Result<Verification, Failure> {
    let graviola = Graviola::new().ok_or("this processor is too old for graviola, which the driver signs with")?;
    Ok(Verification { graviola: one(&graviola)?, rustcrypto: one(&RustCrypto)? })
}

fn one(verifier: &dyn SignatureVerifier) -> Result<Duration, Failure> {
    let failed = |error: graviola::Error| format!("graviola: {error:?}");
    let key = SigningKey::<P256>::generate().map_err(failed)?;
    let (mut spki, mut signature) = ([0; 256], [0; 128]);
    let (_, point) = key.to_spki_der(&mut spki).map_err(failed)?.split_last_chunk::<64>().ok_or("a short key")?;
    let (x, y) = point.split_at(32);
    let signature = key.sign_asn1::<Sha256>(&[&MESSAGE], &mut signature).map_err(failed)?;
    let before = cpu_of_this_thread()?;
    for _ in 0..COUNT {
        let key = std::hint::black_box(KeyMaterial::Ec2 { x, y });
        verifier.verify(SCHEME, key, &[&MESSAGE], signature).map_err(|error| error.to_string())?;
    }
    Ok(cpu_of_this_thread()?.saturating_sub(before) / COUNT)
}
