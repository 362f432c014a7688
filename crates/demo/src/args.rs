//! The command line.

use clap::Parser;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

const PORT: u16 = 8000;

const EXAMPLES: &str = "\
Examples:
  ceremony-demo
      http://localhost:8000, accounts and passkeys in ./ceremony-demo.db
  ceremony-demo --listen 127.0.0.1:9000 --database sqlite:/tmp/demo.db
      another port, another file
  ceremony-demo --database sqlite::memory:
      forgets everything when it ends
  ceremony-demo --listen 0.0.0.0:8000 --origin https://demo.example.com
      behind a reverse proxy that speaks https";

/// A small site that signs people in with passkeys.
#[derive(Debug, Parser)]
#[command(name = "ceremony-demo", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where to listen: an IP address or localhost, with or without a port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", env = "CEREMONY_LISTEN", default_value = "127.0.0.1:8000", value_parser = listen)]
    pub(crate) listen: SocketAddr,

    /// Where accounts and passkeys are kept: sqlite:PATH, made if it is not there, or sqlite::memory:.
    #[arg(
        long,
        value_name = "URL",
        env = "CEREMONY_DATABASE",
        default_value = "sqlite:ceremony-demo.db",
        value_parser = database
    )]
    pub(crate) database: String,

    /// The page's origin as browsers show it, https://… or http://localhost…; follows the port by default.
    #[arg(long, value_name = "ORIGIN", env = "CEREMONY_ORIGIN")]
    pub(crate) origin: Option<String>,

    /// The RP ID that passkeys are made for; the origin's host by default.
    #[arg(long, value_name = "DOMAIN", env = "CEREMONY_RP_ID")]
    pub(crate) rp_id: Option<String>,

    /// The community's list of passkey providers, a JSON file of names and icons by AAGUID, beside the built-in names.
    #[arg(long, value_name = "FILE", env = "CEREMONY_PROVIDERS")]
    pub(crate) providers: Option<PathBuf>,

    /// Adds the endpoints of the FIDO conformance tool's server harness: /attestation/options, /attestation/result,
    /// /assertion/options and /assertion/result. Anybody may make accounts there: never on a public address.
    #[arg(long, env = "CEREMONY_CONFORMANCE")]
    pub(crate) conformance: bool,

    /// A folder with the tool's metadata statements, whose roots are then the only ones trusted.
    #[arg(long, value_name = "DIR", env = "CEREMONY_CONFORMANCE_METADATA", requires = "conformance")]
    pub(crate) conformance_metadata: Option<PathBuf>,
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if let Some(rest) = text.strip_prefix("localhost") {
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok(PORT),
            Some(port) => port.parse().map_err(|_| ()),
            None => Err(()),
        };
        if let Ok(port) = port {
            return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    match bare.parse::<IpAddr>() {
        Ok(ip) => Ok(SocketAddr::from((ip, PORT))),
        Err(_) => Err("write an address and a port, such as 127.0.0.1:8000, [::1]:8000 or 0.0.0.0:8000".to_owned()),
    }
}

fn database(text: &str) -> Result<String, String> {
    match text.strip_prefix("sqlite:") {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        None if !text.is_empty() && !text.contains("://") => Err(format!("for that file write sqlite:{text}")),
        _ => Err("write sqlite: and a path, such as sqlite:demo.db, or sqlite::memory:".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn addresses_with_and_without_a_port() {
        let table = [
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("0.0.0.0", "0.0.0.0:8000"),
            ("[::1]", "[::1]:8000"),
            ("::1", "[::1]:8000"),
            ("[::1]:81", "[::1]:81"),
            ("localhost", "127.0.0.1:8000"),
            ("localhost:81", "127.0.0.1:81"),
        ];
        for (text, address) in table {
            assert_eq!(listen(text).unwrap().to_string(), address, "{text}");
        }
        for text in ["", "8000", "localhost:", "localhost:x", "localhosts", "example.com:80", "1.2.3.4:70000"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }

    #[test]
    fn databases_are_sqlite_ones() {
        assert!(database("sqlite:demo.db").is_ok());
        assert!(database("sqlite::memory:").is_ok());
        for text in ["", "demo.db", "sqlite:", "postgres://localhost/demo"] {
            assert!(database(text).is_err(), "{text}");
        }
        assert_eq!(database("/tmp/x.db"), Err("for that file write sqlite:/tmp/x.db".to_owned()));
    }
}
