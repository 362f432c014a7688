//! One test for each source: what it keeps, what it lacks, and that the passkey signs in and the rest is learnt.

use super::*;
use ceremony::{Aaguid, Observation, Status, Transport, UnixTime};

/// What webauthn-rs 0.5.5 and 0.6.2 serialise for a passkey of this test authenticator.
const WEBAUTHN_RS: &str = r#"{"cred":{"cred_id":"-1-NDbydiGEi6isqRDEQWPttElAcGtjn-ZMxJ7bIT54","cred":{"type_":"ES256","key":{"EC_EC2":{"curve":"SECP256R1","x":"lDD9ZKjgYpb7Q_zOrUPRcSn-m4u3cE7Xkqo2JVtJuNE","y":"IYqvVFsomea4uQ2WTv79x_SvdRTJPEASoL450-LI0Ag"}}},"counter":5,"transports":null,"user_verified":true,"backup_eligible":true,"backup_state":true,"registration_policy":"required","extensions":{"cred_protect":{"Set":"userVerificationRequired"},"hmac_create_secret":"NotRequested","appid":"NotRequested","cred_props":{"Unsigned":{"rk":false}}},"attestation":{"data":"None","metadata":"None"},"attestation_format":"none"}}"#;
const USER: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";
const USER_BYTES: [u8; 16] =
    [0x67, 0xe5, 0x50, 0x44, 0x10, 0xb1, 0x42, 0x6f, 0x92, 0x47, 0xbb, 0x68, 0x0e, 0x5f, 0xe0, 0xc8];

fn imported(ran: &Ran, count: u64) {
    assert_eq!((ran.code, counts(ran)), (0, [count, 0, 0]), "{ran:?}");
}

#[test]
fn webauthn_rs_as_the_library_serialises_it() {
    let mut old = Old::new("migration", Algorithm::Es256, &USER_BYTES);
    let passkey: Value = serde_json::from_str(WEBAUTHN_RS).unwrap();
    assert_eq!(passkey["cred"]["cred_id"], base64url::encode(&old.id()), "the passkey is this authenticator's");
    let mut beside = passkey.clone();
    beside["user_unique_id"] = json!(USER);
    for (row, more) in [
        (json!({ "user_id": USER, "passkey": passkey }).to_string(), &[][..]),
        (json!({ "user_id": USER, "passkey": WEBAUTHN_RS }).to_string(), &[]),
        (json!({ "user_id": USER, "passkeys": [passkey] }).to_string(), &[]),
        (json!({ "user_id": USER, "passkeys": format!("[{WEBAUTHN_RS}]") }).to_string(), &[]),
        (json!({ "user_id": USER, "data": passkey["cred"] }).to_string(), &["--column", "passkey=data"]),
        (beside.to_string(), &[]),
        (
            json!({ "user_id": USER, "handle": USER.replace('-', ""), "passkey": passkey }).to_string(),
            &["--column", "user_handle=handle"],
        ),
        (format!("[{}]", json!({ "user_id": USER, "passkey": passkey })), &[]),
        (format!("owner,passkey\n{USER},\"{}\"\n", WEBAUTHN_RS.replace('"', "\"\"")), &["--user-column", "owner"]),
    ] {
        let world = World::new();
        imported(&world.import("webauthn-rs", &row, more), 1);
        let [record] = &world.stored(USER)[..] else { panic!("{row}") };
        assert_eq!(record.public_key.as_cose(), old.key(), "the key has the authenticator's own form");
        assert_eq!(
            (record.sign_count, record.uv_initialized, record.user_handle.as_bytes()),
            (5, true, &USER_BYTES[..])
        );
        assert_eq!((record.backup_eligible, record.backup_state, record.aaguid), (Some(true), true, Aaguid::ZERO));
        assert_eq!(record.extensions.cred_props_rk, Some(false));
    }
    let world = World::new();
    imported(&world.import_rows("webauthn-rs", &[json!({ "user_id": USER, "passkey": passkey })]), 1);
    let signed_in = world.sign_in(&mut old).unwrap();
    assert_eq!((signed_in.user.as_str(), signed_in.credential.record.sign_count), (USER, 6));
}

