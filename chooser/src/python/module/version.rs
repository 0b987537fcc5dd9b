//! Refuses a Python that the module was not built for: `chooser.so` has no version in its name, so
//! any Python loads it.

use std::ffi::CStr;

use cpython::{PyErr, PyResult, Python};
use python3_sys as ffi;

use crate::python::capi::error::import_error;

/// The Python this module was built for, like `3.11`.
const BUILT_FOR: &str = env!("CHOOSER_BUILT_FOR");

pub fn check(py: Python) -> PyResult<()> {
    // SAFETY: a static text like `3.11.7 (main, ...) [GCC ...]`.
    let running = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_string_lossy();
    let mut numbers = running.split(|c: char| !c.is_ascii_digit());
    let running = [numbers.next(), numbers.next()].map(Option::unwrap_or_default).join(".");
    if running == BUILT_FOR {
        return Ok(());
    }
    import_error(&format!(
        "this chooser was built for Python {BUILT_FOR}, but Python {running} is running; \
         build it with: PYTHON_SYS_EXECUTABLE=python{running} cargo build --release, then copy \
         target/release/libchooser.so to chooser.so; or: python{running} -m pip install ."
    ));
    Err(PyErr::fetch(py))
}
