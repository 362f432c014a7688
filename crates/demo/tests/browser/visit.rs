//! A person with a browser, on the demo's page.

use crate::cdp::{AuthenticatorOptions, Page, VirtualAuthenticator};
use crate::lab::lab;
use crate::process::Demo;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use std::path::PathBuf;
use std::time::Duration;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery";

/// Names the folder in which screenshots are kept.
const SCREENSHOTS: &str = "CEREMONY_SCREENSHOTS";

pub const PATIENCE: Duration = Duration::from_secs(20);

/// The passkey module as the page has it, session and all.
const MODULES: &str = "const { passkeys, get, post } = await import('/assets/api.js');
    const { opened } = await import('/assets/session.js');";

pub struct Visit {
    pub page: Page,
    pub authenticator: VirtualAuthenticator,
    pub demo: Demo,
}

impl Visit {
    /// Opens the page with a platform authenticator. None if Chromium is missing and that is allowed.
    pub async fn start(framework: &str) -> Option<Self> {
        Self::start_with(framework, &[], &AuthenticatorOptions::default()).await
    }

    /// Opens the page of a demo with further arguments, with this authenticator.
    pub async fn start_with(framework: &str, arguments: &[&str], authenticator: &AuthenticatorOptions) -> Option<Self> {
        let lab = lab().await?;
        let demo = Demo::start_with(&[&["--framework", framework], arguments].concat()).await;
        let page = lab.browser.page("about:blank").await.unwrap();
        let authenticator = page.add_authenticator(authenticator).await.unwrap();
        let visit = Self { page, authenticator, demo };
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

    /// Waits until the authenticator holds this many credentials.
    pub async fn holds(&self, count: usize) {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let held = self.authenticator.credentials().await.unwrap();
            if held.len() == count {
                return;
            }
            assert!(std::time::Instant::now() < end, "not {count} credentials: {held:#?}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Runs the body of an async function on the page.
    pub async fn run<T: DeserializeOwned>(&self, js: &str) -> T {
        run(&self.page, js).await
    }

    pub async fn click(&self, selector: &str) {
        self.page.click(selector).await.unwrap();
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        self.page.type_text(selector, text).await.unwrap();
    }

    pub async fn signed_in(&self) {
        self.signed_in_as(EMAIL).await;
    }

    pub async fn signed_in_as(&self, email: &str) {
        self.wait("document.body.dataset.view === 'signed-in'").await;
        self.idle().await;
        assert_eq!(self.page.text("#whoami").await.unwrap(), email);
    }

    /// Waits for an error on the page, and returns its text.
    pub async fn refused(&self, code: &str) -> String {
        let toast = "document.getElementById('toast').dataset";
        self.wait(&format!("{toast}.kind === 'error' && {toast}.code === {}", json!(code))).await;
        self.idle().await;
        self.page.text("#status").await.unwrap()
    }

    /// Waits until the page says this.
    pub async fn told(&self, text: &str) {
        self.wait(&format!("document.getElementById('status').textContent === {}", json!(text))).await;
        self.idle().await;
    }

    pub async fn create_account(&self) {
        self.create_account_of(EMAIL).await;
    }

    pub async fn create_account_of(&self, email: &str) {
        self.click("#tab-create").await;
        self.fill("#create-email", email).await;
        self.click("#create-use-password").await;
        self.fill("#create-password", PASSWORD).await;
        self.click("#create-submit").await;
        self.signed_in_as(email).await;
        assert!(self.method().await.contains("your password"));
    }

    /// Signs up with a passkey and nothing else.
    pub async fn sign_up(&self) {
        self.click("#tab-create").await;
        self.fill("#create-email", EMAIL).await;
        self.click("#create-passkey").await;
        self.signed_in().await;
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

    /// Signs in without a name.
    pub async fn sign_in(&self) {
        self.fill("#signin-email", "").await;
        self.click("#passkey-signin").await;
        self.signed_in().await;
    }

    /// How the page says the person signed in.
    pub async fn method(&self) -> String {
        self.page.text("#auth-method").await.unwrap()
    }

    /// What is shown on the page, or signed out of it.
    pub async fn view(&self) -> String {
        self.page.eval("document.body.dataset.view").await.unwrap()
    }

    /// Makes every session an old one.
    pub async fn age_sessions(&self) {
        let pool = SqlitePool::connect(&format!("sqlite:{}", self.demo.database().display())).await.unwrap();
        let change = sqlx::query("UPDATE sessions SET authenticated_at = authenticated_at - 3600000");
        assert!(change.execute(&pool).await.unwrap().rows_affected() > 0);
        pool.close().await;
    }

    /// Takes a picture of the page, to be looked at by people.
    pub async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os(SCREENSHOTS).map(PathBuf::from) else { return };
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
        assert_clean(&self.page);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let page = self.page.clone();
        tokio::spawn(async move { page.close().await });
    }
}

/// Runs the body of an async function on a page of the demo, with the page's modules at hand. What it throws is returned as
/// `{ error: { name, reason, code, status, step, message } }`.
pub async fn run<T: DeserializeOwned>(page: &Page, js: &str) -> T {
    let tell = "const { name, reason, code, status, step, message } = error;
        return { error: { name, reason, code, status, step, message } };";
    let work = format!("async () => {{ {MODULES}\n{js} }}");
    let js = format!("(async () => {{ try {{ return await ({work})(); }} catch (error) {{ {tell} }} }})()");
    page.eval(&js).await.unwrap()
}

/// Checks that a page ran into nothing of its own making, its content security policy included.
pub fn assert_clean(page: &Page) {
    let faults = ["Content Security Policy", "Uncaught", "Trusted", "TypeError", "ReferenceError", "SyntaxError"];
    let console = page.console();
    let found: Vec<_> = console.iter().filter(|line| faults.iter().any(|fault| line.contains(fault))).collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// Checks what [`run`] returned: an error of the server with this code.
#[track_caller]
pub fn assert_code(answer: &Value, code: &str) {
    assert_eq!((&answer["error"]["reason"], &answer["error"]["code"]), (&json!("server"), &json!(code)), "{answer}");
}

/// Checks what [`run`] returned: an error of the browser.
#[track_caller]
pub fn assert_reason(answer: &Value, reason: &str, name: &str) {
    assert_eq!((&answer["error"]["reason"], &answer["error"]["code"]), (&json!(reason), &json!(name)), "{answer}");
}
