use crate::{Site, mode};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

fn kinds(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(' ').next()).collect()
}

fn key<'t>(text: &'t str, kind: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(' ')).unwrap()
}

#[test]
fn a_new_file_is_its_owners_alone_and_never_overwritten() {
    let site = Site::new();
    let made = site.run(&["generate-key", "keys"]);
    assert_eq!((made.code, made.out.as_str(), made.err.as_str()), (0, "", ""));
    assert_eq!(mode(&site.path("keys")), 0o600);
    let text = site.read("keys");
    assert_eq!(kinds(&text), ["seal", "decoys"]);
    let again = site.run(&["generate-key", "keys"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is there already") && again.err.contains("--next"), "{}", again.err);
    assert_eq!(site.read("keys"), text);
}

#[test]
fn without_a_file_the_keys_go_to_standard_output() {
    let site = Site::new();
    let (one, two) = (site.run(&["generate-key"]), site.run(&["generate-key"]));
    assert_eq!((one.code, two.code), (0, 0));
    assert_eq!(kinds(&one.out), ["seal", "decoys"]);
    assert_ne!(key(&one.out, "seal"), key(&two.out, "seal"));
    assert_ne!(key(&one.out, "decoys"), key(&two.out, "decoys"));
}

#[test]
fn a_rotation_in_two_steps() {
    let site = Site::new();
    site.run(&["generate-key", "keys"]);
    let first = site.read("keys");
    let early = site.run(&["generate-key", "--rotate", "keys"]);
    assert_eq!(early.code, 1);
    assert!(early.err.contains("there is no next key; add one with --next first"), "{}", early.err);
    assert_eq!(site.run(&["generate-key", "--next", "keys"]).code, 0);
    let between = site.read("keys");
    assert_eq!(kinds(&between), ["seal", "next", "decoys"]);
    assert_eq!(key(&between, "seal"), key(&first, "seal"));
    assert_eq!(site.run(&["generate-key", "--rotate", "keys"]).code, 0);
    let after = site.read("keys");
    assert_eq!(kinds(&after), ["seal", "old", "decoys"]);
    assert_eq!(key(&after, "seal"), key(&between, "next"));
    assert_eq!(key(&after, "old"), key(&first, "seal"));
    assert_eq!(key(&after, "decoys"), key(&first, "decoys"));
    assert_eq!(mode(&site.path("keys")), 0o600);
    assert_eq!(std::fs::read_dir(site.folder.path()).unwrap().count(), 1, "nothing lies beside it");
}

#[test]
fn what_is_no_key_file_is_left_alone() {
    let site = Site::new();
    std::fs::write(site.path("keys"), "seal me\n").unwrap();
    let refused = site.run(&["generate-key", "--next", "keys"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("line 1: a key is 32 bytes"), "{}", refused.err);
    assert_eq!(site.read("keys"), "seal me\n");
    for arguments in
        [&["generate-key", "--next"][..], &["generate-key", "--rotate"], &["generate-key", "--next", "--rotate", "k"]]
    {
        assert_eq!(site.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(site.run(&["generate-key", "/nowhere/keys"]).code, 2);
}

/// Processes that were given the first one would not open what is sealed after the rotation.
#[test]
fn a_next_key_is_never_replaced() {
    let site = Site::new();
    site.run(&["generate-key", "keys"]);
    assert_eq!(site.run(&["generate-key", "--next", "keys"]).code, 0);
    let text = site.read("keys");
    let refused = site.run(&["generate-key", "--next", "keys"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("there is a next key already") && refused.err.contains("--rotate"), "{refused:?}");
    assert_eq!(site.read("keys"), text);
    assert_eq!(site.run(&["generate-key", "--rotate", "keys"]).code, 0);
    assert_eq!(site.run(&["generate-key", "--next", "keys"]).code, 0);
}

#[test]
fn a_link_goes_on_leading_to_the_keys() {
    let site = Site::new();
    std::fs::create_dir(site.path("secrets")).unwrap();
    site.run(&["generate-key", "secrets/keys"]);
    symlink("secrets/keys", site.path("link")).unwrap();
    assert_eq!(site.run(&["generate-key", "--next", "link"]).code, 0);
    assert_eq!(std::fs::read_link(site.path("link")).unwrap(), Path::new("secrets/keys"));
    assert_eq!(kinds(&site.read("secrets/keys")), ["seal", "next", "decoys"]);
    assert_eq!(std::fs::read_dir(site.path("secrets")).unwrap().count(), 1, "nothing lies beside it");
}

#[test]
fn whoever_could_read_the_old_file_can_read_the_new_one() {
    let site = Site::new();
    site.run(&["generate-key", "keys"]);
    let keys = site.path("keys");
    std::fs::set_permissions(&keys, PermissionsExt::from_mode(0o440)).unwrap();
    if chown(&keys, Some(12_345), Some(23_456)).is_err() {
        return eprintln!("passed over: it takes root to give a file away");
    }
    assert_eq!(site.run(&["generate-key", "--next", "keys"]).code, 0);
    let found = keys.metadata().unwrap();
    assert_eq!((found.uid(), found.gid(), mode(&keys)), (12_345, 23_456, 0o440));
    assert_eq!(kinds(&site.read("keys")), ["seal", "next", "decoys"]);

    // Somebody else may read it, and write into the folder, but can't give the owner a new file.
    let text = site.read("keys");
    std::fs::set_permissions(&keys, PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::set_permissions(site.folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    command.args(["generate-key", "--rotate", "keys"]).current_dir(site.folder.path()).uid(34_567).gid(34_567);
    let Ok(output) = command.output() else {
        return eprintln!("passed over: others can't run the program from where it stands");
    };
    let problem = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{problem}");
    assert!(problem.contains("belongs to user 12345 and group 23456") && problem.contains("as root"), "{problem}");
    assert_eq!(site.read("keys"), text);
    assert_eq!(std::fs::read_dir(site.folder.path()).unwrap().count(), 1, "nothing lies beside it");
}
