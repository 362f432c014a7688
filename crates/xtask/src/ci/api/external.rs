//! Other packages whose types and traits an interface names: their breaking version is a breaking version of ours.
//!
//! cargo-check-external-types finds the same packages; it documents everything once more and knows no stale entries.

use crate::packages::Package;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What comes with Rust.
const STANDARD: &[&str] = &["alloc", "core", "std"];

/// Libraries that the interface names and the package does not allow, and those that it allows and the interface does not
/// name.
pub(super) fn judge(package: &Package, document: &Value) -> Result<Vec<String>, String> {
    let named = named(document)?;
    let allowed: BTreeSet<&str> = package.external_types.iter().map(String::as_str).collect();
    let manifest = format!("{}/Cargo.toml", package.folder);
    let new = named.iter().filter(|(library, _)| !allowed.contains(library.as_str())).map(|(library, examples)| {
        let examples: Vec<&str> = examples.iter().take(3).map(String::as_str).collect();
        format!(
            "{manifest}: the interface names {library}, for example in {}: hide it, or add it to `external-types` under \
             [package.metadata.ceremony] (docs/semver.md)",
            examples.join(", ")
        )
    });
    let stale = allowed.iter().filter(|library| !named.contains_key(**library));
    let stale = stale.map(|library| format!("{manifest}: the interface does not name {library} any more"));
    Ok(new.chain(stale).collect())
}

/// The libraries by their names in code, each with the items that name it.
fn named(document: &Value) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let part =
        |key: &str| document.get(key).and_then(Value::as_object).ok_or_else(|| format!("rustdoc JSON: no {key}"));
    let (index, paths, libraries) = (part("index")?, part("paths")?, part("external_crates")?);
    let library_of = |id: u64| {
        let library = paths.get(&id.to_string())?.get("crate_id")?.as_u64().filter(|library| *library != 0)?;
        libraries.get(&library.to_string())?.get("name")?.as_str().map(str::to_owned)
    };
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, item) in index {
        let Some(inner) = item.get("inner").filter(|_| item.get("crate_id") == Some(&Value::from(0))) else { continue };
        // Blanket and automatic implementations are what every type has.
        let given = inner.get("impl").is_some_and(|block| {
            block.get("is_synthetic") == Some(&Value::Bool(true))
                || block.get("blanket_impl").is_some_and(Value::is_object)
        });
        if given {
            continue;
        }
        for library in references(inner).into_iter().filter_map(library_of) {
            if !STANDARD.contains(&library.as_str()) {
                named.entry(library).or_default().insert(title(id, item, inner, paths));
            }
        }
    }
    Ok(named)
}

/// The ids of all types, traits and re-exported items in an item: whatever has an id and a path, or an id and a source.
fn references(inner: &Value) -> Vec<u64> {
    let mut found = Vec::new();
    let mut open = vec![inner];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let id = fields.get("id").and_then(Value::as_u64);
                let is_reference = fields.contains_key("path") || fields.contains_key("source");
                found.extend(id.filter(|_| is_reference));
                open.extend(fields.values());
            }
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    found
}

/// How a reader finds the item: its path where rustdoc has one, its name, or the type that an implementation is for.
fn title(id: &str, item: &Value, inner: &Value, paths: &serde_json::Map<String, Value>) -> String {
    let path = paths.get(id).and_then(|path| path.get("path")).and_then(Value::as_array);
    if let Some(path) = path {
        return path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("::");
    }
    let name = item.get("name").and_then(Value::as_str);
    let kind = inner.as_object().and_then(|inner| inner.keys().next()).map_or("item", String::as_str);
    let line = || {
        let span = item.get("span")?;
        let line = span.get("begin")?.get(0)?.as_u64()?;
        Some(format!("{}:{line}", span.get("filename")?.as_str()?))
    };
    let place = line().unwrap_or_else(|| format!("item {id}"));
    name.map_or_else(|| format!("the {kind} at {place}"), |name| format!("{name} ({place})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(inner: Value) -> Value {
        json!({
            "index": {"1": {"crate_id": 0, "name": "f", "inner": inner}},
            "paths": {
                "1": {"crate_id": 0, "path": ["a", "f"]},
                "2": {"crate_id": 7, "path": ["http", "Uri"]},
                "3": {"crate_id": 8, "path": ["core", "fmt", "Debug"]},
                "4": {"crate_id": 0, "path": ["a", "Own"]},
            },
            "external_crates": {"7": {"name": "http"}, "8": {"name": "core"}},
        })
    }

    fn judge(allowed: &[&str], inner: Value) -> Vec<String> {
        let external_types = allowed.iter().map(|name| (*name).to_owned()).collect();
        let package = Package { folder: "crates/a".to_owned(), external_types, ..Package::default() };
        super::judge(&package, &document(inner)).unwrap()
    }

    #[test]
    fn a_type_of_another_package_has_to_be_allowed() {
        let nested =
            json!({"function": {"sig": {"inputs": [["x", {"slice": {"resolved_path": {"path": "Uri", "id": 2}}}]]}}});
        let problems = judge(&[], nested.clone());
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("names http, for example in a::f"), "{problems:?}");
        assert_eq!(judge(&["http"], nested), Vec::<String>::new());
    }

    #[test]
    fn a_re_export_names_its_source() {
        assert_eq!(judge(&[], json!({"use": {"source": "http::Uri", "name": "Uri", "id": 2}})).len(), 1);
    }

    #[test]
    fn what_is_allowed_and_not_named_is_stale() {
        let problems = judge(&["http"], json!({"struct_field": {"resolved_path": {"path": "Own", "id": 4}}}));
        assert_eq!(problems, ["crates/a/Cargo.toml: the interface does not name http any more"]);
    }

    #[test]
    fn the_standard_library_and_what_every_type_has_are_free() {
        assert!(judge(&[], json!({"impl": {"trait": {"path": "Debug", "id": 3}}})).is_empty());
        for given in [
            json!({"is_synthetic": true, "trait": {"path": "X", "id": 2}}),
            json!({"is_synthetic": false, "blanket_impl": {"generic": "T"}, "trait": {"path": "X", "id": 2}}),
        ] {
            assert!(judge(&[], json!({ "impl": given })).is_empty());
        }
        let own = json!({"is_synthetic": false, "blanket_impl": null, "trait": {"path": "X", "id": 2}});
        assert_eq!(judge(&[], json!({ "impl": own })).len(), 1);
    }

    #[test]
    fn what_is_not_rustdoc_json_is_an_error() {
        assert!(super::judge(&Package::default(), &json!({})).is_err());
    }
}
