//! Where objects keep what they hold, for the versions in which that is known: the quickest way to read weights.
//!
//! Everything here checks before it reads, runs no Python code, and answers `None` for whatever it does not
//! know; [`super::weights`] then reads by public calls. The layouts, each with its source in CPython or
//! numpy (all unchanged in 3.9 to 3.15 but where said):
//!
//! | object | source |
//! |---|---|
//! | list | `Include/cpython/listobject.h`, `PyListObject` |
//! | tuple | `Include/cpython/tupleobject.h`, `PyTupleObject`; gained `ob_hash` in 3.14 |
//! | int | `Include/longintrepr.h` (3.12: `cpython/longintrepr.h`), `_longobject`; `lv_tag` in place of a signed size from 3.12 |
//! | float | `Include/cpython/floatobject.h` (`Include/floatobject.h`), `PyFloatObject` |
//! | memoryview | `Include/cpython/memoryobject.h` (`Include/memoryobject.h`), `PyMemoryViewObject` |
//! | array | `Modules/arraymodule.c`, `arrayobject` and `arraydescr` |
//! | ndarray | numpy's `ndarraytypes.h`, `PyArrayObject_fields`; and of `PyArray_Descr` what numpy 1 and 2 share |

use std::ffi::{c_char, c_int, c_void, CStr};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, slice};

use python3_sys as ffi;

use super::error::Error;
use super::numbers::{Kind, Numbers};
use super::object::Object;

#[repr(C)]
struct List {
    base: ffi::PyVarObject,
    items: *const *mut ffi::PyObject,
}

#[repr(C)]
struct Tuple {
    base: ffi::PyVarObject,
    #[cfg(Py_3_14)]
    hash: isize,
    items: [*mut ffi::PyObject; 0],
}

#[repr(C)]
struct Int {
    base: ffi::PyObject,
    /// From 3.12: the number of digits · 8, plus 2 for a negative integer, 1 for zero. Before: the number of digits,
    /// negative for a negative integer.
    size: usize,
    digits: [u32; 0],
}

#[repr(C)]
struct Float {
    base: ffi::PyObject,
    value: f64,
}

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

/// `_Py_MEMORYVIEW_PIL`: the memory holds pointers to the items, not the items (there are suboffsets).
const POINTERS: c_int = 0x10;

#[repr(C)]
struct Array {
    base: ffi::PyVarObject,
    items: *const c_void,
    allocated: isize,
    descriptor: *const ArrayDescriptor,
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

/// numpy's `ndarray`, once one has been seen: a static type, so that its address is good for every
/// interpreter and for good.
static NUMPY_ARRAY_TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

/// The C function by which an `array.array` shows its memory, once one has been seen. The type itself is
/// another in every interpreter.
static ARRAY_GET_BUFFER: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The items of a list or tuple.
///
/// # Safety
///
/// The slice is valid until Python code runs.
#[inline(always)]
pub unsafe fn items<'a>(object: *mut ffi::PyObject) -> Option<&'a [*mut ffi::PyObject]> {
    if !cfg!(known_layouts) {
        return None;
    }
    let kind = ffi::Py_TYPE(object);
    let first = if kind == ptr::addr_of_mut!(ffi::PyList_Type) {
        (*object.cast::<List>()).items
    } else if kind == ptr::addr_of_mut!(ffi::PyTuple_Type) {
        ptr::addr_of!((*object.cast::<Tuple>()).items).cast()
    } else {
        return None;
    };
    let length = (*object.cast::<ffi::PyVarObject>()).ob_size as usize;
    // Without items, a list's pointer is null.
    (length > 0).then(|| slice::from_raw_parts(first, length))
}

/// The value of an int below 2^60 that is not negative: of at most two digits, which have 30 bits.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn small_int(object: *mut ffi::PyObject) -> Option<u64> {
    if ffi::Py_TYPE(object) != ptr::addr_of_mut!(ffi::PyLong_Type) {
        return None;
    }
    let int = object.cast::<Int>();
    let size = (*int).size;
    #[cfg(Py_3_12)]
    let (digits, negative) = (size >> 3, size & 3 == 2);
    #[cfg(not(Py_3_12))]
    let (digits, negative) = (size, (size as isize) < 0);
    let first: *const u32 = ptr::addr_of!((*int).digits).cast();
    if negative {
        None
    } else if digits <= 1 {
        // A zero need not have a digit at all. Choosing where to read needs no branch, which zeros here and there among
        // the weights would make hard to predict.
        const ZERO: u32 = 0;
        let digit = if digits == 0 { &ZERO } else { first };
        Some(u64::from(*digit))
    } else if digits == 2 {
        Some(u64::from(*first) | u64::from(*first.add(1)) << 30)
    } else {
        None
    }
}

/// The value of a float.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn float(object: *mut ffi::PyObject) -> Option<f64> {
    if ffi::Py_TYPE(object) != ptr::addr_of_mut!(ffi::PyFloat_Type) {
        return None;
    }
    Some((*object.cast::<Float>()).value)
}

/// The numbers that a memoryview or an ndarray lies over.
///
/// # Safety
///
/// The numbers are valid until Python code runs.
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

/// The function by which objects of a type show their memory.
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
    // One letter alone; what anything else means, public calls will tell.
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

/// Remembers the type of `object` if it is numpy's `ndarray` or the standard library's `array`, and its
/// fields say what its public view says: `numbers`.
///
/// # Safety
///
/// `object` is alive.
#[cold]
pub unsafe fn learn(object: &Object, numbers: &Numbers) -> Result<(), Error> {
    if !cfg!(known_layouts) {
        return Ok(());
    }
    let kind = ffi::Py_TYPE(object.as_ptr());
    let name = CStr::from_ptr((*kind).tp_name);
    let same = |read: Option<Numbers>| read.as_ref() == Some(numbers);
    if name == c"numpy.ndarray"
        && is_static(kind)
        && is_numpy_array_type(kind)?
        && same(numbers_of_numpy_array(object.as_ptr()))
    {
        NUMPY_ARRAY_TYPE.store(kind, Ordering::Relaxed);
    }
    if name == c"array.array"
        && is_attribute(kind, "array", c"array")?
        && same(numbers_of_array(object.as_ptr()))
    {
        let function = get_buffer(kind).unwrap_or(ptr::null_mut());
        ARRAY_GET_BUFFER.store(function, Ordering::Relaxed);
    }
    Ok(())
}

unsafe fn is_static(kind: *mut ffi::PyTypeObject) -> bool {
    (*kind).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE == 0
}

/// Whether `kind` is the `ndarray` of a numpy whose layout is known.
unsafe fn is_numpy_array_type(kind: *mut ffi::PyTypeObject) -> Result<bool, Error> {
    let Some(numpy) = Object::imported("numpy") else { return Ok(false) };
    let Some(version) = numpy.attribute_if_any(c"__version__")? else { return Ok(false) };
    // Whatever it is, it has a `repr`.
    let version = version.repr();
    let known = version.starts_with("'1.") || version.starts_with("'2.");
    Ok(known && is_attribute(kind, "numpy", c"ndarray")?)
}

/// Whether an imported module has `kind` under that name.
unsafe fn is_attribute(
    kind: *mut ffi::PyTypeObject,
    module: &str,
    name: &CStr,
) -> Result<bool, Error> {
    let Some(module) = Object::imported(module) else { return Ok(false) };
    let attribute = module.attribute_if_any(name)?;
    Ok(attribute.is_some_and(|attribute| attribute.as_ptr() == kind.cast()))
}
