use super::authenticator_outputs::{AtCreation, AtRequest, entries};
use super::*;
use crate::error::Misuse;
use crate::json::Json;
use crate::json::tests::STRINGS;
use crate::observation::Observation;
use crate::policy::Limits;
use crate::relying_party::RelyingParty;
use crate::wire::{Corrupt, Reader, Writer};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use proptest::prelude::*;

fn client(json: &str) -> ClientOutputs {
    let limits = Limits::default();
    ClientOutputs::read(Some(Json::parse(json.as_bytes(), limits.json_depth).unwrap()), &limits).unwrap()
}

#[test]
fn names_of_outputs_become_strings_only_for_the_list() {
    let names = |count: usize, name: &dyn Fn(usize) -> String| (0..count).map(name).collect::<Vec<_>>().join(",");
    for text in [names(9000, &|_| r#""\n":0"#.into()), names(3000, &|at| format!(r#""\n{at}":0"#))] {
        STRINGS.set(0);
        let outputs = client(&format!(r#"{{{text},"\u0061ppid":true}}"#));
        assert_eq!(outputs.app_id, Some(true));
        assert!(STRINGS.get() <= 16, "{}", STRINGS.get());
    }
}

#[test]
fn names_are_kept_short_few_and_once() {
    let many: Vec<String> = (0..40).map(|at| format!("\"x{at}\":null,\"x{at}\":null")).collect();
    let outputs = client(&format!("{{{}}}", many.join(",")));
    assert_eq!(outputs.names().count(), 16);
    assert_eq!(outputs.names().last(), Some("x15"));

    let long = client(&format!("{{\"{}å\":1}}", "x".repeat(31)));
    assert_eq!(long.names().collect::<Vec<_>>(), ["x".repeat(31)]);
}

#[test]
fn a_contradiction_is_noticed_however_much_stands_before_it() {
    let many: Vec<String> = (0..40).map(|at| format!("\"x{at}\":null")).collect();
    let outputs = client(&format!("{{{},\"appid\":true,\"app\\u0069d\":true}}", many.join(",")));
    assert_eq!(outputs.app_id, None);
    assert_eq!(outputs.malformed, ["appid"]);
}

#[test]
fn the_app_id_is_in_use_only_if_both_sides_say_so() {
    let asked = AskedAtRequest { app_id: Some([7; 32]), ..AskedAtRequest::default() };
    assert_eq!(client(r#"{"appid":true}"#).app_id_in_use(&asked), Some([7; 32]));
    assert_eq!(client(r#"{"appid":false}"#).app_id_in_use(&asked), None);
    assert_eq!(client("{}").app_id_in_use(&asked), None);
    assert_eq!(client(r#"{"appid":true}"#).app_id_in_use(&AskedAtRequest::default()), None);
}

#[test]
fn what_nobody_asked_for_is_not_malformed_too() {
    let map = [0xa1, 0x68, b'c', b'r', b'e', b'd', b'B', b'l', b'o', b'b', 0x01];
    let outputs = client(r#"{"largeBlob":1}"#);
    let seen = RegistrationOutputs::read(&AskedAtCreation::default(), &outputs, Some(&map)).seen;
    let names = ["largeBlob", "credBlob"].map(|name| Observation::UnsolicitedExtension(name.into()));
    assert_eq!(seen.into_observations().collect::<Vec<_>>(), names);

    let demand = Some(Demand::Preferred);
    let asked = AskedAtCreation { large_blob: demand, cred_blob: demand, ..AskedAtCreation::default() };
    let seen = RegistrationOutputs::read(&asked, &outputs, Some(&map)).seen;
    let names = ["largeBlob", "credBlob"].map(Observation::MalformedExtension);
    assert_eq!(seen.into_observations().collect::<Vec<_>>(), names);
}

#[test]
fn debug_output_of_a_blob_is_its_length() {
    assert_eq!(format!("{:?}", Blob::new(*b"one")), "Blob(3 bytes)");
}

#[test]
fn what_was_given_and_the_mend_stand_in_the_message() {
    let text = AppId::new("https://ada:secret@example.com/x").unwrap_err();
    let (text, source) = (text.to_string(), Misuse::Config(text));
    assert!(text.contains("is not an absolute https URL") && text.contains("write it as browsers show it"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(source.code(), "config");

    let rp = RelyingParty::builder("example.com", "").origin("https://example.com").build().unwrap();
    let text = AppId::new("https://example.net/x").unwrap().check_covered(&rp).unwrap_err();
    let Misuse::Config(text) = text else { panic!("{text:?}") };
    let text = text.to_string();
    for word in ["\"https://example.net/x\"", "\"example.com\"", "give the AppID that"] {
        assert!(text.contains(word), "{text}");
    }

    let misuses =
        [Misuse::CredBlobLength(32), Misuse::PrfCredentialNotAllowed, Misuse::LargeBlobWriteNeedsOneCredential];
    let told = misuses.map(|misuse| (misuse.code(), misuse.to_string(), misuse.hint()));
    assert_eq!(told[0].1, "credBlob is not between 1 and 32 bytes long");
    assert_eq!(told[1].1, "PRF inputs for a credential that is not allowed");
    assert_eq!(told[2].1, "large blob is written without exactly one allowed credential");
    for (code, text, hint) in &told {
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(!hint.is_empty() && *hint != text);
    }
}

#[test]
fn levels_and_words_of_protection() {
    let levels = [0, 1, 2, 3, 4].map(|level| CredentialProtection::from_level(level).map(CredentialProtection::as_str));
    let words = [
        None,
        Some("userVerificationOptional"),
        Some("userVerificationOptionalWithCredentialIDList"),
        Some("userVerificationRequired"),
        None,
    ];
    assert_eq!(levels, words);
}

fn read_creation(bytes: &[u8]) -> Result<AskedAtCreation, Corrupt> {
    let mut from = Reader::new(bytes);
    let asked = AskedAtCreation::read(&mut from)?;
    from.end().map(|()| asked)
}

fn read_request(bytes: &[u8]) -> Result<AskedAtRequest, Corrupt> {
    let mut from = Reader::new(bytes);
    let asked = AskedAtRequest::read(&mut from)?;
    from.end().map(|()| asked)
}

#[test]
fn bytes_that_nobody_wrote_are_corrupt() {
    assert_eq!(read_creation(&[0; 9]), Ok(AskedAtCreation::default()));
    for (at, values) in [(1, [1, 0]), (1, [0, 1]), (1, [4, 1]), (3, [3, 0])] {
        let mut bytes = [0; 9];
        bytes[at..at + 2].copy_from_slice(&values);
        assert_eq!(read_creation(&bytes), Err(Corrupt), "{bytes:?}");
    }
    assert_eq!(read_request(&[0; 6]), Ok(AskedAtRequest::default()));
    for bytes in [[0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 3, 1, 0, 0], [2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2]] {
        assert_eq!(read_request(&bytes), Err(Corrupt), "{bytes:?}");
    }
}

fn demand() -> impl Strategy<Value = Option<Demand>> {
    prop_oneof![Just(None), Just(Some(Demand::Preferred)), Just(Some(Demand::Required))]
}

proptest! {
    #[test]
    fn what_is_frozen_comes_back(
        flags: [bool; 2], level in 1_u8..=3, demands in [demand(), demand(), demand(), demand(), demand()],
        app_id: Option<[u8; 32]>, write: bool,
    ) {
        let [first, second, third, fourth, fifth] = demands;
        let creation = AskedAtCreation {
            cred_props: flags[0],
            cred_protect: first.zip(CredentialProtection::from_level(level)).map(|(demand, level)| (level, demand)),
            min_pin_length: second,
            prf: third,
            large_blob: fourth,
            cred_blob: fifth,
            app_id_exclude: flags[1],
            payment: write,
        };
        let mut to = Writer::with_capacity(8);
        creation.write(&mut to);
        prop_assert_eq!(read_creation(&to.finish()), Ok(creation));

        let operation = if write { Operation::Write } else { Operation::Read };
        let large_blob = first.map(|demand| (operation, demand));
        let request = AskedAtRequest { app_id, prf: flags[0], large_blob, cred_blob: second, payment: flags[1] };
        let mut to = Writer::with_capacity(40);
        request.write(&mut to);
        prop_assert_eq!(read_request(&to.finish()), Ok(request));
    }

    #[test]
    fn any_outputs_are_survivable(
        name in prop::sample::select(&["credProps", "prf", "largeBlob", "appid", "appidExclude", "x"][..]),
        value in prop::sample::select(&[
            "null", "true", "1", "\"AA\"", "[]", "{}", "{\"rk\":{}}", "{\"enabled\":[]}", "{\"results\":{\"first\":1}}",
            "{\"blob\":\"=\"}", "{\"supported\":null}", "{\"blob\":\"AA\",\"blob\":\"AA\"}",
        ][..]),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let outputs = client(&format!("{{\"{name}\":{value}}}"));
        let told = RegistrationOutputs::read(&AskedAtCreation::default(), &outputs, Some(&bytes));
        prop_assert_eq!(told.not_honoured(&AskedAtCreation::default()), None);
        prop_assert_eq!(told.client, RegistrationClientOutputs::default());
        // The map was checked before it gets here; were it not, nothing breaks.
        let _ = (AtCreation::read(Some(&bytes)), AtRequest::read(Some(&bytes), 32), entries(Some(&bytes)).count());
    }
}

/// The names that some extension has on either side, and one that none has.
const NAMES: [&str; 13] = [
    "appid",
    "appidExclude",
    "credProps",
    "prf",
    "largeBlob",
    "payment",
    "credBlob",
    "getCredBlob",
    "credProtect",
    "minPinLength",
    "hmac-secret",
    "hmac-secret-mc",
    "other",
];

fn named(is: impl Fn(&str) -> bool) -> Vec<&'static str> {
    NAMES.into_iter().filter(|name| is(name)).collect()
}

#[test]
fn what_was_asked_for_at_creation_is_known_by_its_names() {
    let of = |asked: AskedAtCreation| (named(|name| asked.client(name)), named(|name| asked.authenticator(name)));
    let nothing = AskedAtCreation::default;
    let some = Some(Demand::Preferred);
    let both: fn(&[&'static str], &[&'static str]) -> _ = |a, b| (a.to_vec(), b.to_vec());
    assert_eq!(of(nothing()), both(&[], &[]));
    assert_eq!(of(AskedAtCreation { cred_props: true, ..nothing() }), both(&["credProps"], &[]));
    assert_eq!(of(AskedAtCreation { prf: some, ..nothing() }), both(&["prf"], &["hmac-secret", "hmac-secret-mc"]));
    assert_eq!(of(AskedAtCreation { large_blob: some, ..nothing() }), both(&["largeBlob"], &[]));
    assert_eq!(of(AskedAtCreation { app_id_exclude: true, ..nothing() }), both(&["appidExclude"], &[]));
    assert_eq!(of(AskedAtCreation { payment: true, ..nothing() }), both(&["payment"], &[]));
    assert_eq!(of(AskedAtCreation { cred_blob: some, ..nothing() }), both(&["credBlob", "getCredBlob"], &["credBlob"]));
    assert_eq!(of(AskedAtCreation { min_pin_length: some, ..nothing() }), both(&[], &["minPinLength"]));
    let cred_protect = Some((CredentialProtection::UserVerificationRequired, Demand::Preferred));
    assert_eq!(of(AskedAtCreation { cred_protect, ..nothing() }), both(&[], &["credProtect"]));
}

#[test]
fn what_was_asked_for_at_a_request_is_known_by_its_names() {
    let of = |asked: AskedAtRequest| (named(|name| asked.client(name)), named(|name| asked.authenticator(name)));
    let nothing = AskedAtRequest::default;
    let both: fn(&[&'static str], &[&'static str]) -> _ = |a, b| (a.to_vec(), b.to_vec());
    assert_eq!(of(nothing()), both(&[], &[]));
    assert_eq!(of(AskedAtRequest { app_id: Some([1; 32]), ..nothing() }), both(&["appid"], &[]));
    assert_eq!(of(AskedAtRequest { prf: true, ..nothing() }), both(&["prf"], &["hmac-secret", "hmac-secret-mc"]));
    assert_eq!(of(AskedAtRequest { payment: true, ..nothing() }), both(&["payment"], &[]));
    let cred_blob = Some(Demand::Preferred);
    assert_eq!(of(AskedAtRequest { cred_blob, ..nothing() }), both(&["credBlob", "getCredBlob"], &["credBlob"]));
    let large_blob = Some((large_blob::Operation::Read, Demand::Preferred));
    assert_eq!(of(AskedAtRequest { large_blob, ..nothing() }), both(&["largeBlob"], &[]));
}

#[test]
fn a_cred_blob_is_stored_or_not_and_no_longer_than_allowed() {
    let stored = |cbor: &[u8]| cred_blob::read_stored(&mut crate::cbor::Reader::new(cbor)).ok();
    assert_eq!(
        (stored(&[0xf5]), stored(&[0xf4]), stored(&[0xf6]), stored(&[0x01])),
        (Some(true), Some(false), None, None)
    );
    let blob = |cbor: &[u8], max| cred_blob::read_blob(&mut crate::cbor::Reader::new(cbor), max).ok();
    let two = [0x42, 7, 8];
    assert_eq!(blob(&two, 2).unwrap().as_bytes(), [7, 8]);
    assert_eq!(blob(&two, 3).unwrap().as_bytes(), [7, 8]);
    assert!(blob(&two, 1).is_none());
}

#[test]
fn names_are_noted_once_and_shortened_at_a_character() {
    let mut names = Vec::new();
    for name in ["a", "a", "b"] {
        client_outputs::note(&mut names, name);
    }
    assert_eq!(names.len(), 2);
    client_outputs::note(&mut names, &"x".repeat(40));
    client_outputs::note(&mut names, &["y".repeat(31).as_str(), "\u{e9}"].concat());
    assert_eq!((names[2].len(), names[3].len()), (32, 31), "32 bytes at most, and no half of a character");
    for at in 0..20 {
        client_outputs::note(&mut names, &format!("n{at}"));
    }
    assert_eq!(names.len(), 16);
}

#[test]
fn an_app_id_is_shown_as_it_was_given() {
    let text = "https://www.example.com/app-id.json";
    assert_eq!(AppId::new(text).unwrap().to_string(), text);
}
