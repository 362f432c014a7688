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
