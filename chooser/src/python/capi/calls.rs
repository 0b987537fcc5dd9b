//! The functions of the C API that may run Python code or take the GIL, as calls that are safe
//! while the interpreter ends. Nothing else names these functions (`chooser/tests/calls.rs`).
//!
//! Up to 3.13, CPython ends a daemon thread that takes the GIL during finalization by
//! `pthread_exit`: a forced unwind through all frames of the thread. `catch_unwind` aborts the
//! process when it meets one, and what Rust drops on the way would use an interpreter without the
//! GIL. So the thread is parked here for good, as CPython does itself from 3.14 on; the process
//! ends without it.

// The names are those of C.
#![allow(non_snake_case)]

use std::ffi::{c_char, c_int, c_ulonglong, c_void};
use std::{mem, thread};

use python3_sys::{PyMethodDef, PyObject, PyThreadState, PyTypeObject, PyType_Spec, Py_buffer};

/// Parks the thread when dropped by an unwinding that is not a panic.
struct ParkIfEnded;

impl Drop for ParkIfEnded {
    fn drop(&mut self) {
        while !thread::panicking() {
            thread::park();
        }
    }
}

macro_rules! calls {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        mod c {
            use super::*;
            // As `extern "C"`, these would count as functions that cannot unwind.
            extern "C-unwind" {
                $(pub fn $name($($argument: $type),*) $(-> $result)?;)*
            }
        }
        $(
            /// # Safety
            ///
            /// As CPython documents.
            pub unsafe fn $name($($argument: $type),*) $(-> $result)? {
                let guard = ParkIfEnded;
                let result = c::$name($($argument),*);
                mem::forget(guard);
                result
            }
        )*
    };
}

calls! {
    fn PyBuffer_Release(view: *mut Py_buffer);
    fn PyCFunction_NewEx(
        definition: *mut PyMethodDef, module: *mut PyObject, name: *mut PyObject
    ) -> *mut PyObject;
    fn PyCapsule_GetPointer(capsule: *mut PyObject, name: *const c_char) -> *mut c_void;
    fn PyErr_CheckSignals() -> c_int;
    fn PyErr_Clear();
    fn PyErr_NoMemory() -> *mut PyObject;
    fn PyErr_NormalizeException(
        class: *mut *mut PyObject, value: *mut *mut PyObject, traceback: *mut *mut PyObject
    );
    fn PyErr_SetObject(exception: *mut PyObject, value: *mut PyObject);
    fn PyErr_SetString(exception: *mut PyObject, text: *const c_char);
    fn PyErr_WriteUnraisable(object: *mut PyObject);
    fn PyEval_RestoreThread(state: *mut PyThreadState);
    fn PyImport_Import(name: *mut PyObject) -> *mut PyObject;
    fn PyImport_GetModule(name: *mut PyObject) -> *mut PyObject;
    fn PyIter_Next(iterator: *mut PyObject) -> *mut PyObject;
    fn PyList_New(length: isize) -> *mut PyObject;
    fn PyLong_AsUnsignedLongLong(object: *mut PyObject) -> c_ulonglong;
    fn PyModule_GetNameObject(module: *mut PyObject) -> *mut PyObject;
    fn PyNumber_AsSsize_t(object: *mut PyObject, exception: *mut PyObject) -> isize;
    fn PyNumber_Float(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_Index(object: *mut PyObject) -> *mut PyObject;
    fn PyNumber_ToBase(number: *mut PyObject, base: c_int) -> *mut PyObject;
    fn PyObject_GetAttr(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject;
    fn PyObject_GetBuffer(object: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int;
    fn PyObject_GetIter(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_IsInstance(object: *mut PyObject, class: *mut PyObject) -> c_int;
    fn PyObject_IsTrue(object: *mut PyObject) -> c_int;
    fn PyObject_Repr(object: *mut PyObject) -> *mut PyObject;
    fn PyObject_SetAttrString(
        object: *mut PyObject, name: *const c_char, value: *mut PyObject
    ) -> c_int;
    fn PyObject_Str(object: *mut PyObject) -> *mut PyObject;
    fn PySeqIter_New(sequence: *mut PyObject) -> *mut PyObject;
    fn PyTuple_New(length: isize) -> *mut PyObject;
    fn PyObject_VectorcallDict(
        callable: *mut PyObject,
        arguments: *const *mut PyObject,
        count: usize,
        keywords: *mut PyObject
    ) -> *mut PyObject;
    fn PyObject_VectorcallMethod(
        name: *mut PyObject,
        arguments: *const *mut PyObject,
        count: usize,
        keywords: *mut PyObject
    ) -> *mut PyObject;
    fn PyType_FromModuleAndSpec(
        module: *mut PyObject, spec: *mut PyType_Spec, bases: *mut PyObject
    ) -> *mut PyObject;
    fn PyType_GenericAlloc(class: *mut PyTypeObject, items: isize) -> *mut PyObject;
    fn PyUnicode_AsUTF8AndSize(object: *mut PyObject, size: *mut isize) -> *const c_char;
    fn Py_DecRef(object: *mut PyObject);
}
