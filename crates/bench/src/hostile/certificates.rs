//! Certificates as large as they may be.

use super::anchors;
use crate::case::{Case, Honest};
use crate::scene::Scene;
use ceremony_testkit::{Algorithm, Attestation, CertificateSpec, Extension, Name, Stage, TestCa, der};

/// An extension that nobody knows.
fn unknown(number: usize, len: usize) -> Extension {
    Extension::new(&format!("1.3.6.1.4.1.99999.{number}"), false, vec![1; len])
}

/// Adds extensions of `len` bytes in all, `count` of them.
fn stretch(spec: &mut CertificateSpec, count: usize, len: usize) {
    for number in 0..count {
        spec.set_extension(unknown(number, len / count));
    }
}

/// A name of so many attributes.
fn crowd(mut name: Name, count: usize) -> Name {
    for at in 0..count {
        name = name.with("2.5.4.11", der::utf8_string(&format!("{at}")));
    }
    name
}

pub(super) fn add(cases: &mut Vec<Case>) {
    let honest = Honest::Packed(Algorithm::Es256);
    let deep = TestCa::builder("deep").intermediates(7).build();
    let scene = Scene::new().trusting(&anchors([&deep])).under(&deep);
    let mut with = |name: &str, attestation, edit: &dyn Fn(usize, &mut CertificateSpec)| {
        let body = scene.body(Algorithm::Es256, attestation, |stage| {
            if let Stage::Certificate { depth, spec, .. } = stage {
                edit(depth, spec);
            }
        });
        let honest = if attestation == Attestation::Packed { honest } else { Honest::Attested(attestation) };
        cases.push(Case::registration(format!("certificates: {name}"), scene.clone(), body, honest));
    };
    with("8 of 8 KiB", Attestation::Packed, &|_, spec| stretch(spec, 1, 7500));
    with("8 in 31 KiB, one extension each", Attestation::Packed, &|_, spec| stretch(spec, 1, 3200));
    with("8 in 31 KiB, 32 extensions each", Attestation::Packed, &|_, spec| stretch(spec, 26, 2700));
    with("a leaf of 8 KiB", Attestation::Packed, &|depth, spec| {
        if depth == 0 {
            stretch(spec, 26, 6800);
        }
    });
    with("a leaf of 500 attributes", Attestation::Packed, &|depth, spec| {
        if depth == 0 {
            spec.subject = crowd(spec.subject.clone(), 500);
        }
    });
    with("a TPM of 450 attributes", Attestation::Tpm, &|depth, spec| {
        if depth == 0 {
            spec.set_extension(Extension::directory_name(&crowd(Name::empty(), 450), true));
        }
    });
    with("a TPM of 400 purposes", Attestation::Tpm, &|depth, spec| {
        if depth == 0 {
            spec.set_extension(Extension::extended_key_usage(&["1.3.6.1.5.5.7.3.2"; 400]));
        }
    });
}
