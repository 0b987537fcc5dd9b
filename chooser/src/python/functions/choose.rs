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

Draw an index i with probability weights[i] / sum(weights).

Parameters
----------
weights : sequence of numbers
    One or more numbers, none negative: a list, tuple, range, array.array,
    memoryview, one-dimensional ndarray of integers, floats or bools, or any
    other sequence, which is read by iteration. An item is asked for
    __index__, or else for __float__. Native contiguous memory is not copied:
    no other thread may write to it meanwhile without the GIL.

Returns
-------
int
    The index. One of weight 0 is never drawn.

Raises
------
ValueError
    If there are no weights, all are 0, or one is negative, infinite or NaN.
OverflowError
    If an integer, or the sum of the integers, is 2**128 or more.
TypeError
    If weights are text, bytes, a mapping, a set, an iterator, a masked array
    or not of one dimension, or if an item is not a real number.

The message names the weight and its index, and no random word is used up.
Exceptions raised by code of the weights pass through.

Notes
-----
Integers are drawn exactly. If any weight is a float, all are taken as floats,
and a probability is off by the rounding of the sums, about 2**-53 a weight.

The same seed (see `seed`) and the same integers give the same draws, whatever
holds them, on every platform and in every release. For integers, a point
below the sum is drawn by Lemire's multiplication with rejection (2019) from
one 64-bit word of the calling thread's generator, or the next if it is
rejected; from two at a time, the first the upper half, if the sum is 2**64 or
more. For floats, whose sums are formed in blocks of 32, it is the upper 53
bits of one word, over 2**53, times the sum. The index is the first whose
running sum is above the point.

Nine weights in a list or array take about 30 ns; of many, each takes a few ns
in a list, less than 1 ns in an array.";

unsafe extern "C" fn choose(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes a live object.
    guarded(|| Object::of_index(unsafe { read::weights(weights, Draw) }?))
}

/// Draws an index. The generator is borrowed only now that the weights are read: reading them may
/// have run Python code, which may have drawn too.
pub struct Draw;

impl Visitor for Draw {
    type Output = usize;

    #[inline(always)]
    fn visit_sums(self, sums: &[u64]) -> Result<usize, Raised> {
        with_current(|generator| draw::choose_by_sums(sums, generator)).map_err(read::raise)
    }

    #[inline(always)]
    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<usize, Raised> {
        with_current(|generator| draw::choose(weights, generator)).map_err(read::raise)
    }
}
