//! Links that leave the book. On a code host `../crates/core` leads to the folder; a built book has nothing there, so that
//! the link has to name the repository.

use serde_json::Value;

/// Mends the links of all chapters of mdBook's JSON, wherever they stand in it.
pub fn mend(book: &mut Value, repository: &str) {
    match book {
        Value::Array(items) => items.iter_mut().for_each(|item| mend(item, repository)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "content" => *text = mended(text, repository),
                    other => mend(other, repository),
                }
            }
        }
        _ => {}
    }
}

/// A page whose links to `../` lead into the repository. Code is left as it is.
#[must_use]
pub fn mended(page: &str, repository: &str) -> String {
    let mut fenced = false;
    let lines = page.split_inclusive('\n').map(|line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        match fenced {
            true => line.to_owned(),
            false => line.replace("](../", &format!("]({repository}/")),
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn links_out_of_the_book_name_the_repository() {
        let page = "[a](../crates/a) [b](b.md) ![c](pictures/c.svg)\n```text\n[d](../d)\n```\n[e](../e#f)\n";
        let expected = "[a](R/crates/a) [b](b.md) ![c](pictures/c.svg)\n```text\n[d](../d)\n```\n[e](R/e#f)\n";
        assert_eq!(mended(page, "R"), expected);
    }

    #[test]
    fn chapters_are_found_at_every_depth() {
        let chapter = |content: &str, inner: Value| json!({ "Chapter": { "name": "](../", "content": content, "sub_items": inner } });
        let mut book = json!({ "items": [chapter("](../a)", json!([chapter("](../b)", json!([]))]))] });
        mend(&mut book, "R");
        assert_eq!(book, json!({ "items": [chapter("](R/a)", json!([chapter("](R/b)", json!([]))]))] }));
    }
}
