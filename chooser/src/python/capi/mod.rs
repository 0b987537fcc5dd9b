//! What every part of the Python module is made of: references to objects, errors, functions.

pub mod arguments;
pub mod calls;
pub mod error;
pub mod gil;
pub mod method;
pub mod object;
