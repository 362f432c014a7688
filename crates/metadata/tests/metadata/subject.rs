//! Stored credentials to be judged.

use crate::pki;
use crate::service::AAGUID;
use ceremony::{
    Aaguid, AttestationType, CredentialId, CredentialPublicKey, CredentialRecord, RelyingParty, Tenant, UnixTime,
    UserHandle,
};

/// An ES256 key in COSE.
pub(crate) fn cose(key: &p256::ecdsa::SigningKey) -> Vec<u8> {
    let point = pki::point(key);
    [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..], &point[1..33], &[0x22, 0x58, 0x20], &point[33..65]].concat()
}

/// A credential of the listed make, with trusted packed attestation.
pub(crate) fn record() -> CredentialRecord {
    let rp = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().expect("works");
    let mut record = CredentialRecord::new(
        Tenant::default(),
        rp.id().clone(),
        UserHandle::new([7; 64]).expect("64 bytes"),
        CredentialId::new([9; 16]).expect("16 bytes"),
        CredentialPublicKey::from_cose(&cose(&pki::key(20)), true).expect("a key"),
        UnixTime::from_secs(1_795_000_000),
    );
    record.aaguid = Aaguid::parse(AAGUID).expect("a UUID");
    record.fmt = "packed".into();
    record.attestation.attestation_type = AttestationType::Basic;
    record.attestation.trusted = true;
    record
}
