//! One item of a sequence, converted by `__index__`, or else by `__float__`.

use std::ffi::c_int;

use python3_sys as ffi;

use super::{raise, scalar};
use crate::draw::{self, value::Value};
use crate::python::capi::calls;
use crate::python::capi::error::{overflow_error, type_error, value_error, Raised};
use crate::python::capi::object::Object;

/// The weight of the object at `index` of a sequence: finite, and not negative.
pub fn read(item: &Object, index: usize) -> Result<Value, Raised> {
    // SAFETY: the item is alive.
    unsafe {
        if let Some(integer) = scalar::integer(item.as_ptr()) {
            return Ok(Value::Integer(integer.into()));
        }
        if let Some(float) = scalar::float(item.as_ptr()) {
            return valid(float, index).map(Value::Float);
        }
    }
    let weight = read_by_methods(item, index)?;
    scalar::learn(item, weight)?;
    Ok(weight)
}

fn read_by_methods(item: &Object, index: usize) -> Result<Value, Raised> {
    // SAFETY: the item is alive; results are new references or null with an exception set.
    unsafe {
        if ffi::PyIndex_Check(item.as_ptr()) != 0 {
            match Object::from_new(calls::PyNumber_Index(item.as_ptr())) {
                Ok(integer) => return read_integer(&integer, index).map(Value::Integer),
                // Arrays and tensors of one number have both methods, whatever its type.
                Err(_) if is_type_error() && is_real_scalar_array(item)? => {}
                Err(raised) => return Err(name_the_index(raised, item, index)),
            }
        }
        if ffi::PyFloat_CheckExact(item.as_ptr()) != 0 {
            return read_float(item, index).map(Value::Float);
        }
        if is_text(item)? || is_complex_or_date(item)? {
            return Err(not_a_number(item, index));
        }
        let type_of_item = Object::from_borrowed(ffi::Py_TYPE(item.as_ptr()).cast());
        if type_of_item.attribute_if_any(c"__float__")?.is_none() {
            return Err(not_a_number(item, index));
        }
        let float = Object::from_new(calls::PyNumber_Float(item.as_ptr()))
            .map_err(|raised| name_the_index(raised, item, index))?;
        let weight = read_float(&float, index)?;
        if weight == 0.0 && is_nonzero(item, &type_of_item)? {
            let (given, type_name) = (item.repr(), item.type_name());
            return Err(value_error(&format!(
                "weights[{index}] is {given} ({type_name}): it is too small for a float; \
                 multiply all weights"
            )));
        }
        Ok(Value::Float(weight))
    }
}

fn not_a_number(item: &Object, index: usize) -> Raised {
    let (given, type_name) = (item.repr(), item.type_name());
    type_error(&format!(
        "weights[{index}] is {given} ({type_name}): a weight must be an integer or a float"
    ))
}

fn is_type_error() -> bool {
    // SAFETY: an exception is set, and its types live as long as the interpreter.
    unsafe { ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0 }
}

/// Adds the index to a TypeError that no Python code has raised. Any other exception passes.
fn name_the_index(raised: Raised, item: &Object, index: usize) -> Raised {
    if !is_type_error() || !Object::raised_has_no_traceback() {
        return raised;
    }
    let why = match Object::of_raised().and_then(|error| error.str()) {
        Ok(why) => why,
        Err(raised) => return raised,
    };
    let (given, type_name) = (item.repr(), item.type_name());
    type_error(&format!("weights[{index}] is {given} ({type_name}): {why}"))
}

/// Whether the item is an array or tensor of no dimension that holds a real number. The exception
/// that is set is cleared if so, and stays if not.
fn is_real_scalar_array(item: &Object) -> Result<bool, Raised> {
    let raised = Object::of_raised()?;
    let dimensions = item.attribute_if_any(c"ndim")?.map(|ndim| ndim.repr());
    let kind = match item.attribute_if_any(c"dtype")? {
        Some(dtype) => dtype.attribute_if_any(c"kind")?.map(|kind| kind.repr()),
        None => None,
    };
    let is_real = !matches!(kind.as_deref(), Some("'c'" | "'m'" | "'M'" | "'O'" | "'S'" | "'U'"));
    let answer = dimensions.as_deref() == Some("0") && is_real;
    if !answer {
        raised.raise_again();
    }
    Ok(answer)
}

/// `str`, and `UserString`, which has a `__float__`.
fn is_text(item: &Object) -> Result<bool, Raised> {
    // SAFETY: the item is alive.
    Ok(unsafe { ffi::PyUnicode_Check(item.as_ptr()) } != 0 || is_user_string(item)?)
}

pub fn is_user_string(object: &Object) -> Result<bool, Raised> {
    // SAFETY: an object's type lives as long as the object.
    let is_class = unsafe { (*ffi::Py_TYPE(object.as_ptr())).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE };
    Ok(is_class != 0 && object.is_instance_of_imported("collections", c"UserString")?)
}

/// The truth value of a number.
fn is_nonzero(item: &Object, type_of_item: &Object) -> Result<bool, Raised> {
    if type_of_item.attribute_if_any(c"__bool__")?.is_none() {
        return Ok(false);
    }
    item.is_true()
}

/// Whether the item is a numpy complex number or date, which have a `__float__`.
fn is_complex_or_date(item: &Object) -> Result<bool, Raised> {
    // SAFETY: the item is alive.
    if unsafe { ffi::PyFloat_Check(item.as_ptr()) } != 0 {
        return Ok(false);
    }
    Ok(item.is_instance_of_imported("numpy", c"datetime64")?
        || item.is_instance_of_imported("numpy", c"timedelta64")?
        || item.is_instance_of_imported("numbers", c"Complex")?
            && !item.is_instance_of_imported("numbers", c"Real")?)
}

fn read_float(float: &Object, index: usize) -> Result<f64, Raised> {
    // SAFETY: a float.
    valid(unsafe { ffi::PyFloat_AsDouble(float.as_ptr()) }, index)
}

fn valid(weight: f64, index: usize) -> Result<f64, Raised> {
    match draw::Error::of_float(weight, index) {
        None => Ok(weight),
        Some(error) => Err(raise(error)),
    }
}

fn read_integer(integer: &Object, index: usize) -> Result<u128, Raised> {
    let mut overflow: c_int = 0;
    // SAFETY: an int, or an instance of a subclass, which this call reads as an int.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(integer.as_ptr(), &mut overflow) };
    if overflow == 0 {
        return value
            .try_into()
            .map_err(|_| raise(draw::Error::Negative { index, weight: value.to_string() }));
    }
    let digits = integer.hexadecimal()?;
    match u128::from_str_radix(&digits, 16) {
        Ok(value) => Ok(value),
        Err(_) if digits.starts_with('-') => {
            let weight = integer.decimal_if_short(&digits);
            Err(raise(draw::Error::Negative { index, weight }))
        }
        Err(_) => Err(overflow_error(&format!(
            "weights[{index}] is {}: integers must stay below 2**128, or be given as floats",
            integer.decimal_if_short(&digits)
        ))),
    }
}
