//! Reading a request's body with a cap.

use ceremony_http::{Code, MAX_BODY, Problem};
use futures_util::StreamExt;
use std::pin::pin;
use warp::{Buf, Stream};

/// How much of a body that is too large is read and dropped, so that its sender gets to see the answer. It takes no
/// memory; a sender of still more may be cut off without one.
const MAX_DROPPED: usize = 16 * 1024 * 1024;

/// Reads a body of at most 64 KiB from [`warp::body::stream`], as the passkey routes do; of a larger one no more is ever
/// kept in memory.
///
/// # Errors
///
/// Status 413 for more, 400 if the connection breaks or what comes is no HTTP body.
pub async fn read_body(body: impl Stream<Item = Result<impl Buf, warp::Error>>) -> Result<Vec<u8>, Problem> {
    let mut body = pin!(body);
    let mut read = Vec::new();
    let mut total: usize = 0;
    while let Some(data) = body.next().await {
        let mut data = data.map_err(|_| Problem::new(Code::InvalidRequest))?;
        total = total.saturating_add(data.remaining());
        if total > MAX_DROPPED {
            break;
        }
        if total <= MAX_BODY {
            read.extend_from_slice(&data.copy_to_bytes(data.remaining()));
        } else {
            read = Vec::new();
        }
    }
    if total > MAX_BODY { Err(Problem::body_too_large()) } else { Ok(read) }
}
