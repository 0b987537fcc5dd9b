//! Functions for the project's own tests, in builds with the feature `test-hooks` only: the draw on
//! the fast and the slow path, and a panic.

use std::ffi::CStr;

use cpython::{PyModule, PyResult, Python};
use python3_sys as ffi;

use crate::python::capi::method::{self, guarded, Method};
use crate::python::capi::object::Object;
use crate::python::functions::choose::Draw;
use crate::python::read;

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

/// Draws on the fast path; None for an object without a known layout.
unsafe extern "C" fn quickly(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes a live object.
    guarded(|| match unsafe { read::by_layout(weights, Draw) } {
        Ok(index) => Object::of_index(index?),
        Err(Draw) => Ok(Object::none()),
    })
}

/// Draws from weights read by the public C API.
unsafe extern "C" fn slowly(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes a live object.
    let weights = unsafe { Object::from_borrowed(weights) };
    guarded(|| Object::of_index(read::by_public_api(&weights, Draw)?))
}
