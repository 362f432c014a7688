//! What an authenticator sends, and what it says: read here by other code than the library's own.

use ceremony_testkit::authenticator_data::flags;
use ceremony_testkit::{Authenticator, Ceremony as Kind, Client, Error, Fault, Stage, Variation, base64url};
use serde_json::Value;

/// How an answer differs from the honest one.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Honest,
    /// These flags the other way round, signed as such.
    Flags(u8),
    /// Another counter, signed as such.
    Count(u32),
    /// The id of another credential: of the new credential itself, or claimed without its key.
    Id(Vec<u8>),
    /// Another user handle, or none.
    Handle(Option<Vec<u8>>),
    /// From the page of another site.
    Origin(String),
    /// Without a dialogue: nobody is present and nobody is verified.
    Conditional,
    /// One thing wrong that every relying party must refuse.
    Fault(u8),
    /// One thing unusual that every relying party must accept.
    Variation(u8),
    /// One bit of what is signed or of the signature is another. Authentications alone: nothing signs a registration.
    Bit {
        part: u8,
        at: u8,
        bit: u8,
    },
}

/// An answer that may be sent, now or later, to this ceremony or another.
#[derive(Clone)]
pub(super) struct Answer {
    /// The ceremony that it answers.
    pub(super) begun: usize,
    pub(super) text: Vec<u8>,
    pub(super) registration: bool,
    /// What it says; `None` where it must be refused whatever it says.
    pub(super) facts: Option<Facts>,
}

#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// In base64url, as in the options.
    pub(super) challenge: String,
    pub(super) origin: String,
    pub(super) credential: Vec<u8>,
    /// What a sign-in says of the user.
    pub(super) handle: Option<Vec<u8>>,
    pub(super) rp_id_hash: Vec<u8>,
    pub(super) flags: u8,
    pub(super) count: u32,
    /// The public key that it is signed with, or registers.
    pub(super) key: Vec<u8>,
}

impl Facts {
    pub(super) const fn has(&self, flag: u8) -> bool {
        self.flags & flag == flag
    }
}

const FLAGS: [u8; 4] = [flags::UP, flags::UV, flags::BE, flags::BS];

/// The flags that a byte chooses, one at least.
pub(super) fn some_flags(byte: u8) -> u8 {
    let chosen = FLAGS.iter().enumerate().filter(|(at, _)| byte >> at & 1 == 1).map(|(_, flag)| flag).sum();
    if chosen == 0 { flags::UV } else { chosen }
}

/// Has a device answer; `None` where its browser would not.
pub(super) fn answer(
    device: &mut Authenticator,
    options: &Value,
    client: Client,
    registration: bool,
    change: &Change,
) -> Option<Answer> {
    let client = match change {
        Change::Conditional => client.conditional(true),
        _ => client,
    };
    let mut signer = None;
    let mut edit = |stage: Stage<'_>| match (stage, change) {
        (Stage::AuthenticatorData(data), Change::Flags(bits)) => data.flags ^= bits,
        (Stage::AuthenticatorData(data), Change::Count(count)) => data.sign_count = *count,
        (Stage::CredentialId(id), Change::Id(other)) => id.clone_from(other),
        (Stage::Response(response), _) if !registration => {
            signer = response["rawId"].as_str().and_then(base64url::decode);
            match change {
                Change::Id(other) => {
                    response["id"] = Value::from(base64url::encode(other));
                    response["rawId"] = response["id"].clone();
                }
                Change::Handle(handle) => {
                    response["response"]["userHandle"] =
                        handle.as_ref().map_or(Value::Null, |handle| Value::from(base64url::encode(handle)));
                }
                Change::Bit { part, at, bit } => flip(response, *part, *at, *bit),
                _ => {}
            }
        }
        _ => {}
    };
    let text = match (change, registration) {
        (Change::Fault(at), true) => device.register_with(options, &client, fault(*at, Kind::Registration)),
        (Change::Fault(at), false) => device.authenticate_with(options, &client, fault(*at, Kind::Authentication)),
        (Change::Variation(at), true) => device.register_varied(options, &client, variation(*at, Kind::Registration)),
        (Change::Variation(at), false) => {
            device.authenticate_varied(options, &client, variation(*at, Kind::Authentication))
        }
        (_, true) => device.register_edit(options, &client, &mut edit),
        (_, false) => device.authenticate_edit(options, &client, &mut edit),
    };
    let text = match text {
        Ok(text) => text,
        // What browsers refuse by themselves.
        Err(Error::InvalidState | Error::NotAllowed | Error::Constraint | Error::NotApplicable { .. }) => return None,
        Err(error) => panic!("a browser can't do what was asked: {error}"),
    };
    let is_wrong = match change {
        // What a counter says depends on what it said before.
        Change::Fault(at) => registration || !is_of_the_counter(fault(*at, Kind::Authentication)),
        Change::Bit { .. } => true,
        _ => false,
    };
    if is_wrong {
        return Some(Answer { begun: 0, text, registration, facts: None });
    }
    let facts = if registration {
        let key = device.credentials().last()?.public_key();
        read(&text, registration, |_| Some(key))
    } else {
        read(&text, registration, |id| Some(device.credential(signer.as_deref().unwrap_or(id))?.public_key()))
    };
    let facts = facts.expect("an answer that can't be read");
    // A device keeps a credential that a fault left without an id, and signs in with it.
    let has_id = (1..=1023).contains(&facts.credential.len());
    Some(Answer { begun: 0, text, registration, facts: has_id.then_some(facts) })
}

