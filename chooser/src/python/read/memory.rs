//! The memory of ndarrays, memoryviews and `array.array`s, found by the layouts of these objects.
//!
//! Nothing but [`learn`] runs Python code or fails: a function returns `None` for an object whose
//! layout is not known, or that does not hold numbers in one dimension. The layouts are unchanged
//! in CPython 3.9 to 3.15, and in numpy 1 and 2:
//!
//! | object | source |
//! |---|---|
//! | memoryview | `Include/[cpython/]memoryobject.h`, `PyMemoryViewObject` |
//! | array | `Modules/arraymodule.c`, `arrayobject` and `arraydescr` |
//! | ndarray | numpy's `ndarraytypes.h`, `PyArrayObject_fields` and `PyArray_Descr` |

use std::ffi::{c_char, c_int, c_void, CStr};
use std::mem::size_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use python3_sys as ffi;

use super::numbers::{Kind, Numbers};
use super::types;
use crate::python::capi::error::Raised;
use crate::python::capi::object::Object;

#[repr(C)]
struct ManagedBuffer {
    base: ffi::PyObject,
    flags: c_int,
}

#[repr(C)]
struct MemoryView {
    base: ffi::PyVarObject,
    managed: *const ManagedBuffer,
    hash: isize,
    flags: c_int,
    exports: isize,
    view: ffi::Py_buffer,
}

/// `_Py_MEMORYVIEW_RELEASED` and `_Py_MANAGED_BUFFER_RELEASED`.
const RELEASED: c_int = 1;

/// `_Py_MEMORYVIEW_PIL`: the memory holds pointers to the items (there are suboffsets).
const POINTERS: c_int = 0x10;

#[repr(C)]
struct Array {
    base: ffi::PyVarObject,
    items: *const c_void,
    allocated: isize,
    descriptor: *const ArrayDescriptor,
    weak_references: *mut ffi::PyObject,
    exports: isize,
}

#[repr(C)]
struct ArrayDescriptor {
    letter: c_char,
    item_size: c_int,
}

#[repr(C)]
struct NumpyArray {
    base: ffi::PyObject,
    data: *const c_void,
    dimensions: c_int,
    shape: *const isize,
    strides: *const isize,
    owner: *mut ffi::PyObject,
    descriptor: *const NumpyDescriptor,
}

#[repr(C)]
struct NumpyDescriptor {
    base: ffi::PyObject,
    scalar_type: *mut ffi::PyTypeObject,
    kind: c_char,
    letter: c_char,
    byte_order: c_char,
    flags: c_char,
    type_number: c_int,
}

/// numpy's `ndarray`, once one has been seen. The type is static: its address is the same in every
/// interpreter, and never changes.
static NUMPY_ARRAY_TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

/// The `bf_getbuffer` of `array.array`, once one has been seen. The type itself differs between
/// interpreters.
static ARRAY_GET_BUFFER: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The numbers in a memoryview, an ndarray or an `array.array`.
///
/// # Safety
///
/// `object` is alive. The numbers are valid until Python code runs.
#[inline(always)]
pub unsafe fn numbers(object: *mut ffi::PyObject) -> Option<Numbers> {
    if !cfg!(known_layouts) {
        return None;
    }
    let kind = ffi::Py_TYPE(object);
    if kind == NUMPY_ARRAY_TYPE.load(Ordering::Relaxed) {
        numbers_of_numpy_array(object)
    } else if kind == ptr::addr_of_mut!(ffi::PyMemoryView_Type) {
        numbers_of_memoryview(object)
    } else if get_buffer(kind).is_some_and(|get| get == ARRAY_GET_BUFFER.load(Ordering::Relaxed)) {
        numbers_of_array(object)
    } else {
        None
    }
}

/// The `bf_getbuffer` of a type.
#[inline(always)]
unsafe fn get_buffer(kind: *mut ffi::PyTypeObject) -> Option<*mut c_void> {
    let buffer = (*kind).tp_as_buffer.as_ref()?;
    buffer.bf_getbuffer.map(|function| function as *mut c_void)
}

#[inline(always)]
unsafe fn numbers_of_memoryview(object: *mut ffi::PyObject) -> Option<Numbers> {
    let memory = &*object.cast::<MemoryView>();
    let view = &memory.view;
    let unfit = memory.flags & (RELEASED | POINTERS) | (*memory.managed).flags & RELEASED;
    if unfit != 0 || view.ndim != 1 || view.format.is_null() {
        return None;
    }
    // A single letter: longer formats are read by public calls.
    let letter = *view.format.cast::<u8>();
    if letter == 0 || *view.format.add(1) != 0 {
        return None;
    }
    let kind = Kind::of_letter(letter, view.itemsize)?;
    Some(Numbers::new(kind, view.buf, *view.shape, *view.strides, false))
}

#[inline(always)]
unsafe fn numbers_of_array(object: *mut ffi::PyObject) -> Option<Numbers> {
    let array = &*object.cast::<Array>();
    let descriptor = &*array.descriptor;
    let size = descriptor.item_size as isize;
    let kind = Kind::of_letter(descriptor.letter as u8, size)?;
    Some(Numbers::new(kind, array.items, array.base.ob_size, size, false))
}

#[inline(always)]
unsafe fn numbers_of_numpy_array(object: *mut ffi::PyObject) -> Option<Numbers> {
    let array = &*object.cast::<NumpyArray>();
    let descriptor = &*array.descriptor;
    if array.dimensions != 1 || !matches!(descriptor.byte_order as u8, b'=' | b'|') {
        return None;
    }
    let kind = Kind::of_numpy(descriptor.type_number)?;
    Some(Numbers::new(kind, array.data, *array.shape, *array.strides, false))
}

/// Remembers the type of `object` if it is numpy's `ndarray` or the standard library's `array`, and
/// its fields say what its public view says: `numbers`.
///
/// # Safety
///
/// `object` is alive.
#[cold]
pub unsafe fn learn(object: &Object, numbers: &Numbers) -> Result<(), Raised> {
    if !cfg!(known_layouts) {
        return Ok(());
    }
    let kind = ffi::Py_TYPE(object.as_ptr());
    let name = CStr::from_ptr((*kind).tp_name);
    let same = |read: Option<Numbers>| read.as_ref() == Some(numbers);
    if name == c"numpy.ndarray"
        && types::is_made_in_c(kind)
        && (*kind).tp_basicsize >= size_of::<NumpyArray>() as isize
        && types::is_of_known_numpy(kind, name)?
        && same(numbers_of_numpy_array(object.as_ptr()))
    {
        NUMPY_ARRAY_TYPE.store(kind, Ordering::Relaxed);
    }
    if name == c"array.array"
        && types::is_made_in_c(kind)
        && (*kind).tp_basicsize == size_of::<Array>() as isize
        && types::is_attribute(kind, "array", name)?
        && same(numbers_of_array(object.as_ptr()))
    {
        let function = get_buffer(kind).unwrap_or(ptr::null_mut());
        ARRAY_GET_BUFFER.store(function, Ordering::Relaxed);
    }
    Ok(())
}
