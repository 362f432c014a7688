//! Content types.

use crate::problem::{Code, Problem};
use http::{HeaderMap, StatusCode, header};

/// Whether the body is said to be JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ContentType {
    /// `application/json`, with or without parameters.
    Json,
    /// Nothing is said.
    Absent,
}

/// Reads the content type. A form can't send JSON, and another site's page can't without asking first.
///
/// # Errors
///
/// Status 415 for any other type, and for several.
pub(crate) fn read(headers: &HeaderMap) -> Result<ContentType, Problem> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(ContentType::Absent),
        (Some(value), None) if is_json(value.as_bytes()) => Ok(ContentType::Json),
        _ => Err(unsupported()),
    }
}

pub(crate) fn unsupported() -> Problem {
    Problem::new(Code::InvalidRequest)
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        .with_detail("the content type must be application/json")
}

fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_alone() {
        for text in ["application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"] {
            assert!(is_json(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "application/json, text/plain",
            "text/plain; application/json",
        ] {
            assert!(!is_json(text.as_bytes()), "{text}");
        }
    }
}
