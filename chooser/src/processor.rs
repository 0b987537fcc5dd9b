//! What a processor may have, and code that is compiled for it.

/// What is done by the steps of a processor. It is always inlined, and so compiled for that
/// processor; of a closure, or a function that is passed, that could not be told.
pub(crate) trait Work<T> {
    type Output;

    fn work(self, steps: T) -> Self::Output;
}

/// Proof that the processor has AVX2, BMI1, BMI2 and POPCNT: only there is a value.
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
