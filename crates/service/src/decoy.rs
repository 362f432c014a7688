//! Made-up credentials for accounts that are not there, so that a list does not tell who has an account (WebAuthn
//! §14.6.2).
//!
//! Everything follows from a key and the canonical name: the same name gets the same answer for ever, also from
//! another process. The last bytes of a made-up id are a keyed hash of the others, so that the server knows its own.

use crate::store::Realm;
use ceremony::{CredentialDescriptor, CredentialId, Transport, UserHandle};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The bytes at the end of an id that authenticate the others.
const TAG: usize = 8;

/// What a password manager or security key answers at registration: the length of its ids and its transports.
struct Shape {
    id_length: usize,
    transports: &'static [Transport],
}

const ICLOUD_KEYCHAIN: Shape = Shape { id_length: 20, transports: &[Transport::Internal, Transport::Hybrid] };
const GOOGLE_PASSWORD_MANAGER: Shape = Shape { id_length: 16, transports: &[Transport::Internal, Transport::Hybrid] };
const WINDOWS_HELLO: Shape = Shape { id_length: 32, transports: &[Transport::Internal] };
const SECURITY_KEY: Shape = Shape { id_length: 48, transports: &[Transport::Nfc, Transport::Usb] };

/// The accounts that are made up, as frequent as they are listed.
const ACCOUNTS: [&[Shape]; 8] = [
    &[ICLOUD_KEYCHAIN],
    &[ICLOUD_KEYCHAIN],
    &[GOOGLE_PASSWORD_MANAGER],
    &[GOOGLE_PASSWORD_MANAGER],
    &[WINDOWS_HELLO],
    &[ICLOUD_KEYCHAIN, WINDOWS_HELLO],
    &[GOOGLE_PASSWORD_MANAGER, SECURITY_KEY],
    &[SECURITY_KEY, SECURITY_KEY],
];

/// Makes decoys and knows them again.
pub(crate) struct Decoys {
    names: Zeroizing<[u8; 32]>,
    tags: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Decoys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decoys(..)")
    }
}

impl Decoys {
    pub(crate) fn new(key: &[u8; 32], realm: &Realm) -> Self {
        // No name holds a zero byte, so that the parts can't run into each other.
        let scope = |purpose: &[u8]| {
            let (tenant, rp_id) = (realm.tenant.as_str().as_bytes(), realm.rp_id.as_str().as_bytes());
            Zeroizing::new(keyed(key, &[b"ceremony decoy 1", b"\0", purpose, b"\0", tenant, b"\0", rp_id]))
        };
        Self { names: scope(b"names"), tags: scope(b"tags") }
    }

    /// The handle that a ceremony for this name is bound to: nobody's.
    pub(crate) fn user_handle(&self, canonical_name: &str) -> Option<UserHandle> {
        UserHandle::new(self.stream(canonical_name, b'h', 64)).ok()
    }

    /// A text that stands in for an account's key in a lookup that is made for its time alone.
    pub(crate) fn user_key(&self, canonical_name: &str) -> String {
        crate::base64url::encode(&self.stream(canonical_name, b'u', 24))
    }

    /// The credentials of an account that is not there.
    pub(crate) fn credentials(&self, canonical_name: &str) -> Vec<CredentialDescriptor> {
        let draw = self.stream(canonical_name, b'a', 1).first().copied().unwrap_or_default();
        let account = ACCOUNTS.get(usize::from(draw) % ACCOUNTS.len()).copied().unwrap_or_default();
        let ids = (b'0'..).zip(account).filter_map(|(at, shape)| {
            let mut id = self.stream(canonical_name, at, shape.id_length.saturating_sub(TAG));
            let tag = self.tag(&id);
            id.extend_from_slice(&tag);
            Some(CredentialDescriptor::new(CredentialId::new(id).ok()?, shape.transports.iter().cloned()))
        });
        ids.collect()
    }

    /// Whether an id was made up here.
    pub(crate) fn is_decoy(&self, id: &CredentialId) -> bool {
        let Some((front, tag)) = id.as_bytes().split_last_chunk::<TAG>() else { return false };
        !front.is_empty() && bool::from(self.tag(front).ct_eq(tag))
    }

    fn tag(&self, front: &[u8]) -> [u8; TAG] {
        let whole = keyed(&self.tags, &[front]);
        whole.first_chunk().copied().unwrap_or_default()
    }

