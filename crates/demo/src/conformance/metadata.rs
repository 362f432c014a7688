//! Metadata statements that the tool hands out as files: the roots of its made-up authenticators.

use base64ct::{Base64, Encoding};
use ceremony_http::ceremony::Aaguid;
use ceremony_http::ceremony::x509::{TrustAnchor, TrustAnchors};
use serde_json::Value;
use std::path::Path;

/// The trust anchors of every `*.json` in a folder, each for its own make of authenticator.
///
/// # Errors
///
/// What can't be read, and why.
pub(crate) fn anchors(folder: &Path) -> Result<TrustAnchors, String> {
    let told = |path: &Path, error: &dyn std::fmt::Display| format!("cannot use {}: {error}", path.display());
    let mut anchors = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| told(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| told(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
            anchors.extend(of_statement(&text).map_err(|error| told(&path, &error))?);
        }
    }
    Ok(anchors.into_iter().collect())
}

fn of_statement(text: &str) -> Result<Vec<TrustAnchor>, String> {
    let statement: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let aaguid = match statement.get("aaguid").and_then(Value::as_str) {
        Some(text) => Some(Aaguid::parse(text).ok_or("aaguid is no UUID")?),
        // A U2F authenticator is known by its certificate's key alone.
        None => None,
    };
    let roots = statement
        .get("attestationRootCertificates")
        .and_then(Value::as_array)
        .ok_or("attestationRootCertificates is missing")?;
    let anchor = |root: &Value| {
        let base64: String = root.as_str()?.split_ascii_whitespace().collect();
        let anchor = TrustAnchor::from_der(Base64::decode_vec(&base64).ok()?).ok()?;
        Some(aaguid.map_or(anchor.clone(), |aaguid| anchor.for_aaguid(aaguid)))
    };
    roots.iter().map(|root| anchor(root).ok_or_else(|| "a root certificate can't be read".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_without_roots_and_with_bad_ones_are_told() {
        assert_eq!(of_statement(r#"{"attestationRootCertificates": []}"#), Ok(Vec::new()));
        for text in [
            "",
            "{}",
            r#"{"attestationRootCertificates": ["AAAA"]}"#,
            r#"{"attestationRootCertificates": [1]}"#,
            r#"{"aaguid": "x", "attestationRootCertificates": []}"#,
        ] {
            assert!(of_statement(text).is_err(), "{text}");
        }
    }
}
