//! Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.
//!
//! | module | |
//! |---|---|
//! | [`generator`] | random words from a seed; each thread's generator |
//! | [`below`] | a uniform integer, from words |
//! | [`draw`] | one weighted draw, or one from each row of a table |
//! | [`weights`] | draws from weights that stay and change |
//! | [`tictactoe`] | whole matches, each move a draw |
//! | `python` | all of this as the Python module `chooser` |
//!
//! Without the feature `python`, which is on by default, this is plain Rust and needs no Python.

pub mod below;
pub mod draw;
pub mod generator;
mod processor;
pub mod tictactoe;
pub mod weights;

#[cfg(feature = "python")]
mod python;

#[cfg(feature = "python")]
cpython::py_module_initializer!(chooser, |py, module| {
    python::module::version::check(py)?;
    python::capi::method::add(py, module, &python::functions::choose::METHOD)?;
    python::capi::method::add(py, module, &python::functions::choose_rows::METHOD)?;
    python::capi::method::add(py, module, &python::functions::seed::METHOD)?;
    python::capi::method::add(py, module, &python::functions::play::METHOD)?;
    python::weights::class::add(py, module)?;
    #[cfg(feature = "test-hooks")]
    python::module::hooks::add(py, module)?;
    python::module::fork::register(py)?;
    module.add(py, "__version__", env!("CARGO_PKG_VERSION"))?;
    module.add(py, "__doc__", python::module::DOC)
});
