//! The settings that the demo runs with: what the environment says, what the command line says over it, and the demo's own
//! defaults under both. What can't work is told with the flag that mends it.

use crate::args::Args;
use ceremony_config::{CeremonyPlace, DatabaseUrl, Settings, SettingsError};
use std::error::Error as StdError;

const DATABASE: &str = "sqlite:ceremony-demo.db";

/// What had names of the demo's own before the settings had theirs.
const RENAMED: [(&str, &str); 4] = [
    ("CEREMONY_DATABASE", "PASSKEYS_DATABASE"),
    ("CEREMONY_ORIGIN", "PASSKEYS_ORIGINS"),
    ("CEREMONY_RP_ID", "PASSKEYS_RP_ID"),
    ("CEREMONY_PROVIDERS", "PASSKEYS_PROVIDERS"),
];

/// Reads the environment, and puts the command line over it and the defaults under it.
///
/// # Errors
///
/// What to tell whoever started the demo.
pub(crate) fn read(args: &Args) -> Result<Settings, String> {
    for (old, new) in RENAMED {
        if std::env::var_os(old).is_some() {
            return Err(format!("{old} is called {new} now"));
        }
    }
    over(args, Settings::from_env().map_err(|error| told(&error, &Settings::default()))?)
}

fn over(args: &Args, mut settings: Settings) -> Result<Settings, String> {
    let flag = |flag: &str, problem: String| format!("{flag}: {problem}");
    if let Some(url) = &args.database {
        settings.database = Some(DatabaseUrl::parse(url).map_err(|problem| flag("--database", problem))?);
    }
    if let Some(place) = &args.ceremonies {
        settings.ceremonies = Some(CeremonyPlace::parse(place).map_err(|problem| flag("--ceremonies", problem))?);
    }
    if let Some(origin) = &args.origin {
        settings.origins = vec![origin.clone()];
    }
    settings.key_file = args.key_file.clone().or(settings.key_file);
    settings.rp_id = args.rp_id.clone().or(settings.rp_id);
    settings.providers = args.providers.clone().or(settings.providers);

    if settings.database.is_none() {
        settings.database = DatabaseUrl::parse(DATABASE).ok();
    }
    // Anybody may begin to sign in, or to sign up: sealed, that writes nothing.
    if settings.ceremonies.is_none() && settings.authentications.is_none() {
        settings.ceremonies = Some(CeremonyPlace::Sealed);
    }
    settings.rp_name.get_or_insert_with(|| "Ceremony demo".to_owned());
    settings.list_credentials.get_or_insert(true);
    Ok(settings)
}

/// An error with its causes, and the flag that mends it.
pub(crate) fn told(error: &SettingsError, settings: &Settings) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // The database's errors repeat their causes.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    match mend(&text, error.place(), settings) {
        Some(mend) => format!("{text}\n  ({mend})"),
        None => text,
    }
}

fn mend(text: &str, place: &str, settings: &Settings) -> Option<String> {
    let is_file =
        |path: &Option<std::path::PathBuf>| path.as_ref().is_some_and(|path| path.display().to_string() == place);
    let name = place.strip_prefix("PASSKEYS_").unwrap_or(place).to_ascii_lowercase();
    let set = |flag: &str, variable: &str| Some(format!("{flag} sets it, or {variable}"));
    match name.as_str() {
        "database" => {
            let url = settings.database.as_ref().map(ToString::to_string).filter(|url| !text.contains(url));
            let url = url.map(|url| format!("it is {url}; ")).unwrap_or_default();
            Some(format!(
                "{url}choose another one with --database sqlite:PATH or postgres://USER@HOST/NAME, or PASSKEYS_DATABASE"
            ))
        }
        "ceremonies" => set("--ceremonies", "PASSKEYS_CEREMONIES"),
        "authentications" if settings.authentications.is_none() => set("--ceremonies", "PASSKEYS_CEREMONIES"),
        "relying party" | "origins" | "rp_id" => {
            Some("--origin and --rp-id set these, or PASSKEYS_ORIGINS and PASSKEYS_RP_ID".to_owned())
        }
        "key_file" => set("--key-file", "PASSKEYS_KEY_FILE"),
        _ if is_file(&settings.key_file) => set("--key-file", "PASSKEYS_KEY_FILE"),
        "providers" => set("--providers", "PASSKEYS_PROVIDERS"),
        _ if is_file(&settings.providers) => set("--providers", "PASSKEYS_PROVIDERS"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn defaults_stand_under_the_command_line() {
        let over = |args: &[&str], settings| over(&Args::parse_from(args), settings).unwrap();
        let settings = over(&["ceremony-demo"], Settings::default());
        assert_eq!(settings.database.unwrap().as_str(), DATABASE);
        assert_eq!((settings.ceremonies, settings.authentications), (Some(CeremonyPlace::Sealed), None));
        assert_eq!(settings.list_credentials, Some(true));

        let args =
            ["ceremony-demo", "--ceremonies", "memory", "--database", "postgres://db/x", "--origin", "https://a.b"];
        let mut environment = Settings::default();
        environment.database = DatabaseUrl::parse("sqlite:other.db").ok();
        environment.list_credentials = Some(false);
        environment.rp_id = Some("a.b".to_owned());
        let settings = over(&args, environment);
        assert_eq!(settings.database.unwrap().as_str(), "postgres://db/x");
        assert_eq!((settings.ceremonies, settings.authentications), (Some(CeremonyPlace::Memory), None));
        assert_eq!((settings.origins, settings.rp_id), (vec!["https://a.b".to_owned()], Some("a.b".to_owned())));
        assert_eq!(settings.list_credentials, Some(false));
    }
}
