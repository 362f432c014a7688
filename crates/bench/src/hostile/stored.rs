//! Records and states at their caps. Both are a server's own bytes: who can alter them decides what is accepted. They are
//! measured all the same.

use crate::case::{Case, Honest};
use crate::scene::Scene;
use crate::sign_in::SignIn;
use ceremony::{AuthenticationState, CredentialRecord, Status, Transport, UnixTime};
use ceremony_testkit::Algorithm;

pub(super) fn add(cases: &mut Vec<Case>) {
    let user = SignIn::new(Scene::new(), Algorithm::Es256);
    let mut read = |name: &str, edit: &dyn Fn(&mut CredentialRecord)| {
        let mut record = user.record.clone();
        edit(&mut record);
        let bytes = record.to_bytes();
        cases.push(Case::other(format!("record: {name}"), bytes.len(), Honest::Record, move || {
            Ok(CredentialRecord::from_bytes(&bytes)?)
        }));
    };
    let transport = Transport::parse("a").expect("a word");
    read("a name of 64 KiB", &|record| record.name = "\u{e9}".repeat(32_000));
    read("8 certificates of 8 KiB", &|record| record.attestation.intermediates = vec![vec![1; 8192]; 8]);
    read("21 000 transports", &|record| record.transports = vec![transport.clone(); 21_000]);
    read("21 000 certificates of 1 byte", &|record| record.attestation.intermediates = vec![vec![1]; 21_000]);
    read("a reason of 64 KiB", &|record| {
        record.status = Status::Suspended { reason: "a".repeat(65_000), since: UnixTime::from_secs(1) };
    });
    let most = SignIn::new(Scene::new(), Algorithm::MlDsa87);
    read("a key of ML-DSA-87", &|record| record.public_key = most.record.public_key.clone());
    // The list of allowed credentials is the last of a state.
    let honest = SignIn::new(Scene::new(), Algorithm::Es256).begin().1.into_bytes();
    for count in [256_u16, 4080] {
        let mut bytes = honest.clone();
        bytes.truncate(bytes.len() - 2);
        bytes.extend(count.to_be_bytes());
        bytes.resize(bytes.len() + 16 * usize::from(count), 7);
        cases.push(Case::other(format!("state: {count} credentials allowed"), bytes.len(), Honest::State, move || {
            Ok(AuthenticationState::from_bytes(&bytes)?)
        }));
    }
}
