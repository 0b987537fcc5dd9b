//! One number, read by the layout of the object: Python's int, bool and float, and numpy's scalars.
//!
//! Nothing but [`learn`] runs Python code or fails: a function returns `None` unless the object's
//! type is exactly one that it reads. The layouts are unchanged in 3.9 to 3.15, and in numpy 1 and
//! 2, except where the code says otherwise:
//!
//! | object | source |
//! |---|---|
//! | int, bool | CPython's `Include/[cpython/]longintrepr.h`, `_longobject` |
//! | float | CPython's `Include/[cpython/]floatobject.h`, `PyFloatObject` |
//! | numpy's scalars | numpy's `arrayscalars.h`, `PyDoubleScalarObject` and the like |

use std::ffi::CStr;
use std::mem::size_of;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use half::f16;
use python3_sys as ffi;

use super::types;
use crate::draw::value::Value;
use crate::python::capi::error::Raised;
use crate::python::capi::object::Object;

#[repr(C)]
struct Int {
    base: ffi::PyObject,
    /// From 3.12 on, `lv_tag`: 8 · the number of digits, plus 2 for a negative int, 1 for zero.
    /// Before, the number of digits, negated for a negative int.
    size: usize,
    digits: [u32; 0],
}

/// A float, or a numpy scalar.
#[repr(C)]
struct Boxed<T> {
    base: ffi::PyObject,
    value: T,
}

/// An int that [`small_int`] reads is below 2^this.
pub const SMALL_BITS: u32 = 60;

/// The value of an int that is not negative and below 2^60: of at most two digits, of 30 bits each.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn small_int(object: *mut ffi::PyObject) -> Option<u64> {
    if ffi::Py_TYPE(object) != ptr::addr_of_mut!(ffi::PyLong_Type) {
        return None;
    }
    digits::<false>(object)
}

/// The value of a small int. Among `MANY`, that of one digit has a branch of its own.
#[inline(always)]
unsafe fn digits<const MANY: bool>(object: *mut ffi::PyObject) -> Option<u64> {
    let int = object.cast::<Int>();
    let size = (*int).size;
    #[cfg(Py_3_12)]
    let (digits, negative) = (size >> 3, size & 3 == 2);
    #[cfg(not(Py_3_12))]
    let (digits, negative) = (size, (size as isize) < 0);
    let first: *const u32 = ptr::addr_of!((*int).digits).cast();
    if negative {
        None
    } else if MANY && digits == 1 {
        Some(u64::from(*first))
    } else if digits <= 1 {
        // A zero may have no digit. Selecting an address needs no branch, which scattered zeros
        // would make hard to predict.
        const ZERO: u32 = 0;
        let digit = if digits == 0 { &ZERO } else { first };
        Some(u64::from(*digit))
    } else if digits == 2 {
        Some(u64::from(*first) | u64::from(*first.add(1)) << 30)
    } else {
        None
    }
}

/// The value of a [`small_int`], a bool, or a non-negative numpy integer.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn integer(object: *mut ffi::PyObject) -> Option<u64> {
    if !cfg!(known_layouts) {
        return None;
    }
    let kind = ffi::Py_TYPE(object);
    if kind == ptr::addr_of_mut!(ffi::PyLong_Type) {
        return digits::<true>(object);
    }
    if kind == ptr::addr_of_mut!(ffi::PyBool_Type) {
        return Some((object == ffi::Py_True()).into());
    }
    if is_float(kind) {
        return None;
    }
    numpy_integer(object)
}

/// The value of a float, a numpy float, or an [`integer`].
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn float(object: *mut ffi::PyObject) -> Option<f64> {
    if !cfg!(known_layouts) {
        return None;
    }
    let kind = ffi::Py_TYPE(object);
    if is_float(kind) {
        return Some(value(object));
    }
    if kind == ptr::addr_of_mut!(ffi::PyLong_Type) {
        // Of an `i64`, one instruction makes a float.
        return digits::<true>(object).map(|integer| integer as i64 as f64);
    }
    if kind == ptr::addr_of_mut!(ffi::PyBool_Type) {
        return Some(u8::from(object == ffi::Py_True()).into());
    }
    numpy_float(object)
}

