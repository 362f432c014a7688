//! docs/migration.md says what is true: its rows are rows, and its command lines are command lines.

use super::*;

const PAGE: &str = include_str!("../../../../docs/migration.md");

/// The page's section for each source, by the name that the command has for it.
fn sections() -> Vec<(String, &'static str)> {
    let heads = ["webauthn-rs", "py_webauthn", "fastapi-passkeys", "SimpleWebAuthn", "django-passkeys", "BlockAuth"];
    let section = |head: &str| {
        let (_, rest) = PAGE.split_once(&format!("\n## {head}\n")).unwrap();
        (head.to_lowercase().replace('_', "-"), rest.split_once("\n## ").unwrap().0)
    };
    heads.map(section).to_vec()
}

#[test]
fn every_source_has_a_section_with_a_row_that_signs_in() {
    let help = Site::new().run(&["import", "--help"]).out;
    for (source, section) in sections() {
        assert!(help.contains(&format!("- {source}:")), "{source}: {help}");
        let (_, row) = section.split_once("```json\n").unwrap();
        let (row, _) = row.split_once("```").unwrap();
        let world = World::new();
        let ran = world.import(&source, row, &[]);
        assert_eq!((ran.code, counts(&ran)), (0, [1, 0, 0]), "{source}: {ran:?}");
        let user = serde_json::from_str::<Value>(row).unwrap()["user_id"].clone();
        let user = user.as_str().map_or_else(|| user.to_string(), str::to_owned);
        let record = world.stored(&user).remove(0);
        let mut old = Old::new("migration", Algorithm::Es256, record.user_handle.as_bytes());
        assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), user, "{source}");
        assert!(section.contains(&format!("$ ceremony import --from {source} ")), "{source}");
        for part in ["**User handle**", "**Lacks**"] {
            assert!(section.contains(part) || source == "blockauth", "{source} {part}");
        }
    }
}

#[test]
fn the_command_lines_are_understood() {
    let site = Site::new();
    for line in PAGE.lines().filter_map(|line| line.strip_prefix("$ ceremony import ")) {
        let arguments: Vec<&str> = ["import"].into_iter().chain(line.split_whitespace()).collect();
        let ran = site.run(&arguments);
        // The file with the settings is not there: that is as far as it can get.
        assert_eq!(ran.code, 1, "{line}: {ran:?}");
        assert!(ran.err.contains("passkeys.toml"), "{line}: {ran:?}");
    }
}

/// The tables as the other systems make them, filled with the page's rows.
const TABLES: [(&str, &str); 5] = [
    (
        "webauthn-rs",
        "CREATE TABLE passkeys (user_id uuid, passkey jsonb);
         INSERT INTO passkeys SELECT * FROM json_populate_record(null::passkeys, $row$ROW$row$)",
    ),
    (
        "fastapi-passkeys",
        "CREATE TABLE passkey_credentials (credential_id bytea PRIMARY KEY, user_id varchar(255), public_key bytea,
         sign_count bigint, transports json, aaguid bytea, backup_eligible boolean, backup_state boolean,
         device_name varchar(255), is_discoverable boolean, attestation_fmt varchar(64), created_at timestamptz,
         last_used_at timestamptz);
         INSERT INTO passkey_credentials SELECT * FROM json_populate_record(null::passkey_credentials, $row$ROW$row$)",
    ),
    (
        "simplewebauthn",
        "CREATE TABLE passkeys (cred_id text PRIMARY KEY, cred_public_key bytea, internal_user_id text,
         webauthn_user_id text, counter integer, backup_eligible boolean, backup_status boolean, transports text,
         created_at timestamp, last_used timestamp);
         INSERT INTO passkeys SELECT row->>'id', decode(rpad(translate(row->>'publicKey', '-_', '+/'), 104, '='), 'base64'),
         row->>'user_id', row->>'webauthnUserID', 5, true, true, 'internal,hybrid', now(), null
         FROM (SELECT $row$ROW$row$::json AS row) AS rows",
    ),
    (
        "django-passkeys",
        "CREATE TABLE auth_user (id integer PRIMARY KEY, username varchar(150));
         CREATE TABLE passkeys_userpasskey (id serial PRIMARY KEY, name varchar(255), enabled boolean,
         platform varchar(255), added_on timestamptz, last_used timestamptz, credential_id varchar(255), token varchar(255),
         user_id integer);
         INSERT INTO auth_user VALUES (17, 'ada');
         INSERT INTO passkeys_userpasskey
         SELECT * FROM json_populate_record(json_populate_record(null::passkeys_userpasskey, '{\"id\":1}'), $row$ROW$row$)",
    ),
    (
        "blockauth",
        "CREATE TABLE passkey_credential (id uuid PRIMARY KEY, credential_id text, public_key text, algorithm integer,
         sign_count bigint, aaguid varchar(36), name varchar(255), transports jsonb, authenticator_attachment varchar(20),
         backup_eligible boolean, backup_state boolean, is_discoverable boolean, user_handle text, attestation_object text,
         created_at timestamptz, last_used_at timestamptz, is_active boolean, revoked_at timestamptz,
         revocation_reason varchar(255), user_id bigint);
         INSERT INTO passkey_credential SELECT * FROM json_populate_record(null::passkey_credential, $row$ROW$row$)",
    ),
];

#[test]
fn what_psql_exports_by_the_page_s_commands_is_imported() {
    use ceremony_testbed::{POSTGRES, Postgres, pass_over};
    if pass_over(&POSTGRES) {
        return;
    }
    let postgres = Postgres::shared().unwrap();
    for (source, tables) in TABLES {
        let (_, section) = sections().into_iter().find(|(name, _)| *name == source).unwrap();
        let (_, row) = section.split_once("```json\n").unwrap();
        let row = row.split_once("```").unwrap().0.trim();
        let database = postgres.database().unwrap();
        postgres.query(&database, &tables.replace("ROW", row)).unwrap();
        let command = section.lines().find_map(|line| line.strip_prefix("$ psql ")?.split_once("-c \"")).unwrap().1;
        let (command, _) = command.split_once("\" > rows.").unwrap();
        let exported = postgres.query(&database, command).unwrap();
        let world = World::new();
        let ran = world.import(source, &exported, &[]);
        assert_eq!((ran.code, counts(&ran)), (0, [1, 0, 0]), "{source}: {ran:?} {exported}");
        let user = serde_json::from_str::<Value>(row).unwrap()["user_id"].clone();
        let user = user.as_str().map_or_else(|| user.to_string(), str::to_owned);
        let record = world.stored(&user).remove(0);
        let mut old = Old::new("migration", Algorithm::Es256, record.user_handle.as_bytes());
        assert_eq!(world.sign_in(&mut old).unwrap().user.as_str(), user, "{source}");
    }
}
