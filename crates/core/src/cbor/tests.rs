mod properties;

use super::*;
use alloc::vec;

const LIMITS: CborLimits = CborLimits { depth: 6, entries: 64, items: 1024 };

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn run(text: &str) -> Result<Checked, CborFault> {
    check_all(&hex(text), &LIMITS)
}

#[track_caller]
fn accepted(text: &str, canonical: bool) {
    let len = hex(text).len();
    assert_eq!(run(text), Ok(Checked { len, canonical }), "{text}");
}

#[test]
fn canonical_items() {
    for text in [
        "00",
        "17",
        "1818",
        "18ff",
        "190100",
        "1a00010000",
        "1b0000000100000000",
        "1b7fffffffffffffff",
        "20",
        "37",
        "3818",
        "3b7fffffffffffffff",
        "40",
        "43010203",
        "60",
        "6161",
        "62c3bc",
        "80",
        "83010203",
        "a0",
        "a10102",
        "f4",
        "f5",
        "f6",
        "f7",
        "e0",
        "f820",
        "f8ff",
        "f93c00",
        "fa47c35000",
        "fb3ff199999999999a",
        "a20102 03 26",
        "a3 01 00 20 00 6161 00",
        "a2 20 00 3818 00",
        "a3 6162 00 6163 00 626161 00",
        "a161618201a16162f5",
    ] {
        accepted(text, true);
    }
}

#[test]
fn neg_b16_longer_heads_than_needed_are_seen() {
    for text in [
        "1800",
        "1817",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3800",
        "5800",
        "580101",
        "590001ff",
        "7801 61",
        "9800",
        "b800",
        "b8010203",
        "a1180102",
    ] {
        accepted(text, false);
    }
}

#[test]
fn neg_b17_unsorted_keys_are_seen() {
    for text in [
        "a2 02 00 01 00",
        "a2 20 00 01 00",
        "a2 6161 00 01 00",
        "a2 626161 00 6162 00",
        "a2 6162 00 6161 00",
        "a3 01 00 03 00 02 00",
        "81 a2 02 00 01 00",
        "a2 01 a2 02 00 01 00 02 00",
        "a3 6161 a3 03 00 02 00 01 00 20 80 01 82 00 00",
    ] {
        accepted(text, false);
    }
}

#[test]
fn neg_b12_duplicate_keys_are_refused_wherever_they_stand() {
    for text in [
        "a2 01 00 01 00",
        "a2 6161 00 6161 00",
        "a3 02 00 01 00 02 00",
        "a3 02 00 01 00 01 00",
        "a3 03 00 01 00 03 00",
        "a4 01 00 03 00 02 00 03 00",
        "a2 01 00 1801 00",
        "a3 05 00 6161 00 190005 00",
        "a2 6161 00 780161 00",
        "81 a2 20 00 20 00",
        "a1 01 a2 20 00 20 00",
        "a3 02 a2 02 00 01 00 01 a2 02 00 01 00 02 00",
    ] {
        assert_eq!(run(text), Err(CborFault::Duplicate), "{text}");
    }
}

#[test]
fn neg_b01_b13_b14_b15_what_ctap2_forbids() {
    for text in [
        "1c",
        "3d",
        "5e",
        "7c",
        "9d",
        "be",
        "dc",
        "fc",
        "fd",
        "fe", // reserved heads
        "1f",
        "3f", // integers without a length
        "9f",
        "9f00ff",
        "bf",
        "bf0102ff",
        "5f",
        "5f4101ff",
        "7f",
        "7f6161ff",
        "ff",
        "81ff", // indefinite
        "c000",
        "c11a514b67b0",
        "d81849 0102030405060708 09",
        "a101c000",
        "a1c00000", // tags
        "a1 4101 00",
        "a1 f5 00",
        "a1 80 00",
        "a1 a0 00",
        "a1 f93c00 00",
        "a1 f6 00", // keys
        "f800",
        "f814",
        "f81f", // simple values below 32 in two bytes
    ] {
        assert_eq!(run(text), Err(CborFault::NotCbor), "{text}");
    }
}

