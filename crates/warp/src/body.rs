//! Reading a request's body with a cap.

use ceremony_http::{BodyReader, Code, Problem};
use futures_util::StreamExt;
use std::pin::pin;
use warp::{Buf, Stream};

/// Reads a body of at most 64 KiB from [`warp::body::stream`], as the passkey routes do; of a larger one no more is ever
/// kept in memory.
///
/// # Errors
///
/// Status 413 for more, 400 if the connection breaks or what comes is no HTTP body.
pub async fn read_body(body: impl Stream<Item = Result<impl Buf, warp::Error>>) -> Result<Vec<u8>, Problem> {
    let mut body = pin!(body);
    let mut reader = BodyReader::new();
    while let Some(data) = body.next().await {
        let mut data = data.map_err(|_| Problem::new(Code::InvalidRequest))?;
        if !reader.push(&data.copy_to_bytes(data.remaining())) {
            break;
        }
    }
    reader.finish()
}
