//! The two inner steps of a match in AVX2 instructions: the only `unsafe` outside `python/`. What they do is said by
//! [`Portable`](crate::matches::Portable), which gives the same bits.

use std::arch::x86_64::*;

use crate::game::CELLS;
use crate::generator::Generator;
use crate::matches::{self, Learning, PackedRow, Results, Steps, Sums};

/// As [`matches::play`], or `None` where the processor has no AVX2.
pub(crate) fn play(
    rows: &mut [PackedRow<i32>],
    learning: [Learning; 2],
    count: u64,
    generator: &mut Generator,
) -> Option<Results> {
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    unsafe fn play(
        rows: &mut [PackedRow<i32>],
        learning: [Learning; 2],
        count: u64,
        generator: &mut Generator,
    ) -> Results {
        matches::play::<i32, Avx2>(rows, learning, count, generator)
    }
    let available = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    // SAFETY: the processor has what the function is compiled for.
    available.then(|| unsafe { play(rows, learning, count, generator) })
}

/// Steps for a processor that has AVX2, which whoever uses them makes sure of.
struct Avx2;

impl Steps<i32> for Avx2 {
    #[inline(always)]
    fn locate(sums: &Sums<i32>, word: u64) -> usize {
        // SAFETY: the processor has AVX2; 32 bytes are read, of the 40 that `sums` has.
        unsafe {
            let total = _mm256_set1_epi32(sums[CELLS]);
            let running = _mm256_loadu_si256(sums.as_ptr().add(1).cast());
            // word · total / 2^64, by halves of the word: the total has but 31 bits.
            let lower = _mm256_mul_epu32(_mm256_set1_epi64x(word as i64), total);
            let upper = _mm256_mul_epu32(_mm256_set1_epi64x((word >> 32) as i64), total);
            let product = _mm256_add_epi64(upper, _mm256_srli_epi64(lower, 32));
            let point = _mm256_shuffle_epi32(product, 0b11_11_01_01);
            let above = _mm256_cmpgt_epi32(running, point);
            let above = _mm256_movemask_ps(_mm256_castsi256_ps(above));
            // The last running sum, the total, is above every point.
            (above as u32 | 1 << (CELLS - 1)).trailing_zeros() as usize
        }
    }

    #[inline(always)]
    fn add(sums: &mut Sums<i32>, cell: usize, change: i32) {
        const FROM: [i32; 16] = [0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1];
        let from = &FROM[CELLS - 1 - cell..][..8];
        // SAFETY: the processor has AVX2; 32 bytes are read of each, and written of the 40 that `sums` has.
        unsafe {
            let changes = _mm256_and_si256(
                _mm256_loadu_si256(from.as_ptr().cast()),
                _mm256_set1_epi32(change),
            );
            let running: *mut __m256i = sums.as_mut_ptr().add(1).cast();
            _mm256_storeu_si256(running, _mm256_add_epi32(_mm256_loadu_si256(running), changes));
        }
        sums[CELLS] += change;
    }
}
