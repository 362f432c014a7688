use super::*;
use serde_json::json;

fn row<T>(members: Value, read: impl FnOnce(&Row<'_>) -> T) -> T {
    let members = members.as_object().unwrap().clone();
    read(&Row { members: &members, columns: &BTreeMap::new() })
}

#[test]
fn bytes_come_in_many_forms() {
    let expected: Vec<u8> = (0..32).map(|number| number * 7 + 3).collect();
    let hex: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbered: Map<String, Value> = (0..32).map(|at| (at.to_string(), json!(expected[at]))).collect();
    for value in [
        json!(Base64UrlUnpadded::encode_string(&expected)),
        json!(Base64Url::encode_string(&expected)),
        json!(Base64Unpadded::encode_string(&expected)),
        json!(Base64::encode_string(&expected)),
        json!(hex),
        json!(hex.to_uppercase()),
        json!(format!("\\x{hex}")),
        json!(format!("0x{hex}")),
        json!(expected),
        json!({ "type": "Buffer", "data": expected }),
        Value::Object(numbered),
    ] {
        assert_eq!(bytes(&value).as_ref(), Some(&expected), "{value}");
    }
    // Short ones of hexadecimal digits alone may be base64, and are.
    assert_eq!(bytes(&json!("abcd")), Some(vec![0x69, 0xb7, 0x1d]));
    assert_eq!(bytes(&json!("\\xabcd")), Some(vec![0xab, 0xcd]));
    for text in ["0xQw_WSo4GKW-0P8zq1D0XEp_puLt3BO15KqNiVbSbg", "0xabcdef", "0xab"] {
        assert_eq!(bytes(&json!(text)), Base64UrlUnpadded::decode_vec(text).ok(), "base64 may begin like that");
    }
    for value in [json!("a b"), json!("\\xabc"), json!("\\xzz"), json!([256]), json!([-1]), json!(["a"]), json!(7)] {
        assert_eq!(bytes(&value), None, "{value}");
    }
    assert_eq!(bytes(&json!({ "0": 1, "2": 3 })), None);
}

/// Whatever an id begins with, its base64url is never taken for another form.
#[test]
fn ids_in_base64url_are_always_read_as_such() {
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    for number in 0..40_000 {
        let id: Vec<u8> = (0..16 + number % 33).map(|_| byte()).collect();
        assert_eq!(bytes(&json!(Base64UrlUnpadded::encode_string(&id))).as_ref(), Some(&id));
        assert_eq!(bytes(&json!(Base64::encode_string(&id))).as_ref(), Some(&id));
    }
}

#[test]
fn moments_are_those_that_databases_print() {
    let noon = UnixTime::from_secs(1_714_564_800);
    for value in [
        json!("2024-05-01T12:00:00Z"),
        json!("2024-05-01 12:00:00.000+00"),
        json!("2024-05-01 12:00:00"),
        json!("2024-05-01T12:00:00.000000"),
        json!("2024-05-01 14:00:00+02"),
        json!("2024-05-01 14:00:00+0200"),
        json!("2024-05-01 14:00:00.000000+02:00"),
        json!("2024-05-01 08:30:00-03:30"),
        json!(1_714_564_800),
        json!("1714564800"),
        json!(1_714_564_800_000_u64),
    ] {
        assert_eq!(row(json!({ "at": value }), |row| row.moment(&["at"])), Ok(Some(noon)), "{value}");
    }
    for value in
        [json!("yesterday"), json!("2024-05-01"), json!(-1), json!(1.5), json!(true), json!("2024-13-01 00:00:00")]
    {
        assert!(row(json!({ "at": value }), |row| row.moment(&["at"])).is_err(), "{value}");
    }
    for value in [json!(null), json!(""), json!("\\N")] {
        assert_eq!(row(json!({ "at": value }), |row| row.moment(&["at"])), Ok(None));
    }
}

#[test]
fn flags_counters_and_makes() {
    for (value, expected) in [
        (json!(true), Ok(Some(true))),
        (json!("t"), Ok(Some(true))),
        (json!("False"), Ok(Some(false))),
        (json!(0), Ok(Some(false))),
        (json!(null), Ok(None)),
        (json!("maybe"), Err("x is neither true nor false".to_owned())),
        (json!(2), Err("x is neither true nor false".to_owned())),
    ] {
        assert_eq!(row(json!({ "x": value }), |row| row.flag(&["x"])), expected);
    }
    for (value, expected) in
        [(json!(7), Some(7)), (json!("7"), Some(7)), (json!(null), Some(0)), (json!(u32::MAX), Some(u32::MAX))]
    {
        assert_eq!(row(json!({ "x": value }), |row| row.counter(&["x"])).ok(), expected);
    }
    for value in [json!(-1), json!(4_294_967_296_u64), json!(1.5), json!("x"), json!([])] {
        assert!(row(json!({ "x": value }), |row| row.counter(&["x"])).is_err(), "{value}");
    }
    let make = Aaguid::new([0xea; 16]);
    for value in [
        json!(make.to_string()),
        json!(make.to_string().to_uppercase()),
        json!("\\xeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaea"),
        json!(vec![0xea; 16]),
    ] {
        assert_eq!(row(json!({ "x": value }), |row| row.aaguid(&["x"])), Ok(Some(make)), "{value}");
    }
    assert!(row(json!({ "x": "ea" }), |row| row.aaguid(&["x"])).is_err());
}

#[test]
fn transports_are_words_of_the_specification() {
    let expected = Some(vec![Transport::Usb, Transport::Hybrid]);
    for value in [
        json!(["usb", "hybrid"]),
        json!("[\"usb\",\"hybrid\"]"),
        json!("usb,hybrid"),
        json!("{usb,hybrid}"),
        json!(["usb", "unknown", "hybrid", "t\u{e4}"]),
    ] {
        assert_eq!(transports(&value), expected, "{value}");
    }
    assert_eq!(transports(&json!(vec!["x"; 40])).map(|list| list.len()), Some(16));
    for value in [json!([1]), json!(7), json!("[1]"), json!("[")] {
        assert_eq!(transports(&value), None, "{value}");
    }
}

#[test]
fn a_named_column_stands_for_the_member_alone() {
    let members = json!({ "id": "1", "user": "2", "owner": "3" }).as_object().unwrap().clone();
    let columns = BTreeMap::from([("user_id".to_owned(), "owner".to_owned()), ("name".to_owned(), "label".to_owned())]);
    let row = Row { members: &members, columns: &columns };
    assert_eq!(row.text(&["user_id", "user"]), Ok(Some("3".to_owned())));
    assert_eq!(row.text(&["name", "id"]), Ok(None));
    assert_eq!(row.text(&["other", "id"]), Ok(Some("1".to_owned())));
}
