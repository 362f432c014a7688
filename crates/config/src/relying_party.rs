//! From settings to a relying party.

use crate::error::SettingsError;
use crate::settings::Settings;
use ceremony::{CrossOriginPolicy, RelyingParty, Tenant};

impl Settings {
    /// The relying party.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if there is no origin, or if the settings can't work together; the text says what would.
    pub fn relying_party(&self) -> Result<RelyingParty, SettingsError> {
        let Some(first) = self.origins.first() else {
            let problem = "write the pages' origins as browsers show them, such as https://example.com";
            return Err(SettingsError::new("origins", problem));
        };
        let rp_id = self.rp_id.clone().unwrap_or_else(|| host(first).to_owned());
        let name = self.rp_name.clone().unwrap_or_default();
        let tenant = Tenant::new(self.tenant.clone().unwrap_or_default())
            .map_err(|misuse| SettingsError::new("tenant", misuse.to_string()))?;
        let mut builder = RelyingParty::builder(rp_id, name)
            .origins(&self.origins)
            .tenant(tenant)
            .allow_subdomains(self.allow_subdomains)
            .sign_count(self.sign_count)
            .backup_eligibility(self.backup_eligibility)
            .backup_requirement(self.backup_requirement)
            .cbor(self.cbor)
            .unsolicited_extensions(self.unsolicited_extensions);
        for origin in &self.related_origins {
            builder = builder.related_origin(origin);
        }
        for origin in &self.android_origins {
            builder = builder.android_origin(origin);
        }
        if self.allow_public_suffix_rp_id {
            builder = builder.allow_public_suffix_rp_id();
        }
        if !self.algorithms.is_empty() {
            builder = builder.algorithms(self.algorithms.iter().copied());
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(top_origins) = self.top_origins.clone() {
            builder = builder.cross_origin(CrossOriginPolicy::Allow { top_origins, require_top_origin: true });
        }
        builder.build().map_err(|error| SettingsError::new("relying party", as_settings(&error.to_string())))
    }
}

/// The core's advice names calls of its builder: here they are settings, as a file has them.
fn as_settings(advice: &str) -> String {
    let part = |(index, part): (usize, &str)| match setting(part).filter(|_| index % 2 == 1) {
        Some(setting) => setting,
        None if index % 2 == 0 => part.strip_suffix("call ").map_or(part.to_owned(), |before| format!("{before}set ")),
        None => part.to_owned(),
    };
    advice.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}

fn setting(call: &str) -> Option<String> {
    let (name, argument) = call.trim_start_matches('.').strip_suffix(')')?.split_once('(')?;
    let list = |name: &str| if argument.starts_with('"') { format!("{name} = [{argument}]") } else { name.to_owned() };
    match name {
        "origin" | "related_origin" | "android_origin" => Some(list(&format!("{name}s"))),
        "algorithms" => Some(name.to_owned()),
        "allow_subdomains" | "allow_public_suffix_rp_id" => Some(format!("{name} = true")),
        _ => None,
    }
}

/// The host of an origin; nonsense stays nonsense, for the relying party to refuse.
fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    authority.split([':', '/']).next().unwrap_or(authority)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_origins() {
        for (origin, expected) in [
            ("http://localhost:8000", "localhost"),
            ("https://demo.example.com", "demo.example.com"),
            ("demo.example.com", "demo.example.com"),
            ("", ""),
        ] {
            assert_eq!(host(origin), expected);
        }
    }

    #[test]
    fn no_origin_is_said_so() {
        let error = Settings::default().relying_party().unwrap_err();
        assert!(error.to_string().starts_with("origins: write"), "{error}");
        let settings = Settings { origins: vec!["nonsense".to_owned()], ..Settings::default() };
        assert!(settings.relying_party().unwrap_err().to_string().contains("https://nonsense"));
    }

    #[test]
    fn advice_names_settings_and_no_calls() {
        let with = |origin: &str| Settings { origins: vec![origin.to_owned()], ..Settings::default() };
        let https = || with("https://example.com");
        for (settings, advice) in [
            (with("https://*.example.com"), "list each origin, or set `allow_subdomains = true`"),
            (with("android:apk-key-hash:x"), "or give the fingerprint to `android_origins`"),
            (with("https://intranet"), "or, for an intranet name, set `allow_public_suffix_rp_id = true`"),
            (
                Settings { rp_id: Some("example.org".to_owned()), ..https() },
                "or declare the origin with `related_origins = [\"https://example.com\"]`",
            ),
            (Settings { algorithms: vec![ceremony::Algorithm::Rs1], ..https() }, "leave it out of `algorithms`"),
        ] {
            let error = settings.relying_party().unwrap_err().to_string();
            assert!(error.contains(advice), "{error}");
        }
        assert_eq!(as_settings("a `b(` c `call(1)` call it `d"), "a `b(` c `call(1)` call it `d");
    }
}
