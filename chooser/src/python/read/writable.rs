//! Buffers of int64 that a call reads and writes.

use std::mem::{align_of, size_of};
use std::slice;

use python3_sys as ffi;

use super::buffer::{is_masked, Format, View};
use super::numbers::Kind;
use crate::python::capi::calls;
use crate::python::capi::error::{type_error, value_error, Raised};
use crate::python::capi::object::Object;

/// A writable, native, C-contiguous buffer of int64.
pub struct Writable(View);

impl Writable {
    /// The buffer in the argument called `name`, which must have that shape.
    pub fn of(name: &str, object: &Object, shape: &[usize]) -> Result<Self, Raised> {
        let not_a_buffer = |given| {
            Err(type_error(&format!("{name} must be a buffer of native int64, not {given}")))
        };
        // SAFETY: the object is alive.
        if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } == 0 || is_masked(object)? {
            return not_a_buffer(object.type_name());
        }
        let view = View::of(object)?;
        if !matches!(view.format(), Format::Numbers { kind: Kind::I64, swapped: false }) {
            return not_a_buffer(view.description(object));
        }
        let unfit = |why: &str| {
            Err(value_error(&format!(
                "{name} {why}: it must be a writable C-contiguous {} of shape {}",
                if shape.len() == 1 { "array" } else { "table" },
                in_words(shape)
            )))
        };
        let given: Vec<usize> = view.shape().iter().map(|&length| length as usize).collect();
        if given != shape {
            return unfit(&format!("has shape {}", in_words(&given)));
        }
        if !view.is_c_contiguous() {
            return unfit("is not C-contiguous");
        }
        if view.raw().readonly != 0 {
            return unfit("is read-only");
        }
        // The address of no numbers may be any.
        if view.raw().len > 0 && view.raw().buf as usize % align_of::<i64>() != 0 {
            return unfit("is not aligned");
        }
        Ok(Writable(view))
    }

    fn len(&self) -> usize {
        self.0.raw().len as usize / size_of::<i64>()
    }

    pub fn numbers(&self) -> &[i64] {
        match self.len() {
            0 => &[],
            // SAFETY: the view has as many aligned int64, and with the GIL held, no Python code
            // writes.
            count => unsafe { slice::from_raw_parts(self.0.raw().buf.cast(), count) },
        }
    }

    pub fn numbers_mut(&mut self) -> &mut [i64] {
        match self.len() {
            0 => &mut [],
            // SAFETY: as for `numbers`, and the view is of memory that may be written to.
            count => unsafe { slice::from_raw_parts_mut(self.0.raw().buf.cast(), count) },
        }
    }
}

/// A new, uninitialised ndarray of int64.
pub fn new_array(count: usize) -> Result<Object, Raised> {
    let name = Object::of_text("numpy")?;
    // SAFETY: the name is alive; a new reference or null with an exception set.
    let numpy = unsafe { Object::from_new(calls::PyImport_Import(name.as_ptr())) }?;
    let (count, dtype) = (Object::of_index(count)?, Object::of_text("int64")?);
    numpy.attribute(c"empty")?.call(&[&count, &dtype])
}

/// A shape as Python writes it.
fn in_words(shape: &[usize]) -> String {
    match shape {
        [length] => format!("({length},)"),
        _ => {
            let lengths: Vec<_> = shape.iter().map(usize::to_string).collect();
            format!("({})", lengths.join(", "))
        }
    }
}
