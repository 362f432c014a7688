//! The same authentications for a peer in another language, one file for each algorithm, bytes as base64url; with what
//! one bare ES256 verification by aws-lc-rs takes at that moment.

use crate::bare::Backend;
use crate::ours::Ours;
use crate::tables;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_bench::clock::{self, Run};
use ceremony_bench::scene::ORIGIN;
use ceremony_testkit::Algorithm;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn write(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder that can be made");
    let yardstick = Ours::authentication(Algorithm::Es256).bare().expect("a signature");
    let mut runs: [Run<'_>; 1] = [Box::new(|| tables::time_of(&yardstick, Backend::AwsLc))];
    let bare = clock::medians(2001, &mut runs).first().copied().unwrap_or_default();
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
            "bare_us": bare,
            "sign_count": user.record.sign_count,
            "credential": credential,
        });
        std::fs::write(folder.join(format!("{name}.json")), case.to_string()).expect("a file that can be written");
    }
}