#[test]
fn neg_b03_b19_lengths_end_with_the_input() {
    for text in [
        "",
        "18",
        "19 01",
        "1b 00000000000000",
        "41",
        "62 61",
        "81",
        "a1",
        "a1 01",
        "82 00",
        "a2 01 02 03",
        "5b 8000000000000000",
        "5b 7fffffffffffffff",
        "7b 7fffffffffffffff",
        "5a ffffffff",
        "98 20 00",
        "b8 40 00",
        "82 c0",
        "a1 c0",
    ] {
        let fault = run(text);
        // On 32 bits the length does not even fit.
        assert!(matches!(fault, Err(CborFault::Truncated)) || usize::BITS < 64, "{text}: {fault:?}");
    }
    assert_eq!(run("9b 7fffffffffffffff"), Err(CborFault::TooMany));
    assert_eq!(run("bb ffffffffffffffff"), Err(CborFault::TooMany));
}

#[test]
fn neg_b18_depth_is_bounded() {
    for depth in 0..=8_usize {
        let limits = CborLimits { depth, entries: 4, items: 1024 };
        for container in [&[0x81][..], &[0xa1, 0x01]] {
            let nested = |levels: usize| {
                let mut bytes = container.repeat(levels);
                bytes.push(0);
                bytes
            };
            assert!(check_all(&nested(depth), &limits).is_ok());
            assert_eq!(check_all(&nested(depth + 1), &limits), Err(CborFault::TooDeep));
        }
    }
    let bomb = vec![0x81; 1 << 20];
    assert_eq!(check(&bomb, &CborLimits { depth: usize::MAX, entries: 4, items: 1024 }), Err(CborFault::TooDeep));
    let limits = CborLimits { depth: usize::MAX, entries: 4, items: 1024 };
    assert_eq!(CborFault::TooDeep.reason(&limits), MalformedReason::TooDeep(8));
    assert_eq!(CborFault::TooDeep.reason(&LIMITS), MalformedReason::TooDeep(6));
    // A compound attestation object: map, statements, statement, attStmt, x5c.
    assert!(check_all(&hex("a1 67617474 53746d74 81 a1 6161 a1 6162 81 40"), &LIMITS).is_ok());
}

#[test]
fn entries_are_bounded() {
    let limits = CborLimits { depth: 2, entries: 3, items: 1024 };
    assert!(check(&hex("83000000"), &limits).is_ok());
    assert_eq!(check(&hex("8400000000"), &limits), Err(CborFault::TooMany));
    assert_eq!(check(&hex("a40000010002000300"), &limits), Err(CborFault::TooMany));
    assert_eq!(CborFault::TooMany.reason(&limits), MalformedReason::TooManyEntries(3));
}

#[test]
fn neg_b20_text_is_utf8() {
    for text in ["61ff", "62c328", "63eda080", "a161ff00", "8161c3"] {
        assert_eq!(run(text), Err(CborFault::NotUtf8), "{text}");
    }
    accepted("41ff", true);
}

#[test]
fn neg_b24_integers_fit_in_64_bits() {
    for text in ["1b8000000000000000", "3b8000000000000000", "1bffffffffffffffff", "a11b800000000000000000"] {
        assert_eq!(run(text), Err(CborFault::WrongType), "{text}");
    }
    assert_eq!(Reader::new(&hex("3b7fffffffffffffff")).int(), Ok(i64::MIN));
    assert_eq!(Reader::new(&hex("1b7fffffffffffffff")).int(), Ok(i64::MAX));
}

#[test]
fn neg_b04_only_the_first_item_is_checked() {
    assert_eq!(check(&hex("a1010200"), &LIMITS), Ok(Checked { len: 3, canonical: true }));
    assert_eq!(run("a1010200"), Err(CborFault::Trailing));
}

