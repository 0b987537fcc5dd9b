//! What makes the crate a Python module: the only part that uses the C API, and all of the `unsafe`
//! but that of the vector instructions.
//!
//! [`functions`] and the type in [`weights`] are what Python calls; they [`read`] weights from
//! objects, and draw with words of the thread's generator or of the caller's [`rng`]; all are made
//! of what [`capi`] has; [`module`] is what happens at import.
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
