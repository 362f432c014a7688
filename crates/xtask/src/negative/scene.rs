//! A ceremony of the test authenticator, set up so that a fault shows and nothing else is wrong.

#![allow(clippy::indexing_slicing, reason = "serde_json makes the members of objects that are written to")]

use super::case::Case;
use super::policy;
use ceremony_testkit::{
    Algorithm, Attestation, Authenticator, Ceremony, Client, Error, Fault, SignCount, TestCa, Variation, base64url,
};
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub(super) const RP_ID: &str = "example.org";
pub(super) const ORIGIN: &str = "https://example.org";

/// The longest response that goes into a line; the one fault that makes a longer one is a test by name.
const MAX_RESPONSE: usize = 128 * 1024;

/// What a response is made with.
pub(super) struct Scene {
    pub(super) device: Authenticator,
    pub(super) page: Client,
    pub(super) creation: Value,
    pub(super) request: Value,
    pub(super) config: Value,
    /// Makes a second credential, which the ceremony is not about.
    pub(super) other_credential: bool,
    /// Whether the credential was made on an authenticator that syncs.
    pub(super) backup_eligible: bool,
    /// Who issues the device's certificates.
    pub(super) authority: TestCa,
}

impl Scene {
    fn new(algorithm: Algorithm, attestation: Attestation) -> Self {
        let challenge = base64url::encode(&[0xfb; 32]);
        Self {
            device: Authenticator::new("negative")
                .algorithm(algorithm)
                .attestation(attestation)
                .sign_count(SignCount::Counter { start: 5, step: 1 }),
            page: Client::new(ORIGIN),
            creation: json!({
                "rp": { "id": RP_ID, "name": "Example" },
                "user": { "id": base64url::encode(&[7; 32]), "name": "ada", "displayName": "" },
                "challenge": challenge,
                "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose_id() }],
                "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
                "attestation": "direct",
            }),
            request: json!({ "rpId": RP_ID, "challenge": challenge, "userVerification": "required" }),
            config: json!({
                "rp_id": RP_ID,
                "origins": [ORIGIN],
                "challenge": challenge,
                "user_verification": "required",
                "algorithms": [algorithm.cose_id()],
                "attestation": "direct",
                "sign_count_policy": "reject",
                "time": "2026-06-01T00:00:00Z",
            }),
            other_credential: false,
            backup_eligible: true,
            authority: TestCa::default(),
        }
    }

    /// With certificates of another authority, which is the anchor then.
    pub(super) fn under(mut self, authority: TestCa) -> Self {
        self.config["trust_anchors_pem"] = json!([authority.root_pem()]);
        self.device = self.device.ca(authority.clone());
        Self { authority, ..self }
    }

    /// The response and, for an authentication, what the database holds.
    fn run(mut self, change: Change, ceremony: Ceremony) -> Result<Option<Made>, String> {
        let told = |error: Error| error.to_string();
        if ceremony == Ceremony::Registration {
            let made = match change {
                Change::Fault(fault) => self.device.register_with(&self.creation, &self.page, fault),
                Change::Variation(variation) => self.device.register_varied(&self.creation, &self.page, variation),
            };
            return match made {
                Err(Error::NotApplicable { .. }) => Ok(None),
                made => made.map(|body| Some((body, None, self.config))).map_err(told),
            };
        }
        let honest = Client::new(ORIGIN);
        if self.other_credential {
            let mut other = self.creation.clone();
            other["user"]["id"] = json!(base64url::encode(&[8; 32]));
            self.device.register(&other, &honest).map_err(told)?;
        }
        self.device.register(&self.creation, &honest).map_err(told)?;
        let stored = stored(&self.device, self.backup_eligible).ok_or("the authenticator holds no credential")?;
        if self.other_credential {
            // The list names the one, the other answers.
            self.request["allowCredentials"] = json!([{ "type": "public-key", "id": stored["credential_id"] }]);
            self.config["allow_credentials"] = json!([stored["credential_id"]]);
        }
        let made = match change {
            Change::Fault(fault) => self.device.authenticate_with(&self.request, &self.page, fault),
            Change::Variation(variation) => self.device.authenticate_varied(&self.request, &self.page, variation),
        };
        match made {
            Err(Error::NotApplicable { .. }) => Ok(None),
            made => made.map(|body| Some((body, Some(stored), self.config))).map_err(told),
        }
    }
}

