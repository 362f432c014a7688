//! Starts Firefox for one test, drives it through WebDriver, and ends it with the test.

use crate::wire;
use ceremony_testbed::{FIREFOX, GECKODRIVER, pass_over};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How WebDriver marks an object as an element of the page.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Beside what the driver sets by itself: passkeys from Firefox's own software authenticator, and never from a device of
/// this machine. Each without the other leaves the virtual authenticator unused.
fn preferences() -> Value {
    json!({
        "security.webauth.webauthn_enable_softtoken": true,
        "security.webauth.webauthn_enable_usbtoken": false,
    })
}

/// A running Firefox with a profile of its own. It ends when this value is dropped, and the profile goes.
#[derive(Debug)]
pub struct Firefox {
    driver: Child,
    address: SocketAddr,
    /// `/session/<id>`; empty until there is one.
    session: String,
}

impl Firefox {
    /// Starts Firefox. None if it or its driver is missing and that is allowed: the test then has to return at once, and is
    /// reported as not run.
    pub fn launch() -> Option<Self> {
        if pass_over(&FIREFOX) || pass_over(&GECKODRIVER) {
            return None;
        }
        let program = FIREFOX.path().unwrap();
        // Each test has a driver of its own: one drives one browser, and listens where it finds room.
        let mut driver = Command::new(GECKODRIVER.path().unwrap())
            .args(["--host", "127.0.0.1", "--port", "0", "--websocket-port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = listening(driver.stdout.take().unwrap());
        let Some(address) = address else {
            let _ = driver.kill();
            panic!("geckodriver did not start: {:?}", driver.wait());
        };
        let mut firefox = Self { driver, address, session: String::new() };
        let options = json!({"binary": program, "args": ["-headless"], "prefs": preferences()});
        let wanted = json!({"capabilities": {"alwaysMatch": {"moz:firefoxOptions": options}}});
        let session = wire::send(address, "POST", "/session", Some(&wanted)).unwrap();
        firefox.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        Some(firefox)
    }

    /// Plugs an authenticator into the page that holds passkeys and says yes to everything.
    pub fn add_authenticator(&self) -> String {
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        self.post("webauthn/authenticator", options).unwrap().as_str().unwrap().to_owned()
    }

    /// What the authenticator holds.
    pub fn credentials(&self, authenticator: &str) -> Vec<Value> {
        let path = format!("{}/webauthn/authenticator/{authenticator}/credentials", self.session);
        let held = wire::send(self.address, "GET", &path, None).unwrap();
        held.as_array().unwrap().clone()
    }

    pub fn goto(&self, url: &str) {
        self.post("url", json!({"url": url})).unwrap();
    }

    /// What an expression of JavaScript comes to on the page; an error while the page is not there.
    pub fn eval(&self, expression: &str) -> Result<Value, String> {
        self.post("execute/sync", json!({"script": format!("return ({expression})"), "args": []}))
    }

    /// Waits until an expression is true.
    pub fn wait_for(&self, condition: &str, patience: Duration) -> Result<(), String> {
        let end = Instant::now() + patience;
        loop {
            let found = self.eval(&format!("Boolean({condition})"));
            if found == Ok(Value::Bool(true)) {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!("{condition} within {patience:?}: {found:?}"));
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Clicks as a hand does: what is hidden or covered can't be clicked.
    pub fn click(&self, selector: &str) {
        self.post(&format!("element/{}/click", self.element(selector)), json!({})).unwrap();
    }

    /// Types over what is in a field.
    pub fn fill(&self, selector: &str, text: &str) {
        let field = self.element(selector);
        self.post(&format!("element/{field}/clear"), json!({})).unwrap();
        self.post(&format!("element/{field}/value"), json!({"text": text})).unwrap();
    }

    /// The text of an element, as it is shown.
    pub fn text(&self, selector: &str) -> String {
        let path = format!("{}/element/{}/text", self.session, self.element(selector));
        let text = wire::send(self.address, "GET", &path, None).unwrap();
        text.as_str().unwrap().to_owned()
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("element", json!({"using": "css selector", "value": selector})).unwrap();
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn post(&self, command: &str, body: Value) -> Result<Value, String> {
        wire::send(self.address, "POST", &format!("{}/{command}", self.session), Some(&body))
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        // The driver does not end its Firefox when it is killed: it has to be asked.
        if !self.session.is_empty()
            && let Err(error) = wire::send(self.address, "DELETE", &self.session, None)
        {
            eprintln!("Firefox may still run: {error}");
        }
        // An error here means that it ended already.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Where the driver says that it listens.
fn listening(output: impl Read + Send + 'static) -> Option<SocketAddr> {
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.rsplit_once("Listening on ")?.1.trim().parse().ok());
    // Whatever it and Firefox say later is read, so that they never wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    address
}
