//! The command line.

use crate::accounts::normalize;
use crate::frameworks::Framework;
use crate::session::Kind;
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
  ceremony-demo --database postgres://ada@localhost/demo --ceremonies redis://localhost
      PostgreSQL, and Redis for what was begun
  ceremony-demo --listen 0.0.0.0:8000 --origin https://demo.example.com
      behind a reverse proxy that speaks https
  ceremony-demo --sessions token --admin ada@example.com
      sessions in signed tokens, and an administrator at /admin
  ceremony-demo --listen 127.0.0.1:8001 --database postgres://ada@localhost/demo \\
      --ceremonies sealed --key-file keys --origin https://demo.example.com
      one of several processes behind that proxy: begun at one, finished at another

Environment:
  Every PASSKEYS_* setting holds here too (PASSKEYS_DATABASE, PASSKEYS_ORIGINS, PASSKEYS_TIMEOUT ..., or a file that
  PASSKEYS_CONFIG names); a flag overrides it, and an unknown one is refused. A password is better off in
  PASSKEYS_DATABASE than in --database, where others on the machine can read it.";

/// A small site that signs people in with passkeys.
#[derive(Debug, Parser)]
#[command(name = "ceremony-demo", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where to listen: an IP address or localhost, with or without a port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", env = "CEREMONY_LISTEN", default_value = "127.0.0.1:8000", value_parser = listen)]
    pub(crate) listen: SocketAddr,

    /// Where accounts and passkeys are kept: sqlite:PATH, made if it is not there, sqlite::memory:, or
    /// postgres://USER@HOST/NAME [env: PASSKEYS_DATABASE] [default: sqlite:ceremony-demo.db]
    // No parser here: its errors would quote the text, and a password with it.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,

    /// Where begun ceremonies are kept: memory (of this process), sealed (with the browser, encrypted), database, or
    /// redis://HOST [env: PASSKEYS_CEREMONIES] [default: sealed]
    #[arg(long, value_name = "PLACE")]
    pub(crate) ceremonies: Option<String>,

    /// The keys for sealed ceremonies and made-up passkeys, as `ceremony generate-key` writes them; by default the demo
    /// draws keys and keeps them in its database [env: PASSKEYS_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,

    /// The page's origin as browsers show it, https://… or http://localhost…; several processes may serve one
    /// [env: PASSKEYS_ORIGINS] [default: http://localhost and the port]
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) origin: Option<String>,

    /// The RP ID that passkeys are made for [env: PASSKEYS_RP_ID] [default: the origin's host]
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) rp_id: Option<String>,

    /// The community's list of passkey providers, a JSON file of names and icons by AAGUID, beside the built-in names
    /// [env: PASSKEYS_PROVIDERS]
    #[arg(long, value_name = "FILE")]
    pub(crate) providers: Option<PathBuf>,

    /// What serves the site.
    #[arg(long, value_name = "NAME", env = "CEREMONY_FRAMEWORK", default_value = "axum")]
    pub(crate) framework: Framework,

    /// What browsers keep of a session: a cookie, or a token that the page sends itself.
    #[arg(long, value_name = "KIND", env = "CEREMONY_SESSIONS", default_value = "cookie")]
    pub(crate) sessions: Kind,

    /// The e-mail address of an administrator; several times for several, or with commas between them. Nobody confirms
    /// addresses here: make that account before others can reach the site.
    #[arg(long, value_name = "EMAIL", env = "CEREMONY_ADMIN", value_delimiter = ',', value_parser = email)]
    pub(crate) admin: Vec<String>,

    /// Adds the endpoints of the FIDO conformance tool's server harness: /attestation/options, /attestation/result,
    /// /assertion/options and /assertion/result. Anybody may make accounts there: never on a public address.
    #[arg(long, env = "CEREMONY_CONFORMANCE")]
    pub(crate) conformance: bool,

    /// A folder with the tool's metadata statements, whose roots are then the only ones trusted.
    #[arg(long, value_name = "DIR", env = "CEREMONY_CONFORMANCE_METADATA", requires = "conformance")]
    pub(crate) conformance_metadata: Option<PathBuf>,
}

fn email(text: &str) -> Result<String, &'static str> {
    let email = normalize(text);
    crate::accounts::check_email(&email).map(|()| email)
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
}
