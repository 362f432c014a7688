//! A page, or a cross-site frame in one.

use super::connection::{Connection, Log, auto_attach, exception, lock};
use super::failure::{Failure, Result};
use base64ct::{Base64, Encoding};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything on a page may take to appear, unless [`Page::with_patience`] says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(25);

/// A page, or a cross-site frame in one; clones mean the same.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    connection: Connection,
    session: String,
    log: Arc<Mutex<Log>>,
    patience: Duration,
    context: String,
}

impl Page {
    pub(super) async fn open(connection: &Connection, context: &Value) -> Result<Self> {
        let parameters = json!({"url": "about:blank", "browserContextId": context});
        let target = connection.call(None, "Target.createTarget", parameters).await?;
        let parameters = json!({"targetId": target["targetId"], "flatten": true});
        let attached = connection.call(None, "Target.attachToTarget", parameters).await?;
        let session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        let page = Self {
            connection: connection.clone(),
            session,
            log: Arc::default(),
            patience: PATIENCE,
            context: context.as_str().unwrap_or_default().to_owned(),
        };
        page.connection.watch(&page.session, &page.log);
        page.call("Page.enable", json!({})).await?;
        page.call("Runtime.enable", json!({})).await?;
        page.call("Log.enable", json!({})).await?;
        page.call("Target.setAutoAttach", auto_attach()).await?;
        Ok(page)
    }

    /// Another page that shares cookies and storage with this one, as a second tab does.
    pub(crate) async fn tab(&self, url: &str) -> Result<Self> {
        let page = Self::open(&self.connection, &self.context.as_str().into()).await?;
        page.goto(url).await?;
        Ok(page)
    }

    /// Brings its tab to the front: hidden tabs draw nothing, and answer the mouse late.
    pub(crate) async fn bring_to_front(&self) -> Result<()> {
        self.call("Page.bringToFront", json!({})).await.map(drop)
    }

    /// Closes the page, and every other one that shares its cookies.
    pub(crate) async fn close(&self) -> Result<()> {
        let parameters = json!({"browserContextId": self.context});
        self.connection.call(None, "Target.disposeBrowserContext", parameters).await.map(drop)
    }

    /// The same page, with less or more time for what it waits for by itself.
    pub(crate) fn with_patience(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// How long this page waits for anything to appear.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Goes to a URL and waits until it is loaded.
    pub(crate) async fn goto(&self, url: &str) -> Result<()> {
        let answer = self.call("Page.navigate", json!({"url": url})).await?;
        if let Some(error) = answer["errorText"].as_str() {
            return Err(self.failure(format!("cannot open {url}: {error}")));
        }
        self.wait_for("document.readyState === 'complete'", self.patience).await
    }

    /// Evaluates an expression, waits if it is a promise, and returns its value as JSON carries it.
    pub(crate) async fn eval<T: DeserializeOwned>(&self, js: &str) -> Result<T> {
        let parameters = json!({"expression": js, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let answer = match self.connection.call(Some(&self.session), "Runtime.evaluate", parameters).await {
            Ok(answer) => answer,
            // Kept as it is: `wait_for` tries again.
            Err(failure) if failure.is_passing() => return Err(failure),
            Err(failure) => return Err(failure.with_console(&self.console())),
        };
        if let Some(details) = answer.get("exceptionDetails") {
            return Err(self.failure(format!("{js}\nthrew: {}", exception(details))));
        }
        let value = answer.pointer("/result/value").cloned().unwrap_or_default();
        serde_json::from_value(value).map_err(|error| self.failure(format!("{js}\ngave another type: {error}")))
    }

    /// Waits until an expression is truthy.
    pub(crate) async fn wait_for(&self, condition: &str, limit: Duration) -> Result<()> {
        let expression = format!("Boolean({condition})");
        let end = Instant::now() + limit;
        loop {
            let last = match self.eval::<bool>(&expression).await {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(failure) if failure.is_passing() => Some(failure),
                Err(failure) => return Err(failure),
            };
            if Instant::now() > end {
                let last = last.map(|failure| format!(" ({failure})")).unwrap_or_default();
                return Err(self.failure(format!("not within {limit:?}: {condition}{last}")));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The text of the first element that fits, once there is one.
    pub(crate) async fn text(&self, selector: &str) -> Result<String> {
        let element = format!("document.querySelector({})", json!(selector));
        self.wait_for(&format!("{element} !== null"), self.patience).await?;
        self.eval(&format!("{element}.innerText")).await
    }

    /// Writes what the page looks like to a PNG file.
    pub(crate) async fn screenshot(&self, path: &Path) -> Result<()> {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"})).await?;
        let png = Base64::decode_vec(answer["data"].as_str().unwrap_or_default());
        let png = png.map_err(|error| self.failure(format!("a screenshot that is not base64: {error}")))?;
        std::fs::write(path, png).map_err(|error| self.failure(format!("cannot write {}: {error}", path.display())))
    }

    /// What the page and its frames wrote to the console so far, uncaught exceptions and dialogs included.
    pub(crate) fn console(&self) -> Vec<String> {
        lock(&self.log).console.clone()
    }

    /// The cross-site frame whose URL contains this text, once it is there. A frame of the same site is part of its
    /// page: reach it through `contentDocument`.
    pub(crate) async fn frame(&self, url_part: &str) -> Result<Self> {
        let end = Instant::now() + self.patience;
        loop {
            let sessions: Vec<String> = lock(&self.log).frames.iter().map(|(session, _)| session.clone()).collect();
            for session in sessions {
                let frame = Self { session, ..self.clone() };
                // The URL it was attached with is often empty: the frame had not begun to load.
                let url = frame.eval::<String>("location.href").await.unwrap_or_default();
                if url.contains(url_part) {
                    frame.wait_for("document.readyState === 'complete'", self.patience).await?;
                    return Ok(frame);
                }
            }
            if Instant::now() > end {
                return Err(self.failure(format!("no cross-site frame of {url_part:?} within {:?}", self.patience)));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Sends a command to this page's session.
    pub(crate) async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        let answer = self.connection.call(Some(&self.session), method, parameters).await;
        answer.map_err(|failure| failure.with_console(&self.console()))
    }

    /// A failure with this page's console.
    pub(super) fn failure(&self, message: impl Into<String>) -> Failure {
        Failure::new(message).with_console(&self.console())
    }
}