#[inline(always)]
unsafe fn is_float(kind: *mut ffi::PyTypeObject) -> bool {
    kind == ptr::addr_of_mut!(ffi::PyFloat_Type) || kind == FLOAT64.load(Ordering::Relaxed)
}

#[inline(always)]
unsafe fn value<T: Copy>(object: *mut ffi::PyObject) -> T {
    (*object.cast::<Boxed<T>>()).value
}

/// A numpy scalar type, once an object of it has been seen. The types are static: their addresses
/// are the same in every interpreter, and never change.
type Type = AtomicPtr<ffi::PyTypeObject>;

macro_rules! numpy_types {
    ($($name:ident: $text:literal, $number:ty;)*) => {
        $(static $name: Type = Type::new(ptr::null_mut());)*

        /// Where a type's address is kept, and the size of its number.
        fn place(name: &CStr) -> Option<(&'static CStr, &'static Type, usize)> {
            [$(($text, &$name, size_of::<$number>())),*]
                .into_iter()
                .find(|(text, ..)| *text == name)
        }
    };
}
numpy_types! {
    FLOAT64: c"numpy.float64", f64;
    FLOAT32: c"numpy.float32", f32;
    FLOAT16: c"numpy.float16", f16;
    INT64: c"numpy.int64", i64;
    INT32: c"numpy.int32", i32;
    INT16: c"numpy.int16", i16;
    INT8: c"numpy.int8", i8;
    UINT64: c"numpy.uint64", u64;
    UINT32: c"numpy.uint32", u32;
    UINT16: c"numpy.uint16", u16;
    UINT8: c"numpy.uint8", u8;
}

unsafe fn numpy_integer(object: *mut ffi::PyObject) -> Option<u64> {
    let kind = ffi::Py_TYPE(object);
    let is = |known: &Type| kind == known.load(Ordering::Relaxed);
    if is(&INT64) {
        value::<i64>(object).try_into().ok()
    } else if is(&INT32) {
        value::<i32>(object).try_into().ok()
    } else if is(&INT16) {
        value::<i16>(object).try_into().ok()
    } else if is(&INT8) {
        value::<i8>(object).try_into().ok()
    } else if is(&UINT64) {
        Some(value(object))
    } else if is(&UINT32) {
        Some(value::<u32>(object).into())
    } else if is(&UINT16) {
        Some(value::<u16>(object).into())
    } else if is(&UINT8) {
        Some(value::<u8>(object).into())
    } else {
        None
    }
}

/// The value of a numpy float or integer other than float64.
unsafe fn numpy_float(object: *mut ffi::PyObject) -> Option<f64> {
    let kind = ffi::Py_TYPE(object);
    if kind == FLOAT32.load(Ordering::Relaxed) {
        Some(value::<f32>(object).into())
    } else if kind == FLOAT16.load(Ordering::Relaxed) {
        Some(value::<f16>(object).into())
    } else {
        numpy_integer(object).map(|integer| integer as f64)
    }
}

/// Remembers the type of `object` if it is a numpy scalar whose field holds what the public calls
/// returned: `weight`.
pub fn learn(object: &Object, weight: Value) -> Result<(), Raised> {
    // SAFETY: the object is alive, and so its type and that type's name. A field is read where the
    // type is of a known layout and size.
    unsafe {
        let kind = ffi::Py_TYPE(object.as_ptr());
        let name = CStr::from_ptr((*kind).tp_name);
        let Some((name, known, size)) = place(name) else { return Ok(()) };
        if !cfg!(known_layouts)
            || known.load(Ordering::Relaxed) == kind
            || ((*kind).tp_basicsize as usize) < size_of::<ffi::PyObject>() + size
            || !types::is_static(kind)
            || !types::is_of_known_numpy(kind, name)?
        {
            return Ok(());
        }
        let before = known.swap(kind, Ordering::Relaxed);
        let same = match weight {
            Value::Integer(weight) => integer(object.as_ptr()).map(u128::from) == Some(weight),
            Value::Float(weight) => float(object.as_ptr()) == Some(weight),
        };
        if !same {
            known.store(before, Ordering::Relaxed);
        }
        Ok(())
    }
}
