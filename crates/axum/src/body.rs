//! Reading a request's body with a cap.

use axum::body::{Body, Bytes};
use ceremony_http::{BodyReader, Code, Problem};
use http_body_util::BodyExt;

/// Reads a body of at most 64 KiB, as the passkey routes do; of a larger one no more is ever kept in memory.
///
/// # Errors
///
/// Status 413 for more, 400 if the connection breaks or what comes is no HTTP body.
pub async fn read_body(mut body: Body) -> Result<Vec<u8>, Problem> {
    let mut reader = BodyReader::new();
    while let Some(frame) = body.frame().await {
        let data: Bytes = match frame.map_err(|_| Problem::new(Code::InvalidRequest))?.into_data() {
            Ok(data) => data,
            Err(_trailers) => continue,
        };
        if !reader.push(&data) {
            break;
        }
    }
    reader.finish()
}
