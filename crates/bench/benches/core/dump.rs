//! The same authentications for a peer in another language: `{rp_id, origin, challenge, public_key, sign_count,
//! credential}`, bytes as base64url, one file for each algorithm.

use crate::ours::Ours;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_bench::scene::ORIGIN;
use ceremony_testkit::Algorithm;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn write(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder that can be made");
    for (name, algorithm) in [("ES256", Algorithm::Es256), ("RS256", Algorithm::Rs256), ("EdDSA", Algorithm::EdDsa)] {
        let Ours::Authentication { user, body } = Ours::authentication(algorithm) else { continue };
        let credential: Value = serde_json::from_slice(&body).expect("JSON");
        let (options, _) = user.begin();
        let case = json!({
            "algorithm": name,
            "rp_id": "example.com",
            "origin": ORIGIN,
            "challenge": options.get("challenge"),
            "public_key": Base64UrlUnpadded::encode_string(user.record.public_key.as_cose()),
            "sign_count": user.record.sign_count,
            "credential": credential,
        });
        std::fs::write(folder.join(format!("{name}.json")), case.to_string()).expect("a file that can be written");
    }
}
