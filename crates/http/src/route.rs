//! The routes below the application's prefix.

use crate::problem::{Code, Problem};
use ceremony_service::store::RowId;
use http::{HeaderValue, Method, StatusCode, header};

/// A route and its method, read from a request's path below the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `POST register/begin`
    RegisterBegin,
    /// `POST register/finish`
    RegisterFinish,
    /// `POST authenticate/begin`
    AuthenticateBegin,
    /// `POST authenticate/finish`
    AuthenticateFinish,
    /// `GET credentials`
    List,
    /// `GET credentials/{id}`
    Show(RowId),
    /// `PATCH credentials/{id}`
    Rename(RowId),
    /// `DELETE credentials/{id}`
    Revoke(RowId),
    /// `GET passkeys.js`
    Script,
    /// `GET passkeys.d.ts`
    Types,
    /// `GET openapi.json`, if the application has it served
    Document,
}

/// What a path names, before the method is looked at.
enum Resource {
    Post(Route),
    Get(Route),
    Credential(RowId),
}

impl Route {
    /// The paths below the prefix, each with a leading slash and with `{id}` for a credential's public id.
    pub const PATHS: [&'static str; 9] = [
        "/register/begin",
        "/register/finish",
        "/authenticate/begin",
        "/authenticate/finish",
        "/credentials",
        "/credentials/{id}",
        "/passkeys.js",
        "/passkeys.d.ts",
        "/openapi.json",
    ];

    /// Reads method and path; `path` is what comes after the prefix, with or without a leading slash.
    ///
    /// HEAD is read as GET.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for an unknown path, [`Code::InvalidRequest`] with status 405 and `Allow` for another method.
    pub fn parse(method: &Method, path: &str) -> Result<Self, Problem> {
        let resource = resource(path.strip_prefix('/').unwrap_or(path)).ok_or_else(|| Problem::new(Code::NotFound))?;
        let get = method == Method::GET || method == Method::HEAD;
        match resource {
            Resource::Post(route) if method == Method::POST => Ok(route),
            Resource::Get(route) if get => Ok(route),
            Resource::Credential(id) if get => Ok(Self::Show(id)),
            Resource::Credential(id) if method == Method::PATCH => Ok(Self::Rename(id)),
            Resource::Credential(id) if method == Method::DELETE => Ok(Self::Revoke(id)),
            Resource::Post(_) => Err(not_allowed("POST")),
            Resource::Get(_) => Err(not_allowed("GET, HEAD")),
            Resource::Credential(_) => Err(not_allowed("GET, HEAD, PATCH, DELETE")),
        }
    }

    /// Whether a request may change something, so that it must come from the relying party's own pages.
    #[must_use]
    pub const fn is_effectful(self) -> bool {
        !matches!(self, Self::List | Self::Show(_) | Self::Script | Self::Types | Self::Document)
    }

    /// Whether a request must have a JSON body.
    #[must_use]
    pub const fn needs_body(self) -> bool {
        self.is_effectful() && !matches!(self, Self::Revoke(_))
    }
}

fn resource(path: &str) -> Option<Resource> {
    Some(match path {
        "register/begin" => Resource::Post(Route::RegisterBegin),
        "register/finish" => Resource::Post(Route::RegisterFinish),
        "authenticate/begin" => Resource::Post(Route::AuthenticateBegin),
        "authenticate/finish" => Resource::Post(Route::AuthenticateFinish),
        "credentials" => Resource::Get(Route::List),
        "passkeys.js" => Resource::Get(Route::Script),
        "passkeys.d.ts" => Resource::Get(Route::Types),
        "openapi.json" => Resource::Get(Route::Document),
        _ => Resource::Credential(RowId::parse(path.strip_prefix("credentials/")?)?),
    })
}

pub(crate) fn not_allowed(allow: &'static str) -> Problem {
    Problem::new(Code::InvalidRequest)
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
        .with_detail("this route does not have that method")
        .with_header(header::ALLOW, HeaderValue::from_static(allow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_no_other() {
        let id = RowId::new([7; 16]);
        let one = format!("/credentials/{id}");
        let table = [
            (Method::POST, "/register/begin", Route::RegisterBegin),
            (Method::POST, "register/finish", Route::RegisterFinish),
            (Method::POST, "/authenticate/begin", Route::AuthenticateBegin),
            (Method::POST, "/authenticate/finish", Route::AuthenticateFinish),
            (Method::GET, "/credentials", Route::List),
            (Method::HEAD, "/credentials", Route::List),
            (Method::GET, &one, Route::Show(id)),
            (Method::PATCH, &one, Route::Rename(id)),
            (Method::DELETE, &one, Route::Revoke(id)),
            (Method::GET, "/passkeys.js", Route::Script),
            (Method::GET, "/passkeys.d.ts", Route::Types),
            (Method::GET, "/openapi.json", Route::Document),
        ];
        for (method, path, route) in table {
            assert_eq!(Route::parse(&method, path).ok(), Some(route), "{method} {path}");
        }
        for path in [
            "",
            "/",
            "/register",
            "/register/begin/",
            "//register/begin",
            "/credentials/",
            "/credentials/7",
            "/credentials/x/y",
        ] {
            assert_eq!(Route::parse(&Method::GET, path).unwrap_err().status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn another_method_is_told_which_ones_there_are() {
        let one = format!("/credentials/{}", RowId::new([7; 16]));
        let table = [
            (Method::GET, "/register/begin", "POST"),
            (Method::OPTIONS, "/authenticate/begin", "POST"),
            (Method::POST, "/credentials", "GET, HEAD"),
            (Method::POST, one.as_str(), "GET, HEAD, PATCH, DELETE"),
            (Method::DELETE, "/passkeys.js", "GET, HEAD"),
        ];
        for (method, path, allow) in table {
            let response = Route::parse(&method, path).unwrap_err().into_response();
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(response.headers()[header::ALLOW], allow);
        }
    }
}
