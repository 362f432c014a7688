#![doc = include_str!("../README.md")]

mod ceremonies;
mod check;
mod failure;
mod key;
mod link;
mod spend;
mod stores;

pub use ceremonies::RedisCeremonies;
pub use check::Warning;
pub use failure::{Cause, Failure};
pub use key::DEFAULT_PREFIX;
pub use link::{CALL_TIMEOUT, CONNECT_TIMEOUT};
pub use redis;
pub use spend::{RedisSpendList, SPEND_GRACE};
pub use stores::RedisStores;
