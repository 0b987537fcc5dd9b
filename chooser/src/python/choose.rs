//! `chooser.choose`: the quick way for what lies open, and for everything else the way by public
//! calls, which also finds every error.

use std::ffi::CStr;

use python3_sys as ffi;

use super::method::{guarded, Method};
use super::object::Object;
use super::{layout, weights};
use crate::draw::{self, choose_by_sums, FEW};
use crate::generator::with_current;

pub static METHOD: Method = Method::of_one(c"choose", choose, DOC);

const DOC: &CStr = c"choose(weights, /)
--

Draw an index: i with probability weights[i] / sum(weights).

weights are one or more non-negative numbers in a list, tuple, range,
array.array, memoryview, one-dimensional ndarray of integers, floats or truth
values, or any other sequence, which is read by iteration. Its items are asked
for __index__, or else for __float__. Native contiguous memory is read where it
lies; no other thread may write to it meanwhile without the GIL.

Integers are exact: no probability is off at all, up to a sum of 2**128 - 1. If
any weight is a float, all are taken as floats, and probabilities are exact
within their rounding. An index of weight 0 is never drawn. Nine weights in a
list or array take about 30 nanoseconds, long ones about a nanosecond a weight.

Words come from the calling thread's generator (see seed); the same seed and
the same integers draw the same whatever holds them. A point below the sum is
drawn by Lemire's multiplication with rejection, from one 64-bit word, or where
it is rejected the next; if the sum is 2**64 or more, from two words at a time,
the first the upper half. The index is the first whose running sum is above the
point. Of floats, whose sums are formed in blocks of 32, the point is the
word's upper 53 bits, over 2**53, times the sum.

Raises, with the culprit in the text and no word of the generator used:
ValueError where weights are empty, all 0, negative, infinite or nan;
OverflowError where integers reach 2**128; TypeError for text, bytes, mappings,
sets, iterators, more or fewer dimensions than one, masked arrays, and items
that are no real numbers. Exceptions of the items' own code pass through.";

unsafe extern "C" fn choose(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: Python passes a live object, and no Python code runs during the quick way.
        let index = match unsafe { choose_quickly(weights) } {
            Some(index) => index,
            None => weights::choose(unsafe { &Object::from_borrowed(weights) })?,
        };
        Object::of_index(index)
    })
}

/// Draws from few small ints or floats in a list or tuple, and from native numbers in memory.
///
/// # Safety
///
/// `weights` is alive.
#[inline(always)]
pub unsafe fn choose_quickly(weights: *mut ffi::PyObject) -> Option<usize> {
    if let Some(items) = layout::items(weights) {
        return choose_from_items(items);
    }
    let numbers = layout::numbers(weights)?;
    with_current(|generator| numbers.choose_in_place(generator))
}

#[inline(always)]
unsafe fn choose_from_items(items: &[*mut ffi::PyObject]) -> Option<usize> {
    if items.len() > FEW {
        return choose_from_many(items);
    }
    let mut sums = [0; FEW];
    let mut sum = 0;
    for (running, &item) in sums.iter_mut().zip(items) {
        let Some(weight) = layout::small_int(item) else {
            return choose_from_floats(items);
        };
        sum += weight;
        *running = sum;
    }
    (sum > 0).then(|| {
        with_current(|generator| choose_by_sums(&sums[..items.len()], || generator.word()))
    })
}

#[inline(never)]
unsafe fn choose_from_floats(items: &[*mut ffi::PyObject]) -> Option<usize> {
    let mut values = [0.0; FEW];
    for (value, &item) in values.iter_mut().zip(items) {
        *value = layout::float(item)?;
    }
    with_current(|generator| draw::choose(&values[..items.len()], generator).ok())
}

#[inline(never)]
unsafe fn choose_from_many(items: &[*mut ffi::PyObject]) -> Option<usize> {
    with_current(|generator| {
        if let Some(weights) =
            items.iter().map(|&item| layout::small_int(item)).collect::<Option<Vec<u64>>>()
        {
            return draw::choose(&weights, generator).ok();
        }
        let weights =
            items.iter().map(|&item| layout::float(item)).collect::<Option<Vec<f64>>>()?;
        draw::choose(&weights, generator).ok()
    })
}
