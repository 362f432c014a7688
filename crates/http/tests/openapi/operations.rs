//! Answers, held against what the document says of the request.

use crate::schemas::faults;
use serde_json::{Value, json};

/// An answer to be judged.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) method: &'a str,
    /// With `{id}`.
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    /// Where it is JSON.
    pub(crate) body: Option<Value>,
}

impl Answer<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Everything in which the document and the answer differ.
    pub(crate) fn differences(&self, document: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        let item = &document["paths"][format!("/{}", self.path)];
        let method = if self.method == "HEAD" { "get".to_owned() } else { self.method.to_lowercase() };
        let operation = match (item.get(&method), self.status) {
            (Some(operation), _) => operation,
            // What a method that there is not gets to hear stands with those that there are.
            (None, 405) => {
                let named = self.header("allow").unwrap_or_default().split(", ").filter(|method| *method != "HEAD");
                let methods =
                    ["get", "post", "patch", "delete"].into_iter().filter(|method| item.get(*method).is_some());
                if !named.eq(methods.clone().map(str::to_uppercase)) {
                    differences.push(format!("Allow: {:?}", self.header("allow")));
                }
                let Some(first) = methods.clone().next() else { return vec!["no such path".to_owned()] };
                &item[first]
            }
            _ => return vec!["no such operation".to_owned()],
        };
        let responses = &operation["responses"];
        let Some(response) = responses.get(self.status.to_string()).or_else(|| self.range(responses)) else {
            return vec!["no such status".to_owned()];
        };
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            if header["required"] == json!(true) && self.header(name).is_none() {
                differences.push(format!("no {name}"));
            }
        }
        let Some(content) = response["content"].as_object() else { return differences };
        let kind = self.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let Some(media) = content.get(kind) else {
            differences.push(format!("content type {kind:?}"));
            return differences;
        };
        if let Some(body) = &self.body {
            differences.extend(faults(document, &media["schema"], body));
            differences.extend(self.unlisted_code(document, &media["schema"], body));
        }
        differences
    }

    fn range<'a>(&self, responses: &'a Value) -> Option<&'a Value> {
        responses.get(format!("{}XX", self.status / 100))
    }

    /// One of our codes that the document does not name for this status.
    fn unlisted_code(&self, document: &Value, schema: &Value, body: &Value) -> Option<String> {
        let code = body.get("code").filter(|_| self.status >= 400)?;
        let ours = document["components"]["schemas"]["Code"]["enum"].as_array()?.contains(code);
        let listed = &schema["allOf"][1]["properties"]["code"];
        let listed = listed.get("enum").unwrap_or(&listed["anyOf"][0]["enum"]);
        let named = listed.as_array().is_some_and(|listed| listed.contains(code));
        (ours && !named).then(|| format!("code {code}"))
    }
}