const fn is_of_the_counter(fault: Fault) -> bool {
    matches!(fault, Fault::SignCountEqual | Fault::SignCountLower | Fault::SignCountZero)
}

fn fault(at: u8, kind: Kind) -> Fault {
    let all: Vec<Fault> = Fault::all()
        .iter()
        .copied()
        .filter(|fault| fault.ceremonies().contains(&kind) && !fault.is_judged_by_policy())
        .collect();
    all[usize::from(at) % all.len()]
}

fn variation(at: u8, kind: Kind) -> Variation {
    let all: Vec<Variation> =
        Variation::all().iter().copied().filter(|variation| variation.ceremonies().contains(&kind)).collect();
    all[usize::from(at) % all.len()]
}

fn flip(response: &mut Value, part: u8, at: u8, bit: u8) {
    let part = ["signature", "authenticatorData", "clientDataJSON"][usize::from(part) % 3];
    let Some(mut bytes) = response["response"][part].as_str().and_then(base64url::decode) else { return };
    let at = usize::from(at) % bytes.len();
    bytes[at] ^= 1 << (bit % 8);
    response["response"][part] = Value::from(base64url::encode(&bytes));
}

fn read(text: &[u8], registration: bool, key: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Option<Facts> {
    let json: Value = serde_json::from_slice(text).ok()?;
    let bytes = |value: &Value| value.as_str().and_then(base64url::decode);
    let response = &json["response"];
    let client_data = bytes(&response["clientDataJSON"])?;
    let client_data = client_data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&client_data);
    let client_data: Value = serde_json::from_slice(client_data).ok()?;
    let credential = bytes(&json["rawId"])?;
    let data = if registration {
        // No attestation: the authenticator data are what follows their name, a byte string of a two-byte length.
        let object = bytes(&response["attestationObject"])?;
        let name = object.windows(8).position(|window| window == b"authData")?;
        let head = if *object.get(name + 8)? == 0x59 { 3 } else { 2 };
        object.get(name + 8 + head..)?.to_vec()
    } else {
        bytes(&response["authenticatorData"])?
    };
    let key = key(&credential)?;
    Some(Facts {
        challenge: client_data["challenge"].as_str()?.to_owned(),
        origin: client_data["origin"].as_str()?.to_owned(),
        handle: bytes(&response["userHandle"]),
        rp_id_hash: data.get(..32)?.to_vec(),
        flags: *data.get(32)?,
        count: u32::from_be_bytes(data.get(33..37)?.try_into().ok()?),
        credential,
        key,
    })
}
