//! The same application behind each framework. What differs is in these files, and is glue.

pub(crate) mod axum;

use clap::ValueEnum;

/// What serves the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    Axum,
}

impl Framework {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
        }
    }
}
