//! The inner steps of trees in AVX2 instructions; the results equal the portable ones bit for bit.

use std::arch::x86_64::*;

use super::steps::{FloatSteps, IntegerSteps, Steps, FAN};
use crate::processor::Avx2;

/// Only the first of these bits is set, where a mask of [`FAN`] begins at `FAN - 1 - place`.
const ONE: [i64; 2 * FAN] = {
    let mut masks = [0; 2 * FAN];
    masks[FAN - 1] = -1;
    masks
};

/// The places in a node.
const PLACES: [i64; FAN] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl Steps<u64> for Avx2 {
    #[inline(always)]
    fn locate(self, sums: &[u64; FAN], point: u64) -> usize {
        // SAFETY: `self` proves AVX2; 32 bytes are read at each quarter of the 128 of `sums`.
        unsafe {
            // Signed comparison suffices, because sums are below 2^63.
            let point = _mm256_set1_epi64x(point as i64);
            let above = |quarter: usize| {
                let sums = _mm256_loadu_si256(sums.as_ptr().add(4 * quarter).cast());
                _mm256_cmpgt_epi64(sums, point)
            };
            count_clear([above(0), above(1), above(2), above(3)])
        }
    }
}

impl Steps<f64> for Avx2 {
    #[inline(always)]
    fn locate(self, sums: &[f64; FAN], point: f64) -> usize {
        // SAFETY: `self` proves AVX2; 32 bytes are read at each quarter of the 128 of `sums`.
        unsafe {
            let point = _mm256_set1_pd(point);
            let above = |quarter: usize| {
                let sums = _mm256_loadu_pd(sums.as_ptr().add(4 * quarter));
                _mm256_castpd_si256(_mm256_cmp_pd::<_CMP_GT_OQ>(sums, point))
            };
            count_clear([above(0), above(1), above(2), above(3)])
        }
    }
}

/// How many of the sixteen masks are clear.
///
/// # Safety
///
/// The processor must have AVX2.
#[inline(always)]
unsafe fn count_clear(masks: [__m256i; 4]) -> usize {
    // Packing permutes the places, which does not matter for a count.
    let halves = [_mm256_packs_epi32(masks[0], masks[1]), _mm256_packs_epi32(masks[2], masks[3])];
    let bytes = _mm256_packs_epi16(halves[0], halves[1]);
    // Each mask has become two bytes.
    _mm256_movemask_epi8(bytes).count_zeros() as usize / 2
}

impl IntegerSteps<u64> for Avx2 {
    #[inline(always)]
    fn add(self, sums: &mut [u64; FAN], from: usize, amount: u64) {
        // SAFETY: `self` proves AVX2; 32 bytes are read and written at each quarter of 128.
        unsafe {
            let before = _mm256_set1_epi64x(from as i64 - 1);
            let amount = _mm256_set1_epi64x(amount as i64);
            for quarter in 0..4 {
                let places = _mm256_loadu_si256(PLACES.as_ptr().add(4 * quarter).cast());
                let added = _mm256_and_si256(_mm256_cmpgt_epi64(places, before), amount);
                let sums: *mut __m256i = sums.as_mut_ptr().add(4 * quarter).cast();
                _mm256_storeu_si256(sums, _mm256_add_epi64(_mm256_loadu_si256(sums), added));
            }
        }
    }
}

impl FloatSteps for Avx2 {
    #[inline(always)]
    fn sum(self, values: &[f64; FAN], sums: &mut [f64; FAN]) {
        // SAFETY: `self` proves AVX2; 32 bytes are read at each quarter of the 128 of `values`.
        unsafe {
            let quarter = |quarter: usize| _mm256_loadu_pd(values.as_ptr().add(4 * quarter));
            running([quarter(0), quarter(1), quarter(2), quarter(3)], sums);
        }
    }

    #[inline(always)]
    fn replace(
        self,
        values: &mut [f64; FAN],
        slot: usize,
        value: f64,
        sums: &mut [f64; FAN],
    ) -> f64 {
        // SAFETY: `self` proves AVX2; 32 bytes are read and written at each quarter of 128.
        unsafe {
            let masks = &ONE[FAN - 1 - slot..][..FAN];
            let value = _mm256_set1_pd(value);
            let mut quarters = [value; 4];
            for (number, quarter) in quarters.iter_mut().enumerate() {
                let here = _mm256_loadu_pd(masks.as_ptr().add(4 * number).cast());
                let values = values.as_mut_ptr().add(4 * number);
                // Not by a blend, of which the compiler makes a masked store. That is slow, and a
                // load cannot be served from it.
                *quarter = _mm256_or_pd(
                    _mm256_andnot_pd(here, _mm256_loadu_pd(values)),
                    _mm256_and_pd(here, value),
                );
                _mm256_storeu_pd(values, *quarter);
            }
            running(quarters, sums)
        }
    }
}

/// The running sums, in the order that [`FloatSteps`] defines, and the last of them.
///
/// # Safety
///
/// The processor must have AVX2.
#[inline(always)]
unsafe fn running(values: [__m256d; 4], sums: &mut [f64; FAN]) -> f64 {
    let first = values[0];
    let second = _mm256_add_pd(first, values[1]);
    let third = _mm256_add_pd(second, values[2]);
    let fourth = _mm256_add_pd(third, values[3]);
    // The sums of groups 0 and 1, and of groups 2 and 3.
    let (lower, upper) = (_mm256_castpd256_pd128(fourth), _mm256_extractf128_pd::<1>(fourth));
    let before_2 = _mm_add_sd(lower, _mm_unpackhi_pd(lower, lower));
    let before_3 = _mm_add_sd(before_2, upper);
    let total = _mm_add_sd(before_3, _mm_unpackhi_pd(upper, upper));
    let before = _mm256_set_m128d(
        _mm_unpacklo_pd(before_2, before_3),
        _mm_unpacklo_pd(_mm_setzero_pd(), lower),
    );
    for (quarter, within) in [first, second, third, fourth].into_iter().enumerate() {
        _mm256_storeu_pd(sums.as_mut_ptr().add(4 * quarter), _mm256_add_pd(before, within));
    }
    _mm_cvtsd_f64(total)
}
