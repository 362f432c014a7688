use crate::Site;
use ceremony_testbed::{POSTGRES, Postgres, pass_over};

fn assert_migrates(site: &Site, database: &str) {
    let variables = [("PASSKEYS_DATABASE", database)];
    let first = site.run_with(&["migrate"], &variables);
    assert_eq!((first.code, first.err.as_str()), (0, ""), "{first:?}");
    assert!(first.out.starts_with("the database has gone from migration 0 to "), "{}", first.out);
    let again = site.run_with(&["migrate", "--json"], &variables);
    let report: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(report["before"], report["now"]);
    assert!(report["now"].as_i64().unwrap() >= 2);
    assert_eq!(site.run_with(&["cleanup"], &variables).code, 0, "what needs the tables works now");
}

#[test]
fn sqlite_is_brought_up_to_date() {
    let site = Site::new();
    assert_migrates(&site, &format!("sqlite:{}", site.path("site.db").display()));
}

#[test]
fn postgres_is_brought_up_to_date() {
    if pass_over(&POSTGRES) {
        return;
    }
    assert_migrates(&Site::new(), &Postgres::shared().unwrap().database().unwrap());
}

#[test]
fn a_database_that_refuses_is_said_so() {
    let site = Site::new();
    let refused = site.run_with(&["migrate"], &[("PASSKEYS_DATABASE", "postgres://ada:hunter2@127.0.0.1:1/site")]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("postgres://ada@127.0.0.1:1/site") && !refused.err.contains("hunter2"), "{refused:?}");
}
