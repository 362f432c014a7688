//! Authenticator data (WebAuthn §6.1), and the attestation object around it (§6.5).

use super::node::Node;
use super::{cbor, cose};
use ceremony::{Aaguid, Flags, RelyingParty};
use ciborium::Value;

/// rpIdHash, flags and signCount.
const FIXED: usize = 37;

/// The bytes not read yet.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize, what: &str) -> Result<&'a [u8], String> {
        let left = self.0.len();
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or_else(|| format!("authenticator data: {what} needs {len} bytes, {left} are left"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], String> {
        let bytes = self.take(N, what)?;
        bytes.try_into().map_err(|_| format!("authenticator data: {what}"))
    }

    fn cbor(&mut self, what: &str) -> Result<Value, String> {
        let (value, len) = cbor::first(self.0).map_err(|fault| format!("authenticator data: {what}: {fault}"))?;
        self.take(len, what)?;
        Ok(value)
    }
}

/// Authenticator data as a tree. `origin` is that of the client data beside it, if there is any: it tells which RP ID
/// the hash may be of.
///
/// # Errors
///
/// What is wrong with the bytes.
pub(crate) fn tree(bytes: &[u8], origin: Option<&str>) -> Result<Node, String> {
    if bytes.len() < FIXED {
        return Err(format!("authenticator data has {FIXED} bytes or more, this has {}", bytes.len()));
    }
    let mut input = Cursor(bytes);
    let rp_id_hash: [u8; 32] = input.array("rpIdHash")?;
    let [bits] = input.array("flags")?;
    let flags = Flags::from_bits(bits);
    let sign_count = u32::from_be_bytes(input.array("signCount")?);
    let mut members = vec![
        ("rpIdHash".to_owned(), Node::Bytes(rp_id_hash.to_vec())),
        ("flags".to_owned(), flag_names(flags)),
        ("signCount".to_owned(), Node::Int(sign_count.into())),
    ];
    if let Some(rp_id) = origin.and_then(|origin| rp_id_of(&rp_id_hash, origin)) {
        members.insert(1, ("rpId".to_owned(), Node::Text(rp_id)));
    }
    if flags.at() {
        let aaguid = Aaguid::new(input.array("aaguid")?);
        let len = u16::from_be_bytes(input.array("credentialIdLength")?);
        let id = input.take(len.into(), "credentialId")?;
        let key = input.cbor("credentialPublicKey")?;
        let attested = Node::Map(vec![
            ("aaguid".to_owned(), Node::Note(aaguid.to_string())),
            ("credentialId".to_owned(), Node::Bytes(id.to_vec())),
            ("credentialPublicKey".to_owned(), cose::tree(key)),
        ]);
        members.push(("attestedCredentialData".to_owned(), attested));
    }
    if flags.ed() {
        members.push(("extensions".to_owned(), cbor::tree(input.cbor("extensions")?)));
    }
    match input.0.len() {
        0 => Ok(Node::Map(members)),
        more => Err(format!("authenticator data: {more} bytes follow its end")),
    }
}

fn flag_names(flags: Flags) -> Node {
    let mut members: Vec<(String, Node)> = [
        ("up", flags.up(), "user present"),
        ("uv", flags.uv(), "user verified"),
        ("be", flags.be(), "backup eligible"),
        ("bs", flags.bs(), "backed up"),
        ("at", flags.at(), "attested credential data"),
        ("ed", flags.ed(), "extension data"),
    ]
    .into_iter()
    .map(|(name, set, meaning)| (name.to_owned(), Node::Flag(set, meaning)))
    .collect();
    if flags.reserved() != 0 {
        members.push(("reserved".to_owned(), Node::Note(format!("{:#04x}", flags.reserved()))));
    }
    Node::Map(members)
}

/// The origin's host, or a domain above it, whose hash this is.
fn rp_id_of(hash: &[u8; 32], origin: &str) -> Option<String> {
    let (_, authority) = origin.split_once("://")?;
    let host = authority.split(':').next()?;
    // A host name has at most 127 labels.
    let mut candidates =
        std::iter::successors(Some(host), |domain| domain.split_once('.').map(|(_, rest)| rest)).take(127);
    let is_hashed = |domain: &str| {
        let origin = if domain == "localhost" { "http://localhost".to_owned() } else { format!("https://{domain}") };
        let rp = RelyingParty::builder(domain, "").origin(origin).allow_public_suffix_rp_id().build();
        rp.is_ok_and(|rp| rp.rp_id_hash() == hash)
    };
    candidates.find(|domain| is_hashed(domain)).map(str::to_owned)
}

/// Whether the value is a map with a member of an attestation object.
pub(crate) fn is_attestation_object(value: &Value) -> bool {
    let names = ["fmt", "attStmt", "authData"];
    let known = |key: &Value| key.as_text().is_some_and(|name| names.contains(&name));
    value.as_map().is_some_and(|entries| entries.iter().any(|(key, _)| known(key)))
}

/// An attestation object as a tree, with the authenticator data taken apart.
///
/// # Errors
///
/// What is wrong with the bytes; inside an object that can be read, faults stand at their place.
pub(crate) fn attestation_object(bytes: &[u8], origin: Option<&str>) -> Result<Node, String> {
    let value = cbor::whole(bytes)?;
    if !is_attestation_object(&value) {
        return Err("CBOR that has no `fmt`, `attStmt` and `authData`".to_owned());
    }
    let Node::Map(mut members) = cbor::tree(value) else { return Err("not a CBOR map".to_owned()) };
    for (name, node) in &mut members {
        if name != "authData" {
            continue;
        }
        *node = match &*node {
            Node::Bytes(bytes) => tree(bytes, origin).unwrap_or_else(Node::Fault),
            _ => Node::Fault("`authData` is not a byte string".to_owned()),
        };
    }
    for name in ["fmt", "attStmt", "authData"] {
        if !members.iter().any(|(key, _)| key == name) {
            members.push((name.to_owned(), Node::Fault(format!("`{name}` is missing"))));
        }
    }
    Ok(Node::Map(members))
}
