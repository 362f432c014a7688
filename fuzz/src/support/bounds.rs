//! Bounds on memory, counted by the allocator: time without a clock, since each allocation costs some.

use allocation_counter::{AllocationInfo, measure};

/// What work over an input may take, in allocations and in bytes that are held at once.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Allocations, whatever the input.
    pub count: u64,
    /// Input bytes that pay for one allocation more.
    pub bytes_per_count: u64,
    /// Bytes, whatever the input.
    pub bytes: u64,
    /// Bytes for each byte of input.
    pub per_byte: u64,
}

impl Bounds {
    /// Of reading: a few copies of the input, and a few small things beside them.
    pub const PARSE: Self = Self { count: 100, bytes_per_count: 16, bytes: 16 * 1024, per_byte: 4 };

    /// Of judging with a verifier that does not calculate.
    pub const JUDGE: Self = Self { count: 400, bytes_per_count: 8, bytes: 64 * 1024, per_byte: 8 };

    /// Of judging with real arithmetic, of the largest keys: RSA of 8192 bits, ML-DSA-87.
    pub const VERIFY: Self = Self { count: 400_000, bytes_per_count: 1, bytes: 4 * 1024 * 1024, per_byte: 16 };

    /// Does the work and counts.
    ///
    /// # Panics
    ///
    /// If the work took more.
    pub fn hold<T>(self, input: usize, work: impl FnOnce() -> T) -> T {
        let mut result = None;
        let took: AllocationInfo = measure(|| result = Some(work()));
        let input = u64::try_from(input).unwrap_or(u64::MAX);
        let (count, bytes) = (self.count + input / self.bytes_per_count, self.bytes + input * self.per_byte);
        assert!(took.count_total <= count, "{} allocations over {input} bytes: {count} are allowed", took.count_total);
        assert!(took.bytes_max <= bytes, "{} bytes held over {input} bytes: {bytes} are allowed", took.bytes_max);
        result.expect("the work was done")
    }
}
