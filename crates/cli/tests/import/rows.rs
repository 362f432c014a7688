//! Good and bad rows, and what is printed of them.

use super::*;

fn three() -> [Old; 3] {
    [b"a", b"b", b"c"].map(|handle| Old::new(std::str::from_utf8(handle).unwrap(), Algorithm::Es256, handle))
}

#[test]
fn a_second_run_imports_nothing() {
    let world = World::new();
    let rows = three().map(|old| old.row(std::str::from_utf8(&old.user_handle).unwrap()));
    let dry = world.import("py-webauthn", &json!(rows).to_string(), &["--dry-run"]);
    assert_eq!(
        (dry.code, dry.out.as_str()),
        (0, "would import 3 passkeys of example.com; 0 there already, 0 refused\n")
    );
    assert_eq!(world.stored("a"), []);
    let first = world.import_rows("py-webauthn", &rows);
    assert_eq!(
        (first.code, first.out.as_str()),
        (0, "imported 3 passkeys of example.com; 0 there already, 0 refused\n")
    );
    assert_eq!(first.err, "", "no progress where there is no terminal");
    for more in [&[][..], &["--dry-run"]] {
        let again = world.import("py-webauthn", &json!(rows).to_string(), more);
        assert_eq!((again.code, counts(&again)), (0, [0, 3, 0]), "{again:?}");
    }
    assert_eq!(world.stored("a").len(), 1);
}

