use super::*;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use core::cell::Cell;
use proptest::prelude::*;

std::thread_local! {
    /// How many strings this test has made, or borrowed, from JSON.
    pub(crate) static STRINGS: Cell<usize> = const { Cell::new(0) };
}

const PART: Part = Part::Envelope;

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Json<'_> {}

fn parse(text: &str) -> Result<Json<'_>, MalformedReason> {
    Json::parse(text.as_bytes(), 16)
}

#[test]
fn takes_an_envelope_apart() {
    let text = r#" {"type" : "public-key","id":"AQI","response":{"a":[1,{"id":"x"}],"b":"}\"]"},"n":null,"x":1.5e3 ,"t":true} "#;
    let root = parse(text).unwrap();
    let [id, kind, response, missing, null, yes] = root
        .members(
            PART,
            [
                ("id", Part::Id),
                ("type", Part::Type),
                ("response", Part::Response),
                ("rawId", Part::RawId),
                ("n", PART),
                ("t", PART),
            ],
        )
        .unwrap();
    assert_eq!(required(id, Part::Id).unwrap().bytes(Part::Id, 2), Ok(vec![1, 2]));
    assert_eq!(kind.unwrap().string(Part::Type).unwrap(), "public-key");
    assert_eq!(required(missing, Part::RawId), Err((Part::RawId, MalformedReason::Missing)));
    assert_eq!(null.unwrap().kind(), Kind::Null);
    assert_eq!(yes.unwrap().boolean(PART), Ok(true));
    let [a, b] = response.unwrap().members(Part::Response, [("a", PART), ("b", PART)]).unwrap();
    assert_eq!(b.unwrap().string(PART).unwrap(), "}\"]");
    let a: Vec<_> = a.unwrap().elements(PART).unwrap().collect();
    assert_eq!(a.iter().map(|element| element.kind()).collect::<Vec<_>>(), [Kind::Number, Kind::Object]);
    assert_eq!(a[0].integer(PART), Ok(1));
}

