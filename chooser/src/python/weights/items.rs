//! Reads the weights of an instance: one by one, compared, as text, copied.

use std::ffi::{c_int, c_void, CStr};
use std::ptr;

use python3_sys as ffi;

use super::held::Held;
use super::instance::Instance;
use super::raise;
use crate::draw::value::Value;
use crate::python::capi::calls;
use crate::python::capi::error::{index_error, value_error, Raised};
use crate::python::capi::method::{guarded, guarded_as, Method};
use crate::python::capi::object::Object;
use crate::python::read::item;
use crate::weights::Weights;

pub const FIND: Method = Method::of_one(c"find", find, FIND_DOC);
pub const COPY: Method = Method::of_none(c"__copy__", copy, c"__copy__($self, /)\n--\n\n");
pub const DEEPCOPY: Method =
    Method::of_one(c"__deepcopy__", deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n");
pub const REDUCE: Method = Method::of_none(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n");
pub const SIZEOF: Method = Method::of_none(c"__sizeof__", size, c"__sizeof__($self, /)\n--\n\n");

/// A table of attributes, as Python reads it.
#[repr(transparent)]
pub struct Attributes([ffi::PyGetSetDef; 2]);

// SAFETY: the pointers are to constants; Python only reads the table.
unsafe impl Sync for Attributes {}

impl Attributes {
    pub fn as_ptr(&self) -> *mut c_void {
        ptr::from_ref(&self.0).cast_mut().cast()
    }
}

pub static ATTRIBUTES: Attributes = Attributes([
    ffi::PyGetSetDef {
        name: c"total".as_ptr(),
        get: Some(total),
        set: None,
        doc: TOTAL_DOC.as_ptr(),
        closure: ptr::null_mut(),
    },
    ffi::PyGetSetDef {
        name: ptr::null(),
        get: None,
        set: None,
        doc: ptr::null(),
        closure: ptr::null_mut(),
    },
]);

const TOTAL_DOC: &CStr = c"The sum of the weights.

An int, or for floats a float, which is infinite if the sum overflows.";

unsafe extern "C" fn total(
    object: *mut ffi::PyObject,
    _closure: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: Python passes an instance, here as below.
    guarded(|| number(unsafe { Instance::held(object) }.read(Weights::total)?))
}

pub unsafe extern "C" fn len(object: *mut ffi::PyObject) -> isize {
    guarded_as(-1, || Ok(unsafe { Instance::held(object) }.read(Weights::len)? as isize))
}

/// `w[index]`; Python has added the length to a negative index.
pub unsafe extern "C" fn get(object: *mut ffi::PyObject, index: isize) -> *mut ffi::PyObject {
    guarded(|| {
        let held = unsafe { Instance::held(object) };
        let index = checked(held, index)?;
        let weight = held.read(|weights| weights.get(index))?;
        number(weight.expect("it is below the length"))
    })
}

/// Iterates by index, up to the current length.
pub unsafe extern "C" fn iterate(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: a new reference or null with an exception set.
    guarded(|| unsafe { Object::from_new(calls::PySeqIter_New(object)) })
}

/// The index of a weight; Python has added the length to a negative one.
pub fn checked(held: &Held, index: isize) -> Result<usize, Raised> {
    let len = held.read(Weights::len)?;
    usize::try_from(index).ok().filter(|&index| index < len).ok_or_else(|| {
        let given = if index < 0 { index - len as isize } else { index };
        index_error(&format!("index {given} is out of range: there are {len} weights"))
    })
}

/// The index from the start; negative ones count from the end.
pub fn from_start(held: &Held, index: isize) -> Result<isize, Raised> {
    let len = held.read(Weights::len)?;
    Ok(if index < 0 { index + len as isize } else { index })
}

fn number(value: Value) -> Result<Object, Raised> {
    // SAFETY: new references, or null with an exception set.
    unsafe {
        Object::from_new(match value {
            Value::Float(float) => ffi::PyFloat_FromDouble(float),
            Value::Integer(integer) => match u64::try_from(integer) {
                Ok(integer) => ffi::PyLong_FromUnsignedLongLong(integer),
                Err(_) => {
                    let digits = format!("{integer:x}\0");
                    ffi::PyLong_FromString(digits.as_ptr().cast(), ptr::null_mut(), 16)
                }
            },
        })
    }
}

const FIND_DOC: &CStr = c"find($self, point, /)
--

Find the first index whose running sum exceeds a point.

Parameters
----------
point : int or float
    From 0 up to but not including the total.

Returns
-------
int
    The index. Its weight is never 0.

Raises
------
ValueError
    If the point is negative, or not below the total.
OverflowError
    If the point is an integer of 2**128 or more.
TypeError
    If the point is not a number.

Notes
-----
For a uniform random integer below the total of integers, this is `choose`, and
takes as long. Running sums of floats are rounded.";

unsafe extern "C" fn find(
    object: *mut ffi::PyObject,
    point: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        let (held, point) = unsafe { (Instance::held(object), Object::of_argument(point)) };
        let value = item::read(&point, 0).map_err(|raised| {
            Object::reword_raised(raised, |text| {
                text.replace("weights[0]", "point").replace("a weight", "it")
            })
        })?;
        let (found, total) = held.read(|weights| (weights.find(value), weights.total()))?;
        match found {
            Some(index) => Object::of_index(index),
            None => Err(value_error(&format!(
                "point is {}: it must be below the total, {}",
                point.repr(),
                number(total)?.repr()
            ))),
        }
    })
}

