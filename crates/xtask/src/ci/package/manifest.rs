//! What crates.io and docs.rs read of a package, and the order in which packages can be published.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The categories of crates.io that are used here. It drops others without a word.
const CATEGORIES: &[&str] = &[
    "authentication",
    "command-line-utilities",
    "cryptography",
    "database",
    "development-tools::testing",
    "no-std",
    "web-programming",
];

/// A keyword has so many characters at most, and a package so many of each.
const KEYWORD: usize = 20;
const MOST: usize = 5;

/// What is wrong with the manifests of the packages that are published.
pub(super) fn judge(metadata: &str) -> Result<Vec<String>, String> {
    Ok(published(metadata)?.iter().flat_map(|(name, package)| judge_one(name, package)).collect())
}

fn judge_one(name: &str, package: &Value) -> Vec<String> {
    let list = |key: &str| package.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut problems: Vec<String> = ["description", "readme", "repository", "license", "rust_version"]
        .into_iter()
        .filter(|key| text(key).is_empty())
        .map(|key| format!("{name}: no {key}"))
        .collect();
    for key in ["keywords", "categories"] {
        if !(1..=MOST).contains(&list(key).count()) {
            problems.push(format!("{name}: one to {MOST} {key} are needed"));
        }
    }
    let fits = |word: &&str| {
        let rest = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '+');
        word.len() <= KEYWORD && word.starts_with(|first: char| first.is_ascii_alphanumeric()) && word.chars().all(rest)
    };
    problems.extend(list("keywords").filter(|word| !fits(word)).map(|word| format!("{name}: {word:?} is no keyword")));
    let unknown = list("categories").filter(|category| !CATEGORIES.contains(category));
    problems.extend(unknown.map(|category| format!("{name}: {category:?} is no category that is known here")));
    // What stands behind a feature is documented too.
    let is_library = package.get("targets").and_then(Value::as_array).into_iter().flatten().any(|target| {
        target.get("kind").and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib"))
    });
    let has_features = package.get("features").and_then(Value::as_object).is_some_and(|features| !features.is_empty());
    let docs = package.pointer("/metadata/docs/rs");
    let named = docs
        .is_some_and(|docs| docs.get("all-features").is_some_and(|all| all == true) || docs.get("features").is_some());
    if is_library && has_features && !named {
        problems.push(format!("{name}: [package.metadata.docs.rs] names no features"));
    }
    problems
}

/// The packages in an order in which each comes after what it needs. Of several that could be next, the first by name.
pub(super) fn order(metadata: &str) -> Result<Vec<String>, String> {
    let packages = published(metadata)?;
    let mut waiting: BTreeMap<String, BTreeSet<String>> = packages
        .iter()
        .map(|(name, package)| {
            let needs = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
            let needs = needs.filter(|need| {
                // A development dependency by path alone is left out of the package; one with a version is looked for.
                need.get("kind").is_none_or(|kind| kind != "dev") || need.get("req").is_none_or(|req| req != "*")
            });
            let names = needs.filter_map(|need| need.get("name")?.as_str()).filter(|need| packages.contains_key(*need));
            (name.clone(), names.map(str::to_owned).collect())
        })
        .collect();
    let mut order = Vec::new();
    while let Some(next) = waiting.iter().find(|(_, needs)| needs.is_empty()).map(|(name, _)| name.clone()) {
        waiting.remove(&next);
        waiting.values_mut().for_each(|needs| needs.retain(|need| *need != next));
        order.push(next);
    }
    if waiting.is_empty() {
        return Ok(order);
    }
    let names: Vec<String> = waiting.into_keys().collect();
    Err(format!("these packages need each other, and none can be the first: {}", names.join(", ")))
}

/// The names of a page's numbered list: lines such as ``3. `ceremony-http` ``.
pub(super) fn listed(page: &str) -> Vec<String> {
    let name = |line: &str| {
        let (number, rest) = line.split_once(". `")?;
        number.parse::<u32>().ok()?;
        Some(rest.split_once('`')?.0.to_owned())
    };
    page.lines().filter_map(name).filter(|name| name.starts_with("ceremony")).collect()
}

