#![doc = include_str!("../README.md")]

mod check;
mod database;
mod error;
mod key_file;
mod open;
mod place;
mod reader;
mod relying_party;
mod setting;
mod settings;
mod source;

pub use check::{Finding, Severity};
pub use database::{Database, DatabaseError};
pub use error::SettingsError;
pub use key_file::KeyFile;
pub use open::Opened;
pub use place::{CeremonyPlace, DatabaseUrl, SpendPlace};
pub use setting::{SETTINGS, Setting};
pub use settings::Settings;
