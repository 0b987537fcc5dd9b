//! Wrappers of the C API for the Python module: references to objects, errors, functions.

pub mod arguments;
pub mod calls;
pub mod error;
pub mod gil;
pub mod method;
pub mod object;
