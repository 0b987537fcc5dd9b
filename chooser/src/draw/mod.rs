//! One weighted draw. The random words come from [`Words`].
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
//! An index of weight 0 is never drawn, and a word is consumed even if only one index is possible.
//! Time is linear in the number of weights; up to [`FEW`] are read only once.

mod blocks;
mod error;
mod floats;
mod integers;
mod rows;
pub mod value;

use half::f16;

pub use error::Error;
pub(crate) use floats::{power_of_two, unit, SMALLEST_SUM};
pub(crate) use integers::Integer;
pub use integers::{choose_by_sums, index_by_sums};
pub use rows::{check_rows, choose_rows, choose_rows_at, RowError};

use crate::generator::Words;
use value::Item;

/// Weights are summed in blocks of this many: independent chains of additions, which a processor
/// executes in parallel.
pub const BLOCK: usize = 32;

/// For up to this many weights, separate code keeps all running sums during the draw.
pub const FEW: usize = 16;

/// For up to this many weights, all running sums are kept.
const SEVERAL: usize = 4 * BLOCK;

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
pub fn choose<W: Weight>(weights: &[W], words: &mut impl Words) -> Result<usize, Error> {
    W::choose(weights, words)
}

/// Checks weights as [`choose`] does.
///
/// # Errors
///
/// As [`choose`].
pub fn check<W: Weight>(weights: &[W]) -> Result<(), Error> {
    choose(weights, &mut NoWords).map(|_| ())
}

/// Always the word 2^64 - 1, which no draw rejects: for a draw that only checks.
struct NoWords;

impl Words for NoWords {
    fn word(&mut self) -> u64 {
        u64::MAX
    }
}

/// A type that weights may have.
pub trait Weight: Item {
    #[doc(hidden)]
    fn choose(weights: &[Self], words: &mut impl Words) -> Result<usize, Error>;
    #[doc(hidden)]
    fn choose_rows<'a>(
        rows: impl Iterator<Item = &'a [Self]>,
        words: &mut impl Words,
        indices: &mut [i64],
    ) -> Result<(), RowError>
    where
        Self: 'a;
    #[doc(hidden)]
    fn check_rows<'a>(
        rows: impl Iterator<Item = &'a [Self]>,
        indices: &mut [i64],
    ) -> Result<(), RowError>
    where
        Self: 'a;
    /// The nearest float: the value itself, if it is one.
    #[doc(hidden)]
    fn value(self) -> f64;
    /// Its text in an error. Rust and Python write the shortest digits that read back the same.
    #[doc(hidden)]
    fn text(self) -> String;
    /// The value of an integer that is not negative.
    #[doc(hidden)]
    fn integer(self) -> Option<u128>;
}

macro_rules! integer {
    ($($type:ty: $bits:expr, $value:expr),*) => {$(
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
            fn choose(weights: &[Self], words: &mut impl Words) -> Result<usize, Error> {
                integers::choose(weights, words)
            }
            fn choose_rows<'a>(
                rows: impl Iterator<Item = &'a [Self]>,
                words: &mut impl Words,
                indices: &mut [i64],
            ) -> Result<(), RowError> {
                rows::integers(rows, words, indices)
            }
            fn check_rows<'a>(
                rows: impl Iterator<Item = &'a [Self]>,
                indices: &mut [i64],
            ) -> Result<(), RowError> {
                rows::integers(rows, &mut NoWords, indices)
            }
            #[inline(always)]
            fn value(self) -> f64 {
                $value(self)
            }
            fn text(self) -> String {
                self.to_string()
            }
            fn integer(self) -> Option<u128> {
                self.magnitude()
            }
        }
    )*};
}
integer! {
    bool: u64::from, |weight| f64::from(u8::from(weight)),
    u8: u64::from, f64::from,
    u16: u64::from, f64::from,
    u32: u64::from, f64::from,
    u64: u64::from, |weight| weight as f64,
    u128: |wide: u128| wide.try_into().unwrap_or(u64::MAX), |weight| weight as f64,
    i8: |weight| weight as u64, f64::from,
    i16: |weight| weight as u64, f64::from,
    i32: |weight| weight as u64, f64::from,
    i64: |weight| weight as u64, |weight| weight as f64
}

macro_rules! float {
    ($($type:ty),*) => {$(
        impl Weight for $type {
            #[inline]
            fn choose(weights: &[Self], words: &mut impl Words) -> Result<usize, Error> {
                floats::choose(weights, || floats::unit(words))
            }
            fn choose_rows<'a>(
                rows: impl Iterator<Item = &'a [Self]>,
                words: &mut impl Words,
                indices: &mut [i64],
            ) -> Result<(), RowError> {
                rows::floats(rows, || floats::unit(words), indices)
            }
            fn check_rows<'a>(
                rows: impl Iterator<Item = &'a [Self]>,
                indices: &mut [i64],
            ) -> Result<(), RowError> {
                rows::check_floats(rows, indices)
            }
            #[inline(always)]
            fn value(self) -> f64 {
                self.into()
            }
            fn text(self) -> String {
                format!("{:?}", self.value())
            }
            fn integer(self) -> Option<u128> {
                None
            }
        }
    )*};
}
float!(f16, f32, f64);
