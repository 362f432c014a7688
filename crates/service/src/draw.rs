//! Randomness from the operating system.

use crate::store::StoreError;

pub(crate) fn draw<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::unavailable("the operating system gives no randomness"))?;
    Ok(bytes)
}
