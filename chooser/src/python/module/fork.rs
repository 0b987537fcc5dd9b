//! Gives a forked child draws of its own, as Python's `random` does for its generator.

use std::ffi::CStr;

use cpython::{PyErr, PyResult, Python};
use python3_sys as ffi;

use crate::generator::set_current;
use crate::python::capi::error::Raised;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;

static AFTER_FORK: Method = Method::of_none(c"_after_fork_in_child", after_fork_in_child, DOC);

const DOC: &CStr = c"Have the next draw seed the generator from the operating system.";

/// Registers with `os.register_at_fork`, where `os` has it (Windows does not fork).
pub fn register(py: Python) -> PyResult<()> {
    try_register().map_err(|_| PyErr::fetch(py))
}

fn try_register() -> Result<(), Raised> {
    let Some(register) = Object::import(c"os")?.attribute_if_any(c"register_at_fork")? else {
        return Ok(());
    };
    // SAFETY: each call gives a new reference or null with an exception set; the dict takes a
    // reference of its own to the function.
    unsafe {
        let function = AFTER_FORK.function(None)?;
        let positional = Object::from_new(ffi::PyTuple_New(0))?;
        let keywords = Object::from_new(ffi::PyDict_New())?;
        let key = c"after_in_child".as_ptr();
        if ffi::PyDict_SetItemString(keywords.as_ptr(), key, function.as_ptr()) != 0 {
            return Err(Raised);
        }
        let call = ffi::PyObject_Call(register.as_ptr(), positional.as_ptr(), keywords.as_ptr());
        Object::from_new(call).map(drop)
    }
}

unsafe extern "C" fn after_fork_in_child(
    _module: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // Only the thread that forked lives on in the child.
        set_current(None);
        Ok(Object::none())
    })
}
