//! The table in the README is the list of settings, row by row.
#![allow(clippy::unwrap_used, missing_docs)]

use ceremony_config::SETTINGS;

const README: &str = include_str!("../README.md");

/// The rows of the table below the mark, without its head.
fn rows() -> Vec<&'static str> {
    let (_, below) = README.split_once("<!-- settings:").unwrap();
    let table = below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    table.skip(2).collect()
}

#[test]
fn the_table_holds_every_setting_as_it_is() {
    let settings = SETTINGS.iter().map(|setting| {
        let (name, variable) = (setting.name, setting.variable());
        format!("| `{name}` | `{variable}` | {} | {} | {} |", setting.values, setting.default, setting.about)
    });
    let settings: Vec<String> = settings.collect();
    for (row, setting) in rows().iter().zip(&settings) {
        assert_eq!(row, setting);
    }
    assert_eq!(rows().len(), settings.len(), "a row for each setting, and no other");
}

/// The file that the README shows is one that is read.
#[test]
fn the_example_is_a_file_that_can_be_read() {
    let (_, toml) = README.split_once("```toml\n").unwrap();
    let (toml, _) = toml.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("passkeys.toml");
    std::fs::write(&path, toml).unwrap();
    let settings = ceremony_config::Settings::read(Some(&path), []).unwrap();
    assert_eq!(settings.origins.len(), 2);
    assert_eq!(settings.timeout.unwrap().as_secs(), 300);
    assert!(settings.keep_last_passkey && settings.key_file.is_some() && settings.database.is_some());
    settings.relying_party().unwrap();
}
