//! Where things are kept.

use std::fmt;
use std::path::PathBuf;

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

    /// The file of an SQLite database that is kept in one, with percent signs read as sqlx reads them.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let Self::Sqlite(url) = self else { return None };
        if self.is_in_memory() {
            return None;
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        percent_decoded(path.split('?').next().unwrap_or(path)).map(PathBuf::from)
    }

    /// Whether everything is gone when the process ends.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        matches!(self, Self::Sqlite(url) if url.contains(":memory:") || url.contains("mode=memory"))
    }
}

/// `None` for what is no text then, which sqlx refuses. A percent sign before anything but two digits stands for itself.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let decoded = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                digit(*high).zip(digit(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

fn digit(hexadecimal: u8) -> Option<u8> {
    char::from(hexadecimal).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
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
            assert_eq!(DatabaseUrl::parse(url).unwrap().file(), file.map(PathBuf::from), "{url}");
        }
    }

    /// Else a command looks for a file that is not the one that is opened.
    #[cfg(feature = "sqlite")]
    #[test]
    fn files_are_those_that_are_opened() {
        for url in [
            "sqlite:demo.db",
            "sqlite:///var/demo.db?mode=rwc",
            "sqlite:/tmp/sp%20ace/x.db",
            "sqlite:a%3Fb%23c%25d?mode=ro",
            "sqlite:%C3%A4%c3%a4.db",
            "sqlite:100%.db",
            "sqlite:100%2",
            "sqlite:100%",
            "sqlite:%zz%%20",
            "sqlite:%+1x",
        ] {
            let opened: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
            let file = DatabaseUrl::parse(url).unwrap().file();
            assert_eq!(file.as_deref(), Some(opened.get_filename()), "{url}");
        }
        assert!("sqlite:%ff".parse::<sqlx::sqlite::SqliteConnectOptions>().is_err());
        assert_eq!(DatabaseUrl::parse("sqlite:%ff").unwrap().file(), None);
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
