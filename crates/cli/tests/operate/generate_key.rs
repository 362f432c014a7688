use crate::{Site, mode};

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