fn published(metadata: &str) -> Result<BTreeMap<String, Value>, String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let list = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata: no packages")?;
    let named = |package: &Value| Some((package.get("name")?.as_str()?.to_owned(), package.clone()));
    let is_published = |package: &&Value| !package.get("publish").and_then(Value::as_array).is_some_and(Vec::is_empty);
    Ok(list.iter().filter(is_published).filter_map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package() -> Value {
        json!({
            "name": "a", "description": "d", "readme": "README.md", "repository": "r", "license": "MIT",
            "rust_version": "1.88", "keywords": ["passkey"], "categories": ["authentication"],
            "features": { "f": [] }, "targets": [{ "kind": ["lib"] }],
            "metadata": { "docs": { "rs": { "all-features": true } } },
        })
    }

    fn problems(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut package = package();
        change(&mut package);
        judge(&json!({ "packages": [package] }).to_string()).unwrap()
    }

    #[test]
    fn a_manifest_has_what_is_shown_of_it() {
        assert_eq!(problems(|_| {}), Vec::<String>::new());
        assert_eq!(problems(|package| package["publish"] = json!([])), Vec::<String>::new());
        assert_eq!(problems(|package| package["readme"] = Value::Null), ["a: no readme"]);
        assert_eq!(problems(|package| package["keywords"] = json!([])), ["a: one to 5 keywords are needed"]);
        let six = json!(["a", "b", "c", "d", "e", "f"]);
        assert_eq!(problems(|package| package["keywords"] = six), ["a: one to 5 keywords are needed"]);
        for word in ["two words", "-x", "ab.c", "abcdefghijklmnopqrstu"] {
            let told = problems(|package| package["keywords"] = json!([word]));
            assert_eq!(told, [format!("a: {word:?} is no keyword")]);
        }
        let told = problems(|package| package["categories"] = json!(["auth"]));
        assert_eq!(told, ["a: \"auth\" is no category that is known here"]);
        let told = problems(|package| package["metadata"] = Value::Null);
        assert_eq!(told, ["a: [package.metadata.docs.rs] names no features"]);
        assert_eq!(problems(|package| (package["metadata"], package["features"]) = (Value::Null, json!({}))), [""; 0]);
    }

    #[test]
    fn what_is_needed_comes_first() {
        let metadata = |of_a: Value| {
            let need = |name: &str, kind: Value, req: &str| json!({ "name": name, "kind": kind, "req": req });
            json!({ "packages": [
                { "name": "a", "dependencies": [of_a] },
                { "name": "b", "dependencies": [need("serde", Value::Null, "^1"), need("c", Value::Null, "^0.1")] },
                { "name": "c", "dependencies": [need("b", json!("dev"), "*"), need("p", json!("dev"), "*")] },
                { "name": "p", "publish": [], "dependencies": [need("a", Value::Null, "^0.1")] },
            ] })
            .to_string()
        };
        let dev = json!({ "name": "b", "kind": "dev", "req": "^0.1" });
        assert_eq!(order(&metadata(dev)).unwrap(), ["c", "b", "a"]);
        let none = json!({ "name": "b", "kind": "dev", "req": "*" });
        assert_eq!(order(&metadata(none)).unwrap(), ["a", "c", "b"]);
        let circle = r#"{"packages": [{"name": "x", "dependencies": [{"name": "x", "kind": null, "req": "^1"}]}]}"#;
        assert!(order(circle).is_err());
    }

    #[test]
    fn a_pages_list_is_read() {
        assert_eq!(
            listed("# 1. `x`\n1. `ceremony`: core\n2. `ceremony-http`\n3. `cargo x`\n- `ceremony-a`\n"),
            ["ceremony", "ceremony-http"]
        );
    }
}
