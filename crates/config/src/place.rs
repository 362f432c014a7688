//! Where things are kept.

use std::fmt;
use std::path::Path;

/// Where passkeys are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`, or `sqlite::memory:`.
    Sqlite(String),
    /// `postgres://..`
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads a URL by its scheme.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return if rest.is_empty() { Err(sqlite_form(text)) } else { Ok(Self::Sqlite(text.to_owned())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(sqlite_form(text))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sqlite(url) | Self::Postgres(url) => url,
        }
    }

    /// The file of an SQLite database that is kept in one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        let Self::Sqlite(url) = self else { return None };
        if self.is_in_memory() {
            return None;
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        Some(Path::new(path.split('?').next().unwrap_or(path)))
    }

    /// Whether everything is gone when the process ends.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        matches!(self, Self::Sqlite(url) if url.contains(":memory:") || url.contains("mode=memory"))
    }
}

fn sqlite_form(text: &str) -> String {
    match text {
        // What has an @ may have a password before it, and is no file.
        text if text.is_empty() || text.contains("://") || text.contains('@') || text == "sqlite:" => {
            "write sqlite:PATH, sqlite::memory: or postgres://USER@HOST/NAME".to_owned()
        }
        path => format!("for that file write sqlite:{path}"),
    }
}

/// A URL's password is never shown, whether it stands with the user or as a parameter. Parameters are left out as a
/// whole; in doubt, so is what may be a piece of a password with characters that should have been percent-encoded.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    if let Some((authority, place)) = before.rsplit_once('@') {
        let user = authority.split(':').next().unwrap_or_default();
        return format!("{scheme}://{user}@{place}");
    }
    let end = before.find('/').unwrap_or(before.len());
    let (authority, path) = before.split_at_checked(end).unwrap_or((before, ""));
    let (host, port) = match authority.strip_prefix('[') {
        Some(_) => authority.rsplit_once(':').filter(|(host, _)| host.ends_with(']')),
        None => authority.split_once(':'),
    }
    .unwrap_or((authority, ""));
    // A question mark in a password ends the URL's authority as well: what stands before it looks like a port.
    let torn = parameters.split_once('@').is_some_and(|(before, _)| !before.contains('='));
    let is_port = port.bytes().all(|digit| digit.is_ascii_digit());
    if is_port && !torn { format!("{scheme}://{authority}{path}") } else { format!("{scheme}://{host}") }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(self.as_str()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Where begun ceremonies are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum CeremonyPlace {
    /// In this process.
    Memory,
    /// With the browser, encrypted.
    Sealed,
    /// In the database, with the passkeys.
    Database,
    /// In Redis or Valkey, by its URL.
    Redis(String),
}

impl CeremonyPlace {
    /// Reads `memory`, `sealed`, `database` or a `redis://` URL.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "memory" => Ok(Self::Memory),
            "sealed" => Ok(Self::Sealed),
            "database" => Ok(Self::Database),
            url if is_redis(url) => Ok(Self::Redis(url.to_owned())),
            _ => Err("write memory, sealed, database, or redis://HOST".to_owned()),
        }
    }
}

/// Where the ids of used sealed ceremonies are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum SpendPlace {
    /// In this process.
    Memory,
    /// In the database, with the passkeys.
    Database,
    /// In Redis or Valkey, by its URL.
    Redis(String),
}

impl SpendPlace {
    /// Reads `memory`, `database` or a `redis://` URL.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "memory" => Ok(Self::Memory),
            "database" => Ok(Self::Database),
            url if is_redis(url) => Ok(Self::Redis(url.to_owned())),
            _ => Err("write memory, database, or redis://HOST".to_owned()),
        }
    }
}

fn is_redis(url: &str) -> bool {
    ["redis://", "rediss://", "valkey://", "valkeys://"].iter().any(|scheme| url.starts_with(scheme))
}

macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),* }) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($word),)*
                    Self::Redis(url) => f.write_str(&without_password(url)),
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self)
            }
        }
    };
}

