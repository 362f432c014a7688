//! The cases, a file a subject. Each starts a server of its own.
#![allow(missing_docs, reason = "a case's name says what it is for")]

pub mod bodies;
pub mod browser_binding;
pub mod ceremonies;
pub mod codes;
pub mod credentials;
pub mod headers;
pub mod logs;
pub mod own_handlers;
pub mod sign_up;
pub mod sites;
pub mod surroundings;
pub mod transcript;
pub mod well_known;
