//! The Python module: the only part of the crate that uses the C API, and all of the `unsafe`
//! except for the vector instructions.
//!
//! Python calls [`functions`] and the type in [`weights`]; they [`read`] weights from objects and
//! draw with words of the thread's generator or of the caller's [`rng`]; [`capi`] wraps the C API
//! for all of them; [`module`] is what happens at import.
//!
//! The binding, rust-cpython, is used for the module itself. Where a call takes arguments or reads
//! an object, the C API's own functions are used instead: the binding relies on structures as they
//! were in older Pythons (its `py_fn!` reads a tuple's items eight bytes early on 3.14 and later).

pub mod capi;
pub mod functions;
pub mod module;
pub mod rng;
pub mod weights;

mod read;
