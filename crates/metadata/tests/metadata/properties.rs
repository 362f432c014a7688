//! Whatever the bytes, nothing panics.

use crate::service::{NOW, metadata, payload, reported, shared};
use ceremony_metadata::{Date, signer_certificates};
use proptest::prelude::*;
use serde_json::{Value, json};

/// JSON of any shape, with the members' own names among the keys.
fn json_like() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("aaguid".to_owned()),
        Just("statusReports".to_owned()),
        Just("metadataStatement".to_owned()),
        Just("attestationCertificateKeyIdentifiers".to_owned()),
        Just("status".to_owned()),
        Just("effectiveDate".to_owned()),
        Just("REVOKED".to_owned()),
        Just("2024-01-01".to_owned()),
        Just(crate::service::AAGUID.to_owned()),
        ".{0,45}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let service = shared();
        prop_assert!(service.verify(&bytes).is_err());
        let _ = signer_certificates(&bytes);
    }

    #[test]
    fn any_signed_payload(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let service = shared();
        let _ = service.verify(&service.sign(&service.header(), &bytes));
    }

    #[test]
    fn any_header(header in json_like()) {
        let service = shared();
        let read = service.verify(&service.sign(&header, b"[]"));
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_entries_never_spoil_the_frame(entries in proptest::collection::vec(json_like(), 0..4)) {
        let service = shared();
        let read = service.verify(&service.blob(&payload(7, &entries)));
        prop_assert!(read.is_ok(), "{read:?}");
    }

    #[test]
    fn any_text_as_a_date(text in ".{0,12}", seconds in any::<u64>()) {
        let _ = Date::parse(&text);
        let day = Date::of(ceremony::UnixTime::from_secs(seconds));
        prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
        prop_assert!(day.start() <= ceremony::UnixTime::from_secs(seconds));
    }

    #[test]
    fn reports_come_in_order(days in proptest::collection::vec(1..29_u8, 0..8)) {
        let reports: Vec<_> = days
            .iter()
            .map(|day| json!({ "status": "FIDO_CERTIFIED", "effectiveDate": format!("2026-11-{day:02}") }))
            .collect();
        let metadata = metadata(&[reported(reports.into())]);
        let today = Date::of(NOW);
        let effective = metadata.entries()[0].effective_reports(today);
        prop_assert_eq!(effective.len(), days.iter().filter(|day| **day <= 21).count());
        prop_assert!(effective.is_sorted_by_key(|report| report.effective_date));
    }
}