#[test]
fn bad_rows_are_named_and_kept_and_the_others_go_in() {
    let [one, two, three] = three();
    let world = World::new();
    let mut broken = two.row("b");
    broken["public_key"] = json!(base64url::encode(&[1, 2, 3]));
    let text = format!("{}\n{broken}\n{{\"user_id\":\n\n{}", one.row("a"), three.row("c"));
    let ran = world.import("py-webauthn", &text, &["--rejects", "bad.jsonl"]);
    assert_eq!((ran.code, counts(&ran)), (1, [2, 0, 2]), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].starts_with("row 2 refused: the public key can't be used: "), "{lines:?}");
    assert!(lines[1].starts_with("row 3 refused: the row is no JSON"), "{lines:?}");
    assert_eq!(world.site.read("bad.jsonl"), format!("{broken}\n{{\"user_id\":\n"));
    assert_eq!(site::mode(&world.site.path("bad.jsonl")), 0o600);
    let refused = world.import("py-webauthn", &text, &["--rejects", "bad.jsonl"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is there already"), "{refused:?}");
    // Mended, the rejects are an input.
    std::fs::write(world.site.path("mended"), format!("{}\n", two.row("b"))).unwrap();
    let ran = world.import("py-webauthn", &world.site.read("mended"), &["--rejects", "none"]);
    assert_eq!((ran.code, counts(&ran)), (0, [1, 0, 0]), "{ran:?}");
    assert!(!world.site.path("none").exists(), "nothing was refused");
}

#[test]
fn rejects_of_a_table_have_its_columns() {
    let old = Old::new("a", Algorithm::Es256, b"a");
    let text = format!(
        "user_id,user_handle,credential_id,public_key\n,YQ,{id},{key}\na,YQ,{id},{key}\n",
        id = base64url::encode(&old.id()),
        key = base64url::encode(&old.key())
    );
    let world = World::new();
    let ran = world.import("py-webauthn", &text, &["--rejects", "bad.csv"]);
    assert_eq!((ran.code, counts(&ran)), (1, [1, 0, 1]), "{ran:?}");
    assert!(ran.out.starts_with("row 2 refused: there is no user_id"), "{ran:?}");
    let bad = world.site.read("bad.csv");
    assert_eq!(bad.lines().count(), 2);
    let mended = bad.replace("\n,YQ", "\na,YQ");
    assert_eq!(counts(&world.import("py-webauthn", &mended, &[])), [0, 1, 0]);
}

#[test]
fn json_has_an_object_for_each_passkey() {
    let [one, two, _] = three();
    let world = World::new();
    let mut bad = two.row("b");
    bad["sign_count"] = json!(-1);
    let text = format!("[{}, {bad},\n{}]", one.row("a"), one.row("a"));
    let ran = world.import("py-webauthn", &text, &["--json", "--rejects", "bad"]);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reason = "sign_count is no whole number from 0 to 4294967295";
    let expected = [
        json!({ "row": 1, "result": "imported" }),
        json!({ "row": 2, "result": "refused", "reason": reason }),
        json!({ "row": 3, "result": "already_there" }),
        json!({ "result": "summary", "rp_id": "example.com", "dry_run": false, "imported": 1, "already_there": 1, "refused": 1 }),
    ];
    assert_eq!((ran.code, lines), (1, expected.to_vec()));
    assert_eq!(world.site.read("bad"), format!("{bad}\n"));
}

#[test]
fn each_value_that_can_t_be_stored_is_named() {
    let old = Old::new("a", Algorithm::Es256, b"a");
    let world = World::new();
    let off_curve = {
        let mut key = old.key();
        let last = key.len() - 1;
        key[last] ^= 1;
        base64url::encode(&key)
    };
    for (member, value, reason) in [
        ("user_id", json!(null), "there is no user_id"),
        ("user_id", json!("x".repeat(256)), "the user id is not 1 to 255 bytes long"),
        ("user_id", json!({}), "user_id is no text"),
        ("user_handle", json!(base64url::encode(&[1; 65])), "the user handle is not 1 to 64 bytes long"),
        ("user_handle", json!("not base64!"), "user_handle is no bytes"),
        ("credential_id", json!(base64url::encode(&[1; 1024])), "the credential id is not 1 to 1023 bytes long"),
        ("credential_id", json!([]), "the credential id is not 1 to 1023 bytes long"),
        ("public_key", json!(null), "there is no public_key"),
        ("public_key", json!(off_curve), "the public key can't be used"),
        ("public_key", json!("AAAA"), "the public key can't be used"),
        ("sign_count", json!(4_294_967_296_u64), "sign_count is no whole number"),
        ("aaguid", json!("ea"), "aaguid is no AAGUID"),
        ("transports", json!(7), "transports is no list"),
        ("device_type", json!("phone"), "device_type is neither"),
        ("backup_state", json!("perhaps"), "backup_state is neither true nor false"),
        ("created_at", json!("yesterday"), "created_at is no time"),
        ("rp_id", json!("example.org"), "bound to another RP ID than example.com"),
    ] {
        let mut row = old.row("ada");
        row[member] = value.clone();
        let ran = world.import_rows("py-webauthn", &[row]);
        assert_eq!((ran.code, counts(&ran)), (1, [0, 0, 1]), "{member}: {ran:?}");
        assert!(ran.out.contains(reason), "{member} {value}: {ran:?}");
        assert!(!ran.out.contains("xxxx") && !ran.out.contains("example.org"), "values are not quoted: {ran:?}");
    }
    assert_eq!(world.stored("ada"), []);
    let mut row = old.row("ada");
    row["rp_id"] = json!("example.com");
    row["name"] = json!(format!("\u{1b}[31m{}", "ä".repeat(200)));
    assert_eq!(counts(&world.import_rows("py-webauthn", &[row])), [1, 0, 0]);
    let name = world.stored("ada").remove(0).name;
    assert!(name.len() <= 256 && name.starts_with("[31mä") && !name.contains('\u{1b}'), "{name}");
}

#[test]
fn hostile_input_is_refused_and_costs_little() {
    let world = World::new();
    let good = Old::new("a", Algorithm::Es256, b"a").row("ada").to_string();
    let mut inner = "1".to_owned();
    for _ in 0..6 {
        let quoted = serde_json::to_string(&inner).unwrap();
        inner = format!("{}{{\"$serde_json::private::RawValue\":{quoted}}}{}", "[".repeat(120), "]".repeat(120));
    }
    let long = "x".repeat(2 << 20);
    let text = format!("{{\"a\":{inner}}}\n{}\n{{\"user_id\":\"{long}\"}}\n{good}\n\u{0}\n", "[".repeat(900_000));
    let ran = world.import("webauthn-rs", &text, &[]);
    assert_eq!((ran.code, counts(&ran)), (1, [0, 0, 5]), "{ran:?}");
    let ran = world.import("py-webauthn", &text, &[]);
    assert_eq!((ran.code, counts(&ran)), (1, [1, 0, 4]), "{ran:?}");
    assert!(ran.out.contains("row 3 refused: the row is longer than 1048576 bytes"), "{ran:?}");
    let deep = json!({ "user_id": "u", "passkey": format!("{}{}", "{\"a\":".repeat(9000), "[".repeat(9000)) });
    assert_eq!(counts(&world.import_rows("webauthn-rs", &[deep])), [0, 0, 1]);
}

#[test]
fn an_input_that_stops_early_is_no_success() {
    let world = World::new();
    let row = Old::new("a", Algorithm::Es256, b"a").row("ada");
    let ran = world.import("py-webauthn", &format!("[{row},"), &[]);
    assert_eq!((ran.code, counts(&ran)), (1, [1, 0, 1]), "{ran:?}");
    assert!(ran.out.contains("row 2 refused: the array has no proper end"), "{ran:?}");
    let empty = world.import("py-webauthn", "", &[]);
    assert_eq!((empty.code, empty.out.as_str()), (2, ""), "{empty:?}");
    assert!(empty.err.contains("is empty, as an export that failed leaves it"), "{empty:?}");
    let no_rows = world.import("py-webauthn", "user_id,credential_id\n", &[]);
    assert_eq!((no_rows.code, counts(&no_rows)), (0, [0, 0, 0]));
}

#[test]
fn wrong_usage_and_settings_are_said() {
    let world = World::new();
    for (arguments, code, part) in [
        (&["import"][..], 2, "--from"),
        (&["import", "--from", "nowhere"], 2, "webauthn-rs"),
        (&["import", "--from", "blockauth", "--column", "x"], 2, "MEMBER=COLUMN"),
        (&["import", "--from", "blockauth", "--column", "x=y"], 2, "there is no member"),
        (&["import", "--from", "blockauth", "nowhere", "--config", "passkeys.toml"], 2, "can't read"),
        (&["import", "--from", "blockauth"], 1, "origins: write"),
    ] {
        let ran = world.site.run(arguments);
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.err.contains(part), "{part}: {ran:?}");
    }
    let site = Site::new();
    site.settings(&format!("rp_id = \"example.com\"\norigins = [\"{ORIGIN}\"]\n"));
    let old = Old::new("a", Algorithm::Es256, b"a");
    std::fs::write(site.path("rows"), format!("{}\n{}\n", old.row("ada"), old.row("bob"))).unwrap();
    let arguments = ["import", "--config", "passkeys.toml", "--from", "py-webauthn", "rows"];
    let without = site.run(&arguments);
    assert!(without.code == 1 && without.err.contains("database: write where"), "{without:?}");
    // Rows can be looked at before there is a database; two accounts can't have the same passkey even then.
    let looked = site.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!((looked.code, counts(&looked)), (1, [1, 0, 1]), "{looked:?}");
    let absent = site.run_with(&arguments, &[("PASSKEYS_DATABASE", "sqlite:absent.db")]);
    assert!(
        absent.code == 1 && absent.err.contains("absent.db\": there is no such file: `ceremony migrate`"),
        "{absent:?}"
    );
    std::fs::write(site.path("empty.db"), "").unwrap();
    let empty = site.run_with(&arguments, &[("PASSKEYS_DATABASE", "sqlite:empty.db")]);
    assert!(empty.code == 1 && empty.err.contains("run `ceremony migrate`, or start a server, first"), "{empty:?}");
    let memory = site.run_with(&arguments, &[("PASSKEYS_DATABASE", "sqlite::memory:")]);
    assert!(memory.code == 1 && memory.err.contains("database: one in memory ends"), "{memory:?}");
    let other = site.run_with(&arguments, &[("PASSKEYS_RP_ID", "example.org")]);
    assert_eq!((other.code, other.err.matches("does not cover").count()), (1, 1), "said once: {other:?}");
}

