//! Between version 0.2 of the `http` crate, which actix-web speaks, and version 1.

use actix_web::body::SizedStream;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use ceremony_http::{Code, Problem};
use futures_util::stream;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use std::convert::Infallible;

/// The head of a request whose path is `path`: its method, its authority and every header, several of one name in their
/// order. A request of which any of this can't be told is refused, as the rules could not see all of it.
pub(crate) fn head(request: &HttpRequest, path: &str) -> Result<Parts, Problem> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::from_bytes(request.method().as_str().as_bytes()).map_err(refused)?;
    parts.uri = match request.uri().authority() {
        // A target with an authority has a scheme too; nobody looks at it.
        Some(authority) => Uri::builder().scheme("http").authority(authority.as_str()).path_and_query(path).build(),
        None => Uri::builder().path_and_query(path).build(),
    }
    .map_err(refused)?;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(refused)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(refused)?;
        parts.headers.try_append(name, value).map_err(refused)?;
    }
    Ok(parts)
}

fn refused<E>(_: E) -> Problem {
    Problem::new(Code::InvalidRequest)
}

/// A status as actix-web's. Both versions have the same ones: the other way is never taken.
pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    StatusCode::from_u16(status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// An answer as actix-web's.
pub(crate) fn response(answer: Response<Bytes>) -> HttpResponse {
    let (parts, body) = answer.into_parts();
    let mut response = HttpResponse::build(status(parts.status));
    for (name, value) in &parts.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    // Only the answer to HEAD names a length of its own: that of the body it leaves out. actix-web sends the length of the
    // body it is given, whatever the header says, so that it gets a body that claims the length and has nothing in it.
    let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    match length {
        Some(length) if body.is_empty() => {
            response.body(SizedStream::new(length, stream::empty::<Result<Bytes, Infallible>>()))
        }
        _ => response.body(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::Method as ActixMethod;
    use actix_web::http::header::{COOKIE, HeaderValue as Value, ORIGIN};
    use actix_web::test::TestRequest;

    #[test]
    fn every_header_is_there_in_its_order_whatever_its_bytes() {
        let request = TestRequest::with_uri("/p/credentials?a=b")
            .method(ActixMethod::from_bytes(b"PURGE").unwrap())
            .append_header((COOKIE, "a=b"))
            .append_header((ORIGIN, "https://example.com"))
            .append_header((COOKIE, Value::from_bytes(b"c=\xff").unwrap()))
            .append_header((COOKIE, ""))
            .to_http_request();
        let parts = head(&request, "/credentials").unwrap();
        assert_eq!(parts.method.as_str(), "PURGE");
        assert_eq!(parts.uri, "/credentials");
        let cookies: Vec<&[u8]> = parts.headers.get_all("cookie").iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(cookies, [b"a=b".as_slice(), b"c=\xff", b""]);
        assert_eq!(parts.headers.len(), 4);
    }

    #[test]
    fn the_authority_of_a_target_stays() {
        let request = TestRequest::with_uri("https://b.example:8443/p/credentials").to_http_request();
        let parts = head(&request, "/credentials").unwrap();
        assert_eq!(parts.uri.authority().unwrap(), "b.example:8443");
        assert_eq!(parts.uri.path(), "/credentials");
    }

    #[actix_web::test]
    async fn an_answer_that_names_its_length_keeps_its_body() {
        let mut answer = Response::new(Bytes::from_static(b"{}"));
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("2"));
        let body = actix_web::body::to_bytes(response(answer).into_body()).await.unwrap();
        assert_eq!(body, "{}");
    }

    #[test]
    fn several_values_of_one_name_are_answered() {
        let mut answer = Response::new(Bytes::from_static(b"x"));
        *answer.status_mut() = http::StatusCode::IM_A_TEAPOT;
        for value in ["a=b", "c=d"] {
            answer.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(value));
        }
        let answer = response(answer);
        assert_eq!(answer.status(), 418);
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect();
        assert_eq!(cookies, ["a=b", "c=d"]);
    }
}
