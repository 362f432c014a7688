use super::*;
use alloc::format;
use proptest::prelude::*;

const KEY: &[u8] = &[0xa2, 0x01, 0x02, 0x03, 0x26];
const EXTENSIONS: &[u8] = b"\xa1\x6bcredProtect\x02";

fn data(flags: u8, tail: &[&[u8]]) -> Vec<u8> {
    let mut bytes = [[7; 32].as_slice(), &[flags], &[1, 2, 3, 4]].concat();
    bytes.extend(tail.concat());
    bytes
}

fn attested(id: &[u8]) -> Vec<u8> {
    [[9; 16].as_slice(), &u16::try_from(id.len()).unwrap().to_be_bytes(), id, KEY].concat()
}

fn parse(bytes: Vec<u8>) -> Result<AuthenticatorData, (Part, MalformedReason)> {
    AuthenticatorData::parse(bytes, &Limits::default())
}

fn fault(flags: u8, tail: &[&[u8]]) -> (Part, MalformedReason) {
    parse(data(flags, tail)).unwrap_err()
}

#[test]
fn assertion_without_anything() {
    let bytes = data(0x05, &[]);
    let parsed = parse(bytes.clone()).unwrap();
    assert_eq!(parsed.as_bytes(), bytes);
    assert_eq!(parsed.rp_id_hash(), &[7; 32]);
    assert_eq!(parsed.sign_count(), 0x0102_0304);
    assert!(parsed.flags().up() && parsed.flags().uv() && !parsed.flags().be());
    assert_eq!((parsed.attested(), parsed.extensions(), parsed.canonical()), (None, None, true));
}

#[test]
fn registration_with_everything() {
    let parsed = parse(data(0xc1, &[&attested(b"id"), EXTENSIONS])).unwrap();
    let credential = parsed.attested().unwrap();
    assert_eq!(credential.aaguid, Aaguid::new([9; 16]));
    assert_eq!(credential.credential_id, b"id");
    assert_eq!(credential.public_key_cose, KEY);
    assert_eq!(parsed.extensions(), Some(EXTENSIONS));
    assert!(parsed.canonical());
}

#[test]
fn extensions_without_a_credential_are_well_formed() {
    assert_eq!(parse(data(0x81, &[EXTENSIONS])).unwrap().extensions(), Some(EXTENSIONS));
    assert_eq!(parse(data(0x81, &[&[0xa0]])).unwrap().extensions(), Some(&[0xa0][..]));
}

#[test]
fn neg_d01_37_bytes_at_least() {
    let bytes = data(0x01, &[]);
    for len in 0..37 {
        let cut = bytes[..len].to_vec();
        assert_eq!(parse(cut), Err((Part::AuthenticatorData, MalformedReason::Truncated)), "{len}");
    }
}

#[test]
fn neg_d12_d20_what_no_flag_announces_is_trailing() {
    let trailing = (Part::AuthenticatorData, MalformedReason::TrailingBytes);
    assert_eq!(fault(0x01, &[&attested(b"id")]), trailing);
    assert_eq!(fault(0x01, &[EXTENSIONS]), trailing);
    assert_eq!(fault(0x01, &[&[0]]), trailing);
    assert_eq!(fault(0x41, &[&attested(b"id"), EXTENSIONS]), trailing);
}

#[test]
fn neg_d14_d15_attested_credential_data_is_complete() {
    let whole = attested(&[5; 20]);
    for len in 0..whole.len() {
        let (part, reason) = fault(0x41, &[&whole[..len]]);
        let expected = if len < 38 { Part::AttestedCredentialData } else { Part::CredentialPublicKey };
        assert_eq!((part, reason), (expected, MalformedReason::Truncated), "{len}");
    }
    let mut longer = whole;
    longer[16..18].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(fault(0x41, &[&longer]), (Part::AttestedCredentialData, MalformedReason::Truncated));
}

#[test]
fn any_length_of_credential_id_is_read() {
    for len in [0, 1, 1023, 1024, 65535] {
        let parsed = parse(data(0x41, &[&attested(&alloc::vec![3; len])])).unwrap();
        assert_eq!(parsed.attested().unwrap().credential_id.len(), len);
    }
}

