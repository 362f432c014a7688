//! How often a client's text is read: as long as client data may be, it must not be read for each of hundreds of origins.

use super::example;
use crate::origin::tests::READINGS;
use alloc::format;

#[test]
fn a_page_is_read_once_however_many_origins_there_are() {
    let many = (0..300).map(|at| format!("https://page{at}.example.org"));
    let rp = example().origins(many).allow_subdomains(true).build().unwrap();
    let long = format!("https://{}", "a.".repeat(3900));
    for (page, accepted) in [("https://a.page299.example.org", true), ("https://a.example.com", false), (&*long, false)]
    {
        READINGS.set(0);
        assert_eq!(rp.accepts_origin(page), accepted, "{page}");
        assert_eq!(READINGS.get(), 1, "{page}");
    }
}
