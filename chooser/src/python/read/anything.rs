//! Weights in any object, read by the public C API; every error of reading arises here.

use std::ffi::c_int;
use std::fmt::Display;

use python3_sys as ffi;

use super::buffer::{is_masked, Format, View};
use super::memory;
use super::numbers::Numbers;
use super::{raise, Visitor};
use crate::draw;
use crate::python::capi::calls;
use crate::python::capi::error::{
    in_a_line, no_memory, overflow_error, type_error, vec_of, Raised,
};
use crate::python::capi::object::Object;

/// Visits the weights in a buffer of numbers or any other sequence.
pub fn visit<V: Visitor>(object: &Object, visitor: V) -> Result<V::Output, Raised> {
    refuse_text(object)?;
    refuse_non_sequence(object)?;
    // SAFETY: the object is alive.
    if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } != 0 {
        let view = view(object)?;
        if let Some(numbers) = numbers(object, &view)? {
            return numbers.visit(visitor);
        }
    }
    refuse_mapping_and_table(object)?;
    match Items::read(object)? {
        Items::Integers(weights) => visitor.visit_weights(&weights),
        Items::Floats(weights) => visitor.visit_weights(&weights),
    }
}

/// The numbers in an object's memory, or `None` for a row of Python objects.
///
/// The view is to outlive the numbers.
fn numbers(object: &Object, view: &View) -> Result<Option<Numbers>, Raised> {
    if is_masked(object)? {
        return Err(not_weights(format!("{}: fill or compress it first", object.type_name())));
    }
    let [length] = *view.shape() else {
        return Err(many_dimensional(object, view.shape().len()));
    };
    match view.format() {
        Format::Numbers { kind, swapped } => {
            let raw = view.raw();
            // SAFETY: the object is alive and viewed; the view has one dimension.
            unsafe {
                let numbers = Numbers::new(kind, raw.buf, length, view.stride(), swapped);
                memory::learn(object, &numbers)?;
                Ok(Some(numbers))
            }
        }
        // An array can be iterated over; a memoryview of objects cannot.
        Format::Objects if !is_memoryview(object) => Ok(None),
        Format::Objects | Format::Other => Err(not_weights(view.description(object))),
    }
}

fn is_memoryview(object: &Object) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyMemoryView_Check(object.as_ptr()) != 0 }
}

fn view(object: &Object) -> Result<View, Raised> {
    View::of(object).or_else(|error| {
        // SAFETY: the object is alive, and the exceptions' types live as long as the interpreter.
        let cannot_show = unsafe {
            // An array of dates has no buffer; a released memoryview says itself what is wrong.
            ffi::PyErr_ExceptionMatches(ffi::PyExc_BufferError) != 0
                || ffi::PyErr_ExceptionMatches(ffi::PyExc_ValueError) != 0 && !is_memoryview(object)
        };
        if !cannot_show {
            return Err(error);
        }
        let why = Object::of_raised()?.str()?;
        Err(not_weights(format!("{}: {why}", object.type_name())))
    })
}

fn not_weights(given: String) -> Raised {
    type_error(&format!("weights must be a one-dimensional sequence of numbers, not {given}"))
}

fn many_dimensional(object: &Object, count: impl Display) -> Raised {
    not_weights(format!("{count}-dimensional {}", object.type_name()))
}

/// Rejects text and bytes: sequences, but hardly ever meant as weights.
fn refuse_text(object: &Object) -> Result<(), Raised> {
    // SAFETY: the object is alive.
    let text = unsafe {
        ffi::PyUnicode_Check(object.as_ptr()) != 0
            || ffi::PyBytes_Check(object.as_ptr()) != 0
            || ffi::PyByteArray_Check(object.as_ptr()) != 0
    };
    if text {
        return Err(not_weights(object.type_name()));
    }
    Ok(())
}

/// Rejects numbers, sets and iterators, some of which have a buffer: that of one of numpy's dates
/// holds the bytes it is made of.
fn refuse_non_sequence(object: &Object) -> Result<(), Raised> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(object.as_ptr()) } == 0 {
        return Err(not_weights(object.type_name()));
    }
    Ok(())
}

/// Rejects mappings and anything with `ndim != 1`.
fn refuse_mapping_and_table(object: &Object) -> Result<(), Raised> {
    // `collections.abc` has its classes from there; `os`, which this module imports, has loaded it.
    if object.is_instance_of_imported("_collections_abc", c"Mapping")? {
        return Err(not_weights(object.type_name()));
    }
    // Iterating over a DataFrame gives the names of its columns.
    let dimensions = object.attribute_if_any(c"ndim")?.map(|count| count.repr());
    if let Some(count) = dimensions.filter(|count| count.parse::<usize>().is_ok_and(|n| n != 1)) {
        return Err(many_dimensional(object, count));
    }
    Ok(())
}

