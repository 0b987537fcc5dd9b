//! Optional instruction sets, and code compiled for them.

/// Work compiled for a processor's instructions: it is always inlined, which a closure or a passed
/// function need not be.
pub(crate) trait Work<T> {
    type Output;

    fn work(self, steps: T) -> Self::Output;
}

/// Proof that the processor has AVX2, BMI1, BMI2 and POPCNT: values exist only there.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// The proof, if this processor has the instructions.
    pub fn detect() -> Option<Self> {
        let available = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt");
        available.then_some(Avx2(()))
    }

    /// Does the work, compiled for AVX2.
    #[inline(always)]
    pub fn run<W: Work<Self>>(self, work: W) -> W::Output {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
        unsafe fn run<W: Work<Avx2>>(steps: Avx2, work: W) -> W::Output {
            work.work(steps)
        }
        // SAFETY: `self` proves that the processor has what the function is compiled for.
        unsafe { run(self, work) }
    }
}
