//! Draws from integers, all exact.

use std::fmt;

use super::blocks::{locate, RunningSums};
use super::{Error, BLOCK, FEW, SEVERAL};
use crate::below::{below, Word};
use crate::generator::Words;

/// An integer type that weights may have.
pub(crate) trait Integer: Copy + fmt::Display {
    /// The value in 64 bits; [`SMALL`] or more if it is negative or large.
    fn bits(self) -> u64;
    /// The value, or `None` if it is negative.
    fn magnitude(self) -> Option<u128>;
}

/// One or more blocks of weights below this are added without overflow checks.
pub(super) const SMALL: u64 = 1 << (63 - SEVERAL.ilog2());

#[inline(always)]
pub(super) fn choose<W: Integer>(weights: &[W], words: &mut impl Words) -> Result<usize, Error> {
    let drawn = if weights.len() <= FEW {
        choose_few::<W, FEW>(weights, words)
    } else if weights.len() <= SEVERAL {
        choose_several(weights, words)
    } else {
        choose_many(weights, words)
    };
    drawn.map_or_else(|| choose_checked(weights, words), Ok)
}

/// Draws from weights that are small and not all 0, otherwise `None`.
#[inline(always)]
fn choose_few<W: Integer, const MOST: usize>(
    weights: &[W],
    words: &mut impl Words,
) -> Option<usize> {
    let mut sums = [0; MOST];
    let (mut sum, mut all) = (0u64, 0);
    for (running, weight) in sums.iter_mut().zip(weights) {
        sum = sum.wrapping_add(weight.bits());
        all |= weight.bits();
        *running = sum;
    }
    (all < SMALL && sum > 0).then(|| index_by_sums(&sums[..weights.len()], || words.word()))
}

#[inline(never)]
fn choose_several<W: Integer>(weights: &[W], words: &mut impl Words) -> Option<usize> {
    choose_few::<W, SEVERAL>(weights, words)
}

#[inline(never)]
fn choose_many<W: Integer>(weights: &[W], words: &mut impl Words) -> Option<usize> {
    let mut sums = RunningSums::<u64>::of(weights.len());
    for block in weights.chunks(BLOCK) {
        let all = block.iter().fold(0, |all, weight| all | weight.bits());
        let sum = block.iter().fold(0u64, |sum, weight| sum.wrapping_add(weight.bits()));
        if all >= SMALL || sums.sum().checked_add(sum).is_none() {
            return None;
        }
        sums.push(sum);
    }
    (sums.sum() > 0).then(|| sums.locate(weights, W::bits, below(sums.sum(), || words.word())))
}

/// Draws from the running sums of few integer weights, as [`choose`](super::choose) does from the
/// weights.
///
/// # Errors
///
/// [`Error::Empty`] and [`Error::AllZero`].
#[inline(always)]
pub fn choose_by_sums(sums: &[u64], words: &mut impl Words) -> Result<usize, Error> {
    match sums.last() {
        Some(&sum) if sum > 0 => Ok(index_by_sums(sums, || words.word())),
        _ => Err(Error::of_no_sum(sums.len())),
    }
}

/// The index drawn by words from the running sums of weights. The last sum must be positive.
#[inline(always)]
pub fn index_by_sums<W: Word>(sums: &[W], word: impl FnMut() -> W) -> usize {
    let point = below(sums[sums.len() - 1], word);
    // Counting avoids a branch on the point, which would be unpredictable.
    sums.iter().map(|&sum| usize::from(sum <= point)).sum()
}

/// Checks each weight, and draws in 128 bits.
#[cold]
fn choose_checked<W: Integer>(weights: &[W], words: &mut impl Words) -> Result<usize, Error> {
    let mut sum = 0u128;
    for (index, weight) in weights.iter().enumerate() {
        let magnitude = weight
            .magnitude()
            .ok_or_else(|| Error::Negative { index, weight: weight.to_string() })?;
        sum = sum.checked_add(magnitude).ok_or(Error::SumTooLarge { index })?;
    }
    let point = match u64::try_from(sum) {
        Ok(0) => return Err(Error::of_no_sum(weights.len())),
        Ok(sum) => below(sum, || words.word()).into(),
        Err(_) => below(sum, || u128::from(words.word()) << 64 | u128::from(words.word())),
    };
    Ok(locate(weights, |weight| weight.magnitude().unwrap_or(0), 0, point))
}
