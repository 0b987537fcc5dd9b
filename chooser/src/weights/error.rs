//! Why `Weights` refused something.

use std::collections::TryReserveError;
use std::fmt;

use crate::draw;

/// Why `Weights` refused something. They are unchanged then.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A value cannot be a weight, or there is nothing to draw from.
    Draw(draw::Error),
    /// There is no weight at `index`; there are `len`.
    Index { index: usize, len: usize },
    /// There are not as many indices as weights.
    Lengths { indices: usize, weights: usize },
    /// Only `positive` weights can be drawn without replacement.
    TooFewPositive { wanted: usize, positive: usize },
    /// Out of memory.
    Memory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Draw(error) => error.fmt(f),
            Error::Index { index, len } => {
                write!(f, "index {index} is out of range: there are {len} weights")
            }
            Error::Lengths { indices, weights } => {
                write!(f, "there are {indices} indices and {weights} weights: give as many of both")
            }
            Error::TooFewPositive { wanted, positive } => write!(
                f,
                "{wanted} different indices cannot be drawn: only {positive} weights are positive"
            ),
            Error::Memory => write!(f, "there is not enough memory for the weights"),
        }
    }
}

impl std::error::Error for Error {}

impl From<draw::Error> for Error {
    fn from(error: draw::Error) -> Self {
        Error::Draw(error)
    }
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Error::Memory
    }
}
