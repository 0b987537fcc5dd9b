//! Why a draw was refused.

use std::fmt;

/// Why a draw was refused, and at which weight.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// There are no weights.
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

    /// Why none of `count` weights, which are not positive, can be drawn.
    pub(crate) fn of_no_sum(count: usize) -> Self {
        if count == 0 {
            Error::Empty
        } else {
            Error::AllZero { count }
        }
    }
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