/// `==` and `!=`.
pub unsafe extern "C" fn compare(
    object: *mut ffi::PyObject,
    other: *mut ffi::PyObject,
    operation: c_int,
) -> *mut ffi::PyObject {
    guarded(|| unsafe {
        // SAFETY: Python passes an instance and a live object; the constants are alive.
        let comparable = ffi::Py_TYPE(object) == ffi::Py_TYPE(other);
        if !comparable || (operation != ffi::Py_EQ && operation != ffi::Py_NE) {
            return Ok(Object::from_borrowed(ffi::Py_NotImplemented()));
        }
        let other = Instance::held(other);
        let equal =
            Instance::held(object).read(|weights| other.read(|other| weights == other))??;
        let answer =
            if equal == (operation == ffi::Py_EQ) { ffi::Py_True() } else { ffi::Py_False() };
        Ok(Object::from_borrowed(answer))
    })
}

/// `Weights([6, 6, 0, 3])`, or if they are many, how many.
pub unsafe extern "C" fn repr(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    const FEW: usize = 100;
    guarded(|| {
        let held = unsafe { Instance::held(object) };
        let (len, total) = held.read(|weights| (weights.len(), weights.total()))?;
        if len > FEW {
            let kind = if matches!(total, Value::Integer(_)) { "integers" } else { "floats" };
            return Object::of_text(&format!("<Weights of {len} {kind}>"));
        }
        let weights: Vec<Value> = held.read(|weights| weights.iter().collect())?;
        let mut written = Vec::new();
        for weight in weights {
            written.push(number(weight)?.repr());
        }
        Object::of_text(&format!("Weights([{}])", written.join(", ")))
    })
}

unsafe extern "C" fn copy(
    object: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| unsafe {
        let clone = Instance::held(object).read(Weights::try_clone)?.map_err(raise)?;
        Instance::with(ffi::Py_TYPE(object), clone)
    })
}

unsafe extern "C" fn deepcopy(
    object: *mut ffi::PyObject,
    _memo: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    copy(object, _memo)
}

/// The type and its argument: unpickling calls nothing else.
unsafe extern "C" fn reduce(
    object: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: a new reference or null with an exception set; the list takes over the items.
        unsafe {
            let weights = Instance::held(object).share()?;
            let list = Object::from_new(calls::PyList_New(weights.len() as isize))?;
            for (place, weight) in weights.iter().enumerate() {
                let item = number(weight)?.into_ptr();
                if ffi::PyList_SetItem(list.as_ptr(), place as isize, item) != 0 {
                    return Err(Raised);
                }
            }
            let arguments = Object::of_items([list])?;
            let class = Object::from_borrowed(ffi::Py_TYPE(object).cast());
            Object::of_items([class, arguments])
        }
    })
}

/// The memory of an instance, in bytes.
unsafe extern "C" fn size(
    object: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        let bytes = unsafe { Instance::held(object) }.read(Weights::bytes)?;
        Object::of_index(std::mem::size_of::<Instance>() + bytes)
    })
}
