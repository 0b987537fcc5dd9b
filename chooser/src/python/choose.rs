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

Draw an index.";

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