#[test]
fn reader_gives_what_it_is_asked_for_or_stays() {
    let bytes = hex("a7 01 26 03 43010203 04 6161 20 f5 21 82 01 a10203 22 f6 6178 fa00000000");
    assert!(check_all(&bytes, &LIMITS).is_ok());
    let mut reader = Reader::new(&bytes);
    assert_eq!(reader.text(), Err(CborFault::WrongType));
    assert_eq!(reader.kind(), Ok(Kind::Map));
    assert_eq!(reader.map(), Ok(7));
    assert!(reader.key() == Ok(Key::Int(1)));
    // B23: nothing but an integer is one.
    assert_eq!(reader.bytes(), Err(CborFault::WrongType));
    assert_eq!(reader.int(), Ok(-7));
    assert!(reader.key() == Ok(Key::Int(3)));
    assert_eq!((reader.kind(), reader.int()), (Ok(Kind::Bytes), Err(CborFault::WrongType)));
    assert_eq!(reader.bytes(), Ok(&[1, 2, 3][..]));
    assert!(reader.key() == Ok(Key::Int(4)));
    assert_eq!((reader.kind(), reader.text()), (Ok(Kind::Text), Ok("a")));
    assert!(reader.key() == Ok(Key::Int(-1)));
    assert_eq!((reader.kind(), reader.skip()), (Ok(Kind::Bool), Ok(&[0xf5][..])));
    assert!(reader.key() == Ok(Key::Int(-2)));
    assert_eq!(reader.kind(), Ok(Kind::Array));
    assert_eq!(reader.map(), Err(CborFault::WrongType));
    assert_eq!(reader.skip(), Ok(&hex("8201a10203")[..]));
    assert!(reader.key() == Ok(Key::Int(-3)));
    assert_eq!((reader.kind(), reader.text()), (Ok(Kind::Null), Err(CborFault::WrongType)));
    assert_eq!(reader.skip(), Ok(&[0xf6][..]));
    assert!(reader.key() == Ok(Key::Text("x")));
    assert_eq!((reader.kind(), reader.int()), (Ok(Kind::Other), Err(CborFault::WrongType)));
    assert_eq!(reader.skip(), Ok(&hex("fa00000000")[..]));
    assert_eq!(reader.position(), bytes.len());
    assert_eq!(reader.int(), Err(CborFault::Truncated));
}

#[test]
fn reader_never_runs_away_on_what_was_not_checked() {
    let mut reader = Reader::new(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x9b]);
    assert!(reader.skip().is_err());
    assert_eq!(reader.position(), 0);
    assert_eq!(Reader::new(&[0x81; 1000]).skip(), Err(CborFault::Truncated));
}

#[test]
fn items_are_counted_over_all_arrays_and_maps() {
    // An array of two arrays and a map: 1 + (1 + 2) + (1 + 1) + (1 + 2).
    let input = hex("83 820001 8102 a1 03 04");
    let limits = |items| CborLimits { depth: 4, entries: 4, items };
    assert!(check_all(&input, &limits(9)).is_ok());
    assert_eq!(check_all(&input, &limits(8)), Err(CborFault::TooManyItems));
    assert_eq!(CborFault::TooManyItems.reason(&limits(8)), MalformedReason::TooManyItems(8));
    assert_eq!(check_all(&hex("00"), &limits(1)).map(|checked| checked.len), Ok(1));
}

/// 64 arrays of 64 arrays of small numbers are read no further than the limit.
#[test]
fn many_small_items_cost_no_more_than_the_limit() {
    let inner = [&[0x86][..], &[0; 6]].concat();
    let middle = [&[0x98, 64][..], &inner.repeat(64)].concat();
    let bomb = [&[0x98, 64][..], &middle.repeat(64)].concat();
    assert!(bomb.len() > 28_000);
    assert_eq!(check_all(&bomb, &LIMITS), Err(CborFault::TooManyItems));
    // What stands behind the limit is not looked at: it may be nothing at all.
    let reached = bomb.iter().take(1100).copied().collect::<Vec<u8>>();
    assert_eq!(check_all(&reached, &LIMITS), Err(CborFault::TooManyItems));
}
