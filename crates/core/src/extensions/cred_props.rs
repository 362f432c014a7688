//! credProps: whether the new credential is discoverable (WebAuthn §10.1.3). Registration only; the client's word.

use super::Malformed;
use super::client_outputs::{boolean, object};
use crate::json::Json;

pub(super) const NAME: &str = "credProps";

/// `rk`, which a client leaves out if it does not know.
pub(super) fn read(value: Json<'_>) -> Result<Option<bool>, Malformed> {
    let [rk] = object(value, ["rk"])?;
    rk.map(boolean).transpose()
}
