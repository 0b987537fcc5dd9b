//! One weighted draw. The random words come from [`Generator`].
//!
//! What a draw does with the words is part of the contract: a seed gives the same draws on every
//! platform and in every release.
//!
//! * Integers: [`below`] draws a point below the sum, from one word at a time, or from two, the
//!   first the upper half, if the sum is 2^64 or more. The index is the first whose running sum is
//!   above the point. Every probability is exact.
//! * Floats: the point is `u · sum`, where `u` is the upper 53 bits of one word over 2^53; the
//!   index as for integers. Sums are formed in blocks of [`BLOCK`] weights, each from left to
//!   right. If the sum overflows, all weights are multiplied by 2^-64; if it is below 2^-900, by
//!   2^1000. A probability is off by the rounding of the sums, about 2^-53 a weight.
//!
//! An index of weight 0 is never drawn, and a word is used even if only one index can be. Time is
//! linear in the number of weights; up to [`FEW`] are read only once.

use std::fmt;
use std::ops::{Add, AddAssign};

use half::f16;

use crate::below::{below, Word};
use crate::generator::Generator;

/// Weights are summed in blocks of this many: independent chains of additions, which a processor
/// carries out side by side.
pub const BLOCK: usize = 32;

/// Of up to this many weights, all running sums are kept during the draw.
pub const FEW: usize = 16;

/// Draws an index with probability `weights[index] / sum`.
///
/// ```
/// use chooser::draw::{choose, Error};
/// use chooser::generator::Generator;
///
/// let mut generator = Generator::from_integer(1);
/// let index = choose(&[0, 5, 1], &mut generator)?;
/// assert!(index == 1 || index == 2);
/// assert_eq!(choose(&[0.0, 0.25], &mut generator)?, 1);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
///
/// The first weight that is negative, NaN or infinite; else [`Error::Empty`], [`Error::AllZero`] or
/// [`Error::SumTooLarge`]. A refused draw uses no word.
#[inline]
pub fn choose<W: Weight>(weights: &[W], generator: &mut Generator) -> Result<usize, Error> {
    W::choose(weights, generator)
}

/// Why a draw was refused, and at which weight.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// There is no weight at all.
    Empty,
    /// The weight at `index` is below zero; `weight` is its text.
    Negative { index: usize, weight: String },
    /// The weight at `index` is NaN.
    NotANumber { index: usize },
    /// The weight at `index` is infinite.
    Infinite { index: usize },
    /// None of the `count` weights is positive.
    AllZero { count: usize },
    /// The sum of the integer weights is 2^128 or more, seen first at `index`.
    SumTooLarge { index: usize },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => write!(f, "there are no weights (length 0): give at least one"),
            Error::Negative { index, weight } => {
                write!(f, "weights[{index}] is {weight}: a weight must not be negative")
            }
            Error::NotANumber { index } => {
                write!(f, "weights[{index}] is nan: a weight must be a number")
            }
            Error::Infinite { index } => {
                write!(f, "weights[{index}] is inf: a weight must be finite")
            }
            Error::AllZero { count } => {
                write!(f, "the weights are all 0 (length {count}): at least one must be positive")
            }
            Error::SumTooLarge { index } => write!(
                f,
                "the sum of the integer weights reaches 2**128 at weights[{index}]: \
                 it must stay below, or the weights be given as floats"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Why a float cannot be the weight at `index`, or `None` if it can.
    pub(crate) fn of_float(weight: f64, index: usize) -> Option<Self> {
        if weight.is_nan() {
            Some(Error::NotANumber { index })
        } else if weight < 0.0 {
            // Rust and Python write the shortest digits that read back the same.
            Some(Error::Negative { index, weight: format!("{weight:?}") })
        } else if weight.is_infinite() {
            Some(Error::Infinite { index })
        } else {
            None
        }
    }
}

/// A type that weights may have.
pub trait Weight: Copy + Sized {
    #[doc(hidden)]
    fn choose(weights: &[Self], generator: &mut Generator) -> Result<usize, Error>;
}

/// A block of weights below this is added without a check for overflow.
const SMALL: u64 = 1 << (63 - BLOCK.ilog2());

/// An integer type that weights may have.
pub(crate) trait Integer: Copy + fmt::Display {
    /// The value in 64 bits, or [`SMALL`] or more if it is negative or large.
    fn bits(self) -> u64;
    /// The value, or `None` if it is negative.
    fn magnitude(self) -> Option<u128>;
}

