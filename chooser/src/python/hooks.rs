//! Functions for the project's own tests, in builds with the feature `test-hooks` only: each way of drawing by
//! itself, and a panic.

use std::ffi::CStr;

use cpython::{PyModule, PyResult, Python};
use python3_sys as ffi;

use super::choose::choose_quickly;
use super::method::{self, guarded, Method};
use super::object::Object;
use super::weights;

const DOC: &CStr = c"For tests only.";

static PANIC: Method = Method::of_none(c"_panic", panic, DOC);
static CHOOSE_QUICKLY: Method = Method::of_one(c"_choose_quickly", quickly, DOC);
static CHOOSE_SLOWLY: Method = Method::of_one(c"_choose_slowly", slowly, DOC);

pub fn add(py: Python, module: &PyModule) -> PyResult<()> {
    [&PANIC, &CHOOSE_QUICKLY, &CHOOSE_SLOWLY]
        .into_iter()
        .try_for_each(|method| method::add(py, module, method))
}

unsafe extern "C" fn panic(
    _module: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| panic!("a panic on purpose"))
}

/// What the quick way draws; None where it leaves the weights to the other.
unsafe extern "C" fn quickly(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes a live object.
    guarded(|| unsafe { choose_quickly(weights) }.map_or(Ok(Object::none()), Object::of_index))
}

unsafe extern "C" fn slowly(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes a live object.
    guarded(|| Object::of_index(weights::choose(unsafe { &Object::from_borrowed(weights) })?))
}
