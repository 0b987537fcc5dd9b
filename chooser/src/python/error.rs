//! Every error of the module, worded once, and the one place that turns it into a Python
//! exception.

use std::fmt;

use python3_sys as ffi;

use super::object::c_string;
use crate::draw;

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
    /// A function was given more than its `most` arguments.
    TooManyArguments { function: &'static str, most: usize, given: isize },
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
            Error::TooManyArguments { function, most, given } => {
                write!(f, "{function}() takes at most {most} argument ({given} given)")
            }
            Error::Panic(message) => {
                write!(f, "chooser failed, which is a bug in it; please report: {message}")
            }
        }
    }
}

impl std::error::Error for Error {}

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
                Error::Draw(draw::Error::SumTooLarge { .. }) | Error::TooLarge { .. } => {
                    ffi::PyExc_OverflowError
                }
                Error::Draw(_) => ffi::PyExc_ValueError,
                Error::NotWeights { .. }
                | Error::NotANumber { .. }
                | Error::NotASeed { .. }
                | Error::TooManyArguments { .. } => ffi::PyExc_TypeError,
                Error::Panic(_) => ffi::PyExc_RuntimeError,
            };
            ffi::PyErr_SetString(exception, c_string(&self.to_string()).as_ptr());
        }
    }
}
