//! What goes wrong, and when: one plan that all stores of a world ask before they do anything.

use ceremony_service::store::{BoxFuture, StoreError};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// A call that is to fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// How many calls succeed before.
    pub(crate) after: u8,
    /// Whether the store does what it was asked, and only its answer is lost.
    pub(crate) done: bool,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<Fault>,
    fired: Option<&'static str>,
    /// What the stores really did, by the name of the call.
    done: Vec<&'static str>,
    /// Whether each call waits for a turn, so that two operations come between each other.
    taking_turns: bool,
}

/// Shared by all stores of a world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan(Arc<Mutex<State>>);

impl Plan {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an operation: what happened before is forgotten.
    pub(crate) fn begin(&self, fault: Option<Fault>, taking_turns: bool) {
        *self.state() = State { fault, taking_turns, ..State::default() };
    }

    /// The call that failed, if the operation got that far.
    pub(crate) fn fired(&self) -> Option<&'static str> {
        self.state().fired
    }

    /// Whether a store did this.
    pub(crate) fn did(&self, call: &str) -> bool {
        self.state().done.contains(&call)
    }

    /// Ends an operation: from now on stores answer at once, and nothing fails.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.fault = None;
        state.taking_turns = false;
    }

    /// Has a store do something, or fail before or after it.
    pub(crate) fn call<'a, T: Send + 'a>(
        &'a self,
        name: &'static str,
        work: BoxFuture<'a, Result<T, StoreError>>,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move {
            if self.state().taking_turns {
                Turn(false).await;
            }
            let fault = {
                let mut state = self.state();
                match &mut state.fault {
                    Some(fault) if fault.after > 0 => {
                        fault.after -= 1;
                        None
                    }
                    Some(_) => {
                        state.fired = Some(name);
                        state.fault.take()
                    }
                    None => None,
                }
            };
            let lost = || Err(StoreError::unavailable("injected"));
            match fault {
                Some(Fault { done: false, .. }) => lost(),
                Some(Fault { done: true, .. }) => {
                    self.state().done.push(name);
                    work.await?;
                    lost()
                }
                None => {
                    self.state().done.push(name);
                    work.await
                }
            }
        })
    }
}

/// Lets others go first, once.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}