/// The forms are those that webauthn-rs reads and writes; the numbers are those of our keys.
#[test]
fn webauthn_rs_with_every_kind_of_key() {
    let field = |at: &[u8]| base64url::encode(at);
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::EdDsa, Algorithm::Rs256] {
        let mut old = Old::new("kinds", algorithm, &USER_BYTES);
        let key = ceremony::CredentialPublicKey::from_cose(&old.key(), true).unwrap();
        let curve = match algorithm {
            Algorithm::Es256 => "SECP256R1",
            Algorithm::Es384 => "SECP384R1",
            _ => "SECP521R1",
        };
        let numbers = match key.material() {
            ceremony::KeyMaterial::Ec2 { x, y } => {
                json!({ "EC_EC2": { "curve": curve, "x": field(x), "y": field(y) } })
            }
            ceremony::KeyMaterial::Okp { x } => json!({ "EC_OKP": { "curve": "ED25519", "x": field(x) } }),
            ceremony::KeyMaterial::Rsa { n, e } => json!({ "RSA": { "n": field(n), "e": e } }),
            other => panic!("{other:?}"),
        };
        let mut passkey: Value = serde_json::from_str(WEBAUTHN_RS).unwrap();
        let kind = ["ES256", "ES384", "ES512", "EDDSA", "RS256"]
            [[-7, -35, -36, -8, -257].iter().position(|id| *id == algorithm.cose_id()).unwrap()];
        passkey["cred"]["cred"] = json!({ "type_": kind, "key": numbers });
        passkey["cred"]["cred_id"] = json!(field(&old.id()));
        let world = World::new();
        imported(&world.import_rows("webauthn-rs", &[json!({ "user_id": USER, "passkey": passkey })]), 1);
        assert_eq!(world.stored(USER)[0].public_key.as_cose(), old.key(), "{algorithm:?}");
        assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), USER, "{algorithm:?}");
    }
}

#[test]
fn webauthn_rs_attestation_and_transports() {
    let old = Old::new("migration", Algorithm::Es256, &USER_BYTES);
    let mut passkey: Value = serde_json::from_str(WEBAUTHN_RS).unwrap();
    passkey["cred"]["transports"] = json!(["usb", "unknown", "test", "hybrid"]);
    passkey["cred"]["attestation"] = json!({ "data": "Self_", "metadata": { "Tpm": { "aaguid": "73bb0cd4-e502-49b8-9c6f-b59445bf720b", "firmware_version": 1 } } });
    passkey["cred"]["attestation_format"] = json!("TPM");
    passkey["cred"]["backup_eligible"] = json!(false);
    passkey["cred"]["backup_state"] = json!(false);
    let world = World::new();
    // The application's own key is another one, and the UUID stands beside it.
    imported(
        &world.import_rows("webauthn-rs", &[json!({ "user_id": 17, "user_unique_id": USER, "passkey": passkey })]),
        1,
    );
    let record = world.stored("17").remove(0);
    assert_eq!(record.user_handle.as_bytes(), USER_BYTES);
    assert_eq!(record.transports, [Transport::Usb, Transport::Hybrid]);
    assert_eq!(
        (record.aaguid.to_string().as_str(), record.fmt.as_str()),
        ("73bb0cd4-e502-49b8-9c6f-b59445bf720b", "tpm")
    );
    assert_eq!(record.backup_eligible, Some(false));
    drop(old);
}

