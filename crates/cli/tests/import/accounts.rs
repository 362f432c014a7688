//! Whose a passkey is: accounts, user handles, limits, and a database of the other kind.

use super::*;
use ceremony_testbed::{POSTGRES, Postgres, pass_over};

fn passkey(seed: &str, handle: &[u8]) -> Old {
    Old::new(seed, Algorithm::Es256, handle)
}

fn refused(ran: &Ran, why: &str) {
    assert_eq!((ran.code, counts(ran)), (1, [0, 0, 1]), "{ran:?}");
    assert!(ran.out.contains(why), "{ran:?}");
}

/// SimpleWebAuthn and BlockAuth draw a handle for each passkey: all of an account's go on working.
#[test]
fn passkeys_of_one_account_may_have_a_handle_each() {
    let world = World::new();
    let mut old = [passkey("1", b"one"), passkey("2", b"two"), passkey("3", b"three")];
    let rows = old.each_ref().map(|old| old.row("ada"));
    assert_eq!(counts(&world.import_rows("simplewebauthn", &rows)), [3, 0, 0]);
    assert_eq!(counts(&world.import_rows("simplewebauthn", &rows)), [0, 3, 0]);
    for old in &mut old {
        let signed_in = world.sign_in(old).unwrap();
        let record = signed_in.credential.record;
        assert_eq!((signed_in.user.as_str(), record.user_handle.as_bytes()), ("ada", &b"one"[..]));
        assert_eq!(record.expected_user_handle().as_bytes(), old.user_handle);
    }
}

/// Providers file passkeys under the handle: what one account's list leaves out must not be another account's.
#[test]
fn a_handle_that_another_accounts_passkey_sends_is_taken() {
    let rows = [
        passkey("1", b"one").row("ada"),
        passkey("2", b"two").row("ada"),
        passkey("3", b"two").row("bob"),
        passkey("4", b"two").row("ada"),
    ];
    for more in [&[][..], &["--dry-run"]] {
        let text: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let ran = World::new().import("simplewebauthn", &text.join("\n"), more);
        assert_eq!((ran.code, counts(&ran)), (1, [3, 0, 1]), "{ran:?}");
        assert!(ran.out.contains("row 3 refused: the user handle is another account's"), "{ran:?}");
    }
}

/// Whoever registered here before the import has a handle of ours, and keeps it.
#[test]
fn an_account_that_is_here_already_keeps_its_handle() {
    let world = World::new();
    let ada = UserId::new("ada").unwrap();
    world.with(async |passkeys, _| {
        let account = Account { id: ada.clone(), name: "ada".to_owned(), display_name: String::new() };
        passkeys.begin_registration(&account, RegisterOptions::default(), None).await.unwrap();
    });
    let mut old = passkey("1", b"one");
    assert_eq!(counts(&world.import_rows("py-webauthn", &[old.row("ada")])), [1, 0, 0]);
    assert_eq!(world.sign_in(&mut old).unwrap().user, ada);
    let record = world.stored("ada").remove(0);
    assert_eq!(record.user_handle.as_bytes().len(), 64);
    assert_eq!(record.expected_user_handle().as_bytes(), b"one");
}

#[test]
fn a_handle_belongs_to_one_account() {
    for more in [&[][..], &["--dry-run"]] {
        let world = World::new();
        let first = passkey("1", b"one");
        let other_handle = passkey("2", b"two");
        let other_account = passkey("3", b"one");
        let rows = [
            first.row("ada"),
            passkey("4", b"one").row("ada"),
            other_handle.row("ada"),
            other_account.row("bob"),
            first.row("bob"),
        ];
        let text = rows.map(|row| row.to_string()).join("\n");
        let ran = world.import("py-webauthn", &text, more);
        assert_eq!((ran.code, counts(&ran)), (1, [3, 0, 2]), "{ran:?}");
        let lines: Vec<&str> = ran.out.lines().collect();
        assert!(lines[0].starts_with("row 4 refused: the user handle is another account's"), "{lines:?}");
        assert!(lines[1].starts_with("row 5 refused: the credential id is stored with another account"), "{lines:?}");
        assert_eq!(world.stored("ada").len(), if more.is_empty() { 3 } else { 0 });
    }
}

