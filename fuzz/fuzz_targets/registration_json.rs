#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ceremony_fuzz::registration_json::run(data));
