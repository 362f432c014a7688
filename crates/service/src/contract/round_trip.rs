//! Every field comes back as it went in.

use super::fixtures::{FAR_FUTURE, NOW, World, user_handle};
use ceremony::{
    Aaguid, AttestationType, AttestationVerdict, CredentialId, CredentialRecord, MAX_CREDENTIAL_ID,
    MAX_CREDENTIAL_NAME, MAX_USER_HANDLE, Status, Transport, UnixTime, UserHandle,
};

pub(super) async fn run(world: &World) {
    for (what, record) in records(world) {
        let id = world.insert(&record).await;
        let found = world.find(&record.credential_id).await;
        let found = found.unwrap_or_else(|| panic!("find: finds what was inserted: {what}"));
        assert_eq!(found.id, id, "find: names the row as insert did: {what}");
        assert_eq!(found.record, record, "find: every field comes back as it went in: {what}");
        let got = world.get(&record.user_handle, id).await;
        assert_eq!(got.as_ref(), Some(&found), "get: gives what find gives: {what}");
        let listed = world.list(&record.user_handle).await;
        assert!(listed.contains(&found), "list: gives what find gives: {what}");
    }
}

fn records(world: &World) -> Vec<(String, CredentialRecord)> {
    let owner = user_handle();
    let plain = || world.record(&owner);
    let mut records = vec![(String::from("plain"), plain()), (String::from("largest"), largest(world))];
    let short = UserHandle::new([0]).expect("a byte is a user handle");
    let mut add = |what: &str, change: &dyn Fn(&mut CredentialRecord)| {
        let mut record = plain();
        change(&mut record);
        records.push((what.to_owned(), record));
    };
    add("authenticator_user_handle", &|record| record.authenticator_user_handle = Some(short.clone()));
    for (number, flag) in [None, Some(false), Some(true)].into_iter().enumerate() {
        add("flags", &|record| {
            record.backup_eligible = flag;
            record.backup_state = number == 1;
            record.uv_initialized = number == 2;
            record.extensions.cred_props_rk = flag;
        });
        add("extensions", &|record| {
            record.extensions.large_blob_supported = flag;
            record.extensions.cred_protect = flag.map(|flag| 1 + u8::from(flag));
        });
        add("extensions", &|record| {
            record.extensions.prf_enabled = flag;
            record.extensions.min_pin_length = flag.map(u32::from);
        });
        add("extensions", &|record| record.extensions.cred_blob_stored = flag);
    }
    for attestation_type in [
        AttestationType::None,
        AttestationType::SelfAttestation,
        AttestationType::Basic,
        AttestationType::AttCa,
        AttestationType::AnonCa,
        AttestationType::Compound,
    ] {
        add("attestation", &|record| {
            record.attestation = AttestationVerdict::new(attestation_type, attestation_type == AttestationType::Basic);
        });
    }
    for since in [UnixTime::from_millis(0), NOW, FAR_FUTURE] {
        add("suspended", &|record| {
            record.status = Status::Suspended { reason: String::from("sign_count went back"), since };
            record.created_at = since;
        });
        add("revoked", &|record| {
            record.status = Status::Revoked { reason: String::new(), since };
            record.last_used_at = Some(since);
        });
    }
    for name in ["", "'; DROP TABLE ceremony_credentials; --", "%_\\\"", "Ädas Schlüssel 🔑", " a ", "NULL", "0"] {
        add("name", &|record| name.clone_into(&mut record.name));
    }
    for sign_count in [1, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        add("sign_count", &|record| record.sign_count = sign_count);
    }
    add("transports", &|record| {
        record.transports = vec![Transport::Internal, Transport::Hybrid, Transport::Usb];
    });
    records
}

/// A record with everything as long as it may be.
fn largest(world: &World) -> CredentialRecord {
    let id: Vec<u8> = (0..=u8::MAX).rev().cycle().take(MAX_CREDENTIAL_ID).collect();
    let handle = UserHandle::new([0xff; MAX_USER_HANDLE]).expect("64 bytes are a user handle");
    let mut record = world.record(&handle);
    record.credential_id = CredentialId::new(id).expect("1023 bytes are a credential id");
    record.sign_count = u32::MAX;
    record.uv_initialized = true;
    record.backup_eligible = Some(true);
    record.backup_state = true;
    let others = (0..10).map(|number| Transport::Other(format!("{number:~>32}")));
    record.transports =
        [Transport::Usb, Transport::Nfc, Transport::Ble, Transport::SmartCard, Transport::Hybrid, Transport::Internal]
            .into_iter()
            .chain(others)
            .collect();
    record.aaguid = Aaguid::new([0xff; 16]);
    record.fmt = "f".repeat(32);
    record.attestation = AttestationVerdict::new(AttestationType::Basic, true);
    record.attestation.intermediates = (0..4).map(|byte| vec![byte; 4_096]).collect();
    record.extensions.cred_props_rk = Some(true);
    record.extensions.cred_protect = Some(3);
    record.extensions.min_pin_length = Some(u32::MAX);
    record.extensions.large_blob_supported = Some(true);
    record.extensions.prf_enabled = Some(true);
    record.extensions.cred_blob_stored = Some(true);
    record.status = Status::Suspended { reason: "ß".repeat(64), since: FAR_FUTURE };
    record.name = "🔑".repeat(MAX_CREDENTIAL_NAME / 4);
    record.created_at = FAR_FUTURE;
    record.last_used_at = Some(FAR_FUTURE);
    record.authenticator_user_handle =
        Some(UserHandle::new([0xfe; MAX_USER_HANDLE]).expect("64 bytes are a user handle"));
    record
}

/// Identifiers are bytes: no two that differ are taken for one.
pub(super) async fn distinguishes(world: &World) {
    let ids: [&[u8]; 8] = [b"a", b"A", b"a\0", b"\0a", b"a ", b"\0", b"\0\0", b"\xff"];
    for id in ids {
        let mut record = world.record(&UserHandle::new(id).expect("short bytes are a user handle"));
        record.credential_id = CredentialId::new(id).expect("short bytes are a credential id");
        world.insert(&record).await;
    }
    for id in ids {
        let credential_id = CredentialId::new(id).expect("short bytes are a credential id");
        let found = world.find(&credential_id).await.expect("find: finds what was inserted");
        assert_eq!(found.record.credential_id, credential_id, "find: credential ids are compared as bytes");
        assert_eq!(world.list(&found.record.user_handle).await.len(), 1, "list: user handles are compared as bytes");
    }
    for other in [world.other_tenant(), world.other_rp_id()] {
        let here = world.given(&user_handle()).await;
        let owner = &here.record.user_handle;
        assert_eq!(other.find(&here.record.credential_id).await, None, "find: realms don't see each other");
        assert_eq!(other.get(owner, here.id).await, None, "get: realms don't see each other");
        assert!(other.list(owner).await.is_empty(), "list: realms don't see each other");
        assert_eq!(other.count(owner).await, 0, "count: realms don't see each other");
    }
}
