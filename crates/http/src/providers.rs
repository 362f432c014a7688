//! Names and icons of passkey providers.

use ceremony::Aaguid;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The longest provider name, in characters.
const MAX_NAME: usize = 64;

/// The longest icon, as a data URI, in bytes.
const MAX_ICON: usize = 64 * 1024;

/// The largest list, in bytes: the community's has about 1 MiB.
const MAX_LIST: usize = 8 * 1024 * 1024;

/// The providers that most people use.
const KNOWN: [(&str, &str); 19] = [
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "iCloud Keychain"),
    ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain (Managed)"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
    ("771b48fd-d3d4-4f74-9232-fc157ab0507a", "Edge on Mac"),
    ("b5397666-4885-aa6b-cebf-e52262a439a2", "Chromium Browser"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"),
    ("891494da-2c90-4d31-a9cd-4eab0aed1309", "Sésame"),
];

/// A passkey provider: a password manager or an authenticator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Provider {
    /// The name.
    pub name: String,
    /// An icon for light backgrounds, as a `data:image/` URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_light: Option<String>,
    /// An icon for dark backgrounds, as a `data:image/` URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_dark: Option<String>,
}

/// Providers by AAGUID. The default table has names of the common ones and no icons.
#[derive(Clone)]
pub struct Providers(HashMap<Aaguid, Arc<Provider>>);

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Providers({} makes)", self.0.len())
    }
}

impl Default for Providers {
    fn default() -> Self {
        let known = KNOWN.iter().filter_map(|(aaguid, name)| {
            let provider = Provider { name: (*name).to_owned(), icon_light: None, icon_dark: None };
            Some((Aaguid::parse(aaguid)?, Arc::new(provider)))
        });
        Self(known.collect())
    }
}

impl Providers {
    /// A table without entries.
    #[must_use]
    pub fn empty() -> Self {
        Self(HashMap::new())
    }

    /// Adds the entries of a list in the community's format, `{aaguid: {name, icon_light?, icon_dark?}}`, over those
    /// that are there.
    ///
    /// Icons that are not `data:image/` URIs, or are larger than 64 KiB, are left out; so are entries without a usable
    /// name.
    ///
    /// # Errors
    ///
    /// [`ProvidersError`] if the text is not such a list, or larger than 8 MiB.
    pub fn with_list(mut self, json: &str) -> Result<Self, ProvidersError> {
        if json.len() > MAX_LIST {
            return Err(ProvidersError(None));
        }
        let list: HashMap<String, Provider> =
            serde_json::from_str(json).map_err(|error| ProvidersError(Some(error)))?;
        for (aaguid, provider) in list {
            if let (Some(aaguid), Some(provider)) = (Aaguid::parse(&aaguid), usable(provider)) {
                self.0.insert(aaguid, Arc::new(provider));
            }
        }
        Ok(self)
    }

    /// The provider of an AAGUID; none for the zero one, which says nothing.
    #[must_use]
    pub fn find(&self, aaguid: Aaguid) -> Option<Arc<Provider>> {
        if aaguid.is_zero() { None } else { self.0.get(&aaguid).cloned() }
    }
}

fn usable(provider: Provider) -> Option<Provider> {
    let name = provider.name.trim();
    let shown = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control);
    shown.then(|| Provider {
        name: name.to_owned(),
        icon_light: provider.icon_light.filter(|icon| is_icon(icon)),
        icon_dark: provider.icon_dark.filter(|icon| is_icon(icon)),
    })
}

/// Whether a text is a data URI of an image, with no character that could leave an attribute's quotes.
fn is_icon(text: &str) -> bool {
    text.len() <= MAX_ICON
        && text.starts_with("data:image/")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/+;,=.-_%".contains(&byte))
}

/// A list of providers can't be read.
#[derive(Debug)]
pub struct ProvidersError(Option<serde_json::Error>);

impl fmt::Display for ProvidersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "list of passkey providers can't be read",
            None => "list of passkey providers is larger than 8 MiB",
        })
    }
}

impl StdError for ProvidersError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.as_ref().map(|error| -> &(dyn StdError + 'static) { error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_provider_is_in_the_table() {
        let providers = Providers::default();
        assert_eq!(providers.0.len(), KNOWN.len());
        for (aaguid, name) in KNOWN {
            assert_eq!(providers.find(Aaguid::parse(aaguid).unwrap()).unwrap().name, name);
        }
        assert_eq!(providers.find(Aaguid::ZERO), None);
    }

    #[test]
    fn a_list_adds_what_is_safe_to_show() {
        let huge = format!("data:image/png;base64,{}", "A".repeat(MAX_ICON));
        let list = serde_json::json!({
            "00000000-0000-0000-0000-000000000001": {"name": "One", "icon_light": "data:image/svg+xml;base64,PHN2Zz4=", "icon_dark": "https://evil.example/x.png"},
            "00000000-0000-0000-0000-000000000002": {"name": "Two", "icon_light": huge, "icon_dark": "data:image/svg+xml,\"><script>"},
            "00000000-0000-0000-0000-000000000003": {"name": "  "},
            "00000000-0000-0000-0000-000000000000": {"name": "Nobody"},
            "nonsense": {"name": "Nonsense"},
            "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": {"name": "Google", "more": 1},
        });
        let providers = Providers::default().with_list(&list.to_string()).unwrap();
        let find = |last: u8| {
            let mut bytes = [0; 16];
            bytes[15] = last;
            providers.find(Aaguid::new(bytes))
        };
        let one = find(1).unwrap();
        assert_eq!(one.icon_light.as_deref(), Some("data:image/svg+xml;base64,PHN2Zz4="));
        assert_eq!(one.icon_dark, None);
        let two = find(2).unwrap();
        assert_eq!((two.icon_light.as_ref(), two.icon_dark.as_ref()), (None, None));
        assert_eq!(find(3), None);
        assert_eq!(find(0), None);
        let google = Aaguid::parse("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4").unwrap();
        assert_eq!(providers.find(google).unwrap().name, "Google");
        assert!(Providers::default().with_list("[]").is_err());
        // The community's list says so when it retires.
        assert_eq!(Providers::default().with_list("{}").unwrap().0.len(), KNOWN.len());
    }
}
