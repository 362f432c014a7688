//! The same application behind each framework. What differs is in these files, and is glue.

mod actix;
mod axum;
mod warp;

use crate::site::Site;
use clap::ValueEnum;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What serves the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    Axum,
    Actix,
    Warp,
}

impl Framework {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::Warp => "warp",
        }
    }
}

/// Serves the application until `end`, and then as long as requests run.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    match site.framework {
        Framework::Axum => axum::serve(listener, site, end).await,
        Framework::Actix => actix::serve(listener, site, end).await,
        Framework::Warp => warp::serve(listener, site, end).await,
    }
}
