//! Lists and tuples of ints or floats, read by the layouts of these objects.
//!
//! Nothing here runs Python code or fails: a function returns `None` for what is not of the exact
//! type it reads. The layouts are unchanged in 3.9 to 3.15 except where the code says otherwise:
//!
//! | object | source in CPython |
//! |---|---|
//! | list | `Include/cpython/listobject.h`, `PyListObject` |
//! | tuple | `Include/cpython/tupleobject.h`, `PyTupleObject` |
//! | int | `Include/[cpython/]longintrepr.h`, `_longobject` |
//! | float | `Include/[cpython/]floatobject.h`, `PyFloatObject` |

use std::{ptr, slice};

use python3_sys as ffi;

use super::{Visited, Visitor};
use crate::draw::FEW;
use crate::python::capi::error::{vec_of, Raised};

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
    /// From 3.12 on, `lv_tag`: 8 · the number of digits, plus 2 for a negative int, 1 for zero.
    /// Before, the number of digits, negated for a negative int.
    size: usize,
    digits: [u32; 0],
}

#[repr(C)]
struct Float {
    base: ffi::PyObject,
    value: f64,
}

/// An int that [`small_int`] reads is below 2^this.
const SMALL_BITS: u32 = 60;

// The running sums of so few small ints cannot overflow.
const _: () = assert!((FEW as u64).checked_mul((1 << SMALL_BITS) - 1).is_some());

/// Visits the weights in a list or tuple if all are small ints, or all floats.
///
/// # Safety
///
/// The items are alive.
#[inline(always)]
pub unsafe fn visit<V: Visitor>(items: &[*mut ffi::PyObject], visitor: V) -> Visited<V> {
    if items.len() > FEW {
        return visit_many(items, visitor);
    }
    let mut sums = [0; FEW];
    let mut sum = 0;
    for (running, &item) in sums.iter_mut().zip(items) {
        let Some(weight) = small_int(item) else { return visit_few_floats(items, visitor) };
        sum += weight;
        *running = sum;
    }
    Ok(visitor.visit_sums(&sums[..items.len()]))
}

#[inline(never)]
unsafe fn visit_few_floats<V: Visitor>(items: &[*mut ffi::PyObject], visitor: V) -> Visited<V> {
    let mut weights = [0.0; FEW];
    for (weight, &item) in weights.iter_mut().zip(items) {
        let Some(float) = float(item) else { return Err(visitor) };
        *weight = float;
    }
    Ok(visitor.visit_weights(&weights[..items.len()]))
}

#[inline(never)]
unsafe fn visit_many<V: Visitor>(items: &[*mut ffi::PyObject], visitor: V) -> Visited<V> {
    match collect(items, |item| small_int(item)) {
        Err(raised) => return Ok(Err(raised)),
        Ok(Some(weights)) => return Ok(visitor.visit_weights(&weights)),
        Ok(None) => {}
    }
    match collect(items, |item| float(item)) {
        Err(raised) => Ok(Err(raised)),
        Ok(Some(weights)) => Ok(visitor.visit_weights(&weights)),
        Ok(None) => Err(visitor),
    }
}

/// The values of all items, or `None` if one has none.
fn collect<T>(
    items: &[*mut ffi::PyObject],
    value: impl Fn(*mut ffi::PyObject) -> Option<T>,
) -> Result<Option<Vec<T>>, Raised> {
    let mut values = vec_of(items.len())?;
    for &item in items {
        match value(item) {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(values))
}

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
    // An empty list may have no array of items.
    Some(if length == 0 { &[] } else { slice::from_raw_parts(first, length) })
}

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
        // A zero may have no digit. Choosing an address takes no branch, which zeros here and there
        // among the weights would make hard to predict.
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
