//! Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.
//!
//! Built with the feature `python`, as it is by default, this crate is the Python module
//! `chooser`; without it, it is plain Rust and needs no Python.

pub mod draw;
pub mod game;
pub mod generator;
pub mod matches;
#[cfg(target_arch = "x86_64")]
mod vector;

#[cfg(feature = "python")]
mod python;

#[cfg(feature = "python")]
cpython::py_module_initializer!(chooser, |py, module| {
    python::version::check(py)?;
    python::method::add(py, module, &python::choose::METHOD)?;
    python::method::add(py, module, &python::seed::METHOD)?;
    python::method::add(py, module, &python::play::METHOD)?;
    #[cfg(feature = "test-hooks")]
    python::hooks::add(py, module)?;
    python::fork::register(py)
});