#[test]
fn a_column_that_is_named_has_to_be_there() {
    let old = Old::new("a", Algorithm::Es256, b"a");
    let mut row = old.row("a");
    row["ended"] = json!("2024-05-01T12:00:00Z");
    row["handle"] = json!(null);
    let world = World::new();
    for (named, reason) in [
        // With its flag overlooked, a passkey that was revoked would sign in again.
        ("revoked_at=endde", "there is no column \"endde\", which was named for revoked_at"),
        ("user_id=owner", "there is no column \"owner\", which was named for user_id"),
        // Not what the user id would make.
        ("user_handle=handle", "there is no user_handle"),
    ] {
        let ran = world.import("fastapi-passkeys", &row.to_string(), &["--column", named]);
        assert_eq!((ran.code, counts(&ran)), (1, [0, 0, 1]), "{named}: {ran:?}");
        assert!(ran.out.contains(reason), "{named}: {ran:?}");
    }
    let ran = world.import("fastapi-passkeys", &row.to_string(), &["--column", "revoked_at=ended"]);
    assert_eq!((ran.code, counts(&ran)), (0, [1, 0, 0]), "{ran:?}");
    assert!(matches!(world.stored("a")[0].status, ceremony::Status::Revoked { .. }));
}

/// What JSON's numbers can't tell apart is nobody's name: two people would become one.
#[test]
fn a_number_that_can_t_be_read_exactly_is_no_text() {
    let world = World::new();
    let [one, two, three] = three();
    let row = |old: &Old, user: &str| old.row("USER").to_string().replace("\"USER\"", user);
    for number in ["18446744073709551617", "18446744073709551999", "7.0", "-9223372036854775809", "1e3", "-0"] {
        let ran = world.import("py-webauthn", &row(&one, number), &[]);
        assert_eq!((ran.code, counts(&ran)), (1, [0, 0, 1]), "{number}: {ran:?}");
        let reason = "row 1 refused: user_id is a number that can't be read exactly: export it as text";
        assert!(ran.out.starts_with(reason), "{number}: {ran:?}");
    }
    let text = format!("{}\n{}", row(&one, "18446744073709551615"), row(&two, "-9223372036854775808"));
    assert_eq!(counts(&world.import("py-webauthn", &text, &[])), [2, 0, 0]);
    assert_eq!(counts(&world.import("py-webauthn", &row(&three, "\"18446744073709551617\""), &[])), [1, 0, 0]);
    for user in ["18446744073709551615", "-9223372036854775808", "18446744073709551617"] {
        assert_eq!(world.stored(user).len(), 1, "{user}");
    }
}

