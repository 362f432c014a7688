//! What the tests of this program share: a runtime, one Chromium, and a front that speaks https.

use crate::cdp::Browser;
use crate::front::Front;
use ceremony_testbed::{CHROMIUM, pass_over};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_multi_thread().enable_all().build().unwrap());

static LAB: OnceCell<Lab> = OnceCell::const_new();

/// What is there for every test.
pub struct Lab {
    pub browser: &'static Browser,
    /// `https://NAME.test` for every name that a test has given it.
    pub front: Front,
}

/// Runs a test.
pub fn run(test: impl Future<Output = ()>) {
    RUNTIME.block_on(test);
}

/// None if Chromium is missing and that is allowed.
pub async fn lab() -> Option<&'static Lab> {
    if pass_over(&CHROMIUM) {
        return None;
    }
    Some(LAB.get_or_init(start).await)
}

async fn start() -> Lab {
    let front = Front::start().await;
    let names = format!(
        "--host-resolver-rules=MAP *.test 127.0.0.1:{}, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, \
         EXCLUDE 127.0.0.1",
        front.port()
    );
    let trusted = format!("--ignore-certificate-errors-spki-list={}", front.key_hash());
    let browser = Browser::launch_with(&[&names, &trusted]).await.unwrap().expect("Chromium was there a moment ago");
    Lab { browser: browser.share().unwrap(), front }
}
