//! Refuses to work in a Python the module was not built for, in words: `chooser.so` carries no version in
//! its name, so that any Python will load it.

use std::ffi::CStr;

use cpython::{PyErr, PyResult, Python};
use python3_sys as ffi;

use super::object::c_string;

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
    let message = format!(
        "this chooser was built for Python {BUILT_FOR}, but Python {running} is running; build it with: \
         PYTHON_SYS_EXECUTABLE=python{running} cargo build --release, then copy \
         target/release/libchooser.so to chooser.so; or: python{running} -m pip install ."
    );
    // SAFETY: the exception's type lives as long as the interpreter, and the text is copied.
    unsafe { ffi::PyErr_SetString(ffi::PyExc_ImportError, c_string(&message).as_ptr()) };
    Err(PyErr::fetch(py))
}
