//! Draws from floats, or from integers converted to floats.

use super::blocks::{last_positive, locate, RunningSums};
use super::{Error, Weight, BLOCK, FEW, SEVERAL};
use crate::generator::Words;

/// A power of two. Not a `const fn`: in the oldest supported Rust, that can neither compute with
/// floats nor make them from bits.
macro_rules! power_of_two {
    ($exponent:expr) => {{
        let exponent: i64 = $exponent;
        let (mut power, mut count) = (1.0, 0);
        while count < exponent.abs() {
            power *= if exponent < 0 { 0.5 } else { 2.0 };
            count += 1;
        }
        power
    }};
}
pub(crate) use power_of_two;

/// The smallest sum that needs no scale: the point is exact to 53 bits.
pub(crate) const SMALLEST_SUM: f64 = power_of_two!(-900);

/// A multiple of 2^-53 in [0, 1).
#[inline]
pub(crate) fn unit(words: &mut impl Words) -> f64 {
    const RESOLUTION: f64 = power_of_two!(-53);
    (words.word() >> 11) as f64 * RESOLUTION
}

/// The index at `unit` times the sum of the weights, converted to floats. `unit` is called only
/// after the weights are checked.
#[inline(always)]
pub(super) fn choose<W: Weight>(
    weights: &[W],
    mut unit: impl FnMut() -> f64,
) -> Result<usize, Error> {
    let drawn = if weights.len() <= FEW {
        // Fast path for the most frequent case.
        if let Some(index) = choose_few(weights, &mut unit) {
            return Ok(index);
        }
        None
    } else if weights.len() <= SEVERAL {
        choose_several(weights, &mut unit)
    } else {
        choose_many(weights, &mut unit)
    };
    drawn.map_or_else(|| choose_checked(weights, unit), Ok)
}

/// Draws from weights that need neither scaling nor a full check, otherwise `None`.
#[inline(always)]
fn choose_few<W: Weight>(weights: &[W], unit: &mut impl FnMut() -> f64) -> Option<usize> {
    let mut sums = [0.0; FEW];
    let (mut sum, mut all) = (0.0, 0);
    for (running, weight) in sums.iter_mut().zip(weights) {
        sum += weight.value();
        all |= weight.value().to_bits();
        *running = sum;
    }
    is_ordinary(sum, all).then(|| index_by_sums(weights, &sums[..weights.len()], unit() * sum))
}

#[inline(never)]
fn choose_several<W: Weight>(weights: &[W], unit: &mut impl FnMut() -> f64) -> Option<usize> {
    let mut sums = [0.0; SEVERAL];
    let (mut before, mut all) = (0.0, 0);
    for (running, block) in sums.chunks_mut(BLOCK).zip(weights.chunks(BLOCK)) {
        let mut part = 0.0;
        for (running, weight) in running.iter_mut().zip(block) {
            part += weight.value();
            all |= weight.value().to_bits();
            *running = before + part;
        }
        before += part;
    }
    is_ordinary(before, all)
        .then(|| index_by_sums(weights, &sums[..weights.len()], unit() * before))
}

#[inline(always)]
fn index_by_sums<W: Weight>(weights: &[W], sums: &[f64], point: f64) -> usize {
    let index = sums.iter().map(|&sum| usize::from(sum <= point)).sum();
    if index < weights.len() {
        index
    } else {
        last_positive(weights, W::value)
    }
}

#[inline(never)]
fn choose_many<W: Weight>(weights: &[W], unit: &mut impl FnMut() -> f64) -> Option<usize> {
    let (mut sums, mut all) = (RunningSums::of(weights.len()), 0);
    let rest = add_blocks::<W, 4>(weights, &mut sums, &mut all);
    let rest = add_blocks::<W, 3>(rest, &mut sums, &mut all);
    let rest = add_blocks::<W, 2>(rest, &mut sums, &mut all);
    let rest = add_blocks::<W, 1>(rest, &mut sums, &mut all);
    if !rest.is_empty() {
        sums.push(rest.iter().fold(0.0, |part, weight| part + weight.value()));
        all |= rest.iter().fold(0, |all, weight| all | weight.value().to_bits());
    }
    if !is_ordinary(sums.sum(), all) {
        return None;
    }
    let point = unit() * sums.sum();
    Some(if sums.sum() > point {
        sums.locate(weights, W::value, point)
    } else {
        last_positive(weights, W::value)
    })
}

