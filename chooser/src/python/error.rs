//! Every error of the module, worded once, and the one place that turns it into a Python
//! exception.

use std::fmt;

use python3_sys as ffi;

use super::object::c_string;
use crate::draw;
use crate::game::{CELLS, STATES};
use crate::matches;

/// Why a function called from Python gives no result.
#[derive(Debug)]
pub enum Error {
    /// An exception is set already, by Python code that was called; it passes through unchanged.
    Raised,
    /// The weights can be read, but not drawn from.
    Draw(draw::Error),
    /// The weights are no one-dimensional sequence of numbers; `given` says what they are.
    NotWeights { given: String },
    /// The item at `index` is no real number.
    NotANumber { index: usize, given: String, type_name: String },
    /// The item at `index` is an integer of 2^128 or more.
    TooLarge { index: usize, given: String },
    /// The seed is neither an integer nor None.
    NotASeed { given: String, type_name: String },
    /// The function's arguments are not those it takes.
    Arguments { function: &'static str, why: String },
    /// The argument `name` is no integer.
    NotAnInteger { name: &'static str, given: String, type_name: String },
    /// The argument `name` is an integer of the wrong sign.
    WrongSign { name: &'static str, given: String, must: &'static str },
    /// The argument `name` is an integer of 2^63 or more.
    IntegerTooLarge { name: &'static str, given: String },
    /// The argument `name` does not show native 64-bit integers.
    NotATable { name: &'static str, given: String },
    /// The argument `name` shows 64-bit integers, but not as a table has them.
    UnfitTable { name: &'static str, why: String },
    /// The two tables lie over the same memory in part.
    Overlap,
    /// The tables cannot be played with.
    Matches(matches::Error),
    /// A bug in this module: what the panic said.
    Panic(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Raised => write!(f, "a Python exception is set"),
            Error::Draw(error) => write!(f, "{error}"),
            Error::NotWeights { given } => {
                write!(f, "weights must be a one-dimensional sequence of numbers, not {given}")
            }
            Error::NotANumber { index, given, type_name } => write!(
                f,
                "weights[{index}] is {given} ({type_name}): a weight must be an integer or a float"
            ),
            Error::TooLarge { index, given } => write!(
                f,
                "weights[{index}] is {given}: integers must stay below 2**128, or be given as floats"
            ),
            Error::NotASeed { given, type_name } => {
                write!(f, "a seed must be an integer or None, not {given} ({type_name})")
            }
            Error::Arguments { function, why } => write!(f, "{function}() {why}"),
            Error::NotAnInteger { name, given, type_name } => {
                write!(f, "{name} must be an integer, not {given} ({type_name})")
            }
            Error::WrongSign { name, given, must } => {
                write!(f, "{name} is {given}: it must {must}")
            }
            Error::IntegerTooLarge { name, given } => {
                write!(f, "{name} is {given}: it must stay below 2**63")
            }
            Error::NotATable { name, given } => {
                write!(f, "{name} must be a buffer of native int64, not {given}")
            }
            Error::UnfitTable { name, why } => write!(
                f,
                "{name} {why}: it must be a writable C-contiguous table of shape ({STATES}, {CELLS})"
            ),
            Error::Overlap => {
                write!(f, "weights1 and weights2 overlap in part: they must be apart, or the same table")
            }
            Error::Matches(error) => write!(f, "{error}"),
            Error::Panic(message) => {
                write!(f, "chooser failed, which is a bug in it; please report: {message}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<matches::Error> for Error {
    fn from(error: matches::Error) -> Self {
        Error::Matches(error)
    }
}

impl From<draw::Error> for Error {
    fn from(error: draw::Error) -> Self {
        Error::Draw(error)
    }
}

impl Error {
    /// Sets the Python exception that this error is.
    pub fn raise(&self) {
        // SAFETY: the exceptions' types live as long as the interpreter, and the text is copied.
        unsafe {
            let exception = match self {
                Error::Raised => return,
                Error::Draw(draw::Error::SumTooLarge { .. })
                | Error::Matches(matches::Error::TooLarge { .. })
                | Error::TooLarge { .. }
                | Error::IntegerTooLarge { .. } => ffi::PyExc_OverflowError,
                Error::Draw(_)
                | Error::Matches(_)
                | Error::WrongSign { .. }
                | Error::UnfitTable { .. }
                | Error::Overlap => ffi::PyExc_ValueError,
                Error::NotWeights { .. }
                | Error::NotANumber { .. }
                | Error::NotASeed { .. }
                | Error::NotAnInteger { .. }
                | Error::NotATable { .. }
                | Error::Arguments { .. } => ffi::PyExc_TypeError,
                Error::Panic(_) => ffi::PyExc_RuntimeError,
            };
            ffi::PyErr_SetString(exception, c_string(&self.to_string()).as_ptr());
        }
    }
}
