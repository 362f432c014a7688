//! The browser's module `passkeys.js` in Chromium, with a server and a browser interface made of plain functions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

#[path = "../support/cdp.rs"]
mod cdp;
#[path = "../demo/process.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod process;

mod calls;
mod clock;
mod errors;
mod extensions;
mod immediate;
mod json;
mod sign_up;
mod signals;
mod turns;
mod upgrade;

use cdp::{Browser, Page};
use process::Demo;
use serde_json::Value;

/// A page of the demo, which serves the module.
#[derive(Debug)]
pub(crate) struct Bench {
    tab: Tab,
    url: String,
    _demo: Demo,
    _browser: Browser,
}

impl Bench {
    /// None if Chromium is missing and that is allowed.
    pub(crate) async fn start() -> Option<Self> {
        let browser = Browser::launch().await.unwrap()?;
        let demo = Demo::start().await;
        let url = format!("{}/?autofill=off", demo.origin());
        let tab = Tab::ready(browser.page(&url).await.unwrap()).await;
        Some(Self { tab, url, _demo: demo, _browser: browser })
    }

    /// Runs the body of an async function.
    pub(crate) async fn run(&self, js: &str) -> Value {
        self.tab.run(js).await
    }

    /// The same page in another tab of the browser.
    pub(crate) async fn tab(&self) -> Tab {
        Tab::ready(self.tab.0.tab(&self.url).await.unwrap()).await
    }
}

#[derive(Debug)]
pub(crate) struct Tab(Page);

impl Tab {
    async fn ready(page: Page) -> Self {
        page.wait_for("document.documentElement?.dataset.ready", std::time::Duration::from_secs(20)).await.unwrap();
        Self(page)
    }

    /// Runs the body of an async function.
    pub(crate) async fn run(&self, js: &str) -> Value {
        let harness = include_str!("harness.js");
        self.0.eval(&format!("(async () => {{ {harness}\n{js} }})()")).await.unwrap()
    }
}