/// Adds whole blocks, this many in parallel, while there are enough. Returns the remainder.
#[inline(always)]
fn add_blocks<'a, W: Weight, const COUNT: usize>(
    weights: &'a [W],
    sums: &mut RunningSums<f64>,
    all: &mut u64,
) -> &'a [W] {
    let mut groups = weights.chunks_exact(COUNT * BLOCK);
    for group in &mut groups {
        let mut parts = [0.0; COUNT];
        let mut bits = [0; COUNT];
        for place in 0..BLOCK {
            for block in 0..COUNT {
                let weight = group[block * BLOCK + place].value();
                parts[block] += weight;
                bits[block] |= weight.to_bits();
            }
        }
        for block in 0..COUNT {
            sums.push(parts[block]);
            *all |= bits[block];
        }
    }
    groups.remainder()
}

/// Whether floats can be drawn from without scaling, judged by a sum in a fast order, with a margin
/// for what the order changes.
#[inline(always)]
pub(super) fn is_surely_right<W: Weight>(weights: &[W]) -> bool {
    const LANES: usize = 16;
    let (mut sums, mut bits) = ([0.0; LANES], [0; LANES]);
    let groups = weights.chunks_exact(LANES);
    let rest = groups.remainder();
    for group in groups {
        for lane in 0..LANES {
            sums[lane] += group[lane].value();
            bits[lane] |= group[lane].value().to_bits();
        }
    }
    let sum: f64 = sums.iter().sum();
    let sum = rest.iter().fold(sum, |sum, weight| sum + weight.value());
    let all = rest.iter().fold(0, |all, weight| all | weight.value().to_bits());
    let all = bits.iter().fold(all, |all, bits| all | bits);
    is_ordinary(sum / 2.0, all) && is_ordinary(sum * 2.0, all)
}

/// Whether floats can be drawn from without scaling, judged by their sum and the OR of their bits:
/// a negative one sets the sign, NaN and infinity propagate to the sum.
#[inline]
pub(super) fn is_ordinary(sum: f64, all: u64) -> bool {
    all >> 63 == 0 && (SMALLEST_SUM..=f64::MAX).contains(&sum)
}

/// Checks each weight, and draws with a scale that keeps the sum finite and its bits complete.
#[cold]
fn choose_checked<W: Weight>(weights: &[W], unit: impl FnOnce() -> f64) -> Result<usize, Error> {
    let wrong = |(index, weight): (usize, &W)| match Error::of_float(weight.value(), index)? {
        Error::Negative { .. } => Some(Error::Negative { index, weight: weight.text() }),
        error => Some(error),
    };
    if let Some(error) = weights.iter().enumerate().find_map(wrong) {
        return Err(error);
    }
    let scaled_sum = |scale| {
        let block_sum = |block: &[W]| block.iter().fold(0.0, |sum, w| sum + w.value() * scale);
        weights.chunks(BLOCK).fold(0.0, |sum, block| sum + block_sum(block))
    };
    let scale = match scaled_sum(1.0) {
        0.0 => return Err(Error::of_no_sum(weights.len())),
        sum if sum > f64::MAX => const { power_of_two!(-64) },
        sum if sum < SMALLEST_SUM => const { power_of_two!(1000) },
        _ => 1.0,
    };
    let scaled = |weight: W| weight.value() * scale;
    let (sum, point) = (scaled_sum(scale), unit() * scaled_sum(scale));
    Ok(if sum > point {
        locate(weights, scaled, 0.0, point)
    } else {
        last_positive(weights, scaled)
    })
}
