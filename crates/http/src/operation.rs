//! The four requests of the ceremonies, by name: for applications that put them on routes of their own.

use crate::route::Route;

/// A request that begins or finishes a ceremony.
pub trait Operation: Send + Sync + 'static {
    /// The route whose rules hold, wherever the application puts the request.
    const ROUTE: Route;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Operation for $name {
            const ROUTE: Route = Route::$name;
        }
    )* };
}

operations! {
    /// The body of `register/begin`.
    RegisterBegin
    /// The body of `register/finish`.
    RegisterFinish
    /// The body of `authenticate/begin`.
    AuthenticateBegin
    /// The body of `authenticate/finish`.
    AuthenticateFinish
}