#[test]
fn what_is_stored_is_never_changed() {
    let world = World::new();
    let old = passkey("1", b"one");
    assert_eq!(counts(&world.import_rows("py-webauthn", &[old.row("ada")])), [1, 0, 0]);
    let before = world.stored("ada");
    let mut row = old.row("ada");
    row["public_key"] = json!(base64url::encode(&passkey("2", b"one").key()));
    refused(&world.import_rows("py-webauthn", &[row]), "another account or another key");
    let mut row = old.row("ada");
    row["sign_count"] = json!(99);
    row["name"] = json!("other");
    assert_eq!(counts(&world.import_rows("py-webauthn", &[row])), [0, 1, 0]);
    assert_eq!(world.stored("ada"), before);
}

#[test]
fn what_was_erased_or_revoked_here_does_not_come_back() {
    let world = World::new();
    let old = passkey("1", b"one");
    let rows = [old.row("ada")];
    world.import_rows("py-webauthn", &rows);
    let ada = UserId::new("ada").unwrap();
    world.with(async |passkeys, _| passkeys.revoke_all(&ada, "lost").await.unwrap());
    assert_eq!(counts(&world.import_rows("py-webauthn", &rows)), [0, 1, 0]);
    assert!(!world.stored("ada")[0].status.is_active());
    world.with(async |passkeys, _| passkeys.erase(&ada).await.unwrap());
    refused(&world.import_rows("py-webauthn", &rows), "was erased here not long ago");
}

#[test]
fn more_passkeys_than_a_server_allows_are_kept_up_to_what_can_be_stored() {
    let world = World::new();
    let rows: Vec<Value> = (0..130).map(|number| passkey(&format!("many {number}"), b"one").row("ada")).collect();
    let text = json!(rows).to_string();
    // The second one counts what is stored, and passes it over.
    for (more, expected) in
        [(&["--dry-run"][..], [128, 0, 2]), (&[], [128, 0, 2]), (&["--dry-run"], [0, 128, 2]), (&[], [0, 128, 2])]
    {
        let ran = world.import("py-webauthn", &text, more);
        assert_eq!((ran.code, counts(&ran)), (1, expected), "{more:?}: {ran:?}");
        assert!(ran.out.starts_with("row 129 refused: the account has as many passkeys as can be stored"), "{ran:?}");
    }
}

/// Those that are revoked do not count, here as anywhere.
#[test]
fn a_dry_run_counts_what_the_store_counts() {
    let mut rows: Vec<Value> = (0..131).map(|number| passkey(&format!("many {number}"), b"one").row("ada")).collect();
    for row in &mut rows[..2] {
        row["revoked_at"] = json!("2024-05-01T12:00:00Z");
    }
    for row in &mut rows[2..4] {
        row["is_active"] = json!(false);
    }
    rows.push(passkey("another's", b"two").row("bob"));
    // Revoked, it takes no place.
    let mut late = passkey("late", b"one").row("ada");
    late["revoked_at"] = json!("2024-05-01T12:00:00Z");
    rows.push(late);
    let text = json!(rows).to_string();
    let world = World::new();
    assert_eq!(counts(&world.import("py-webauthn", &json!(rows[..64]).to_string(), &[])), [64, 0, 0]);
    let dry = world.import("py-webauthn", &text, &["--dry-run", "--json"]);
    let run = world.import("py-webauthn", &text, &["--json"]);
    let said = |ran: &Ran| ran.out.replace("would_import", "imported").replace("\"dry_run\":true", "\"dry_run\":false");
    assert_eq!((said(&dry), dry.code), (said(&run), run.code));
    assert!(run.out.contains("as many passkeys as can be stored"), "{run:?}");
}

