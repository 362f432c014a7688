//! A person with a browser, on the demo's page.

use crate::cdp::{AuthenticatorOptions, Browser, Page, VirtualAuthenticator};
use crate::process::Demo;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery";

/// Names the folder in which screenshots are kept.
const SCREENSHOTS: &str = "CEREMONY_SCREENSHOTS";

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Visit {
    pub page: Page,
    pub authenticator: VirtualAuthenticator,
    pub demo: Demo,
    pub browser: Browser,
}

impl Visit {
    /// Opens the page with a platform authenticator. None if Chromium is missing and that is allowed.
    pub async fn start() -> Option<Self> {
        let browser = Browser::launch().await.unwrap()?;
        let demo = Demo::start().await;
        let page = browser.page("about:blank").await.unwrap();
        let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
        let visit = Self { page, authenticator, demo, browser };
        visit.open("/?autofill=off").await;
        Some(visit)
    }

    /// Goes to a path of the site and waits until the page is ready.
    pub async fn open(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.demo.origin())).await.unwrap();
        self.wait("document.documentElement?.dataset.ready").await;
    }

    pub async fn wait(&self, condition: &str) {
        if let Err(failure) = self.page.wait_for(condition, PATIENCE).await {
            let status = self.page.eval::<String>("document.getElementById('status')?.textContent ?? ''").await;
            panic!("{failure}\nthe page says: {status:?}\nlog of the demo:\n{}", self.demo.log());
        }
    }

    /// Waits until nothing runs.
    pub async fn idle(&self) {
        self.wait("!document.getElementById('main').hasAttribute('aria-busy')").await;
    }

    pub async fn click(&self, selector: &str) {
        self.page.click(selector).await.unwrap();
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        self.page.type_text(selector, text).await.unwrap();
    }

    pub async fn signed_in(&self) {
        self.wait("document.body.dataset.view === 'signed-in'").await;
        self.idle().await;
        assert_eq!(self.page.text("#whoami").await.unwrap(), EMAIL);
    }

    /// Waits for an error on the page, and returns its text.
    pub async fn refused(&self, code: &str) -> String {
        let toast = "document.getElementById('toast').dataset";
        self.wait(&format!("{toast}.kind === 'error' && {toast}.code === {}", json!(code))).await;
        self.idle().await;
        self.page.text("#status").await.unwrap()
    }

    pub async fn create_account(&self) {
        self.click("#tab-create").await;
        self.fill("#create-email", EMAIL).await;
        self.click("#create-use-password").await;
        self.fill("#create-password", PASSWORD).await;
        self.click("#create-submit").await;
        self.signed_in().await;
        assert!(self.method().await.contains("your password"));
    }

    pub async fn add_passkey(&self, name: &str) {
        self.fill("#passkey-name", name).await;
        self.click("#add-passkey").await;
        self.wait(&format!(
            "[...document.querySelectorAll('#passkey-list .name')].some(name => name.textContent === {})",
            json!(name)
        ))
        .await;
        self.idle().await;
    }

    pub async fn sign_out(&self) {
        self.click("#sign-out").await;
        self.wait("document.body.dataset.view === 'signed-out'").await;
        self.idle().await;
    }

    /// How the page says the person signed in.
    pub async fn method(&self) -> String {
        self.page.text("#auth-method").await.unwrap()
    }

    /// Takes a picture of the page, to be looked at by people.
    pub async fn screenshot(&self, name: &str) {
        let kept = std::env::var_os(SCREENSHOTS).map(PathBuf::from);
        let folder = kept.unwrap_or_else(|| self.browser.profile().to_path_buf());
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        // Colours fade into each other; what turns as long as something runs never ends.
        let settled = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
            .then(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().iterations < Infinity))
            .then(fading => Promise.allSettled(fading.map(animation => animation.finished)))
            .then(() => true)";
        assert!(self.page.eval::<bool>(settled).await.unwrap());
        self.page.screenshot(&file).await.unwrap();
        assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
    }

    /// Checks that the page ran into nothing of its own making, its content security policy included.
    pub fn assert_clean(&self) {
        let faults = ["Content Security Policy", "Uncaught", "Trusted", "TypeError", "ReferenceError", "SyntaxError"];
        let console = self.page.console();
        let found: Vec<_> = console.iter().filter(|line| faults.iter().any(|fault| line.contains(fault))).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}
