//! The verdict line.

use super::case::{Bytes, Expected, ExpectedFlags};
use crate::text::{base64url, chain};
use ceremony::{Error, Flags};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The code of a case that can't be judged.
pub(super) const BAD_CASE: &str = "bad_case";

/// Accepted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Accept,
    Reject,
}

impl Outcome {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "accept" => Some(Self::Accept),
            "reject" => Some(Self::Reject),
            _ => None,
        }
    }
}

/// What came of one case. Members that do not apply are left out.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    pub(super) id: Value,
    pub(super) verdict: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(flatten)]
    pub(super) accepted: Option<Accepted>,
    /// The members of the case that the verdict does not meet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) mismatch: Vec<&'static str>,
}

/// What an accepted response says.
#[derive(Debug, Serialize)]
pub(super) struct Accepted {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fmt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attestation_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trusted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aaguid: Option<String>,
    pub(super) sign_count: u32,
    pub(super) alg: i64,
    pub(super) public_key: String,
    pub(super) flags: FlagWords,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sign_count_regressed: Option<bool>,
    pub(super) observations: Vec<&'static str>,
}

/// The flags of authenticator data by name.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct FlagWords {
    up: bool,
    uv: bool,
    be: bool,
    bs: bool,
    at: bool,
    ed: bool,
}

impl From<Flags> for FlagWords {
    fn from(flags: Flags) -> Self {
        Self { up: flags.up(), uv: flags.uv(), be: flags.be(), bs: flags.bs(), at: flags.at(), ed: flags.ed() }
    }
}

impl Verdict {
    pub(super) const fn accept(id: Value, accepted: Accepted) -> Self {
        Self {
            id,
            verdict: Outcome::Accept,
            code: None,
            step: None,
            message: None,
            accepted: Some(accepted),
            mismatch: Vec::new(),
        }
    }

    pub(super) const fn reject(id: Value, code: &'static str, step: Option<&'static str>, message: String) -> Self {
        Self {
            id,
            verdict: Outcome::Reject,
            code: Some(code),
            step,
            message: Some(message),
            accepted: None,
            mismatch: Vec::new(),
        }
    }

    pub(super) const fn bad_case(id: Value, message: String) -> Self {
        Self::reject(id, BAD_CASE, None, message)
    }

    /// The library's own error: a refused response, or a case that asks for what can't be.
    pub(super) fn of(id: Value, error: &Error) -> Self {
        match error {
            Error::Misuse(_) => Self::bad_case(id, chain(error)),
            _ => Self::reject(id, error.code(), error.step().map(|step| step.as_str()), chain(error)),
        }
    }

    pub(super) fn is_bad_case(&self) -> bool {
        self.code == Some(BAD_CASE)
    }

    /// Notes what differs from what the case expects.
    ///
    /// A case that can't be judged is not one that was rejected: it meets no expectation, unless its `reason` is just
    /// that. Otherwise a misspelt member would make every negative case pass.
    pub(super) fn compare(&mut self, expect: Option<Outcome>, reason: Option<&str>, expected: Option<&Expected>) {
        if expect.is_some_and(|expect| expect != self.verdict || (self.is_bad_case() && reason != Some(BAD_CASE))) {
            self.mismatch.push("expect");
        }
        let (Some(accepted), Some(expected)) = (&self.accepted, expected) else { return };
        let differing = accepted.differing(expected);
        if !differing.is_empty() {
            self.message = Some(format!("accepted, and not as expected: {}", differing.join(", ")));
            self.mismatch.extend(differing);
        }
    }
}

impl Accepted {
    fn differing(&self, expected: &Expected) -> Vec<&'static str> {
        let Expected { fmt, aaguid, sign_count, alg, public_key, flags, attestation_type, sign_count_regressed } =
            expected;
        let aaguid = aaguid.as_ref().map(ToString::to_string);
        let public_key = public_key.as_ref().map(|Bytes(key)| base64url(key));
        let mut differing = Vec::new();
        let mut note = |name, differs: bool| {
            if differs {
                differing.push(name);
            }
        };
        note("fmt", fmt.is_some() && *fmt != self.fmt);
        note("aaguid", aaguid.is_some() && aaguid != self.aaguid);
        note("sign_count", sign_count.is_some_and(|count| count != self.sign_count));
        note("alg", alg.is_some_and(|alg| alg != self.alg));
        note("public_key", public_key.is_some_and(|key| key != self.public_key));
        note("flags", flags.as_ref().is_some_and(|flags| !self.flags.meet(flags)));
        note("attestation_type", attestation_type.is_some() && attestation_type.as_deref() != self.attestation_type);
        note(
            "sign_count_regressed",
            sign_count_regressed.is_some() && *sign_count_regressed != self.sign_count_regressed,
        );
        differing
    }
}

impl FlagWords {
    fn meet(self, expected: &ExpectedFlags) -> bool {
        let ExpectedFlags { up, uv, be, bs, at, ed } = *expected;
        [(up, self.up), (uv, self.uv), (be, self.be), (bs, self.bs), (at, self.at), (ed, self.ed)]
            .iter()
            .all(|(expected, flag)| expected.is_none_or(|expected| expected == *flag))
    }
}