macro_rules! integer {
    ($($type:ty: $bits:expr),*) => {$(
        impl Integer for $type {
            #[inline(always)]
            fn bits(self) -> u64 {
                $bits(self)
            }
            #[inline]
            fn magnitude(self) -> Option<u128> {
                #[allow(clippy::unnecessary_fallible_conversions)] // infallible for some types
                self.try_into().ok()
            }
        }
        impl Weight for $type {
            #[inline]
            fn choose(weights: &[Self], generator: &mut Generator) -> Result<usize, Error> {
                choose_integer(weights, generator)
            }
        }
    )*};
}
integer! {
    bool: u64::from, u8: u64::from, u16: u64::from, u32: u64::from, u64: u64::from,
    u128: |wide: u128| wide.try_into().unwrap_or(u64::MAX),
    i8: |weight| weight as u64, i16: |weight| weight as u64,
    i32: |weight| weight as u64, i64: |weight| weight as u64
}

#[inline(always)]
fn choose_integer<W: Integer>(weights: &[W], generator: &mut Generator) -> Result<usize, Error> {
    if weights.len() <= FEW {
        let mut sums = [0; FEW];
        let (mut sum, mut all) = (0u64, 0);
        for (running, weight) in sums.iter_mut().zip(weights) {
            sum = sum.wrapping_add(weight.bits());
            all |= weight.bits();
            *running = sum;
        }
        if all < SMALL && sum > 0 {
            return Ok(index_by_sums(&sums[..weights.len()], || generator.word()));
        }
    } else if let Some(sum) = sum_of_small(weights).filter(|&sum| sum > 0) {
        let point = below(sum, || generator.word());
        return Ok(locate(weights, W::bits, point));
    }
    choose_integer_checked(weights, generator)
}

/// Draws from the running sums of few integer weights, as [`choose`] from the weights.
///
/// # Errors
///
/// [`Error::Empty`] and [`Error::AllZero`].
#[inline(always)]
pub fn choose_by_sums(sums: &[u64], generator: &mut Generator) -> Result<usize, Error> {
    match sums.last() {
        Some(&sum) if sum > 0 => Ok(index_by_sums(sums, || generator.word())),
        _ => Err(nothing_to_draw(sums.len())),
    }
}

/// The index that words give, by the running sums of weights. The last sum must be positive.
#[inline(always)]
pub fn index_by_sums<W: Word>(sums: &[W], word: impl FnMut() -> W) -> usize {
    let point = below(sums[sums.len() - 1], word);
    // Counting needs no branch on the point, which could not be predicted.
    sums.iter().map(|&sum| usize::from(sum <= point)).sum()
}

/// The sum, or `None` if a weight is not below [`SMALL`] or the sum overflows.
fn sum_of_small<W: Integer>(weights: &[W]) -> Option<u64> {
    weights.chunks(BLOCK).try_fold(0u64, |sum, block| {
        let all = block.iter().fold(0, |all, weight| all | weight.bits());
        let part = block.iter().fold(0u64, |part, weight| part.wrapping_add(weight.bits()));
        sum.checked_add(part).filter(|_| all < SMALL)
    })
}

/// The first index whose running sum, formed by blocks, is above `point`.
#[inline]
fn locate<W, S>(weights: &[W], value: impl Fn(W) -> S, point: S) -> usize
where
    W: Copy,
    S: Copy + Default + PartialOrd + Add<Output = S> + AddAssign,
{
    let mut before = S::default();
    for (number, block) in weights.chunks(BLOCK).enumerate() {
        let sum = block.iter().fold(S::default(), |sum, &weight| sum + value(weight));
        if before + sum > point {
            let mut part = S::default();
            let above = |&weight: &W| {
                part += value(weight);
                before + part > point
            };
            let place = block.iter().position(above).unwrap_or(block.len() - 1);
            return number * BLOCK + place;
        }
        before += sum;
    }
    last_positive(weights, value)
}

/// The index for a point that rounding put on the sum itself.
#[cold]
fn last_positive<W: Copy, S: Default + PartialOrd>(weights: &[W], value: impl Fn(W) -> S) -> usize {
    // Another thread may have written to the memory without the GIL: perhaps none is positive now.
    weights.iter().rposition(|&weight| value(weight) > S::default()).unwrap_or(0)
}

