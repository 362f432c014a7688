//! A hot path: what it needs is made before, and what counts runs in one function.

/// Runs before those that count, so that buffers have their size and everything lazy has been done.
const WARM: usize = 4;

/// One operation; each call does it once, result dropped.
pub(crate) type Operation = Box<dyn FnMut()>;

/// A named operation.
pub(crate) struct HotPath {
    pub(crate) name: &'static str,
    /// How often it runs while instructions are counted.
    pub(crate) runs: usize,
    /// Makes the operation, for so many calls.
    prepare: Box<dyn Fn(usize) -> Operation>,
}

impl HotPath {
    /// What takes its input by reference.
    pub(crate) fn new<F: FnMut() + 'static>(
        name: &'static str,
        runs: usize,
        prepare: impl Fn() -> F + 'static,
    ) -> Self {
        Self { name, runs, prepare: Box::new(move |_| Box::new(prepare())) }
    }

    /// What uses up an input with each call; the inputs are made before the first.
    pub(crate) fn consuming<I: 'static, W: FnMut(I) + 'static>(
        name: &'static str,
        runs: usize,
        prepare: impl Fn() -> (Box<dyn Fn() -> I>, W) + 'static,
    ) -> Self {
        let prepare = move |calls| -> Operation {
            let (input, mut work) = prepare();
            let mut inputs: Vec<I> = (0..calls).map(|_| input()).collect();
            Box::new(move || work(inputs.pop().expect("an input for each call")))
        };
        Self { name, runs, prepare: Box::new(prepare) }
    }

    /// Sets it up and runs it.
    pub(crate) fn run(&self) {
        let mut operation = (self.prepare)(WARM + self.runs);
        (0..WARM).for_each(|_| operation());
        ceremony_instructions_counted(self.runs, &mut *operation);
    }
}

/// What callgrind is told to count, by this name.
#[inline(never)]
fn ceremony_instructions_counted(runs: usize, operation: &mut dyn FnMut()) {
    for _ in 0..runs {
        operation();
    }
    std::hint::black_box(runs);
}
