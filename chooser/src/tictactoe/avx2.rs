//! The two inner steps of a match in AVX2 instructions; they give the same bits as those for any
//! processor.

use std::arch::x86_64::*;

use super::board::CELLS;
use super::one_match::Steps;
use super::packed::Sums;
use crate::processor::Avx2;

impl Steps<i32> for Avx2 {
    #[inline(always)]
    fn locate(self, sums: &Sums<i32>, word: u64) -> usize {
        // SAFETY: `self` proves AVX2; 32 bytes are read, of the 40 that `sums` has.
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
    fn add(self, sums: &mut Sums<i32>, cell: usize, amount: i32) {
        const FROM: [i32; 16] = [0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1];
        let from = &FROM[CELLS - 1 - cell..][..8];
        // SAFETY: `self` proves AVX2; 32 bytes are read of each, and written of the 40 of `sums`.
        unsafe {
            let amounts = _mm256_and_si256(
                _mm256_loadu_si256(from.as_ptr().cast()),
                _mm256_set1_epi32(amount),
            );
            let running: *mut __m256i = sums.as_mut_ptr().add(1).cast();
            _mm256_storeu_si256(running, _mm256_add_epi32(_mm256_loadu_si256(running), amounts));
        }
        sums[CELLS] += amount;
    }
}
