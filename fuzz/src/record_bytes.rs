//! The bytes and the JSON of a credential record (`docs/record.md`): any bytes, read as both.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes (counted), whatever they say about lengths. A record
//! that is read is what another reading by the document finds, field by field; written and read again it is the same, as bytes
//! and as JSON, and its bytes are never longer than those that were read.

use crate::support::bounds::Bounds;
use crate::support::cose::registry;
use ceremony::{AttestationType, CredentialPublicKey, CredentialRecord, Status};

/// The document's forms, read without the library.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn number(&mut self, len: usize) -> u64 {
        self.take(len).iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    fn bytes(&mut self) -> &'a [u8] {
        let len = self.number(2);
        self.take(usize::try_from(len).expect("two bytes"))
    }

    fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.bytes()).expect("text")
    }

    fn list(&mut self) -> Vec<&'a [u8]> {
        (0..self.number(2)).map(|_| self.bytes()).collect()
    }

    fn maybe(&mut self) -> Option<bool> {
        [Some(false), Some(true), None][usize::try_from(self.number(1)).expect("one byte")]
    }
}

fn compare(record: &CredentialRecord, bytes: &[u8]) {
    let mut from = Fields(bytes);
    assert_eq!(from.number(1), 1);
    assert_eq!(from.text(), record.tenant.as_str());
    assert_eq!(from.text(), record.rp_id.as_str());
    assert_eq!(from.bytes(), record.user_handle.as_bytes());
    assert_eq!(from.bytes(), record.credential_id.as_bytes());
    assert_eq!(from.bytes(), record.public_key.as_cose());
    let quick = from.bytes();
    assert_eq!(quick, record.public_key.quick());
    let algorithm = i32::from_be_bytes(quick[1..5].try_into().expect("four bytes"));
    assert_eq!(i64::from(algorithm), record.algorithm().id());
    assert_eq!(registry(algorithm.into()).map(|(scheme, ..)| scheme), Some(record.algorithm().scheme()));
    assert_eq!(from.number(4), u64::from(record.sign_count));
    assert_eq!(from.number(1), u64::from(record.uv_initialized));
    assert_eq!(from.maybe(), record.backup_eligible);
    assert_eq!(from.number(1), u64::from(record.backup_state));
    let transports: Vec<_> = record.transports.iter().map(|transport| transport.as_str().as_bytes()).collect();
    assert_eq!(from.list(), transports);
    assert_eq!(from.take(16), record.aaguid.as_bytes());
    assert_eq!(from.text(), record.fmt);
    use AttestationType as T;
    let types = [T::None, T::SelfAttestation, T::Basic, T::AttCa, T::AnonCa, T::Compound];
    assert_eq!(types[usize::try_from(from.number(1)).expect("one byte")], record.attestation.attestation_type);
    assert_eq!(from.number(1), u64::from(record.attestation.trusted));
    assert_eq!(from.list(), record.attestation.intermediates);
    let facts = &record.extensions;
    assert_eq!(from.maybe(), facts.cred_props_rk);
    assert_eq!(from.number(1), u64::from(facts.cred_protect.unwrap_or(0)));
    let known = from.number(1);
    let len = from.number(4);
    assert_eq!(
        (known, known * len),
        (u64::from(facts.min_pin_length.is_some()), facts.min_pin_length.unwrap_or(0).into())
    );
    assert_eq!(from.maybe(), facts.large_blob_supported);
    assert_eq!(from.maybe(), facts.prf_enabled);
    assert_eq!(from.maybe(), facts.cred_blob_stored);
    let status = from.number(1);
    match &record.status {
        Status::Active => assert_eq!(status, 0),
        Status::Suspended { reason, since } | Status::Revoked { reason, since } => {
            assert_eq!(status, if matches!(record.status, Status::Revoked { .. }) { 2 } else { 1 });
            assert_eq!((from.text(), from.number(8)), (&**reason, since.as_millis()));
        }
    }
    assert_eq!((from.text(), from.number(8)), (&*record.name, record.created_at.as_millis()));
    let used = from.number(1) == 1;
    assert_eq!(used.then(|| from.number(8)), record.last_used_at.map(|time| time.as_millis()));
    assert!(from.0.is_empty(), "bytes behind the end");
}

fn round_trips(record: &CredentialRecord) {
    let bytes = record.to_bytes();
    assert_eq!(&CredentialRecord::from_bytes(&bytes).expect("its own bytes"), record);
    compare(record, &bytes);
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    // A length costs two bytes, and names as many bytes that are there: each of these may be an allocation.
    let bounds = Bounds { bytes_per_count: 2, per_byte: 64, ..Bounds::PARSE };
    if let Ok(record) = bounds.hold(data.len(), || CredentialRecord::from_bytes(data)) {
        compare(&record, data);
        round_trips(&record);
        assert!(record.to_bytes().len() <= data.len());
        // Debug tells neither name nor reason.
        assert!(record.name.len() < 8 || !format!("{record:?}").contains(&format!("{:?}", record.name)));
        let json = serde_json::to_vec(&record).expect("JSON");
        let again = serde_json::from_slice::<CredentialRecord>(&json);
        // Bytes are joined with their quick form unseen; JSON reads the key.
        match (again, CredentialPublicKey::from_cose(record.public_key.as_cose(), false)) {
            (Ok(again), Ok(key)) if key == record.public_key => assert_eq!(again, record),
            (Err(error), Ok(key)) if key == record.public_key => panic!("its own JSON: {error}"),
            _ => {}
        }
    }
    let bounds = Bounds { bytes_per_count: 1, per_byte: 64, ..Bounds::PARSE };
    if let Ok(record) = bounds.hold(data.len(), || serde_json::from_slice::<CredentialRecord>(data)) {
        let json = serde_json::to_vec(&record).expect("JSON");
        assert_eq!(serde_json::from_slice::<CredentialRecord>(&json).expect("its own JSON"), record);
        let fits = |len: usize| len <= usize::from(u16::MAX);
        let is_short = fits(data.len());
        if is_short {
            round_trips(&record);
        }
    }
}
