//! Drives headless Chromium over its debugging pipe, with virtual authenticators.
//!
//! A test takes it in with `#[path = "support/cdp.rs"] mod cdp;` and begins with
//!
//! ```text
//! let Some(browser) = Browser::launch().await.unwrap() else { return };
//! let page = browser.page("http://localhost:1234/").await.unwrap();
//! let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
//! page.click("#register").await.unwrap();
//! page.wait_for("document.body.dataset.state === 'done'", Duration::from_secs(10)).await.unwrap();
//! ```
//!
//! Every error ends with what the page wrote to its console.

// Each test binary has its own copy of this module and uses a part of it.
#![allow(dead_code, unused_imports)]

mod authenticator;
mod browser;
mod connection;
mod failure;
mod input;
mod page;

pub(crate) use authenticator::{AuthenticatorOptions, Credential, Overrides, VirtualAuthenticator};
pub(crate) use browser::Browser;
pub(crate) use failure::{Failure, Result};
pub(crate) use page::Page;
