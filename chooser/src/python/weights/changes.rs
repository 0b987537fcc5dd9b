//! Changes the weights of an instance. New weights are read before anything is changed, because
//! reading them may run Python code.

use std::ffi::{c_int, CStr};

use python3_sys as ffi;

use super::held::Held;
use super::instance::Instance;
use super::{items, raise};
use crate::draw::Weight;
use crate::python::capi::arguments::Parameters;
use crate::python::capi::calls;
use crate::python::capi::error::{no_memory, type_error, vec_of, Raised};
use crate::python::capi::method::{guarded, guarded_as, Method};
use crate::python::capi::object::Object;
use crate::python::read::buffer::{cannot_show, is_masked, Format, View};
use crate::python::read::numbers::Kind;
use crate::python::read::{self, item, Visitor};

pub const UPDATE: Method = Method::of_keywords(c"update", update, UPDATE_DOC);
pub const APPEND: Method = Method::of_one(c"append", append, APPEND_DOC);

/// `w[index] = weight`.
pub unsafe extern "C" fn set(
    object: *mut ffi::PyObject,
    index: isize,
    weight: *mut ffi::PyObject,
) -> c_int {
    guarded_as(-1, || {
        // SAFETY: Python passes an instance and a live object, or null to delete an item.
        let held = unsafe { Instance::held(object) };
        if weight.is_null() {
            return Err(type_error("weights cannot be deleted: set one to 0"));
        }
        let index = items::checked(held, index)?;
        let weight = item::read(unsafe { &Object::of_argument(weight) }, index)?;
        held.change(|weights| weights.set(index, weight))?.map_err(raise)?;
        Ok(0)
    })
}

const UPDATE_DOC: &CStr = c"update($self, indices, weights, /)
--

Set many weights, all or none: w[i] = x for each index i and weight x.

Parameters
----------
indices : sequence of ints, shape (n,)
    Which weights. Negative indices count from the end. If an index occurs more
    than once, its last weight wins.
weights : sequence of numbers, shape (n,)
    The new weights, as for `choose`.

Raises
------
ValueError, OverflowError, TypeError
    As `choose`, with the position among the new weights; or if there are not
    as many indices as weights.
IndexError
    If an index is out of range.

Nothing is changed then.";

const UPDATE_PARAMETERS: Parameters<2> = Parameters {
    function: "update",
    names: ["indices", "weights"],
    positional_only: 2,
    positional: 2,
    required: 2,
};

unsafe extern "C" fn update(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a method with, and its caller keeps.
        unsafe {
            let held = Instance::held(object);
            let [indices, weights] = UPDATE_PARAMETERS.bind(values, count, keywords)?;
            let indices = read_indices(&indices.expect("it is required"))?;
            let weights = weights.expect("it is required");
            read::weights(weights.as_ptr(), Update { held, indices })
        }
    })
}

/// Sets the weights at the indices.
struct Update<'a> {
    held: &'a Held,
    indices: Vec<isize>,
}

impl Visitor for Update<'_> {
    type Output = Object;

    fn visit_sums(self, sums: &[u64]) -> Result<Object, Raised> {
        read::with_weights_of(sums, |weights| self.visit_weights(weights))
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<Object, Raised> {
        let mut indices = vec_of(self.indices.len())?;
        for index in self.indices {
            indices.push(items::checked(self.held, items::from_start(self.held, index)?)?);
        }
        self.held.change(|all| all.update(&indices, weights))?.map_err(raise)?;
        Ok(Object::none())
    }
}

fn read_indices(indices: &Object) -> Result<Vec<isize>, Raised> {
    match memory_of_indices(indices)? {
        Some(indices) => Ok(indices),
        None => iterate_over_indices(indices),
    }
}

/// The indices, if they are a one-dimensional buffer of native int64.
fn memory_of_indices(indices: &Object) -> Result<Option<Vec<isize>>, Raised> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PyObject_CheckBuffer(indices.as_ptr()) } == 0 || is_masked(indices)? {
        return Ok(None);
    }
    let view = match View::of(indices) {
        Ok(view) => view,
        // Iterating will raise the proper error.
        Err(_) if cannot_show() => {
            // SAFETY: the exception is ours to clear.
            unsafe { calls::PyErr_Clear() };
            return Ok(None);
        }
        Err(raised) => return Err(raised),
    };
    let plain = matches!(view.format(), Format::Numbers { kind: Kind::I64, swapped: false });
    let [length] = *view.shape() else { return Ok(None) };
    if !plain {
        return Ok(None);
    }
    let mut read = vec_of(length as usize)?;
    let first: *const i64 = view.raw().buf.cast();
    for place in 0..length {
        // SAFETY: the view has so many, and with the GIL held, no Python code writes.
        let index = unsafe { first.byte_offset(place * view.stride()).read_unaligned() };
        let Ok(index) = index.try_into() else { return Ok(None) };
        read.push(index);
    }
    Ok(Some(read))
}

fn iterate_over_indices(indices: &Object) -> Result<Vec<isize>, Raised> {
    let mut read = Vec::new();
    indices.for_each(|item, _| {
        // SAFETY: the item is alive; after -1, an exception may be set.
        let index = unsafe { calls::PyNumber_AsSsize_t(item.as_ptr(), ffi::PyExc_IndexError) };
        if index == -1 && !unsafe { ffi::PyErr_Occurred() }.is_null() {
            return Err(Raised);
        }
        read.try_reserve(1).map_err(|_| no_memory())?;
        read.push(index);
        Ok(())
    })?;
    Ok(read)
}

const APPEND_DOC: &CStr = c"append($self, weight, /)
--

Add a weight at the end.

Parameters
----------
weight : int or float
    The weight, as an item of those for `choose`.

Raises
------
ValueError, OverflowError, TypeError
    As `choose`.";

unsafe extern "C" fn append(
    object: *mut ffi::PyObject,
    weight: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: Python passes an instance and a live object.
        let (held, weight) = unsafe { (Instance::held(object), Object::of_argument(weight)) };
        let weight = item::read(&weight, held.read(|weights| weights.len())?)?;
        held.change(|weights| weights.append(weight))?.map_err(raise)?;
        Ok(Object::none())
    })
}
