//! Request bodies: strict JSON objects.

use crate::plain::Plain;
use crate::problem::{Code, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde::de::{Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// The largest body that is read, in bytes. A registration with a long certificate chain has about 20 KiB.
pub const MAX_BODY: usize = 64 * 1024;

/// `register/finish` and `authenticate/finish`. The credential's bytes stay as they came.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct Finish<'a> {
    #[serde(borrow)]
    #[cfg_attr(feature = "openapi", schemars(with = "serde_json::Value"))]
    pub(crate) credential: &'a RawValue,
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::State"))]
    pub(crate) state: String,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::text::CredentialName>"))]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) purpose: Option<String>,
}

/// `PATCH credentials/{id}`
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct Rename {
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::CredentialName"))]
    pub(crate) name: String,
}

/// The body of a begin: the members are the application's, so that none may stand there twice.
pub(crate) struct Members(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique;

        impl<'de> Visitor<'de> for Unique {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut members = Map::new();
                while let Some((name, Plain(value))) = access.next_entry::<String, Plain>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member stands there twice"));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Unique)
    }
}

/// Any object.
#[derive(Deserialize)]
pub(crate) struct Ignored {}

/// Reads a body: UTF-8, one JSON object, no known member twice, nothing after it. Unknown members are passed over.
///
/// # Errors
///
/// [`Code::InvalidRequest`], with status 413 over [`MAX_BODY`].
pub(crate) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    if body.len() > MAX_BODY {
        return Err(too_large());
    }
    let text = std::str::from_utf8(body).map_err(|_| invalid("the body is not UTF-8"))?;
    // serde would take an array for a struct.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(invalid("the body must be a JSON object"));
    }
    serde_json::from_str(text).map_err(|error| {
        let problem = match (error.is_data(), member_at_fault(&error.to_string())) {
            (true, Some(fault)) => fault,
            (true, None) => "has a mistyped member".to_owned(),
            (false, _) => "is not JSON".to_owned(),
        };
        let (line, column) = (error.line(), error.column());
        Problem::new(Code::InvalidRequest).with_detail(format!("the body {problem}, at line {line}, column {column}"))
    })
}

/// What an error says of a member that is missing or stands there twice. The rest of its text may quote the body; the
/// names of members are this library's own.
fn member_at_fault(error: &str) -> Option<String> {
    let (what, rest) = match error.strip_prefix("missing field `") {
        Some(rest) => ("has no member", rest),
        None => ("repeats the member", error.strip_prefix("duplicate field `")?),
    };
    let (name, _) = rest.split_once('`')?;
    Some(format!("{what} `{name}`"))
}

pub(crate) fn too_large() -> Problem {
    Problem::new(Code::InvalidRequest)
        .with_status(StatusCode::PAYLOAD_TOO_LARGE)
        .with_detail("the body is larger than 65536 bytes")
}

pub(crate) fn invalid(detail: &'static str) -> Problem {
    Problem::new(Code::InvalidRequest).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status<'a, T: Deserialize<'a>>(body: &'a [u8]) -> u16 {
        read::<T>(body).map_or_else(|problem| problem.status().as_u16(), |_| 200)
    }

    #[test]
    fn the_credential_keeps_its_bytes() {
        let body = br#" {"state":"s", "credential" : {"id":"\u0041", "id": 1.50} ,"more":[1]}"#;
        let finish: Finish<'_> = read(body).unwrap();
        assert_eq!(finish.credential.get(), r#"{"id":"\u0041", "id": 1.50}"#);
        assert_eq!(finish.name, None);
    }

    #[test]
    fn only_objects_with_every_member_once_are_read() {
        let deep = format!(r#"{{"credential":1,"state":"s","x":{}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
        let refused: [&[u8]; 16] = [
            b"",
            b"null",
            b"[]",
            br#"[{}, "s"]"#,
            b"\"x\"",
            b"{",
            b"{}",
            b"{}{}",
            b"\xef\xbb\xbf{}",
            br#"{"credential":{}}"#,
            br#"{"credential":{},"state":1}"#,
            br#"{"credential":{},"state":null}"#,
            br#"{"credential":{},"state":"a","state":"b"}"#,
            br#"{"credential":{},"credential":{},"state":"a"}"#,
            br#"{"credential":{},"state":"a","name":7}"#,
            b"{\"credential\":{},\"state\":\"\xff\"}",
        ];
        for body in refused {
            assert_eq!(status::<Finish<'_>>(body), 400, "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(status::<Finish<'_>>(deep.as_bytes()), 200, "an unknown member may be deep: it is skipped");
        assert_eq!(status::<Finish<'_>>(&vec![b' '; MAX_BODY + 1]), 413);
    }

    #[test]
    fn identifying_members_are_unique_and_not_deep() {
        let deep = format!(r#"{{"email":{}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(status::<Members>(br#"{"email":"a","purpose":"step_up"}"#), 200);
        assert_eq!(status::<Members>(br#"{"email":"a","email":"b"}"#), 400);
        assert_eq!(status::<Members>(deep.as_bytes()), 400);
        assert_eq!(status::<Members>(b"[]"), 400);
    }

    /// serde_json's `RawValue` travels as an object with a name of its own, and whoever reads a `Value` reads the text in
    /// such an object anew, with all of its depth to spend again.
    #[test]
    fn text_inside_text_does_not_reset_the_depth() {
        let mut inner = "1".to_owned();
        let mut body = String::new();
        loop {
            let escaped = inner.replace('\\', "\\u005c").replace('"', "\\u0022");
            let object = format!(r#"{{"$serde_json::private::RawValue":"{escaped}"}}"#);
            inner = format!("{}{object}{}", "[".repeat(120), "]".repeat(120));
            let longer = format!(r#"{{"email":{inner}}}"#);
            if longer.len() > MAX_BODY {
                break;
            }
            body = longer;
        }
        assert!(body.len() > MAX_BODY / 2);
        // An object like any other: it is for the application to find no address in it.
        let Members(members) = read(body.as_bytes()).ok().unwrap();
        assert!(members.get("email").is_some_and(Value::is_array));
    }

    #[test]
    fn errors_name_the_member_that_is_missing_or_repeated() {
        let shown = |body: &[u8]| {
            let response = read::<Finish<'_>>(body).err().unwrap().into_response();
            String::from_utf8_lossy(response.body()).into_owned()
        };
        assert!(shown(b"{}").contains("has no member `credential`"), "{}", shown(b"{}"));
        assert!(shown(br#"{"credential":{}}"#).contains("has no member `state`"));
        assert!(shown(br#"{"credential":{},"state":"a","state":"b"}"#).contains("repeats the member `state`"));
        assert!(shown(br#"{"credential":{},"state":"a","name":7}"#).contains("has a mistyped member"));
    }

    #[test]
    fn errors_do_not_quote_the_body() {
        let problem = read::<Rename>(br#"{"name": {"hunter2": 1}}"#).err().unwrap();
        let response = problem.into_response();
        assert!(!String::from_utf8_lossy(response.body()).contains("hunter2"));
    }
}