#[test]
fn neg_d18_d24_nothing_may_remain() {
    let trailing = (Part::AuthenticatorData, MalformedReason::TrailingBytes);
    assert_eq!(fault(0x41, &[&attested(b"id"), &[0]]), trailing);
    assert_eq!(fault(0xc1, &[&attested(b"id"), EXTENSIONS, &[0]]), trailing);
    assert_eq!(fault(0x81, &[EXTENSIONS, EXTENSIONS]), trailing);
}

#[test]
fn neg_d19_d21_d22_d23_extensions_are_one_map_with_text_keys() {
    let extensions = |reason| (Part::AuthenticatorExtensions, reason);
    assert_eq!(fault(0x81, &[]), extensions(MalformedReason::Truncated));
    assert_eq!(fault(0xc1, &[&attested(b"id")]), extensions(MalformedReason::Truncated));
    assert_eq!(fault(0x81, &[&[0x80]]), extensions(MalformedReason::WrongType));
    assert_eq!(fault(0x81, &[b"\x61a"]), extensions(MalformedReason::WrongType));
    assert_eq!(fault(0x81, &[&[0xa1, 0x01, 0x02]]), extensions(MalformedReason::WrongType));
    assert_eq!(fault(0x81, &[b"\xa2\x61a\x01\x61a\x02"]), extensions(MalformedReason::Duplicate));
    assert_eq!(fault(0x81, &[b"\xbf\x61a\x01\xff"]), extensions(MalformedReason::NotCbor));
}

#[test]
fn neg_k27_a_key_with_duplicate_labels_is_no_cbor_map() {
    let mut bytes = attested(b"id");
    let key = bytes.len() - KEY.len();
    bytes.splice(key.., [0xa2, 0x01, 0x02, 0x01, 0x02]);
    assert_eq!(fault(0x41, &[&bytes]), (Part::CredentialPublicKey, MalformedReason::Duplicate));
}

#[test]
fn what_is_not_canonical_is_seen() {
    let unsorted: &[u8] = b"\xa2\x61b\x01\x61a\x02";
    assert!(!parse(data(0x81, &[unsorted])).unwrap().canonical());
    let mut bytes = attested(b"id");
    let key = bytes.len() - KEY.len();
    bytes.splice(key.., [0xa2, 0x03, 0x26, 0x01, 0x02]);
    assert!(!parse(data(0xc1, &[&bytes, EXTENSIONS])).unwrap().canonical());
}

#[test]
fn flags_are_the_bits_of_the_specification() {
    let one = |bits, get: fn(Flags) -> bool| {
        assert!(get(Flags::from_bits(bits)));
        assert!(!get(Flags::from_bits(!bits)));
    };
    one(0x01, Flags::up);
    one(0x04, Flags::uv);
    one(0x08, Flags::be);
    one(0x10, Flags::bs);
    one(0x40, Flags::at);
    one(0x80, Flags::ed);
    assert_eq!(Flags::from_bits(0xff).reserved(), 0x22);
    assert_eq!(Flags::from_bits(0xdd).reserved(), 0);
    assert_eq!(format!("{:?}", Flags::from_bits(0x27)), "Flags(UP | RFU1 | UV | RFU2)");
    assert_eq!(format!("{:?}", Flags::from_bits(0xdd)), "Flags(UP | UV | BE | BS | AT | ED)");
    assert_eq!(format!("{:?}", Flags::from_bits(0x02)), "Flags(RFU1)");
}

#[test]
fn debug_shows_no_identifier() {
    let parsed = parse(data(0x41, &[&attested(&[0xab; 4])])).unwrap();
    let text = format!("{parsed:?}");
    assert!(text.contains("4 bytes") && !text.contains("171") && !text.to_lowercase().contains("ab, "), "{text}");
}

proptest! {
    #[test]
    fn any_bytes_are_harmless(flags: u8, tail: Vec<u8>) {
        if let Ok(parsed) = parse(data(flags, &[&tail])) {
            prop_assert_eq!(parsed.flags().at(), parsed.attested().is_some());
            prop_assert_eq!(parsed.flags().ed(), parsed.extensions().is_some());
            let credential = parsed.attested().map_or(0, |it| 18 + it.credential_id.len() + it.public_key_cose.len());
            let all = 37 + credential + parsed.extensions().map_or(0, <[u8]>::len);
            prop_assert_eq!(parsed.as_bytes().len(), all);
        }
    }
}
