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
