//! Tests that bear the ids of catalogue cases in their names: `neg_c05_to_c07_c11_what_it_says`.

use crate::source::code_only;
use std::collections::BTreeMap;
use std::path::Path;

/// The tests of each id, as `crate: function`.
pub(super) type Named = BTreeMap<String, Vec<String>>;

/// All tests below `crates` whose names begin with `neg_`.
pub(super) fn tests(root: &Path) -> Result<Named, String> {
    let mut named = Named::new();
    let mut folders = vec![root.join("crates")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                collect(&source, &name, &mut named);
            }
        }
    }
    for places in named.values_mut() {
        places.sort();
    }
    Ok(named)
}

fn collect(source: &str, file: &str, named: &mut Named) {
    let code = code_only(source);
    for line in code.lines() {
        let Some(rest) =
            line.trim_start().strip_prefix("fn neg_").or_else(|| line.trim_start().strip_prefix("async fn neg_"))
        else {
            continue;
        };
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        for id in ids(&name) {
            named.entry(id).or_default().push(format!("`{file}` `neg_{name}`"));
        }
    }
}

/// The ids at the beginning of a name: `c05_to_c07_c11_words` has C05, C06, C07 and C11.
fn ids(name: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut range = false;
    for word in name.split('_') {
        match (id(word), range) {
            (Some((letter, number)), true) => {
                let from = ids.last().and_then(|last| last.get(1..)?.parse::<u8>().ok()).unwrap_or(number);
                ids.extend((from.saturating_add(1)..=number).map(|number| format!("{letter}{number:02}")));
                range = false;
            }
            (Some((letter, number)), false) => ids.push(format!("{letter}{number:02}")),
            (None, false) if word == "to" && !ids.is_empty() => range = true,
            (None, _) => break,
        }
    }
    ids
}

/// `c05` as its letter in capitals and its number.
fn id(word: &str) -> Option<(char, u8)> {
    let (letter, digits) = word.split_at_checked(1)?;
    if digits.len() != 2 {
        return None;
    }
    let letter = letter.chars().next().filter(char::is_ascii_lowercase)?;
    Some((letter.to_ascii_uppercase(), digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_ids_and_ranges() {
        assert_eq!(ids("c05_to_c07_c11_what_it_says"), ["C05", "C06", "C07", "C11"]);
        assert_eq!(ids("w18"), ["W18"]);
        assert_eq!(ids("k20_keys_of_es256_b01"), ["K20"]);
        assert!(ids("nothing").is_empty());
    }

    #[test]
    fn functions_are_found_in_code_alone() {
        let mut named = Named::new();
        collect("    fn neg_e02_x() {}\n// fn neg_e03_y()\nasync fn neg_e04_z() {\n", "a.rs", &mut named);
        assert_eq!(named.keys().collect::<Vec<_>>(), ["E02", "E04"]);
    }
}
