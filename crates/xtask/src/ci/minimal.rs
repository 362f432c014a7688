//! The oldest versions that the published packages allow fit together. `cargo xtask minimal-versions` builds with them too.

use super::{Context, Outcome, problem};
use crate::minimal::{copy, resolve};

pub(super) fn check(context: &Context) -> Outcome {
    let folder = copy(&context.root, &context.files).map_err(problem)?;
    let count = resolve(&folder).map_err(problem)?;
    Ok(format!("{count} packages resolved, not built: cargo xtask minimal-versions"))
}
