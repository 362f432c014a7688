//! Changes of JSON documents that leave them JSON.

use arbitrary::Arbitrary;
use serde_json::{Value, json};

/// One value of a JSON document is another, or goes, or comes a second time.
#[derive(Arbitrary, Debug)]
pub(crate) enum Edit {
    Replace { at: u16, with: u8 },
    Text { at: u16, text: String },
    Number { at: u16, number: i64 },
    Remove { at: u16 },
    Repeat { at: u16 },
    Insert { at: u16, name: String, with: u8 },
}

/// Values that mean something somewhere.
fn interesting(number: u8, words: &[&str]) -> Value {
    let others = [
        Value::Null,
        true.into(),
        0.into(),
        1.into(),
        u64::MAX.into(),
        i64::MIN.into(),
        json!(1.5),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "a": {} }),
        json!([[[[[[[[]]]]]]]]),
    ];
    let number = usize::from(number) % (words.len() + others.len());
    words.get(number).map_or_else(|| others[number - words.len()].clone(), |word| Value::from(*word))
}

/// The place of every value below the root.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    let mut below = |name: &str, value: &Value| {
        let place = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        all.push(place.clone());
        places(value, &place, all);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| below(&at.to_string(), value)),
        _ => {}
    }
}

/// Makes an edit, with some of these words.
pub(crate) fn edit(document: &mut Value, edit: &Edit, words: &[&str]) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let (Edit::Replace { at, .. }
    | Edit::Text { at, .. }
    | Edit::Number { at, .. }
    | Edit::Remove { at }
    | Edit::Repeat { at }
    | Edit::Insert { at, .. }) = edit;
    let Some(place) = all.get(usize::from(*at) % all.len().max(1)) else { return };
    let Some(value) = document.pointer_mut(place) else { return };
    match edit {
        Edit::Replace { with, .. } => *value = interesting(*with, words),
        Edit::Text { text, .. } => *value = Value::from(text.as_str()),
        Edit::Number { number, .. } => *value = Value::from(*number),
        Edit::Insert { name, with, .. } => match value {
            Value::Object(members) => drop(members.insert(name.clone(), interesting(*with, words))),
            Value::Array(items) => items.push(interesting(*with, words)),
            _ => {}
        },
        Edit::Remove { .. } | Edit::Repeat { .. } => {
            let (parent, name) = place.rsplit_once('/').expect("a place below the root");
            match document.pointer_mut(parent) {
                Some(Value::Object(members)) if matches!(edit, Edit::Remove { .. }) => drop(members.remove(name)),
                Some(Value::Array(items)) => {
                    let at: usize = name.parse().expect("a number");
                    match edit {
                        Edit::Repeat { .. } => items.insert(at, items[at].clone()),
                        _ => drop(items.remove(at)),
                    }
                }
                _ => {}
            }
        }
    }
}
