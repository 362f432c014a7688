//! What a developer probably meant by a text that is not canonical. For error texts only.

use super::{default_port, host, is_local, read, split_authority};
use alloc::string::{String, ToString};

/// The text without a user name and password, so that no error holds one.
pub(crate) fn without_user_info(text: &str) -> String {
    if !text.contains('@') {
        return text.to_string();
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (alloc::format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    match rest.rsplit_once('@') {
        // A slash before the last `@` may stand in a path or in a password.
        Some((before, host)) if split_authority(before).1.is_empty() => alloc::format!("{scheme}***@{host}"),
        _ => alloc::format!("{scheme}***"),
    }
}

/// The canonical origin that the text most likely stands for, if there is one.
pub(crate) fn mended_origin(text: &str) -> Option<String> {
    let (scheme, host, port) = pieces(text);
    let http = is_local(&host) && !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let scheme = if http { "http" } else { "https" };
    let mut mended = alloc::format!("{scheme}://{host}");
    // Port 80 of an http origin that becomes https is the default there, too.
    if let Some(port) = port.filter(|&port| port != 0 && port != default_port(!http) && port != 80) {
        mended = alloc::format!("{mended}:{port}");
    }
    read(&mended).is_ok().then_some(mended)
}

/// The canonical domain name that the text most likely stands for, if there is one.
pub(crate) fn mended_host(text: &str) -> Option<String> {
    let (_, host, _) = pieces(text);
    host::check(&host).is_ok().then_some(host)
}

fn pieces(text: &str) -> (Option<&str>, String, Option<u16>) {
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text.trim_start_matches("https:").trim_start_matches("http:").trim_start_matches('/')),
    };
    let (authority, _) = split_authority(rest);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let port = port.bytes().all(|digit| digit.is_ascii_digit()).then(|| port.parse().ok()).flatten();
    (scheme, host.trim_matches('.').to_ascii_lowercase(), port)
}