words!(CeremonyPlace { Memory => "memory", Sealed => "sealed", Database => "database" });
words!(SpendPlace { Memory => "memory", Database => "database" });

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn databases() {
        for (text, memory) in [
            ("sqlite:demo.db", false),
            ("sqlite::memory:", true),
            ("sqlite:file:x?mode=memory", true),
            ("postgres://ada@localhost/demo", false),
            ("postgresql://localhost/demo", false),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.is_in_memory()), (text, memory));
        }
        for text in ["", "sqlite:", "mysql://localhost/demo"] {
            assert!(DatabaseUrl::parse(text).unwrap_err().starts_with("write sqlite:PATH"), "{text}");
        }
        assert_eq!(DatabaseUrl::parse("/tmp/x.db").unwrap_err(), "for that file write sqlite:/tmp/x.db");
        for text in ["mysql://ada:s3cr@db/x", "postgres:ada:s3cr@db/x"] {
            assert!(!DatabaseUrl::parse(text).unwrap_err().contains("s3cr"), "{text}");
        }
    }

    #[test]
    fn files() {
        for (url, file) in [
            ("sqlite:demo.db", Some("demo.db")),
            ("sqlite:/var/demo.db?mode=rwc", Some("/var/demo.db")),
            ("sqlite:///var/demo.db", Some("/var/demo.db")),
            ("sqlite::memory:", None),
            ("postgres://db/x", None),
        ] {
            assert_eq!(DatabaseUrl::parse(url).unwrap().file(), file.map(Path::new), "{url}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://ada:s3cr@t@db:5432/x", "postgres://ada@db:5432/x"),
            ("postgres://ada@db/x", "postgres://ada@db/x"),
            ("postgres://db/x", "postgres://db/x"),
            ("postgres://db/x?user=ada&password=s3cr", "postgres://db/x"),
            ("postgres://ada@db/x?sslmode=disable", "postgres://ada@db/x"),
            ("postgres://ada@db/x?password=s3cr", "postgres://ada@db/x"),
            ("postgres://ada@db/x?p%61ssword=s3cr", "postgres://ada@db/x"),
            // An @ behind the authority is none of its own.
            ("postgres:///db?host=/tmp&user=u&password=s3cr@s3cr", "postgres:///db"),
            ("postgres://127.0.0.1:1/db?user=u&password=s3cr@s3cr", "postgres://127.0.0.1:1/db"),
            ("postgres://ada:x@127.0.0.1:1/db?password=s3cr@s3cr", "postgres://ada@127.0.0.1:1/db"),
            ("postgres://[::1]:5432/x?password=s3cr@s3cr", "postgres://[::1]:5432/x"),
            ("postgres://[::1]/x", "postgres://[::1]/x"),
            // What should have been percent-encoded, or lacks its host.
            ("postgres://ada:s3cr/s3cr@db/x", "postgres://ada@db/x"),
            ("postgres://ada:s3cr?s3cr@db/x", "postgres://ada"),
            ("postgres://ada:12?s3cr@db/x", "postgres://ada"),
            ("postgres://ada:s3cr/x", "postgres://ada"),
        ] {
            let url = DatabaseUrl::parse(url).unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("s3cr"), "{url:?}");
        }
        let redis = CeremonyPlace::parse("redis://:hunter2@cache:6379/1").unwrap();
        assert_eq!(redis.to_string(), "redis://@cache:6379/1");
        assert!(!format!("{redis:?}").contains("hunter2"));
    }

    #[test]
    fn places() {
        for text in ["memory", "sealed", "database", "redis://cache", "rediss://cache:6380/0", "valkey://cache"] {
            assert_eq!(CeremonyPlace::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "Memory", "redis", "redis:cache", "http://cache"] {
            assert!(CeremonyPlace::parse(text).is_err(), "{text}");
            assert!(SpendPlace::parse(text).is_err(), "{text}");
        }
        assert!(SpendPlace::parse("sealed").is_err());
        assert_eq!(SpendPlace::parse("memory").unwrap().to_string(), "memory");
    }
}
