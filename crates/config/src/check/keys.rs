//! The key file.

use super::Findings;
use crate::settings::Settings;
use std::path::Path;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let Some(path) = settings.key_file.as_deref() else {
        if settings.list_credentials == Some(true) {
            findings.error("decoy_key", "username_first = listed needs a key file: `ceremony generate-key` makes one");
        }
        return;
    };
    if let Some(keys) = findings.or_error("key_file", settings.keys()).flatten() {
        findings.or_error("key_file", keys.ring());
    }
    permissions(path, findings);
}

#[cfg(unix)]
fn permissions(path: &Path, findings: &mut Findings) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = path.metadata() else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let shown = path.display();
        findings.error(
            "key_file_mode",
            format!("{shown} has mode {mode:03o}, so that others can read it: chmod 600 {shown}"),
        );
    }
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: &mut Findings) {}
