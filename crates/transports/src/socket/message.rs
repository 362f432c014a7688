//! What the lines say.

use crate::desk::{Begun, Caller, Desk, Passkey, Proof};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A line from the gateway.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks.
    pub caller: CallerMessage,
    /// What.
    pub ask: Ask,
}

/// The gateway's word on who asks: see [`Caller`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerMessage {
    /// 32 bytes in hexadecimal.
    pub client: String,
    /// The account that is signed in; left out if nobody is.
    #[serde(default)]
    pub user: String,
    /// When it proved who it is, in seconds since 1970.
    #[serde(default)]
    pub proved_at: u64,
}

/// One variant for each call of [`Desk`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "named as the calls, which say it")]
pub enum Ask {
    BeginRegistration {
        account_name: String,
        #[serde(default)]
        display_name: String,
    },
    FinishRegistration {
        state: String,
        /// As the browser's `toJSON` gave it: an object, no string.
        credential: Box<RawValue>,
        #[serde(default)]
        name: String,
    },
    BeginSignIn {},
    FinishSignIn {
        state: String,
        credential: Box<RawValue>,
    },
    BeginStepUp {},
    FinishStepUp {
        state: String,
        credential: Box<RawValue>,
    },
    List {},
    Rename {
        id: String,
        name: String,
    },
    Remove {
        id: String,
    },
}

/// A line for the gateway.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// For the browser.
    Begun {
        /// For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
        options: Box<RawValue>,
        /// Comes back with the credential.
        state: String,
    },
    /// A new passkey, or one with a new name.
    Passkey(PasskeyMessage),
    /// Who signed in or confirmed.
    Proved {
        /// The account.
        user: String,
        /// The passkey's id in the list.
        passkey: String,
    },
    /// The list.
    Passkeys(Vec<PasskeyMessage>),
    /// It is gone.
    Removed {
        /// For `PublicKeyCredential.signalAllAcceptedCredentials`.
        accepted: Box<RawValue>,
    },
    /// Nothing was done.
    Refused {
        /// One of the codes of `docs/errors.md`.
        code: String,
        /// For whoever writes the gateway; empty if the code says it all.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
    },
}

/// A passkey of the list.
#[derive(Debug, Serialize, Deserialize)]
pub struct PasskeyMessage {
    /// Its public name.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Seconds since 1970.
    pub created_at: u64,
    /// Seconds since 1970; null if never.
    pub last_used_at: Option<u64>,
    /// It may not sign in at present.
    pub suspended: bool,
}

impl Reply {
    pub(super) fn refused(code: &str, detail: &str) -> Self {
        Self::Refused { code: code.to_owned(), detail: detail.to_owned() }
    }

    /// The reply with its line's end. JSON has no line feed within.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// Answers one line, whatever it is.
pub(super) async fn answer(desk: &Desk, line: &[u8]) -> Reply {
    match serde_json::from_slice(line) {
        Ok(request) => respond(desk, request).await.unwrap_or_else(|refusal| Reply::refused(refusal.code(), "")),
        // The place in the line, without its content: this is the gateway's own mistake, and it can mend it.
        Err(error) => Reply::refused("invalid_request", &place(&error)),
    }
}

fn place(error: &serde_json::Error) -> String {
    let kind = if error.is_data() { "no known message" } else { "no JSON" };
    format!("{kind} at byte {}", error.column())
}

async fn respond(desk: &Desk, Request { caller, ask }: Request) -> Result<Reply, Refusal> {
    let client = hexadecimal(&caller.client).ok_or(Refusal::InvalidRequest)?;
    let caller = Caller::read(&client, caller.user, caller.proved_at)?;
    Ok(match ask {
        Ask::BeginRegistration { account_name, display_name } => {
            begun(desk.begin_registration(&caller, account_name, display_name).await?)?
        }
        Ask::FinishRegistration { state, credential, name } => {
            let credential = credential.get().as_bytes();
            Reply::Passkey(desk.finish_registration(&caller, &state, credential, &name).await?.into())
        }
        Ask::BeginSignIn {} => begun(desk.begin_sign_in(&caller).await?)?,
        Ask::FinishSignIn { state, credential } => {
            proved(desk.finish_sign_in(&caller, &state, credential.get().as_bytes()).await?)
        }
        Ask::BeginStepUp {} => begun(desk.begin_step_up(&caller).await?)?,
        Ask::FinishStepUp { state, credential } => {
            proved(desk.finish_step_up(&caller, &state, credential.get().as_bytes()).await?)
        }
        Ask::List {} => Reply::Passkeys(desk.list(&caller).await?.into_iter().map(PasskeyMessage::from).collect()),
        Ask::Rename { id, name } => Reply::Passkey(desk.rename(&caller, &id, &name).await?.into()),
        Ask::Remove { id } => Reply::Removed { accepted: raw(desk.remove(&caller, &id).await?)? },
    })
}

fn begun(Begun { options_json, state }: Begun) -> Result<Reply, Refusal> {
    Ok(Reply::Begun { options: raw(options_json)?, state })
}

fn proved(Proof { user, passkey }: Proof) -> Reply {
    Reply::Proved { user, passkey }
}

fn raw(json: String) -> Result<Box<RawValue>, Refusal> {
    RawValue::from_string(json).map_err(|_| Refusal::Service("unavailable"))
}

impl From<Passkey> for PasskeyMessage {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            created_at: passkey.created_at.as_millis() / 1000,
            last_used_at: passkey.last_used_at.map(|time| time.as_millis() / 1000),
            suspended: passkey.suspended,
        }
    }
}

/// 64 digits of either case as 32 bytes.
fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let [high, low] = *pair;
        *byte = digit(high)? * 16 + digit(low)?;
    }
    Some(bytes)
}
