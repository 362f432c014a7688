//! Format `android-key`.

use super::maker::{Made, Maker, x5c};
use crate::{
    cbor::Cbor,
    certificate::{attribute, extension, key_usage},
    der,
    stage::{Context, Edit, Stage},
};

/// `KeyDescription` before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// 0 software, 1 trusted environment, 2 StrongBox.
    pub security_level: u8,
    /// The challenge: the hash of the client data.
    pub challenge: Vec<u8>,
    /// What software enforces: fields in DER with their tags.
    pub software_enforced: Vec<Vec<u8>>,
    /// What hardware enforces.
    pub hardware_enforced: Vec<Vec<u8>>,
}

impl KeyDescription {
    /// The extension's contents.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        der::sequence([
            der::integer(300),
            der::enumerated(self.security_level),
            der::integer(300),
            der::enumerated(self.security_level),
            der::octets(&self.challenge),
            der::octets(&[]),
            der::sequence(&self.software_enforced),
            der::sequence(&self.hardware_enforced),
        ])
    }
}

/// purpose [1], a set of one.
pub(crate) fn purpose(purpose: u32) -> Vec<u8> {
    der::explicit(1, &der::set([der::integer(purpose)]))
}

/// origin [702]
pub(crate) fn origin(origin: u32) -> Vec<u8> {
    der::explicit(702, &der::integer(origin))
}

/// allApplications [600]
pub(crate) fn all_applications() -> Vec<u8> {
    der::explicit(600, &der::null())
}

pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let mut description = KeyDescription {
        security_level: 1,
        challenge: maker.client_data_hash(),
        // creationDateTime [701]
        software_enforced: vec![der::explicit(701, &der::unsigned(&maker.time.to_be_bytes()))],
        // purpose, algorithm [2], keySize [3], digest [5], ecCurve [10], noAuthRequired [503], origin
        hardware_enforced: vec![
            purpose(2),
            der::explicit(2, &der::integer(3)),
            der::explicit(3, &der::integer(256)),
            der::explicit(5, &der::set([der::integer(4)])),
            der::explicit(10, &der::integer(1)),
            der::explicit(503, &der::null()),
            origin(0),
        ],
    };
    edit.edit(cx, Stage::KeyDescription(&mut description));
    let mut leaf = maker.leaf("android", maker.key);
    leaf.push_name(attribute::COMMON_NAME, der::utf8("Android Keystore Key"));
    leaf.push_extension(extension::KEY_USAGE, true, key_usage(false));
    leaf.push_extension(extension::ANDROID_KEY_DESCRIPTION, false, description.encode());
    let chain = maker.chain(leaf, cx, edit);
    let signature = maker.sign(maker.key, &maker.message(), cx, edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(maker.algorithm.cose_id())),
        (Cbor::from("sig"), Cbor::Bytes(signature.clone())),
        (Cbor::from("x5c"), x5c(&chain)),
    ]);
    Made { statement, signature: Some(signature) }
}
