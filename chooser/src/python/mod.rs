//! What makes the crate a Python module: the only part that uses the C API, and the only `unsafe`.
//!
//! The binding, rust-cpython, is used for the module itself. Where a call takes arguments or
//! reads an object, the C API's own functions are used instead: the binding's wrappers rely on structures as
//! they were in older Pythons (its `py_fn!` reads a tuple's items eight bytes early on 3.14 and later).

pub mod choose;
pub mod fork;
pub mod method;
pub mod play;
pub mod seed;
pub mod version;

mod error;
#[cfg(feature = "test-hooks")]
pub mod hooks;
mod layout;
mod numbers;
mod object;
mod view;
mod weights;
