//! Reading a request's body with a cap.

use axum::body::{Body, Bytes};
use ceremony_http::{Code, MAX_BODY, Problem};
use http_body_util::BodyExt;

/// How much of a body that is too large is read and dropped, so that its sender gets to see the answer. It takes no
/// memory; a sender of still more may be cut off without one.
const MAX_DROPPED: usize = 16 * 1024 * 1024;

/// Reads a body of at most 64 KiB, as the passkey routes do; of a larger one no more is ever kept in memory.
///
/// # Errors
///
/// Status 413 for more, 400 if the connection breaks or what comes is no HTTP body.
pub async fn read_body(mut body: Body) -> Result<Vec<u8>, Problem> {
    let mut read = Vec::new();
    let mut total: usize = 0;
    while let Some(frame) = body.frame().await {
        let data: Bytes = match frame.map_err(|_| Problem::new(Code::InvalidRequest))?.into_data() {
            Ok(data) => data,
            Err(_trailers) => continue,
        };
        total = total.saturating_add(data.len());
        if total > MAX_DROPPED {
            break;
        }
        if total <= MAX_BODY {
            read.extend_from_slice(&data);
        } else {
            read = Vec::new();
        }
    }
    if total > MAX_BODY { Err(Problem::body_too_large()) } else { Ok(read) }
}