/// The items of a sequence, not negative and finite.
enum Items {
    Integers(Vec<u128>),
    /// At least one was a float.
    Floats(Vec<f64>),
}

/// A weight that is not negative, and finite.
enum Item {
    Integer(u128),
    Float(f64),
}

impl Items {
    /// Reads a sequence by iteration; the first item that cannot be a weight is the error.
    fn read(sequence: &Object) -> Result<Self, Raised> {
        // SAFETY: new references, or null with or without an exception set. Each item is kept alive
        // while it is read, whatever its own code does to the sequence.
        unsafe {
            let iterator = Object::from_new(calls::PyObject_GetIter(sequence.as_ptr()))?;
            let mut items = Items::Integers(Vec::new());
            for index in 0.. {
                let item = calls::PyIter_Next(iterator.as_ptr());
                if item.is_null() {
                    break;
                }
                items.push(read_item(&Object::from_new(item)?, index)?)?;
                // An iterator written in C runs no Python code that would handle signals.
                if index % (1 << 16) == 0 && calls::PyErr_CheckSignals() != 0 {
                    return Err(Raised);
                }
            }
            if ffi::PyErr_Occurred().is_null() {
                Ok(items)
            } else {
                Err(Raised)
            }
        }
    }

    fn push(&mut self, item: Item) -> Result<(), Raised> {
        if let (Items::Integers(integers), Item::Float(_)) = (&mut *self, &item) {
            let mut floats = vec_of(integers.len())?;
            floats.extend(integers.iter().map(|&weight| weight as f64));
            *self = Items::Floats(floats);
        }
        match (self, item) {
            (Items::Integers(weights), Item::Integer(weight)) => push(weights, weight),
            (Items::Floats(weights), Item::Integer(weight)) => push(weights, weight as f64),
            (Items::Floats(weights), Item::Float(weight)) => push(weights, weight),
            (Items::Integers(_), Item::Float(_)) => unreachable!("they are floats by now"),
        }
    }
}

fn push<T>(weights: &mut Vec<T>, weight: T) -> Result<(), Raised> {
    weights.try_reserve(1).map_err(|_| no_memory())?;
    weights.push(weight);
    Ok(())
}

/// Asks an item for `__index__`, or else for `__float__`.
fn read_item(item: &Object, index: usize) -> Result<Item, Raised> {
    let not_a_number = || {
        let (given, type_name) = (item.repr(), item.type_name());
        type_error(&format!(
            "weights[{index}] is {given} ({type_name}): a weight must be an integer or a float"
        ))
    };
    // SAFETY: the item is alive; results are new references or null with an exception set.
    unsafe {
        if ffi::PyIndex_Check(item.as_ptr()) != 0 {
            let integer = Object::from_new(calls::PyNumber_Index(item.as_ptr()))?;
            return read_integer(&integer, index).map(Item::Integer);
        }
        if ffi::PyFloat_CheckExact(item.as_ptr()) != 0 {
            return read_float(item, index).map(Item::Float);
        }
        if ffi::PyUnicode_Check(item.as_ptr()) != 0 || is_complex_or_date(item)? {
            return Err(not_a_number());
        }
        let type_of_item = Object::from_borrowed(ffi::Py_TYPE(item.as_ptr()).cast());
        if type_of_item.attribute_if_any(c"__float__")?.is_none() {
            return Err(not_a_number());
        }
        let float = Object::from_new(calls::PyNumber_Float(item.as_ptr()))?;
        read_float(&float, index).map(Item::Float)
    }
}

/// Whether the item is one of numpy's complex numbers or dates, which have a `__float__`.
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
    let weight = unsafe { ffi::PyFloat_AsDouble(float.as_ptr()) };
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
            let weight = written(integer, &digits);
            Err(raise(draw::Error::Negative { index, weight }))
        }
        Err(_) => Err(overflow_error(&format!(
            "weights[{index}] is {}: integers must stay below 2**128, or be given as floats",
            written(integer, &digits)
        ))),
    }
}

/// A large integer for an error message: in decimals where these fit a line, else the first of its
/// hexadecimal digits, which take no long division.
fn written(integer: &Object, digits: &str) -> String {
    const FEW: usize = 48;
    match digits.strip_prefix('-') {
        _ if digits.len() <= FEW => integer.repr(),
        Some(digits) => in_a_line(&format!("-0x{digits}")),
        None => in_a_line(&format!("0x{digits}")),
    }
}