#[test]
fn simplewebauthn_with_the_columns_that_it_recommends() {
    let mut old = Old::new("js", Algorithm::Es256, &[9; 32]);
    let base = json!({
        "id": base64url::encode(&old.id()), "counter": 5, "transports": ["internal", "hybrid"], "user": "ada",
        "webauthnUserID": base64url::encode(&[9; 32]), "deviceType": "multiDevice", "backedUp": true,
        "createdAt": "2024-05-01T12:00:00.000Z", "lastUsedAt": null,
    });
    let key = old.key();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let indexed: Value = key.iter().enumerate().map(|(at, byte)| (at.to_string(), json!(byte))).collect();
    for form in [
        json!(base64url::encode(&key)),
        json!(format!("\\x{hex}")),
        json!(key),
        json!({ "type": "Buffer", "data": key }),
        indexed,
    ] {
        let world = World::new();
        let mut row = base.clone();
        row["publicKey"] = form.clone();
        imported(&world.import_rows("simplewebauthn", &[row]), 1);
        let record = world.stored("ada").remove(0);
        assert_eq!(record.public_key.as_cose(), key, "{form}");
        assert_eq!((record.backup_eligible, record.backup_state), (Some(true), true));
        assert_eq!(record.transports, [Transport::Internal, Transport::Hybrid]);
        assert_eq!(record.created_at, UnixTime::from_secs(1_714_564_800));
        assert!(record.aaguid.is_zero(), "nobody told");
        assert_eq!(
            world.sign_in(&mut Old { device: old.device.clone(), user_handle: Vec::new() }).unwrap().user.as_str(),
            "ada"
        );
    }
    let table = format!(
        "cred_id,cred_public_key,internal_user_id,webauthn_user_id,counter,device_type,backed_up,transports\n\
         {},\\x{hex},ada,{},5,multiDevice,t,\"internal,hybrid\"\n",
        base64url::encode(&old.id()),
        base64url::encode(&[9; 32])
    );
    let world = World::new();
    let mapped = [
        "--user-column",
        "internal_user_id",
        "--column",
        "credential_id=cred_id",
        "--column",
        "public_key=cred_public_key",
    ];
    imported(&world.import("simplewebauthn", &table, &mapped), 1);
    assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), "ada");
}

#[test]
fn py_webauthn_and_what_it_does_not_keep() {
    let mut old = Old::new("py", Algorithm::Rs256, b"user-123");
    let row = json!({
        "user_id": "user-123", "credential_id": base64url::encode(&old.id()),
        "credential_public_key": base64url::encode(&old.key()), "sign_count": 5,
        "aaguid": "eaeaeaea-eaea-eaea-eaea-eaeaeaeaeaea", "credential_device_type": "CredentialDeviceType.MULTI_DEVICE",
        "credential_backed_up": false, "fmt": "none", "user_verified": true,
    });
    let world = World::new();
    let unknown = world.import_rows("py-webauthn", std::slice::from_ref(&row));
    assert_eq!((unknown.code, counts(&unknown)), (1, [0, 0, 1]), "{unknown:?}");
    assert!(unknown.out.contains("there is no user_handle"), "{unknown:?}");
    imported(&world.import("py-webauthn", &row.to_string(), &["--user-handle", "user-id"]), 1);
    let record = world.stored("user-123").remove(0);
    assert_eq!((record.backup_eligible, record.backup_state, record.uv_initialized), (Some(true), false, true));
    assert_eq!(record.aaguid, Aaguid::new([0xea; 16]));
    let signed_in = world.sign_in(&mut old).unwrap();
    assert!(signed_in.credential.record.backup_state, "learnt");
}

/// The least that anybody keeps: what is not known is learnt at the first sign-in.
#[test]
fn what_a_source_lacks_is_learnt_at_the_next_sign_in() {
    let mut old = Old::new("least", Algorithm::Es256, b"h");
    let world = World::new();
    imported(&world.import_rows("py-webauthn", &[old.row("ada")]), 1);
    let record = world.stored("ada").remove(0);
    assert_eq!((record.backup_eligible, record.backup_state, record.last_used_at), (None, false, None));
    assert!(record.aaguid.is_zero() && record.transports.is_empty() && !record.uv_initialized);
    assert_eq!((record.name.as_str(), record.fmt.as_str()), ("Passkey", "none"));
    let signed_in = world.sign_in(&mut old).unwrap();
    let learnt = Observation::BackupEligibilityLearnt { now: true };
    assert!(signed_in.authentication.observations().any(|seen| *seen == learnt), "{:?}", signed_in.authentication);
    let record = world.stored("ada").remove(0);
    assert_eq!((record.backup_eligible, record.backup_state, record.sign_count), (Some(true), true, 6));
    assert!(record.last_used_at.is_some());
}