/// What a file says twice comes out of a dry run as it would out of the run.
#[test]
fn a_dry_run_says_what_the_run_says() {
    let old = passkey("1", b"one");
    let other = passkey("2", b"two");
    let (mut revoked, mut suspended) = (old.row("ada"), old.row("ada"));
    revoked["revoked_at"] = json!("2024-05-01T12:00:00Z");
    suspended["is_active"] = json!(false);
    let mut other_handle = old.row("ada");
    other_handle["user_handle"] = json!(base64url::encode(b"three"));
    // The same numbers in another order of the members, as systems write keys that kept the numbers alone.
    let mut same_key = old.row("ada");
    let key: ciborium::Value = ciborium::from_reader(old.key().as_slice()).unwrap();
    let mut pairs = key.into_map().unwrap();
    pairs.reverse();
    let mut bytes = Vec::new();
    ciborium::into_writer(&ciborium::Value::Map(pairs), &mut bytes).unwrap();
    assert_ne!(bytes, old.key());
    same_key["public_key"] = json!(base64url::encode(&bytes));
    let mut other_key = old.row("ada");
    other_key["public_key"] = json!(base64url::encode(&other.key()));
    let active = old.row("ada");
    for rows in [
        [&active, &revoked],
        [&active, &suspended],
        [&active, &same_key],
        [&active, &other_key],
        [&active, &other_handle],
        [&suspended, &revoked],
        [&suspended, &active],
        [&revoked, &active],
        [&revoked, &suspended],
        [&revoked, &revoked],
    ] {
        let text = rows.map(Value::to_string).join("\n");
        let world = World::new();
        let dry = world.import("py-webauthn", &text, &["--dry-run"]);
        let alone = Site::new();
        alone.settings(&format!("rp_id = \"example.com\"\norigins = [\"{ORIGIN}\"]\n"));
        std::fs::write(alone.path("rows"), &text).unwrap();
        let arguments = ["import", "--config", "passkeys.toml", "--from", "py-webauthn", "--dry-run", "rows"];
        let without = alone.run(&arguments);
        let run = world.import("py-webauthn", &text, &[]);
        let said = |ran: &Ran| (ran.code, ran.out.replace("would import", "imported"));
        assert_eq!((said(&dry), said(&without)), (said(&run), said(&run)), "{rows:?}");
    }
}

/// Suspended, it could be made active again; the source says that it never may.
#[test]
fn a_revocation_at_the_source_is_not_dropped_for_a_suspension_here() {
    let world = World::new();
    let mut row = passkey("1", b"one").row("ada");
    row["is_active"] = json!(false);
    assert_eq!(counts(&world.import_rows("py-webauthn", &[row.clone()])), [1, 0, 0]);
    assert_eq!(counts(&world.import_rows("py-webauthn", &[row.clone()])), [0, 1, 0]);
    row["revoked_at"] = json!("2024-05-01T12:00:00Z");
    let why = "revoked at the source and only suspended here";
    refused(&world.import_rows("py-webauthn", &[row.clone()]), why);
    let ada = UserId::new("ada").unwrap();
    world.with(async |passkeys, _| passkeys.revoke_all(&ada, "lost").await.unwrap());
    assert_eq!(counts(&world.import_rows("py-webauthn", &[row])), [0, 1, 0]);
}

#[test]
fn postgres_takes_them_as_well() {
    if pass_over(&POSTGRES) {
        return;
    }
    let url = Postgres::shared().unwrap().database().unwrap();
    let world = World::on(Site::new(), url);
    let mut old = passkey("1", &[8; 64]);
    let rows = [old.row("ada")];
    for expected in [[1, 0, 0], [0, 1, 0]] {
        let ran = world.import_rows("py-webauthn", &rows);
        assert_eq!((ran.code, counts(&ran)), (0, expected), "{ran:?}");
    }
    let signed_in = world.sign_in(&mut old).unwrap();
    assert_eq!((signed_in.user.as_str(), signed_in.credential.record.backup_eligible), ("ada", Some(true)));
}
