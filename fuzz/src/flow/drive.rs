//! Runs futures without a runtime: the stores never wait for anything but their turn.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// More turns than any operation takes.
const TURNS: usize = 10_000;

/// Runs one future to its end.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..TURNS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("an operation never ends");
}

/// Runs two futures, the next step of the second wherever the schedule has a one, over and over.
pub(super) fn both<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>, schedule: u8) -> (A, B) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut of_a, mut of_b) = (None, None);
    let mut schedule = schedule;
    for _ in 0..TURNS {
        match (of_a.is_some(), of_b.is_some()) {
            (true, true) => break,
            (true, false) => step(b.as_mut(), &mut of_b),
            (false, true) => step(a.as_mut(), &mut of_a),
            (false, false) if schedule & 1 == 0 => step(a.as_mut(), &mut of_a),
            (false, false) => step(b.as_mut(), &mut of_b),
        }
        schedule = schedule.rotate_right(1);
    }
    (of_a.expect("the first operation never ends"), of_b.expect("the second operation never ends"))
}

fn step<F: Future>(future: Pin<&mut F>, output: &mut Option<F::Output>) {
    if let Poll::Ready(done) = future.poll(&mut Context::from_waker(Waker::noop())) {
        *output = Some(done);
    }
}
