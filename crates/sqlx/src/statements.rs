//! All statements, for the tests that ask a database how it would run them.

use crate::backend::Backend;
use crate::credentials::sql;
use crate::{ceremonies, maintenance, sign_ups, spend, users};

const STATEMENTS: &[(&str, &str)] = &[
    ("ceremonies PUT", ceremonies::PUT),
    ("ceremonies TAKE", ceremonies::TAKE),
    ("spend SPEND", spend::SPEND),
    ("sign_ups ADD", sign_ups::ADD),
    ("sign_ups REMOVE", sign_ups::REMOVE),
    ("sign_ups ABANDONED", sign_ups::ABANDONED),
    ("maintenance COUNT_CEREMONIES", maintenance::COUNT_CEREMONIES),
    ("maintenance COUNT_SPENT", maintenance::COUNT_SPENT),
    ("maintenance COUNT_TOMBSTONES", maintenance::COUNT_TOMBSTONES),
    ("maintenance COUNT_SIGN_UPS", maintenance::COUNT_SIGN_UPS),
    ("users FIND", users::FIND),
    ("users RESOLVE", users::RESOLVE),
    ("users INSERT", users::INSERT),
    ("users FORGET", users::FORGET),
    ("sql FIND", sql::FIND),
    ("sql GET", sql::GET),
    ("sql LIST", sql::LIST),
    ("sql LIST_AFTER", sql::LIST_AFTER),
    ("sql PLACE", sql::PLACE),
    ("sql COUNT_ACTIVE", sql::COUNT_ACTIVE),
    ("sql COUNT_OTHERS", sql::COUNT_OTHERS),
    ("sql TOMBSTONE", sql::TOMBSTONE),
    ("sql INSERT", sql::INSERT),
    ("sql APPLY", sql::APPLY),
    ("sql RENAME", sql::RENAME),
    ("sql SET_STATUS", sql::SET_STATUS),
    ("sql REVOKE", sql::REVOKE),
    ("sql STATUS", sql::STATUS),
    ("sql REVOKE_ALL", sql::REVOKE_ALL),
    ("sql ERASE", sql::ERASE),
    ("sql ERASE_USER", sql::ERASE_USER),
    ("sql BURY", sql::BURY),
];

const SOURCES: &[(&str, &str)] = &[
    ("ceremonies", include_str!("ceremonies.rs")),
    ("maintenance", include_str!("maintenance.rs")),
    ("spend", include_str!("spend.rs")),
    ("sign_ups", include_str!("sign_ups.rs")),
    ("users", include_str!("users.rs")),
    ("sql", include_str!("credentials/sql.rs")),
];

/// The statements that all databases share, and those that are the database's own.
pub(crate) fn all<B: Backend>() -> Vec<(&'static str, &'static str)> {
    let mut all = STATEMENTS.to_vec();
    all.push(("CLEAN_CEREMONIES", B::CLEAN_CEREMONIES));
    all.push(("CLEAN_SPENT", B::CLEAN_SPENT));
    all.push(("CLEAN_TOMBSTONES", B::CLEAN_TOMBSTONES));
    all
}

/// Where tables are named by others than the lists above: the statements of one database, and what makes and fills tables.
const ELSEWHERE: &[&str] =
    &["postgres.rs", "sqlite.rs", "postgres/plans.rs", "sqlite/plans.rs", "statements.rs", "row.rs"];

#[test]
fn no_statement_is_in_another_place() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                let tables = ["pending", "spent", "credentials", "tombstones", "users", "sign_ups"];
                let names_one = tables.iter().any(|table| {
                    ["FROM", "INTO", "UPDATE", "JOIN"]
                        .iter()
                        .any(|word| text.contains(&format!("{word} ceremony_{table}")))
                });
                let listed = SOURCES.iter().any(|(_, source)| *source == text) || ELSEWHERE.contains(&name.as_str());
                assert!(!names_one || listed, "{name}");
                seen += usize::from(names_one);
            }
        }
    }
    assert!(seen > SOURCES.len());
    for (name, source) in [("postgres.rs", include_str!("postgres.rs")), ("sqlite.rs", include_str!("sqlite.rs"))] {
        for line in source.lines().filter(|line| line.contains("const ") && line.contains("&'static str")) {
            // These ask nothing of the tables.
            let known = ["CLEAN_CEREMONIES", "CLEAN_SPENT", "CLEAN_TOMBSTONES", "CLOCK", "COUNT_MIGRATIONS"];
            assert!(known.iter().any(|known| line.contains(known)), "{name}: {line}");
        }
    }
}

#[test]
fn every_statement_is_in_the_list() {
    for (module, source) in SOURCES {
        for line in source.lines().filter(|line| line.contains("const ") && line.contains(": &str")) {
            let name = line.split("const ").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
            let listed = STATEMENTS.iter().any(|(known, _)| *known == format!("{module} {name}"));
            assert!(listed, "{module} {name}");
        }
    }
}
