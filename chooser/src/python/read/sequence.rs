//! Lists and tuples of numbers, read by the layouts of these objects.
//!
//! Nothing here runs Python code: a function returns `None`, or the visitor, unless the type is
//! exactly one that it reads. The layouts are unchanged in 3.9 to 3.15 except where the code says
//! otherwise:
//!
//! | object | source in CPython |
//! |---|---|
//! | list | `Include/cpython/listobject.h`, `PyListObject` |
//! | tuple | `Include/cpython/tupleobject.h`, `PyTupleObject` |

use std::mem::MaybeUninit;
use std::{ptr, slice};

use python3_sys as ffi;

use super::scalar::{self, small_int, SMALL_BITS};
use super::{Visited, Visitor};
use crate::draw::FEW;
use crate::python::capi::error::vec_of;

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

/// Up to this many weights are copied to the stack.
const MOST_ON_STACK: usize = 1024;

/// Visits the weights in a list or tuple if all are numbers of a known layout.
///
/// # Safety
///
/// The items are alive.
#[inline(always)]
pub unsafe fn visit<V: Visitor>(items: &[*mut ffi::PyObject], visitor: V) -> Visited<V> {
    if items.len() > FEW {
        return visit_numbers(items, visitor);
    }
    // The sum of this few small ints cannot overflow.
    const { assert!((FEW as u64).checked_mul((1 << SMALL_BITS) - 1).is_some()) };
    let mut sums = [0; FEW];
    let mut sum = 0;
    for (running, &item) in sums.iter_mut().zip(items) {
        let Some(weight) = small_int(item) else { return visit_numbers(items, visitor) };
        sum += weight;
        *running = sum;
    }
    Ok(visitor.visit_sums(&sums[..items.len()]))
}

#[inline(never)]
unsafe fn visit_numbers<V: Visitor>(items: &[*mut ffi::PyObject], visitor: V) -> Visited<V> {
    if items.len() <= MOST_ON_STACK {
        let mut copy = [MaybeUninit::uninit(); MOST_ON_STACK];
        return visit_copied(items, &mut copy[..items.len()], visitor);
    }
    match vec_of(items.len()) {
        Ok(mut copy) => visit_copied(items, &mut copy.spare_capacity_mut()[..items.len()], visitor),
        Err(raised) => Ok(Err(raised)),
    }
}

/// Copies and visits the numbers, unless the layout of one is not known.
#[inline(always)]
unsafe fn visit_copied<V: Visitor>(
    items: &[*mut ffi::PyObject],
    copy: &mut [MaybeUninit<u64>],
    visitor: V,
) -> Visited<V> {
    let mut integers = 0;
    for (number, &item) in copy.iter_mut().zip(items) {
        let Some(integer) = scalar::integer(item) else { break };
        number.write(integer);
        integers += 1;
    }
    if integers == items.len() {
        // All are written.
        return Ok(
            visitor.visit_weights(slice::from_raw_parts(copy.as_ptr().cast::<u64>(), integers))
        );
    }
    for number in &mut copy[..integers] {
        number.write((number.assume_init() as f64).to_bits());
    }
    for (number, &item) in copy[integers..].iter_mut().zip(&items[integers..]) {
        let Some(float) = scalar::float(item) else { return Err(visitor) };
        number.write(float.to_bits());
    }
    // All are written, and any 64 bits are a float.
    Ok(visitor.visit_weights(slice::from_raw_parts(copy.as_ptr().cast::<f64>(), items.len())))
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
