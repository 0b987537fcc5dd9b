//! The two inner steps of a match in AVX2 instructions; the results equal the portable ones bit for
//! bit.

use std::arch::x86_64::*;

use super::board::CELLS;
use super::one_match::{Portable, Steps};
use super::packed::PackedRow;
use crate::processor::Avx2;

impl Steps<i32> for Avx2 {
    #[inline(always)]
    fn locate(self, row: &PackedRow<i32>, word: u64) -> Option<usize> {
        // word · total / 2^64 is upper · total / 2^32, unless what the lower half adds to the part
        // cut off, less than the total, carries. Without a carry, a word can be rejected only where
        // that part is 0.
        let (upper, total) = (word >> 32, row.total as u32);
        let cut_off = (upper as u32).wrapping_mul(total);
        if cut_off.wrapping_neg() <= total {
            return None;
        }
        // SAFETY: `self` proves AVX2; 32 bytes are read, of the 40 that `sums` has.
        let above = unsafe {
            let total = _mm256_set1_epi32(row.sums[CELLS]);
            let running = _mm256_loadu_si256(row.sums.as_ptr().add(1).cast());
            let product = _mm256_mul_epu32(_mm256_set1_epi64x(upper as i64), total);
            let point = _mm256_shuffle_epi32(product, 0b11_11_01_01);
            let above = _mm256_cmpgt_epi32(running, point);
            _mm256_movemask_ps(_mm256_castsi256_ps(above))
        };
        Some(above.count_ones() as usize)
    }

    #[inline(always)]
    fn add(self, row: &mut PackedRow<i32>, number: usize, amount: i32) {
        const FROM: [i32; 16] = [0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1];
        let from = &FROM[number..][..8];
        // SAFETY: `self` proves AVX2; 32 bytes are read of each, and written of the 40 of `sums`.
        unsafe {
            let amounts = _mm256_and_si256(
                _mm256_loadu_si256(from.as_ptr().cast()),
                _mm256_set1_epi32(amount),
            );
            let running: *mut __m256i = row.sums.as_mut_ptr().add(1).cast();
            _mm256_storeu_si256(running, _mm256_add_epi32(_mm256_loadu_si256(running), amounts));
        }
        row.sums[CELLS] += amount;
        row.total += amount;
    }
}

/// The portable steps, compiled for this processor.
impl Steps<i64> for Avx2 {
    #[inline(always)]
    fn locate(self, row: &PackedRow<i64>, word: u64) -> Option<usize> {
        Portable.locate(row, word)
    }

    #[inline(always)]
    fn add(self, row: &mut PackedRow<i64>, number: usize, amount: i64) {
        Portable.add(row, number, amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Generator, Words};

    /// What half a word locates, which must be what the whole does, if anything.
    fn located(total: u32, word: u64) -> Option<usize> {
        let avx2 = Avx2::detect().expect("this test needs a processor that has AVX2");
        // Every neighbouring point belongs to another move.
        let point = ((u128::from(word) * u128::from(total)) >> 64) as usize;
        let sum = |place: usize| (point + place).saturating_sub(4).min(total as usize) as i32;
        let mut sums = std::array::from_fn(sum);
        (sums[0], sums[CELLS]) = (0, total as i32);
        let row = PackedRow { sums, total: total as i32, next: [0; CELLS] };
        let located = avx2.locate(&row, word);
        assert!(
            located.is_none() || located == Portable.locate(&row, word),
            "{word:#x} of {sums:?}"
        );
        located
    }

    #[test]
    fn a_move_is_located_by_half_a_word_only_if_the_whole_locates_the_same() {
        let mut words = Generator::from_integer(1);
        for total in [1u32, 3, 55, 0xFFFF, 0x0123_4567, 0x7FFF_FFFD, 0x7FFF_FFFF] {
            // What `total` times this is 1, modulo 2^32.
            let inverse = (0..5).fold(1u32, |inverse, _| {
                inverse.wrapping_mul(2u32.wrapping_sub(total.wrapping_mul(inverse)))
            });
            for edge in [0, total, total.wrapping_neg()] {
                for cut_off in (0..7).map(|step| edge.wrapping_add(step).wrapping_sub(3)) {
                    let upper = u64::from(cut_off.wrapping_mul(inverse));
                    for lower in [0, 1, words.word() >> 32, 0xFFFF_FFFE, 0xFFFF_FFFF] {
                        located(total, upper << 32 | lower);
                    }
                }
            }
            let count = (0..10_000).filter(|_| located(total, words.word()).is_some()).count();
            let expected = 1.0 - f64::from(total) / 2f64.powi(32);
            assert!((count as f64 / 1e4 - expected).abs() < 0.02, "{count} of {total}");
        }
    }
}
