//! The debugging pipe: commands out, answers and events in, each a JSON object that a zero byte ends.

use super::failure::{Failure, Result};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

/// A command that takes longer has hung.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// What a page and its frames reported.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) console: Vec<String>,
    /// Cross-site frames: session and URL.
    pub(crate) frames: Vec<(String, String)>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Who waits for the answer to which command; none once the browser is gone.
    waiting: Option<HashMap<u64, oneshot::Sender<Value>>>,
    logs: HashMap<String, Arc<Mutex<Log>>>,
}

/// A handle on the pipe; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    next_id: Arc<AtomicU64>,
    outgoing: mpsc::UnboundedSender<Vec<u8>>,
    shared: Arc<Mutex<Shared>>,
}

impl Connection {
    /// Takes over both ends of the pipe.
    pub(crate) fn new(mut stdin: ChildStdin, stdout: ChildStdout) -> Self {
        let (outgoing, mut queue) = mpsc::unbounded_channel::<Vec<u8>>();
        let shared = Shared { waiting: Some(HashMap::new()), logs: HashMap::new() };
        let connection = Self { next_id: Arc::default(), outgoing, shared: Arc::new(Mutex::new(shared)) };
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if stdin.write_all(&message).await.is_err() || stdin.flush().await.is_err() {
                    break;
                }
            }
        });
        let reading = connection.clone();
        tokio::spawn(async move {
            let mut reader = BufReader::new(stdout);
            let mut message = Vec::new();
            while reader.read_until(0, &mut message).await.is_ok_and(|length| length > 0) {
                let text = message.strip_suffix(&[0]).unwrap_or(&message);
                if let Ok(message) = serde_json::from_slice(text) {
                    reading.receive(message);
                }
                message.clear();
            }
            // Dropping the senders tells everyone who waits.
            reading.shared().waiting = None;
        });
        connection
    }

    /// Sends a command to a session, or to the browser itself, and waits for its answer.
    pub(crate) async fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value> {
        let gone = || Failure::new(format!("{method}: Chromium is gone"));
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        self.shared().waiting.as_mut().ok_or_else(gone)?.insert(id, sender);
        self.send(id, session, method, parameters).ok_or_else(gone)?;
        let answer = tokio::time::timeout(ANSWER_TIME, receiver)
            .await
            .map_err(|_| Failure::new(format!("{method}: no answer from Chromium within {ANSWER_TIME:?}")))?
            .map_err(|_| gone())?;
        match answer.pointer("/error/message").and_then(Value::as_str) {
            None => Ok(answer.get("result").cloned().unwrap_or_default()),
            Some(error) if ["context", "Inspected target", "navigated"].iter().any(|word| error.contains(word)) => {
                Err(Failure::passing(format!("{method}: {error}")))
            }
            Some(error) => Err(Failure::new(format!("{method}: {error}"))),
        }
    }

    /// Collects what a session reports into a log, its frames included.
    pub(crate) fn watch(&self, session: &str, log: &Arc<Mutex<Log>>) {
        self.shared().logs.insert(session.to_owned(), Arc::clone(log));
    }

    /// Sends a command whose answer nobody waits for.
    fn post(&self, session: &str, method: &str, parameters: Value) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        // When the browser is gone, the next call says so.
        let _ = self.send(id, Some(session), method, parameters);
    }

    fn send(&self, id: u64, session: Option<&str>, method: &str, parameters: Value) -> Option<()> {
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.outgoing.send(bytes).ok()
    }

    fn receive(&self, message: Value) {
        if let Some(id) = message.get("id").and_then(Value::as_u64) {
            let waiting = self.shared().waiting.as_mut().and_then(|waiting| waiting.remove(&id));
            if let Some(sender) = waiting {
                // Who stopped waiting needs no answer.
                let _ = sender.send(message);
            }
            return;
        }
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let session = text("/sessionId");
        let Some(log) = self.shared().logs.get(&session).cloned() else {
            return;
        };
        let write = |line: String| lock(&log).console.push(line);
        match text("/method").as_str() {
            "Runtime.consoleAPICalled" => {
                let parts = message.pointer("/params/args").and_then(Value::as_array).into_iter().flatten();
                let parts: Vec<String> = parts.map(show).collect();
                write(format!("{}: {}", text("/params/type"), parts.join(" ")));
            }
            "Runtime.exceptionThrown" => {
                write(format!("uncaught: {}", exception(&message["params"]["exceptionDetails"])))
            }
            "Log.entryAdded" => {
                let entry = "/params/entry";
                let (level, line, url) = (format!("{entry}/level"), format!("{entry}/text"), format!("{entry}/url"));
                write(format!("{}: {} {}", text(&level), text(&line), text(&url)));
            }
            "Page.javascriptDialogOpening" => {
                // An open dialog stops the page, and nobody is there to answer it.
                write(format!("{}: {}", text("/params/type"), text("/params/message")));
                self.post(&session, "Page.handleJavaScriptDialog", json!({"accept": true}));
            }
            "Target.attachedToTarget" => {
                let frame = text("/params/sessionId");
                lock(&log).frames.push((frame.clone(), text("/params/targetInfo/url")));
                self.watch(&frame, &log);
                self.post(&frame, "Runtime.enable", json!({}));
                self.post(&frame, "Log.enable", json!({}));
                self.post(&frame, "Target.setAutoAttach", auto_attach());
            }
            "Target.detachedFromTarget" => {
                let frame = text("/params/sessionId");
                lock(&log).frames.retain(|(session, _)| *session != frame);
                self.shared().logs.remove(&frame);
            }
            _ => {}
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

/// The parameters that make cross-site frames arrive as sessions of their own.
pub(crate) fn auto_attach() -> Value {
    json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true})
}

/// Locks; another test's panic spoils nothing here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The text of an exception, with the place it came from.
pub(crate) fn exception(details: &Value) -> String {
    let thrown = &details["exception"];
    let text = thrown["description"].as_str().map(str::to_owned).unwrap_or_else(|| show(thrown));
    format!("{} {text}", details["text"].as_str().unwrap_or_default())
}

fn show(remote: &Value) -> String {
    match (&remote["value"], remote["description"].as_str()) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (value, _) => value.to_string(),
    }
}
