//! Exposes Rust functions to Python.
//!
//! The binding's `py_fn!` is not used: it reads the tuple of arguments by the layout of older
//! Pythons, which crashes on 3.14 and later, and packing that tuple costs more than the draw. A
//! `PyMethodDef` of our own takes the one argument as it is.

use std::ffi::{c_int, CStr};
use std::mem;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

use cpython::{PyErr, PyModule, PyResult, Python, PythonObject};
use python3_sys as ffi;

use super::calls;
use super::error::{bug, Raised};
use super::object::Object;

/// A function of the module, as a `PyMethodDef`.
#[repr(transparent)]
pub struct Method(ffi::PyMethodDef);

// SAFETY: the pointers are to constants; Python only reads the table.
unsafe impl Sync for Method {}

/// A function that takes its positional arguments as an array, and their number.
type Positional = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    isize,
) -> *mut ffi::PyObject;

/// A function that takes the values of all its arguments as an array, the number of positional
/// ones, and a tuple of the others' names.
type Keywords = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    isize,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

impl Method {
    /// The sentinel of a method table.
    pub const END: Self = Method(ffi::PyMethodDef {
        ml_name: ptr::null(),
        ml_meth: None,
        ml_flags: 0,
        ml_doc: ptr::null(),
    });

    /// A function without arguments. Here as below, `doc` begins with the signature in the form
    /// that `inspect.signature` reads, if the function is public.
    pub const fn of_none(
        name: &'static CStr,
        function: ffi::PyCFunction,
        doc: &'static CStr,
    ) -> Self {
        Self::new(name, function, ffi::METH_NOARGS, doc)
    }

    /// A function of one positional argument (`METH_O`).
    pub const fn of_one(
        name: &'static CStr,
        function: ffi::PyCFunction,
        doc: &'static CStr,
    ) -> Self {
        Self::new(name, function, ffi::METH_O, doc)
    }

    /// A function of positional arguments, which checks their number itself.
    pub const fn of_positional(
        name: &'static CStr,
        function: Positional,
        doc: &'static CStr,
    ) -> Self {
        // SAFETY: Python calls a METH_FASTCALL function with what `Positional` takes.
        let function = unsafe { mem::transmute::<Positional, ffi::PyCFunction>(function) };
        Self::new(name, function, ffi::METH_FASTCALL, doc)
    }

    /// A function of positional and keyword arguments; see [`super::arguments`].
    pub const fn of_keywords(name: &'static CStr, function: Keywords, doc: &'static CStr) -> Self {
        // SAFETY: Python calls a METH_FASTCALL | METH_KEYWORDS function with what `Keywords` takes.
        let function = unsafe { mem::transmute::<Keywords, ffi::PyCFunction>(function) };
        Self::new(name, function, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, doc)
    }

    const fn new(
        name: &'static CStr,
        function: ffi::PyCFunction,
        flags: c_int,
        doc: &'static CStr,
    ) -> Self {
        Method(ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: Some(function),
            ml_flags: flags,
            ml_doc: doc.as_ptr(),
        })
    }

    /// The Python function, as a member of `module`.
    fn function(&'static self, module: &Object) -> Result<Object, Raised> {
        let definition = ptr::addr_of!(self.0).cast_mut();
        // SAFETY: the definition is static and never written to; both calls give a new reference or
        // null with an exception set.
        unsafe {
            let name = Object::from_new(calls::PyModule_GetNameObject(module.as_ptr()))?;
            Object::from_new(calls::PyCFunction_NewEx(definition, module.as_ptr(), name.as_ptr()))
        }
    }
}

/// Adds the function to the module.
pub fn add(py: Python, module: &PyModule, method: &'static Method) -> PyResult<()> {
    // SAFETY: the module is alive; setting the attribute takes a reference of its own to the
    // function.
    let added = unsafe {
        let module = Object::from_borrowed(module.as_object().as_ptr());
        method.function(&module).and_then(|function| {
            let name = method.0.ml_name;
            match calls::PyObject_SetAttrString(module.as_ptr(), name, function.as_ptr()) {
                0 => Ok(()),
                _ => Err(Raised),
            }
        })
    };
    added.map_err(|_| PyErr::fetch(py))
}

/// Runs the body of an exported function. A panic, which would end the interpreter if it reached
/// the C caller, becomes an exception.
#[inline(always)]
pub fn guarded(body: impl FnOnce() -> Result<Object, Raised>) -> *mut ffi::PyObject {
    guarded_as(ptr::null_mut(), || body().map(Object::into_ptr))
}

/// The same for a body with another return type; `failure` means that an exception is set.
#[inline(always)]
pub fn guarded_as<T>(failure: T, body: impl FnOnce() -> Result<T, Raised>) -> T {
    // Unwinding leaves nothing inconsistent: what a body borrows is Python's, or dropped by it.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(result)) => result,
        Ok(Err(Raised)) => failure,
        Err(panic) => {
            bug(&message(&*panic));
            failure
        }
    }
}

#[cold]
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
