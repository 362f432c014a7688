//! The user handle that a passkey was made with: authenticators send it along, and it has to be the account's.

use super::Source;
use super::row::{Row, hex};
use base64ct::{Base64Url, Encoding};
use ceremony::Aaguid;
use clap::ValueEnum;

/// The members that hold it.
pub(super) const MEMBER: &[&str] =
    &["user_handle", "userHandle", "webauthn_user_id", "webauthnUserID", "user_unique_id"];

/// Where the user handle comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserHandleFrom {
    /// The member user_handle, as bytes
    Column,
    /// The member user_handle, as text that its UTF-8 bytes were the handle of
    Text,
    /// The text of the user id
    UserId,
    /// The 16 bytes of the user id, which is a UUID
    Uuid,
    /// The name of the user, as django-passkeys writes it
    Username,
    /// Nobody knows it: the account gets one of its own
    New,
}

impl UserHandleFrom {
    /// What a source does where a row has no member for it.
    const fn of(source: Source) -> Self {
        match source {
            Source::WebauthnRs => Self::Uuid,
            Source::FastapiPasskeys => Self::UserId,
            Source::DjangoPasskeys => Self::Username,
            Source::PyWebauthn | Source::Simplewebauthn | Source::Blockauth => Self::Column,
        }
    }
}

/// The handle of a row; `None` for one that nobody knows.
pub(super) fn of(
    row: &Row<'_>,
    user_id: &str,
    source: Source,
    asked: Option<UserHandleFrom>,
) -> Result<Option<Vec<u8>>, String> {
    let from = match asked {
        Some(from) => from,
        // Where the text of one column stands in the other, it was hardly bytes: nothing that follows would tell.
        None if row.text(MEMBER).is_ok_and(|text| text.as_deref() == Some(user_id)) && uuid(user_id).is_none() => {
            return Err("user_handle is the same text as the user id: --user-handle text says that this text was the \
                        handle, --user-handle column that it stands for bytes"
                .to_owned());
        }
        None if row.is_named(MEMBER) || row.find(MEMBER).is_some() => UserHandleFrom::Column,
        None => UserHandleFrom::of(source),
    };
    let missing = || {
        "there is no user_handle: --column user_handle=COLUMN says where it stands, --user-handle what it was made of"
            .to_owned()
    };
    match from {
        UserHandleFrom::Column => column(row)?.ok_or_else(missing).map(Some),
        UserHandleFrom::Text => row.text(MEMBER)?.ok_or_else(missing).map(|text| Some(text.into_bytes())),
        UserHandleFrom::UserId => Ok(Some(user_id.as_bytes().to_vec())),
        UserHandleFrom::Uuid => uuid(user_id).map(Some).ok_or_else(|| {
            "the user id is no UUID: if one stands beside it, --column user_handle=COLUMN names it".to_owned()
        }),
        UserHandleFrom::Username => match row.text(super::django::USERNAME)? {
            Some(name) => Ok(Some(Base64Url::encode_string(name.as_bytes()).into_bytes())),
            None => Err("there is no username, which the user handle was made of".to_owned()),
        },
        UserHandleFrom::New => Ok(None),
    }
}

/// Bytes in any form. A UUID is its 16 bytes: as base64url it would be 27 that mean nothing.
fn column(row: &Row<'_>) -> Result<Option<Vec<u8>>, String> {
    match row.find(MEMBER).and_then(|value| uuid(value.as_str()?)) {
        Some(bytes) => Ok(Some(bytes)),
        None => {
            row.bytes(MEMBER).map_err(|problem| format!("{problem}: --user-handle text, if its text was the handle"))
        }
    }
}

/// With hyphens, or as the 32 digits that `hex` makes of a UUID in a column of bytes.
fn uuid(text: &str) -> Option<Vec<u8>> {
    // An AAGUID is written as a UUID is.
    let hyphens = || Aaguid::parse(&text.to_ascii_lowercase()).map(|uuid| uuid.as_bytes().to_vec());
    hyphens().or_else(|| hex(text.strip_prefix("\\x").unwrap_or(text)).filter(|bytes| bytes.len() == 16))
}
