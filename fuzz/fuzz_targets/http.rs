#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ceremony_fuzz::http::run(data));