#[test]
fn backed_up_and_not_eligible_is_taken_as_unknown() {
    let mut old = Old::new("contradiction", Algorithm::Es256, b"h");
    let mut row = old.row("ada");
    row["backup_eligible"] = json!(false);
    row["backup_state"] = json!(true);
    let world = World::new();
    imported(&world.import_rows("py-webauthn", &[row]), 1);
    let record = world.stored("ada").remove(0);
    assert_eq!((record.backup_eligible, record.backup_state), (None, false));
    assert_eq!(world.sign_in(&mut old).unwrap().credential.record.backup_eligible, Some(true));
}

/// As base64url, the text of a UUID would be 27 bytes that mean nothing.
#[test]
fn a_uuid_as_user_handle_is_its_bytes() {
    let mut old = Old::new("uuid", Algorithm::Es256, &USER_BYTES);
    for (handle, more) in [(json!(USER), &[][..]), (json!(null), &["--user-handle", "uuid"])] {
        let mut row = old.row(USER);
        row["user_handle"] = handle;
        let world = World::new();
        imported(&world.import("py-webauthn", &row.to_string(), more), 1);
        assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), USER);
        let refused = world.import("webauthn-rs", &row.to_string(), &["--user-handle", "uuid"]);
        assert!(refused.out.contains("there is no passkey"), "{refused:?}");
    }
    // As `hex` prints a UUID that is kept as bytes.
    let digits = USER.replace('-', "").to_uppercase();
    let mut row = old.row(&digits);
    row["user_handle"] = json!(null);
    let world = World::new();
    imported(&world.import("py-webauthn", &row.to_string(), &["--user-handle", "uuid"]), 1);
    assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), digits);
    let mut row = old.row("17");
    row["user_handle"] = json!(null);
    let refused = World::new().import("py-webauthn", &row.to_string(), &["--user-handle", "uuid"]);
    assert!(refused.out.contains("the user id is no UUID"), "{refused:?}");
}

/// Text may look like base64url of other bytes, and no sign-in would say why it fails.
#[test]
fn text_that_was_the_handle_is_asked_about_and_taken() {
    for (user, handle) in [("user-123", "user-123"), ("17", "ada@example.com")] {
        let mut old = Old::new("text", Algorithm::Es256, handle.as_bytes());
        let mut row = old.row(user);
        row["user_handle"] = json!(handle);
        let world = World::new();
        let asked = world.import("py-webauthn", &row.to_string(), &[]);
        assert!(asked.code == 1 && asked.out.contains("--user-handle text"), "{asked:?}");
        imported(&world.import("py-webauthn", &row.to_string(), &["--user-handle", "text"]), 1);
        assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), user);
    }
    // Whoever says that it stands for bytes is believed.
    let mut old = Old::new("text", Algorithm::Es256, b"h");
    let mut row = old.row("aA");
    row["user_handle"] = json!("aA");
    let world = World::new();
    imported(&world.import("py-webauthn", &row.to_string(), &["--user-handle", "column"]), 1);
    assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), "aA");
}

#[test]
fn fastapi_passkeys_makes_the_handle_of_the_user_id() {
    let mut old = Old::new("fpk", Algorithm::Es256, b"user-123");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // As psql's \copy writes the table.
    let table = format!(
        "credential_id,user_id,public_key,sign_count,transports,aaguid,backup_eligible,backup_state,device_name,\
         is_discoverable,attestation_fmt,created_at,last_used_at\n\
         \\x{},user-123,\\x{},5,\"[\"\"internal\"\"]\",,t,f,Ada's phone,t,none,2024-05-01 12:00:00.5+00,\n",
        hex(&old.id()),
        hex(&old.key())
    );
    let world = World::new();
    imported(&world.import("fastapi-passkeys", &table, &[]), 1);
    let record = world.stored("user-123").remove(0);
    assert_eq!(record.user_handle.as_bytes(), b"user-123");
    assert_eq!((record.name.as_str(), record.created_at), ("Ada's phone", UnixTime::from_millis(1_714_564_800_500)));
    assert_eq!((record.backup_eligible, record.extensions.cred_props_rk), (Some(true), Some(true)));
    assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), "user-123");
}