/// Which of the two would count is for nobody to guess.
#[test]
fn a_member_that_stands_twice_is_refused() {
    let world = World::new();
    let [one, two, _] = three();
    let twice = one.row("a").to_string().replacen('{', "{\"is_active\":false,\"is_active\":true,", 1);
    let deep = one.row("a").to_string().replacen('{', "{\"more\":[{\"x\":1,\"x\":1}],", 1);
    let ran = world.import("py-webauthn", &format!("{twice}\n{deep}\n{}", two.row("b")), &["--rejects", "bad"]);
    assert_eq!((ran.code, counts(&ran)), (1, [1, 0, 2]), "{ran:?}");
    assert!(ran.out.contains("row 1 refused: a member stands there twice"), "{ran:?}");
    assert!(ran.out.contains("row 2 refused: a member stands there twice"), "{ran:?}");
    assert_eq!(world.site.read("bad"), format!("{twice}\n{deep}\n"));
    let ran = world.import("webauthn-rs", r#"{"user_id":"a","passkey":"{\"cred\":1,\"cred\":2}"}"#, &[]);
    assert!(ran.out.contains("row 1 refused: a member stands there twice"), "{ran:?}");
}

/// PostgreSQL keeps no NUL in a text: such a row must not end the run.
#[test]
fn a_nul_character_is_refused_or_left_out() {
    let [one, two, _] = three();
    let mut named = two.row("b");
    (named["name"], named["is_active"]) = (json!("Ada\0's"), json!(false));
    (named["revocation_reason"], named["fmt"]) = (json!("lo\0st"), json!("no\0ne"));
    let text = format!("{}\n{named}", one.row("a\0b"));
    let mut worlds = vec![World::new()];
    if !ceremony_testbed::pass_over(&ceremony_testbed::POSTGRES) {
        worlds.push(World::on(Site::new(), ceremony_testbed::Postgres::shared().unwrap().database().unwrap()));
    }
    for world in worlds {
        let ran = world.import("py-webauthn", &text, &["--rejects", "bad"]);
        assert_eq!((ran.code, counts(&ran)), (1, [1, 0, 1]), "{ran:?}");
        assert!(ran.out.starts_with("row 1 refused: the user id has a NUL character"), "{ran:?}");
        assert_eq!(world.site.read("bad"), format!("{}\n", one.row("a\0b")));
        let record = world.stored("b").remove(0);
        assert_eq!(record.name, "Ada's");
        assert!(matches!(&record.status, ceremony::Status::Suspended { reason, .. } if reason == "lost"), "{record:?}");
    }
}