/// Checks each weight, and draws in 128 bits.
#[cold]
fn choose_integer_checked<W: Integer>(
    weights: &[W],
    generator: &mut Generator,
) -> Result<usize, Error> {
    let mut sum = 0u128;
    for (index, weight) in weights.iter().enumerate() {
        let magnitude = weight
            .magnitude()
            .ok_or_else(|| Error::Negative { index, weight: weight.to_string() })?;
        sum = sum.checked_add(magnitude).ok_or(Error::SumTooLarge { index })?;
    }
    let point = match u64::try_from(sum) {
        Ok(0) => return Err(nothing_to_draw(weights.len())),
        Ok(sum) => below(sum, || generator.word()).into(),
        Err(_) => below(sum, || u128::from(generator.word()) << 64 | u128::from(generator.word())),
    };
    let value = |weight: W| weight.magnitude().unwrap_or(0);
    Ok(locate(weights, value, point))
}

fn nothing_to_draw(count: usize) -> Error {
    if count == 0 {
        Error::Empty
    } else {
        Error::AllZero { count }
    }
}

/// A floating-point type that weights may have.
trait Float: Copy {
    /// The value, exactly.
    fn value(self) -> f64;
}

macro_rules! float {
    ($($type:ty),*) => {$(
        impl Float for $type {
            #[inline(always)]
            fn value(self) -> f64 {
                self.into()
            }
        }
        impl Weight for $type {
            #[inline]
            fn choose(weights: &[Self], generator: &mut Generator) -> Result<usize, Error> {
                choose_float(weights, generator)
            }
        }
    )*};
}
float!(f16, f32, f64);

/// The smallest sum that needs no scale: the point is exact to 53 bits.
const SMALLEST_SUM: f64 = power_of_two(-900);

const fn power_of_two(exponent: i64) -> f64 {
    // Not `f64::from_bits`, which is no constant function in the oldest Rust supported.
    let (mut power, mut count) = (1.0, 0);
    while count < exponent.abs() {
        power *= if exponent < 0 { 0.5 } else { 2.0 };
        count += 1;
    }
    power
}

#[inline(always)]
fn choose_float<W: Float>(weights: &[W], generator: &mut Generator) -> Result<usize, Error> {
    if weights.len() <= FEW {
        let mut sums = [0.0; FEW];
        let (mut sum, mut all) = (0.0, 0);
        for (running, weight) in sums.iter_mut().zip(weights) {
            sum += weight.value();
            all |= weight.value().to_bits();
            *running = sum;
        }
        if is_ordinary(sum, all) {
            let point = unit(generator) * sum;
            let sums = &sums[..weights.len()];
            let index = sums.iter().map(|&sum| usize::from(sum <= point)).sum();
            return Ok(if index < weights.len() {
                index
            } else {
                last_positive(weights, W::value)
            });
        }
    } else {
        let (mut sum, mut all) = (0.0, 0);
        for block in weights.chunks(BLOCK) {
            sum += block.iter().fold(0.0, |part, weight| part + weight.value());
            all |= block.iter().fold(0, |all, weight| all | weight.value().to_bits());
        }
        if is_ordinary(sum, all) {
            return Ok(locate(weights, W::value, unit(generator) * sum));
        }
    }
    choose_float_checked(weights, generator)
}

/// Whether floats can be drawn from without a scale, by their sum and their bits or-ed: a negative
/// one has set the sign, NaN and infinity have spread to the sum.
#[inline]
fn is_ordinary(sum: f64, all: u64) -> bool {
    all >> 63 == 0 && (SMALLEST_SUM..=f64::MAX).contains(&sum)
}

/// Checks each weight, and draws with a scale that keeps the sum finite and its bits complete.
#[cold]
fn choose_float_checked<W: Float>(
    weights: &[W],
    generator: &mut Generator,
) -> Result<usize, Error> {
    let error = |(index, weight): (usize, &W)| Error::of_float(weight.value(), index);
    if let Some(error) = weights.iter().enumerate().find_map(error) {
        return Err(error);
    }
    let scaled_sum = |scale| {
        let block_sum = |block: &[W]| block.iter().fold(0.0, |sum, w| sum + w.value() * scale);
        weights.chunks(BLOCK).fold(0.0, |sum, block| sum + block_sum(block))
    };
    let scale = match scaled_sum(1.0) {
        0.0 => return Err(nothing_to_draw(weights.len())),
        sum if sum > f64::MAX => power_of_two(-64),
        sum if sum < SMALLEST_SUM => power_of_two(1000),
        _ => 1.0,
    };
    let point = unit(generator) * scaled_sum(scale);
    Ok(locate(weights, |weight| weight.value() * scale, point))
}

/// A multiple of 2^-53 from 0 up to, not including, 1.
#[inline]
fn unit(generator: &mut Generator) -> f64 {
    const RESOLUTION: f64 = power_of_two(-53);
    (generator.word() >> 11) as f64 * RESOLUTION
}