#[test]
fn django_passkeys_with_its_token_and_the_name_of_the_user() {
    // Its user handle is the base64url of the user's name, as text, padding and all.
    let mut old = Old::new("django", Algorithm::Es256, b"YWRhQGV4YW1wbGUuY29t");
    let (id, key) = (old.id(), old.key());
    let length = u16::try_from(id.len()).unwrap().to_be_bytes();
    let token = [&[0xea; 16][..], &length, &id, &key].concat();
    let row = |token: &[u8], enabled: bool| {
        json!({
            "user_id": 17, "username": "ada@example.com", "name": "Key", "enabled": enabled, "platform": "Apple",
            "added_on": "2024-05-01T12:00:00Z", "last_used": null, "credential_id": base64url::encode(&id),
            "token": base64url::encode(token),
        })
    };
    let world = World::new();
    for bad in [&token[..10], &token[..30], &[&token[..18], &[1; 32], &key].concat()] {
        let refused = world.import_rows("django-passkeys", &[row(bad, true)]);
        assert_eq!((refused.code, counts(&refused)), (1, [0, 0, 1]), "{refused:?}");
    }
    imported(&world.import_rows("django-passkeys", &[row(&token, true)]), 1);
    let record = world.stored("17").remove(0);
    assert_eq!((record.aaguid, record.sign_count, record.backup_eligible), (Aaguid::new([0xea; 16]), 0, None));
    let signed_in = world.sign_in(&mut old).unwrap();
    assert_eq!((signed_in.user.as_str(), signed_in.credential.record.backup_eligible), ("17", Some(true)));

    let world = World::new();
    imported(&world.import_rows("django-passkeys", &[row(&token, false)]), 1);
    assert!(matches!(world.stored("17").remove(0).status, Status::Suspended { .. }));
    assert!(world.sign_in(&mut old).is_err());
}

#[test]
fn blockauth_with_what_was_revoked() {
    let mut old = Old::new("block", Algorithm::Es256, &[3; 32]);
    let mut row = old.row("17");
    row["id"] = json!("0b7e5c2e-8e0a-4f7c-9a55-5f0e6c1f7a11");
    row["algorithm"] = json!(-7);
    row["aaguid"] = json!("");
    row["transports"] = json!(["usb"]);
    row["authenticator_attachment"] = json!("");
    row["backup_eligible"] = json!(false);
    row["backup_state"] = json!(false);
    row["is_active"] = json!(true);
    row["revoked_at"] = json!(null);
    row["revocation_reason"] = json!("");
    let world = World::new();
    imported(&world.import_rows("blockauth", std::slice::from_ref(&row)), 1);
    // What it stored of backups came out false whatever it was: a passkey must not fail by it.
    assert_eq!(world.sign_in(&mut old).unwrap().credential.record.backup_eligible, Some(true));

    row["is_active"] = json!(false);
    row["revoked_at"] = json!("2024-05-01T12:00:00Z");
    row["revocation_reason"] = json!("lost");
    let again = world.import_rows("blockauth", std::slice::from_ref(&row));
    assert_eq!(again.code, 1);
    assert!(again.out.contains("active here and not at the source"), "{again:?}");
    let world = World::new();
    imported(&world.import_rows("blockauth", &[row]), 1);
    let since = UnixTime::from_secs(1_714_564_800);
    assert_eq!(world.stored("17").remove(0).status, Status::Revoked { reason: "lost".to_owned(), since });
    assert!(world.sign_in(&mut old).is_err());
}

#[test]
fn a_handle_that_nobody_knows_is_a_new_one() {
    let old = Old::new("new", Algorithm::Es256, &[3; 32]);
    let mut row = old.row("17");
    row["user_handle"] = json!("");
    let world = World::new();
    let refused = world.import_rows("blockauth", std::slice::from_ref(&row));
    assert!(refused.out.contains("there is no user_handle"), "{refused:?}");
    imported(&world.import("blockauth", &row.to_string(), &["--user-handle", "new"]), 1);
    assert_eq!(world.stored("17").remove(0).user_handle.as_bytes().len(), 64);
    let again = world.import("blockauth", &row.to_string(), &["--user-handle", "new"]);
    assert_eq!((again.code, counts(&again)), (0, [0, 1, 0]), "{again:?}");
    // The authenticator sends the handle that it was given, and that is another's.
    let mut old = old;
    assert!(world.sign_in(&mut old).is_err());
}