#[test]
fn members_are_found_without_making_strings() {
    let text = format!("{{{}\"\\u0069d\":1}}", r#""\n":0,"#.repeat(9000));
    let root = parse(&text).unwrap();
    STRINGS.set(0);
    let [id] = root.members(PART, [("id", Part::Id)]).unwrap();
    assert_eq!((id.unwrap().integer(Part::Id), STRINGS.get()), (Ok(1), 0));
}

#[test]
fn a_string_is_itself_in_every_spelling() {
    for (spelt, text) in [
        (r#""""#, ""),
        (r#""id""#, "id"),
        (r#""\u0069\u0064""#, "id"),
        (r#""\u00E9\u00e9""#, "\u{e9}\u{e9}"),
        (r#""\ud83d\ude00!""#, "\u{1f600}!"),
        (r#""\n\u{1f600}""#.replace("\\u{1f600}", "\u{1f600}").as_str(), "\n\u{1f600}"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    ] {
        let value = parse(spelt).unwrap();
        assert!(value.is(text) && value.string(PART).unwrap() == text, "{spelt}");
        assert!(!value.is(&format!("{text}x")) && !value.is(&format!("x{text}")), "{spelt}");
        assert!(text.is_empty() || !value.is(&text[text.chars().next().unwrap().len_utf8()..]), "{spelt}");
    }
    assert!(!parse("1").unwrap().is("1") && !parse("{}").unwrap().is("{}"));
}

#[test]
fn wrong_types_are_data() {
    let wrong = Err((Part::Id, MalformedReason::WrongType));
    for text in ["null", "1", "true", "[]", "{}"] {
        assert_eq!(parse(text).unwrap().string(Part::Id), wrong.clone(), "{text}");
    }
    for text in ["null", "1", "\"true\"", "[]"] {
        let value = parse(text).unwrap();
        assert_eq!(value.boolean(Part::Id), Err((Part::Id, MalformedReason::WrongType)), "{text}");
        assert_eq!(value.members(Part::Id, []), Err((Part::Id, MalformedReason::WrongType)), "{text}");
    }
    assert!(parse("{}").unwrap().elements(Part::Id).is_err());
    assert!(parse("1.0").unwrap().integer(Part::Id).is_err());
    assert!(parse("9223372036854775808").unwrap().integer(Part::Id).is_err());
    assert_eq!(parse("-9223372036854775808").unwrap().integer(Part::Id), Ok(i64::MIN));
}

#[test]
fn neg_e42_known_members_stand_once_however_they_are_spelt() {
    let duplicate = Err((Part::Id, MalformedReason::Duplicate));
    let names = [("id", Part::Id)];
    assert_eq!(parse(r#"{"id":1,"id":1}"#).unwrap().members(PART, names), duplicate);
    assert_eq!(parse(r#"{"\u0069d":1,"x":{},"id":1}"#).unwrap().members(PART, names), duplicate);
    let [id] = parse(r#"{"x":1,"x":2,"\u0069\u0064":3,"ID":4}"#).unwrap().members(PART, names).unwrap();
    assert_eq!(id.unwrap().integer(Part::Id), Ok(3));
}

#[test]
fn neg_e02_broken_json_is_refused_wherever_it_stands() {
    for text in [
        "",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{} {}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "{\"a\":1,}",
        "[1 2]",
        "nul",
        "tru",
        "01",
        "+1",
        "1.",
        ".5",
        "NaN",
        "Infinity",
        "1e999",
        "\"\t\"",
        "\"\\x\"",
        "\"",
        "// c\n1",
        "[1]]",
        "{]",
        "\u{feff}{}",
        "{\"a\" 1}",
        "{\"a\",1}",
        "{,}",
        "[:]",
    ] {
        assert_eq!(parse(text), Err(MalformedReason::NotJson), "{text:?}");
    }
    assert_eq!(Json::parse(b"\"\xff\"", 4), Err(MalformedReason::NotUtf8));
    assert_eq!(Json::parse(b"{\"a\":\"\xed\xa0\x80\"}", 4), Err(MalformedReason::NotUtf8));
}

#[test]
fn neg_e46_lone_surrogates_are_refused_even_in_what_nobody_reads() {
    for text in [r#""\ud800""#, r#"{"x":["\udc00"]}"#, r#"{"x":{"\ud800x":1}}"#, r#"["\ud800\ud800"]"#] {
        assert_eq!(parse(text), Err(MalformedReason::NotJson), "{text}");
    }
    assert_eq!(parse(r#""\ud83d\ude00""#).unwrap().string(PART).unwrap(), "\u{1f600}");
}

#[test]
fn neg_e04_depth_is_bounded_before_parsing() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::parse(nested(16).as_bytes(), 16).is_ok());
    assert_eq!(Json::parse(nested(17).as_bytes(), 16), Err(MalformedReason::TooDeep(16)));
    assert_eq!(Json::parse("[".repeat(1 << 20).as_bytes(), 16), Err(MalformedReason::TooDeep(16)));
    assert!(Json::parse(nested(126).as_bytes(), 127).is_ok());
    assert_eq!(Json::parse(nested(127).as_bytes(), usize::MAX), Err(MalformedReason::TooDeep(126)));
    assert_eq!(Json::parse(nested(1000).as_bytes(), usize::MAX), Err(MalformedReason::TooDeep(126)));
    // What comes first is told, whatever follows.
    assert_eq!(Json::parse(b"[x[[", 1), Err(MalformedReason::NotJson));
    assert_eq!(Json::parse(b"[[x", 1), Err(MalformedReason::TooDeep(1)));
    let bombs = r#"{"a":{"a":{"a":"#.repeat(100_000);
    assert_eq!(Json::parse(bombs.as_bytes(), 16), Err(MalformedReason::TooDeep(16)));
    // Brackets inside strings are text.
    assert!(Json::parse(br#"["[[[[", "\"[[["]"#, 1).is_ok());
    assert!(Json::parse(b"1", 0).is_ok());
    assert_eq!(Json::parse(b"[]", 0), Err(MalformedReason::TooDeep(0)));
}

#[test]
fn bytes_are_capped_and_strict() {
    let value = parse(r#""AQID""#).unwrap();
    assert_eq!(value.bytes(Part::RawId, 3), Ok(vec![1, 2, 3]));
    assert_eq!(value.bytes(Part::RawId, 2), Err((Part::RawId, MalformedReason::TooLarge(2))));
    let padded = parse(r#""AQ==""#).unwrap();
    assert_eq!(padded.bytes(Part::RawId, 9), Err((Part::RawId, MalformedReason::NotBase64Url)));
    // An escape is a spelling of the same string.
    assert_eq!(parse(r#""\u0041QID""#).unwrap().bytes(Part::RawId, 3), Ok(vec![1, 2, 3]));
}

#[test]
fn plain_strings_are_borrowed_and_debug_shows_no_text() {
    let value = parse(r#""secret""#).unwrap();
    assert!(matches!(value.string(PART), Ok(Cow::Borrowed("secret"))));
    assert_eq!(format!("{value:?}"), "Json(String)");
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,6}".prop_map(Into::into),
        "[\\[\\]{}\":,\\\\ \n]{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec(("\\PC{0,4}|[\\[\\]{}\":,\\\\]{0,3}", inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Builds the value again from the pieces.
fn rebuild(value: Json<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::Array => value.elements(PART).unwrap().map(rebuild).collect(),
        Kind::Object => value
            .entries(PART)
            .unwrap()
            .map(Result::unwrap)
            .map(|(name, value)| (name.string(PART).unwrap().into_owned(), rebuild(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Kind::String => value.string(PART).unwrap().into(),
        Kind::Boolean => value.boolean(PART).unwrap().into(),
        Kind::Null => serde_json::Value::Null,
        Kind::Number => serde_json::from_str(value.text).unwrap(),
    }
}

const ENVELOPE: &str = concat!(
    r#"{"a":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY","":"public-key","#,
    r#""x":{"a":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiw","":["internal","hybrid"],"b":-257},"#,
    r#""y":{"credProps":{"rk":true}},"z":null}"#
);
const NAMES: [(&str, Part); 3] = [("a", Part::Id), ("", Part::Type), ("\u{e9}", Part::RawId)];

/// The members of an object, which the quick way finds as the slow one does, or not at all.
fn both_ways(text: &str, depth: usize) -> Result<[Option<Json<'_>>; 3], Fault> {
    let root = Json::parse(text.as_bytes(), depth).map_err(|reason| (PART, reason));
    let slow = root.and_then(|json| json.members(PART, NAMES));
    let names = NAMES.map(|(name, _)| name);
    if let Some(quick) = usual::flat_members(text, depth, names) {
        assert_eq!(Ok(quick), slow, "{text}");
    }
    assert_eq!(Json::object(text, depth, PART, NAMES), slow, "{text}");
    if let Some((outer, inner)) = usual::members(text, depth, names, ("x", names)) {
        assert_eq!(Ok(outer), slow, "{text}");
        let [object] = root.unwrap().members(PART, [("x", PART)]).unwrap();
        assert_eq!(Ok(inner), object.unwrap().members(PART, NAMES), "{text}");
    }
    slow
}

#[test]
fn usual_objects_are_read_quickly() {
    for text in [
        r#"{"a":{"b":[1]},"":"x","y":"z"}"#,
        " { } ",
        "{\"\u{e9}\" :\n-15, \"x\":[ ] ,\"y\" : [ true,\tfalse , null\r, {}]}",
        "{\"a\":\"more than a few letters, \u{e9}, \u{7f}\",\"\":0,\"y\":999999999999999,\"z\":[-0,[{\"a\":[{}]}]]}",
    ] {
        assert!(usual::flat_members(text, 9, NAMES.map(|(name, _)| name)).is_some(), "{text}");
        assert!(both_ways(text, 9).is_ok());
    }
    for text in [
        r#"{"a":"\u0061"}"#,
        r#"{"\u0061":1}"#,
        r#"{"a":"more than a few letters, \u0061"}"#,
        r#"{"a":1.5}"#,
        r#"{"a":1e3}"#,
        r#"{"a":1000000000000000}"#,
        r#"{"a":[[[[[[[[]]]]]]]]}"#,
    ] {
        assert!(usual::flat_members(text, 20, NAMES.map(|(name, _)| name)).is_none(), "{text}");
        assert!(both_ways(text, 20).is_ok(), "{text}");
    }
    let inner = ("x", ["a"]);
    assert!(usual::members(r#"{"x":{"a":[]},"y":1}"#, 3, ["y"], inner).is_some());
    for text in
        [r#"{"x":{},"x":{}}"#, r#"{"x":1}"#, "{}", r#"{"x":{"a":1,"a":1}}"#, r#"{"x":{"b":{"c":{}}}}"#, r#"{"x":{}}x"#]
    {
        assert!(usual::members(text, 3, ["y"], inner).is_none(), "{text}");
    }
}

#[test]
fn what_is_no_json_is_left_to_serde_json() {
    for value in [
        "01",
        "-",
        "+1",
        ".5",
        "1,",
        "[1,]",
        "[,]",
        "[1 2]",
        "[1",
        "{\"b\" 1}",
        "{\"b\"::1}",
        "{\"b\"}",
        "{\"b\":}",
        "{,}",
        "{b:1}",
        "{'b':1}",
        "{]",
        "[}",
        "truE",
        "tru",
        "nulll",
        "",
        "\"",
        "\"b",
        "\"a string that does not end",
        "\u{a0}1",
        "\u{b}1",
        "\"\0\"",
        "\"a string with a tab in it:\t\"",
        "{\"a\t\":1}",
        "1 1",
        "1}",
    ] {
        let text = format!("{{\"a\":{value}}}");
        assert!(usual::flat_members(&text, 9, NAMES.map(|(name, _)| name)).is_none(), "{text}");
        assert_eq!(both_ways(&text, 9), Err((PART, MalformedReason::NotJson)), "{text}");
    }
}

#[test]
fn an_object_is_read_at_once_as_it_is_piece_by_piece() {
    let [a, empty, _] = both_ways(r#" {"a" : [1,{"x":"\u0061"}] ,"x":{}, "":null}"#, 3).unwrap();
    assert_eq!((a.unwrap().kind(), empty.unwrap().kind()), (Kind::Array, Kind::Null));
    let [a, ..] = both_ways(r#"{"\u0061":"\ud83d\ude00"}"#, 1).unwrap();
    assert!(a.unwrap().is("\u{1f600}"));
    assert_eq!(both_ways(r#"{"a":1,"\u0061":2}"#, 1), Err((Part::Id, MalformedReason::Duplicate)));
    for text in
        [r#"{"a":"\ud800"}"#, r#"{"a":[{"x":"\ud800"}]}"#, r#"{"x":"\ud800"}"#, r#"{"a":1e999}"#, "{\"a\":\"\n\"}"]
    {
        assert_eq!(both_ways(text, 9), Err((PART, MalformedReason::NotJson)));
    }
    for text in [r#"{"a":[[]]}"#, r#"{"x":[[]]}"#, r#"{"a":{"x":[]},"":1}"#] {
        assert_eq!(both_ways(text, 2), Err((PART, MalformedReason::TooDeep(2))));
        assert!(both_ways(text, 3).is_ok());
    }
    assert_eq!(both_ways("{}", 0), Err((PART, MalformedReason::TooDeep(0))));
    for text in ["[]", "1", "null", "\"{}\""] {
        assert_eq!(both_ways(text, 1), Err((PART, MalformedReason::WrongType)));
    }
    for text in ["", "{} {}", "{\"a\":}", "{\"a\":1", "[}"] {
        assert_eq!(both_ways(text, 1), Err((PART, MalformedReason::NotJson)));
    }
}

proptest! {
    #[test]
    fn any_object_is_read_at_once_as_it_is_piece_by_piece(value in any_json(), named in any_json(), depth in 0..5_usize) {
        let _ = both_ways(&value.to_string(), depth);
        let _ = both_ways(&serde_json::json!({"x": value, "a": named}).to_string(), depth);
    }

    #[test]
    fn any_text_is_read_at_once_as_it_is_piece_by_piece(text in "[{}\\[\\]:,\"a \\\\u0-9d\u{e9}]{0,12}") {
        let _ = both_ways(&text, 20);
        let _ = both_ways(&format!("{{\"a\":{text}}}"), 20);
        let _ = both_ways(&format!("{{\"x\":{text}}}"), 20);
    }

    #[test]
    fn an_object_with_other_bytes_is_read_at_once_as_it_is_piece_by_piece(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"\"\\,:{}[] \x1f-.0e1t\n"[..])), 1..4)
    ) {
        let mut bytes: Vec<u8> = ENVELOPE.into();
        for (at, byte) in changes {
            bytes[at.index(ENVELOPE.len())] = byte;
        }
        let _ = both_ways(core::str::from_utf8(&bytes).unwrap(), 9);
    }

    #[test]
    fn pieces_are_those_of_serde_json(value in any_json(), pretty: bool) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let json = parse(&text).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(rebuild(json), expected);
    }

    #[test]
    fn accepts_what_serde_json_accepts(text in "[\\[\\]{}\":,\\\\ 0-9eE.a-fltrnus+-]{0,16}") {
        prop_assert_eq!(parse(&text).is_ok(), serde_json::from_str::<serde_json::Value>(&text).is_ok());
        if let Ok(value) = parse(&text) {
            rebuild(value);
        }
    }

    #[test]
    fn spellings_are_those_of_serde_json(one in "[\\\\u0-9a-d\u{e9}\u{1f600}nbt/\"]{0,12}", other in "\\PC{0,3}") {
        if let Ok(value) = parse(&format!("\"{one}\"")) && value.kind() == Kind::String {
            let text = value.string(PART).unwrap();
            prop_assert!(value.is(&text));
            prop_assert_eq!(value.is(&other), *text == *other);
        }
    }

    #[test]
    fn any_bytes_are_harmless(bytes: Vec<u8>) {
        if let Ok(value) = Json::parse(&bytes, 8) {
            rebuild(value);
        }
    }
}

#[test]
fn a_value_has_one_kind() {
    for (text, kind) in [
        ("{}", Kind::Object),
        ("[]", Kind::Array),
        ("\"\"", Kind::String),
        ("true", Kind::Boolean),
        ("false", Kind::Boolean),
        ("null", Kind::Null),
        ("-1.5e3", Kind::Number),
    ] {
        assert_eq!(parse(text).unwrap().kind(), kind, "{text}");
    }
}
