//! The book in `docs/`: the code of its pages is compiled and run from here, and the pages are looked after.
//!
//! A program that a page shows whole is in `examples/`, has a test of its own, and the page is held to it. Code that only
//! a page has is a test of the documentation, below. `tests/pages.rs` sees to it that every block is one or the other.

pub mod links;

#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../docs/embedding.md")]
    mod embedding {}
    #[doc = include_str!("../../../docs/recovery.md")]
    mod recovery {}
    #[doc = include_str!("../../../docs/security-model.md")]
    mod security_model {}
    #[doc = include_str!("../../../docs/stores.md")]
    mod stores {}
    #[doc = include_str!("../../../docs/testing.md")]
    mod testing {}
}
