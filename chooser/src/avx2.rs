//! Proof that the processor has AVX2, and code that is compiled for it.

/// There is a value only where the processor has AVX2, BMI1, BMI2 and POPCNT.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, if this processor has the instructions.
    pub fn detect() -> Option<Self> {
        let available = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt");
        available.then_some(Avx2(()))
    }

    /// Does `work`, compiled for AVX2 as far as it is inlined: a function that always is. Of a
    /// closure, that could not be told.
    #[inline(always)]
    pub fn run<A, R>(self, work: impl FnOnce(A) -> R, arguments: A) -> R {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
        unsafe fn run<A, R>(work: impl FnOnce(A) -> R, arguments: A) -> R {
            work(arguments)
        }
        // SAFETY: `self` proves that the processor has what the function is compiled for.
        unsafe { run(work, arguments) }
    }
}
