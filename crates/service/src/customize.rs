//! The application's own say in what is asked for.

use std::fmt;
use std::sync::Arc;

/// A function over requests; none by default.
#[derive(Clone)]
pub(crate) struct Customize<R>(Option<Change<R>>);

type Change<R> = Arc<dyn Fn(R) -> R + Send + Sync>;

impl<R> Customize<R> {
    pub(crate) fn by(change: impl Fn(R) -> R + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(change)))
    }

    pub(crate) fn apply(&self, request: R) -> R {
        match &self.0 {
            Some(change) => change(request),
            None => request,
        }
    }
}

impl<R> Default for Customize<R> {
    fn default() -> Self {
        Self(None)
    }
}

impl<R> fmt::Debug for Customize<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Customize(..)" } else { "Customize(none)" })
    }
}
