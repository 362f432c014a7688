//! Reading a request's body with a cap.

use actix_web::web::Bytes;
use ceremony_http::{BodyReader, Code, Problem};
use futures_util::{Stream, StreamExt};
use std::pin::pin;

/// Reads a body of at most 64 KiB, as the passkey routes do; of a larger one no more is ever kept in memory. Takes a
/// handler's [`web::Payload`](actix_web::web::Payload) as well as an extractor's [`dev::Payload`](actix_web::dev::Payload).
///
/// # Errors
///
/// Status 413 for more, 400 if the connection breaks or what comes is no HTTP body.
pub async fn read_body<E>(body: impl Stream<Item = Result<Bytes, E>>) -> Result<Vec<u8>, Problem> {
    let mut body = pin!(body);
    let mut reader = BodyReader::new();
    while let Some(data) = body.next().await {
        let data = data.map_err(|_| Problem::new(Code::InvalidRequest))?;
        if !reader.push(&data) {
            break;
        }
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::error::PayloadError;
    use futures_util::stream;
    use std::cell::Cell;

    /// A sender who never stops is read for a while, and no longer.
    #[actix_web::test]
    async fn what_never_ends_is_cut_off() {
        let sent = Cell::new(0);
        let endless = stream::repeat_with(|| {
            sent.set(sent.get() + 65_536);
            Ok::<_, PayloadError>(Bytes::from_static(&[b' '; 65_536]))
        });
        assert_eq!(read_body(endless).await.unwrap_err().status(), 413);
        assert_eq!(sent.get(), BodyReader::MAX_DROPPED + 65_536);
    }

    #[actix_web::test]
    async fn a_body_that_breaks_off_is_none() {
        let broken = stream::iter([Ok(Bytes::from_static(b"{}")), Err(PayloadError::Incomplete(None))]);
        assert_eq!(read_body(broken).await.unwrap_err().status(), 400);
    }
}
