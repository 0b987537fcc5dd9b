//! Weights in any object, read by the public C API; every reading error is raised here or in
//! [`super::item`].

use std::fmt::Display;

use python3_sys as ffi;

use super::buffer::{cannot_show, is_masked, Format, View};
use super::item::{self, is_user_string};
use super::memory;
use super::numbers::Numbers;
use super::Visitor;
use crate::draw::value::Value;
use crate::python::capi::error::{no_memory, type_error, vec_of, Raised};
use crate::python::capi::object::Object;

/// Visits the weights in a buffer of numbers or any other sequence.
pub fn visit<V: Visitor>(object: &Object, visitor: V) -> Result<V::Output, Raised> {
    if !is_list_or_tuple(object) {
        if is_text(object)? {
            return Err(not_weights(object.type_name()));
        }
        refuse_non_sequence(object)?;
        if let Some(view) = view(object, not_weights)? {
            if let Some(numbers) = numbers(object, &view)? {
                return numbers.visit(visitor);
            }
        }
        refuse_mapping_and_table(object)?;
    }
    match Items::read(object)? {
        Items::Integers(weights) => visitor.visit_weights(&weights),
        Items::Floats(weights) => visitor.visit_weights(&weights),
    }
}

/// Whether the object's type is exactly that, so that further checks are unnecessary.
pub fn is_list_or_tuple(object: &Object) -> bool {
    // SAFETY: the object is alive.
    unsafe {
        ffi::PyList_CheckExact(object.as_ptr()) != 0
            || ffi::PyTuple_CheckExact(object.as_ptr()) != 0
    }
}

/// The numbers in an object's memory, or `None` for a row of Python objects.
///
/// The view must outlive the numbers.
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
        // An array can be iterated over; a memoryview of such items cannot.
        Format::Objects if !is_memoryview(object) => Ok(None),
        Format::Other if view.format_text() == c"g" && !is_memoryview(object) => Ok(None),
        Format::Objects | Format::Other => Err(not_weights(view.description(object))),
    }
}

pub fn is_memoryview(object: &Object) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyMemoryView_Check(object.as_ptr()) != 0 }
}

/// A view of the object's memory, or `None` if it has no usable one. `refused` raises an error that
/// names what was given.
pub fn view(object: &Object, refused: fn(String) -> Raised) -> Result<Option<View>, Raised> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } == 0 {
        return Ok(None);
    }
    View::of(object).map(Some).or_else(|error| {
        // A released memoryview raises its own error.
        if !cannot_show() || is_memoryview(object) {
            return Err(error);
        }
        let why = Object::of_raised()?.str()?;
        if has_numbers_of_its_own(object)? {
            return Ok(None);
        }
        Err(refused(format!("{}: {why}", object.type_name())))
    })
}

/// Whether the object is an array of a dtype that another library added, like bfloat16. Of numpy's
/// own, only dates, times and text have no buffer.
fn has_numbers_of_its_own(object: &Object) -> Result<bool, Raised> {
    let Some(dtype) = object.attribute_if_any(c"dtype")? else { return Ok(false) };
    let kind = dtype.attribute_if_any(c"kind")?.map(|kind| kind.repr());
    Ok(!matches!(kind.as_deref(), None | Some("'M'" | "'m'" | "'T'")))
}

fn not_weights(given: String) -> Raised {
    type_error(&format!("weights must be a one-dimensional sequence of numbers, not {given}"))
}

fn many_dimensional(object: &Object, count: impl Display) -> Raised {
    not_weights(format!("{count}-dimensional {}", object.type_name()))
}

/// Text and bytes: sequences, but hardly ever meant as weights.
pub fn is_text(object: &Object) -> Result<bool, Raised> {
    // SAFETY: the object is alive.
    let text = unsafe {
        ffi::PyUnicode_Check(object.as_ptr()) != 0
            || ffi::PyBytes_Check(object.as_ptr()) != 0
            || ffi::PyByteArray_Check(object.as_ptr()) != 0
    };
    Ok(text || is_user_string(object)?)
}

/// Rejects numbers, sets and iterators, some of which have a buffer: that of one of numpy's dates
/// holds the bytes it is made of. A tensor is no sequence either, by the C API, but is read as one.
fn refuse_non_sequence(object: &Object) -> Result<(), Raised> {
    if is_sequence(object)? {
        return Ok(());
    }
    let advice = if object.type_name() == "dict_values" { ": take list(...) of it" } else { "" };
    Err(not_weights(format!("{}{advice}", object.type_name())))
}

pub fn is_sequence(object: &Object) -> Result<bool, Raised> {
    // SAFETY: the object is alive.
    Ok(unsafe { ffi::PySequence_Check(object.as_ptr()) } != 0 || is_tensor(object)?)
}

fn is_tensor(object: &Object) -> Result<bool, Raised> {
    // SAFETY: the object is alive.
    let is_indexed = unsafe { ffi::PyMapping_Check(object.as_ptr()) } != 0;
    Ok(is_indexed
        && object.attribute_if_any(c"__len__")?.is_some()
        && object.attribute_if_any(c"ndim")?.is_some_and(|ndim| ndim.repr() != "0"))
}

/// Rejects mappings and anything with `ndim != 1`.
fn refuse_mapping_and_table(object: &Object) -> Result<(), Raised> {
    if is_mapping(object)? {
        return Err(not_weights(object.type_name()));
    }
    // Iterating over a DataFrame gives the names of its columns.
    match dimensions(object)? {
        None | Some(1) => Ok(()),
        Some(count) => Err(many_dimensional(object, count)),
    }
}

pub fn is_mapping(object: &Object) -> Result<bool, Raised> {
    // `collections.abc` has its classes from there; `os`, which this module imports, has loaded it.
    object.is_instance_of_imported("_collections_abc", c"Mapping")
}

/// The `ndim` of an array or tensor.
pub fn dimensions(object: &Object) -> Result<Option<usize>, Raised> {
    let count = object.attribute_if_any(c"ndim")?.map(|count| count.repr());
    Ok(count.and_then(|count| count.parse().ok()))
}

/// The items of a sequence, finite and not negative.
enum Items {
    Integers(Vec<u128>),
    /// At least one was a float.
    Floats(Vec<f64>),
}

impl Items {
    /// Reads a sequence by iteration; the first item that cannot be a weight is the error.
    fn read(sequence: &Object) -> Result<Self, Raised> {
        let mut items = Items::Integers(Vec::new());
        sequence.for_each(|item, index| items.push(item::read(item, index)?))?;
        Ok(items)
    }

    fn push(&mut self, item: Value) -> Result<(), Raised> {
        if let (Items::Integers(integers), Value::Float(_)) = (&mut *self, &item) {
            let mut floats = vec_of(integers.len())?;
            floats.extend(integers.iter().map(|&weight| weight as f64));
            *self = Items::Floats(floats);
        }
        match (self, item) {
            (Items::Integers(weights), Value::Integer(weight)) => push(weights, weight),
            (Items::Floats(weights), Value::Integer(weight)) => push(weights, weight as f64),
            (Items::Floats(weights), Value::Float(weight)) => push(weights, weight),
            (Items::Integers(_), Value::Float(_)) => unreachable!("they are floats by now"),
        }
    }
}

fn push<T>(weights: &mut Vec<T>, weight: T) -> Result<(), Raised> {
    weights.try_reserve(1).map_err(|_| no_memory())?;
    weights.push(weight);
    Ok(())
}
