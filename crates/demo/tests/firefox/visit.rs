//! A person with Firefox, on the demo's page.

use crate::firefox::Firefox;
use crate::process::Demo;
use serde_json::{Value, json};
use std::time::Duration;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery";

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Visit {
    pub firefox: Firefox,
    pub demo: Demo,
    authenticator: String,
}

impl Visit {
    /// Opens the page, behind this framework, with a platform authenticator. None if Firefox is missing and that is
    /// allowed.
    pub async fn start(framework: &str) -> Option<Self> {
        let firefox = Firefox::launch()?;
        let demo = Demo::start_with(&["--framework", framework]).await;
        let authenticator = firefox.add_authenticator();
        let visit = Self { firefox, demo, authenticator };
        visit.open();
        let served_by = visit.firefox.eval("fetch('/auth/config').then(answer => answer.json())").unwrap();
        assert_eq!(served_by["framework"], framework);
        Some(visit)
    }

    /// Goes to the page and waits until it is ready. It asks for no passkey by itself.
    pub fn open(&self) {
        self.firefox.goto(&format!("{}/?autofill=off", self.demo.origin()));
        self.wait("document.documentElement?.dataset.ready");
    }

    #[track_caller]
    pub fn wait(&self, condition: &str) {
        if let Err(failure) = self.firefox.wait_for(condition, PATIENCE) {
            let status = self.firefox.eval("document.getElementById('status')?.textContent ?? ''");
            panic!("{failure}\nthe page says: {status:?}\nlog of the demo:\n{}", self.demo.log());
        }
    }

    /// Waits until nothing runs.
    #[track_caller]
    pub fn idle(&self) {
        self.wait("!document.getElementById('main').hasAttribute('aria-busy')");
    }

    /// Clicks what has this `data-testid`.
    pub fn click(&self, id: &str) {
        self.firefox.click(&by(id));
    }

    pub fn fill(&self, id: &str, text: &str) {
        self.firefox.fill(&by(id), text);
    }

    /// Waits until somebody is signed in, and checks whom and how.
    #[track_caller]
    pub fn signed_in(&self, method: &str) {
        self.wait("document.body.dataset.view === 'signed-in'");
        self.idle();
        assert_eq!(self.firefox.text(&by("whoami")), EMAIL);
        let shown = self.firefox.text(&by("auth-method"));
        assert!(shown.contains(method), "{shown}");
    }

    #[track_caller]
    pub fn sign_out(&self) {
        self.click("sign-out");
        self.wait("document.body.dataset.view === 'signed-out'");
        self.idle();
    }

    /// Waits until the page lists one passkey, of this name.
    #[track_caller]
    pub fn lists(&self, name: &str) {
        self.wait(&format!(
            "document.querySelector({})?.textContent === {}",
            json!(by("passkey-name-shown")),
            json!(name)
        ));
        self.idle();
        assert_eq!(self.passkeys(), 1);
    }

    /// How many passkeys the page lists.
    pub fn passkeys(&self) -> Value {
        self.firefox.eval(&format!("document.querySelectorAll({}).length", json!(by("passkey")))).unwrap()
    }

    /// The one passkey that the authenticator holds.
    #[track_caller]
    pub fn held(&self) -> Value {
        let held = self.firefox.credentials(&self.authenticator);
        assert_eq!(held.len(), 1, "{held:?}");
        held[0].clone()
    }

    /// Waits for an error on the page.
    #[track_caller]
    pub fn refused(&self, code: &str) {
        self.wait(&format!("document.getElementById('toast').dataset.code === {}", json!(code)));
        self.idle();
    }
}

fn by(id: &str) -> String {
    format!("[data-testid={id}]")
}
