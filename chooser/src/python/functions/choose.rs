//! `chooser.choose`.

use std::ffi::CStr;

use python3_sys as ffi;

use crate::draw::{self, Weight};
use crate::generator::with_current;
use crate::python::capi::error::Raised;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::{self, Visitor};

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
    // SAFETY: Python passes a live object.
    guarded(|| Object::of_index(unsafe { read::weights(weights, Draw) }??))
}

/// Draws an index. The generator is borrowed only now that the weights are read: reading them may
/// have run Python code, which may have drawn too.
pub struct Draw;

impl Visitor for Draw {
    type Output = Result<usize, Raised>;

    #[inline(always)]
    fn visit_sums(self, sums: &[u64]) -> Self::Output {
        with_current(|generator| draw::choose_by_sums(sums, generator)).map_err(read::raise)
    }

    #[inline(always)]
    fn visit_weights<W: Weight>(self, weights: &[W]) -> Self::Output {
        with_current(|generator| draw::choose(weights, generator)).map_err(read::raise)
    }
}