/// A response, what the database holds of its credential, and the configuration that it is judged by.
type Made = (Vec<u8>, Option<Value>, Value);

/// What is unlike an ordinary ceremony.
#[derive(Clone, Copy)]
enum Change {
    Fault(Fault),
    Variation(Variation),
}

/// What the database holds of the newest credential.
fn stored(device: &Authenticator, backup_eligible: bool) -> Option<Value> {
    let credential = device.credentials().last()?;
    Some(json!({
        "credential_id": base64url::encode(credential.id()),
        "public_key": base64url::encode(&credential.public_key()),
        "sign_count": credential.sign_count(),
        "user_handle": base64url::encode(credential.user_handle()),
        "backup_eligible": backup_eligible,
        "backup_state": backup_eligible,
    }))
}

/// The case of a fault; `None` where no line can hold it, or where it shows in no single response.
pub(super) fn of_fault(fault: Fault, ceremony: Ceremony) -> Result<Option<Case>, String> {
    let Some((algorithm, attestation)) = kind(fault, ceremony) else { return Ok(None) };
    let Some(scene) = policy::apply(Scene::new(algorithm, attestation), fault) else { return Ok(None) };
    let about = |error: String| format!("{} ({}): {error}", fault.id(), fault.name());
    let case = case(scene.run(Change::Fault(fault), ceremony).map_err(about)?, ceremony, fault.description());
    Ok(case.map(|case| Case { tags: vec![fault.id().to_owned(), fault.name().to_owned()], ..case }))
}

/// The case of an unusual honest response.
pub(super) fn of_variation(variation: Variation, ceremony: Ceremony) -> Result<Option<Case>, String> {
    if !variation.ceremonies().contains(&ceremony) {
        return Ok(None);
    }
    let attestations = variation.attestations();
    let fits = attestations.iter().find_map(|attestation| {
        let scene = Scene::new(Algorithm::Es256, *attestation);
        scene.run(Change::Variation(variation), ceremony).transpose()
    });
    let about = |error: String| format!("{}: {error}", variation.id());
    let case = case(fits.transpose().map_err(about)?, ceremony, variation.description());
    Ok(case.map(|case| Case { expect: "accept", tags: vec!["positive".to_owned()], ..case }))
}

fn case(made: Option<Made>, ceremony: Ceremony, description: &str) -> Option<Case> {
    let (body, stored, config) = made?;
    let text = String::from_utf8(body).ok().filter(|text| text.len() <= MAX_RESPONSE && !text.contains('\n'))?;
    let ceremony = match ceremony {
        Ceremony::Registration => "registration",
        Ceremony::Authentication => "authentication",
    };
    Some(Case {
        id: String::new(),
        source: description.to_owned(),
        ceremony,
        expect: "reject",
        reason: None,
        spec: None,
        tags: Vec::new(),
        config,
        stored,
        credential: RawValue::from_string(text).ok()?,
    })
}

/// The simplest algorithm and attestation that the fault exists for. A registration is signed, so that nothing but the
/// fault can be what refuses it, unless the fault is about attestation none.
fn kind(fault: Fault, ceremony: Ceremony) -> Option<(Algorithm, Attestation)> {
    let first = [Attestation::PackedSelf, Attestation::None];
    let attestations = first.iter().chain(Attestation::all());
    let pairs =
        attestations.flat_map(|attestation| Algorithm::all().iter().map(|algorithm| (*algorithm, *attestation)));
    let mut fitting = pairs.filter(|(algorithm, attestation)| fault.applies_to(ceremony, *algorithm, *attestation));
    fitting.next()
}
