//! The book in `docs/`: the code of its pages is compiled and run from here, and its pages are looked after.
//!
//! Programs that a page shows whole are in `examples/`; `tests/pages.rs` holds the pages to them. Code that only a page
//! has is a test of the documentation, below.
