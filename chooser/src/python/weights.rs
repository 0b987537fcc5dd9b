//! Draws from any object that holds weights, by public calls of the C API: what every object gets that
//! [`super::layout`] does not know, and where every error of reading comes from.

use std::ffi::c_int;
use std::fmt::Display;

use python3_sys as ffi;

use super::error::Error;
use super::layout;
use super::numbers::Numbers;
use super::object::{shorten, Object};
use super::view::{is_masked, Format, View};
use crate::draw;
use crate::generator::with_current;

/// Draws an index from a buffer of numbers or any other sequence.
pub fn choose(weights: &Object) -> Result<usize, Error> {
    refuse_text(weights)?;
    refuse_single(weights)?;
    // SAFETY: the object is alive.
    if unsafe { ffi::PyObject_CheckBuffer(weights.as_ptr()) } != 0 {
        let view = view(weights)?;
        if let Some(numbers) = numbers(weights, &view)? {
            return Ok(with_current(|generator| numbers.choose(generator))?);
        }
    }
    refuse_unordered(weights)?;
    match Items::read(weights)? {
        Items::Integers(weights) => {
            Ok(with_current(|generator| draw::choose(&weights, generator))?)
        }
        Items::Floats(weights) => Ok(with_current(|generator| draw::choose(&weights, generator))?),
    }
}

/// The numbers in an object's memory, or `None` for a row of Python objects.
///
/// The view is to outlive the numbers.
fn numbers(weights: &Object, view: &View) -> Result<Option<Numbers>, Error> {
    if is_masked(weights)? {
        return Err(not_weights(weights, ": fill or compress it first"));
    }
    let [length] = *view.shape() else {
        return Err(many_dimensional(weights, view.shape().len()));
    };
    match view.format() {
        Format::Numbers { kind, swapped } => {
            let raw = view.raw();
            // SAFETY: the object is alive and viewed; the view has one dimension.
            unsafe {
                let numbers = Numbers::new(kind, raw.buf, length, view.stride(), swapped);
                layout::learn(weights, &numbers)?;
                Ok(Some(numbers))
            }
        }
        // The items of an array can be asked for; a memoryview does not give them away.
        Format::Objects if !is_memoryview(weights) => Ok(None),
        Format::Objects | Format::Other => {
            Err(Error::NotWeights { given: view.description(weights) })
        }
    }
}

fn is_memoryview(object: &Object) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyMemoryView_Check(object.as_ptr()) != 0 }
}

fn view(weights: &Object) -> Result<View, Error> {
    View::of(weights).or_else(|error| {
        // SAFETY: the object is alive, and the exceptions' types live as long as the interpreter.
        let cannot_show = unsafe {
            // A released memoryview says so itself; an array of dates, say, has no numbers to show.
            ffi::PyErr_ExceptionMatches(ffi::PyExc_BufferError) != 0
                || ffi::PyErr_ExceptionMatches(ffi::PyExc_ValueError) != 0
                    && !is_memoryview(weights)
        };
        if !cannot_show {
            return Err(error);
        }
        let why = Object::of_raised()?.str()?;
        Err(not_weights(weights, &format!(": {why}")))
    })
}

fn not_weights(object: &Object, why: &str) -> Error {
    Error::NotWeights { given: format!("{}{why}", object.type_name()) }
}

fn many_dimensional(object: &Object, count: impl Display) -> Error {
    Error::NotWeights { given: format!("{count}-dimensional {}", object.type_name()) }
}

/// Text and bytes are sequences, but hardly ever meant as weights.
fn refuse_text(object: &Object) -> Result<(), Error> {
    // SAFETY: the object is alive.
    let text = unsafe {
        ffi::PyUnicode_Check(object.as_ptr()) != 0
            || ffi::PyBytes_Check(object.as_ptr()) != 0
            || ffi::PyByteArray_Check(object.as_ptr()) != 0
    };
    if text {
        return Err(not_weights(object, ""));
    }
    Ok(())
}

/// Numbers, sets and iterators have no item at an index. Some single values do show memory, though: numpy's dates
/// the bytes they are made of.
fn refuse_single(object: &Object) -> Result<(), Error> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(object.as_ptr()) } == 0 {
        return Err(not_weights(object, ""));
    }
    Ok(())
}