    /// Up to 255 blocks of bytes for one name and one part.
    fn stream(&self, canonical_name: &str, part: u8, length: usize) -> Vec<u8> {
        let blocks = (0..=u8::MAX).flat_map(|block| keyed(&self.names, &[&[part, block], canonical_name.as_bytes()]));
        blocks.take(length).collect()
    }
}

fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to a block.
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use ceremony::RelyingParty;
    use std::collections::HashSet;

    fn realm(rp_id: &str) -> Realm {
        let rp = RelyingParty::builder(rp_id, "").origin(format!("https://{rp_id}")).build().unwrap();
        Realm { tenant: rp.tenant().clone(), rp_id: rp.id().clone() }
    }

    #[test]
    fn a_name_gets_the_same_decoys_for_ever() {
        let (first, again) =
            (Decoys::new(&[7; 32], &realm("example.com")), Decoys::new(&[7; 32], &realm("example.com")));
        assert_eq!(first.credentials("ada"), again.credentials("ada"));
        assert_eq!(first.user_handle("ada"), again.user_handle("ada"));
        assert!(!first.credentials("ada").is_empty());
    }

    #[test]
    fn name_key_and_realm_make_a_difference() {
        let decoys = Decoys::new(&[7; 32], &realm("example.com"));
        let ids = |decoys: &Decoys, name: &str| decoys.credentials(name)[0].id().clone();
        let mut seen = HashSet::new();
        assert!(seen.insert(ids(&decoys, "ada")));
        assert!(seen.insert(ids(&decoys, "bob")));
        assert!(seen.insert(ids(&Decoys::new(&[8; 32], &realm("example.com")), "ada")));
        assert!(seen.insert(ids(&Decoys::new(&[7; 32], &realm("example.org")), "ada")));
    }

    #[test]
    fn the_server_knows_its_own_and_no_other() {
        let decoys = Decoys::new(&[7; 32], &realm("example.com"));
        for name in ["ada", "bob", "cy", "di", "ed", "fay", "gus", "hal", "ida"] {
            for descriptor in decoys.credentials(name) {
                assert!(decoys.is_decoy(descriptor.id()));
                let mut bytes = descriptor.id().as_bytes().to_vec();
                *bytes.last_mut().unwrap() ^= 1;
                assert!(!decoys.is_decoy(&CredentialId::new(bytes).unwrap()));
            }
        }
        assert!(!decoys.is_decoy(&CredentialId::new([1; 20]).unwrap()));
        assert!(!decoys.is_decoy(&CredentialId::new([1; 8]).unwrap()));
        assert!(!decoys.is_decoy(&CredentialId::new([1; 3]).unwrap()));
        assert!(!Decoys::new(&[8; 32], &realm("example.com")).is_decoy(decoys.credentials("ada")[0].id()));
    }

    #[test]
    fn shapes_vary_over_names() {
        let decoys = Decoys::new(&[7; 32], &realm("example.com"));
        let shapes: HashSet<Vec<usize>> = (0..64)
            .map(|n| decoys.credentials(&format!("user{n}")).iter().map(|d| d.id().as_bytes().len()).collect())
            .collect();
        assert_eq!(shapes.len(), 6);
    }

    /// A key that stayed the same could be an account's.
    #[test]
    fn the_key_of_a_search_that_finds_nobody_follows_from_the_name() {
        let decoys = Decoys::new(&[7; 32], &realm("example.com"));
        assert_eq!(decoys.user_key("ada").len(), 32);
        assert_eq!(decoys.user_key("ada"), decoys.user_key("ada"));
        assert_ne!(decoys.user_key("ada"), decoys.user_key("bob"));
        assert_ne!(decoys.user_key("ada"), Decoys::new(&[8; 32], &realm("example.com")).user_key("ada"));
    }

    #[test]
    fn keys_are_not_shown() {
        assert_eq!(format!("{:?}", Decoys::new(&[7; 32], &realm("example.com"))), "Decoys(..)");
    }

    #[test]
    fn a_decoy_handle_is_as_long_as_a_genuine_one() {
        let decoys = Decoys::new(&[7; 32], &realm("example.com"));
        assert_eq!(decoys.user_handle("ada").unwrap().as_bytes().len(), 64);
        assert_ne!(decoys.user_handle("ada"), decoys.user_handle("bob"));
    }
}
