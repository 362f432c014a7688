//! Lines in, lines out, and so many requests at once between them.

use super::refusal::Refusal;
use super::request::Reply;
use super::service::Service;
use crate::failure::Failure;
use crate::lines::{self, Fit};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, mpsc};

/// The longest line that is read, in bytes. A registration with a long certificate chain has about 20 KiB.
pub(super) const MAX_LINE: usize = 128 * 1024;

enum Line {
    Text(Vec<u8>),
    TooLong,
    Failed(io::Error),
}

/// Answers until the input ends. Both streams block, so that each has a thread of its own; nothing is read while as many
/// requests are being worked on as may be, or while nobody reads the replies.
pub(super) fn run(runtime: &Runtime, service: &Arc<Service>, in_flight: u32) -> Result<(), Failure> {
    let (input, mut lines) = mpsc::channel(1);
    let (replies, output) = mpsc::channel(1);
    std::thread::spawn(move || read(&input));
    let writer = std::thread::spawn(move || write(output));
    let failed = runtime.block_on(async {
        let slots = Arc::new(Semaphore::new(usize::try_from(in_flight).unwrap_or(1)));
        let mut failed = None;
        // Closed semaphores are nowhere here.
        while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
            let line = match lines.recv().await {
                None => break,
                Some(Line::Failed(error)) => {
                    failed = Some(error);
                    break;
                }
                Some(line) => line,
            };
            if replies.is_closed() {
                break;
            }
            let (service, replies) = (Arc::clone(service), replies.clone());
            tokio::spawn(async move {
                let reply = match line {
                    Line::Text(text) => service.answer(text.trim_ascii()).await,
                    _ => Reply::refused(Refusal::invalid(format!("the line is longer than {MAX_LINE} bytes"))),
                };
                // Nobody is left to tell if this fails.
                let _ = replies.send(reply.into_line()).await;
                drop(slot);
            });
        }
        failed
    });
    // Each task has a sender of its own: the writer ends when the last of them has answered.
    drop(replies);
    let written = writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer stopped")));
    written.map_err(|error| Failure::writing(&error))?;
    failed.map_or(Ok(()), |error| Err(Failure::reading(Path::new("-"), &error)))
}

fn read(to: &mpsc::Sender<Line>) {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        let next = match lines::next(&mut input, &mut line, MAX_LINE) {
            Ok(None) => return,
            Ok(Some(Fit::Whole)) if line.trim_ascii().is_empty() => continue,
            Ok(Some(Fit::Whole)) => Line::Text(std::mem::take(&mut line)),
            Ok(Some(Fit::TooLong)) => Line::TooLong,
            Err(error) => Line::Failed(error),
        };
        let last = matches!(next, Line::Failed(_));
        if to.blocking_send(next).is_err() || last {
            return;
        }
    }
}

/// Each reply at once: the application waits for it.
fn write(mut replies: mpsc::Receiver<String>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    while let Some(reply) = replies.blocking_recv() {
        output.write_all(reply.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}
