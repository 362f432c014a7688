//! Faults and variations by name: one thing changed in an otherwise honest ceremony.

mod android_key;
mod apple;
mod authenticator_data;
mod catalogue;
mod cbor;
mod chain;
mod client_data;
mod compound;
mod cose_key;
mod envelope;
mod fido_u2f;
mod packed;
mod safetynet;
mod signature;
mod state;
#[cfg(test)]
mod tests;
mod tpm;
mod variations;

pub use catalogue::Fault;
pub use variations::Variation;

use crate::{
    algorithm::Algorithm,
    attestation::Attestation,
    cbor::Cbor,
    stage::{Ceremony, Context, Edit, Stage},
};

/// What a fault is, apart from what it does.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: &'static str,
    ceremonies: &'static [Ceremony],
    algorithms: &'static [Algorithm],
    needs: Needs,
    keeps_signature: bool,
    by_policy: bool,
    by_trust: bool,
}

/// What a response must have for a fault to apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    Signature,
    /// A signature of the credential's own key.
    OwnSignature,
    Attestations(&'static [Attestation]),
}

impl Row {
    const fn new(id: &'static str, ceremonies: &'static [Ceremony]) -> Self {
        Self {
            id,
            ceremonies,
            algorithms: Algorithm::all(),
            needs: Needs::Nothing,
            keeps_signature: true,
            by_policy: false,
            by_trust: false,
        }
    }

    /// For some algorithms only.
    const fn of(mut self, algorithms: &'static [Algorithm]) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// For some attestations only.
    const fn attested(mut self, attestations: &'static [Attestation]) -> Self {
        self.needs = Needs::Attestations(attestations);
        self
    }

    /// For signatures that the credential's own key makes.
    const fn own(mut self) -> Self {
        self.needs = Needs::OwnSignature;
        self
    }

    /// The signature no longer verifies over what is sent.
    const fn breaking(mut self) -> Self {
        self.keeps_signature = false;
        if matches!(self.needs, Needs::Nothing) {
            self.needs = Needs::Signature;
        }
        self
    }

    /// Whether it must be rejected depends on policy, options or stored state.
    const fn policy(mut self) -> Self {
        self.by_policy = true;
        self
    }

    /// Only the chain to a trust anchor shows it.
    const fn trust(mut self) -> Self {
        self.by_trust = true;
        self
    }

    fn applies_to(&self, ceremony: Ceremony, algorithm: Algorithm, attestation: Attestation) -> bool {
        let registration = ceremony == Ceremony::Registration;
        self.ceremonies.contains(&ceremony)
            && self.algorithms.contains(&algorithm)
            && (!registration || attestation.supports(algorithm))
            && match self.needs {
                Needs::Nothing => true,
                Needs::Signature => !registration || attestation.has_signature(),
                Needs::OwnSignature => !registration || attestation.signs_with_credential_key(),
                Needs::Attestations(some) => registration && some.contains(&attestation),
            }
    }
}

/// Changes the array `x5c` of a statement.
fn edit_x5c(statement: &mut Cbor, edit: impl FnOnce(&mut Vec<Cbor>)) {
    if let Some(Cbor::Array(entries)) = statement.entry("x5c") {
        let mut entries = entries.clone();
        edit(&mut entries);
        statement.set("x5c", Cbor::Array(entries));
    }
}

fn flip_last_bit(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

/// A fault on its way through a ceremony.
pub(crate) struct PreparedFault(Fault);

impl Fault {
    pub(crate) const fn prepared(self) -> PreparedFault {
        PreparedFault(self)
    }
}

impl Edit for PreparedFault {
    fn edit(&mut self, cx: &Context<'_>, mut stage: Stage<'_>) {
        let fault = self.0;
        if !fault.applies_to(cx.ceremony, cx.algorithm, cx.attestation) {
            return;
        }
        envelope::edit(fault, cx, &mut stage);
        client_data::edit(fault, cx, &mut stage);
        cbor::edit(fault, cx, &mut stage);
        authenticator_data::edit(fault, cx, &mut stage);
        cose_key::edit(fault, cx, &mut stage);
        signature::edit(fault, cx, &mut stage);
        packed::edit(fault, cx, &mut stage);
        tpm::edit(fault, cx, &mut stage);
        android_key::edit(fault, cx, &mut stage);
        apple::edit(fault, cx, &mut stage);
        fido_u2f::edit(fault, cx, &mut stage);
        compound::edit(fault, cx, &mut stage);
        safetynet::edit(fault, &mut stage);
        chain::edit(fault, cx, &mut stage);
        state::edit(fault, cx, &mut stage);
    }

    fn ignores_allow_credentials(&self) -> bool {
        self.0 == Fault::CredentialNotAllowed
    }
}