/// What a mapping has at an index, and a table, is no weight.
fn refuse_unordered(object: &Object) -> Result<(), Error> {
    // Where `collections.abc` is made; `os`, which this module imports, has loaded it.
    if object.is_instance_of_imported("_collections_abc", c"Mapping")? {
        return Err(not_weights(object, ""));
    }
    // Iterating a table of pandas, say, gives the names of its columns.
    let dimensions = object.attribute_if_any(c"ndim")?.map(|count| count.repr());
    if let Some(count) = dimensions.filter(|count| count.parse::<usize>().is_ok_and(|n| n != 1)) {
        return Err(many_dimensional(object, count));
    }
    Ok(())
}

/// What the items of a sequence say when asked for their value.
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
    fn read(sequence: &Object) -> Result<Self, Error> {
        // SAFETY: new references, or null with or without an exception set; each item is kept alive
        // while it is read, whatever its own code does to the sequence.
        unsafe {
            let iterator = Object::from_new(ffi::PyObject_GetIter(sequence.as_ptr()))?;
            let mut items = Items::Integers(Vec::new());
            loop {
                let item = ffi::PyIter_Next(iterator.as_ptr());
                if item.is_null() {
                    break;
                }
                let item = Object::from_new(item)?;
                let index = items.len();
                items.push(read_item(&item, index)?);
            }
            if ffi::PyErr_Occurred().is_null() {
                Ok(items)
            } else {
                Err(Error::Raised)
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Items::Integers(weights) => weights.len(),
            Items::Floats(weights) => weights.len(),
        }
    }

    fn push(&mut self, item: Item) {
        match (&mut *self, item) {
            (Items::Integers(weights), Item::Integer(weight)) => weights.push(weight),
            (Items::Floats(weights), Item::Integer(weight)) => weights.push(weight as f64),
            (Items::Floats(weights), Item::Float(weight)) => weights.push(weight),
            (Items::Integers(weights), Item::Float(weight)) => {
                let before = weights.iter().map(|&weight| weight as f64);
                *self = Items::Floats(before.chain([weight]).collect());
            }
        }
    }
}

/// Asks an item for `__index__`, or else for `__float__`.
fn read_item(item: &Object, index: usize) -> Result<Item, Error> {
    let not_a_number =
        || Error::NotANumber { index, given: item.repr(), type_name: item.type_name() };
    // SAFETY: the item is alive; results are new references or null with an exception set.
    unsafe {
        if ffi::PyIndex_Check(item.as_ptr()) != 0 {
            let integer = Object::from_new(ffi::PyNumber_Index(item.as_ptr()))?;
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
        let float = Object::from_new(ffi::PyNumber_Float(item.as_ptr()))?;
        read_float(&float, index).map(Item::Float)
    }
}

/// numpy's complex numbers and dates have a `__float__`, but are no real numbers.
fn is_complex_or_date(item: &Object) -> Result<bool, Error> {
    // SAFETY: the item is alive.
    if unsafe { ffi::PyFloat_Check(item.as_ptr()) } != 0 {
        return Ok(false);
    }
    Ok(item.is_instance_of_imported("numpy", c"datetime64")?
        || item.is_instance_of_imported("numpy", c"timedelta64")?
        || item.is_instance_of_imported("numbers", c"Complex")?
            && !item.is_instance_of_imported("numbers", c"Real")?)
}

fn read_float(float: &Object, index: usize) -> Result<f64, Error> {
    // SAFETY: a float.
    let weight = unsafe { ffi::PyFloat_AsDouble(float.as_ptr()) };
    match draw::Error::of_float(weight, index) {
        None => Ok(weight),
        Some(error) => Err(error.into()),
    }
}

fn read_integer(integer: &Object, index: usize) -> Result<u128, Error> {
    let mut overflow: c_int = 0;
    // SAFETY: an int, or an instance of a subclass, which this call reads as an int.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(integer.as_ptr(), &mut overflow) };
    if overflow == 0 {
        return value
            .try_into()
            .map_err(|_| draw::Error::Negative { index, weight: value.to_string() }.into());
    }
    let digits = integer.hexadecimal()?;
    match u128::from_str_radix(&digits, 16) {
        Ok(value) => Ok(value),
        Err(_) if digits.starts_with('-') => {
            let weight = written(integer, &digits);
            Err(draw::Error::Negative { index, weight }.into())
        }
        Err(_) => Err(Error::TooLarge { index, given: written(integer, &digits) }),
    }
}

/// A large integer for people: in decimals where these fit a line, else the first of its hexadecimal digits, which
/// take no long division.
fn written(integer: &Object, digits: &str) -> String {
    const FEW: usize = 48;
    match digits.strip_prefix('-') {
        _ if digits.len() <= FEW => integer.repr(),
        Some(digits) => shorten(&format!("-0x{digits}")),
        None => shorten(&format!("0x{digits}")),
    }
}
