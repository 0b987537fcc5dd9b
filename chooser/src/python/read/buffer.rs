//! The buffer protocol: views of the memory that objects export.

use std::ffi::{c_int, CStr};
use std::mem;

use python3_sys as ffi;

use super::numbers::Kind;
use crate::python::capi::calls;
use crate::python::capi::error::{in_a_line, Raised};
use crate::python::capi::object::Object;

/// A view of an object's memory, released when dropped. The description never moves, as its shape
/// and strides may point into it (those of an `array.array` do).
pub struct View(Box<ffi::Py_buffer>);

/// What the items of a view are.
pub enum Format {
    /// Numbers; `swapped` if the byte order is not this machine's.
    Numbers {
        kind: Kind,
        swapped: bool,
    },
    /// References to Python objects.
    Objects,
    Other,
}

impl View {
    /// Views an object that supports the buffer protocol.
    pub fn of(object: &Object) -> Result<Self, Raised> {
        let flags: c_int = ffi::PyBUF_RECORDS_RO;
        // SAFETY: a description may be all zeros; it describes a view once 0 is returned, or else
        // an exception is set.
        unsafe {
            let mut view: Box<ffi::Py_buffer> = Box::new(mem::zeroed());
            match calls::PyObject_GetBuffer(object.as_ptr(), &mut *view, flags) {
                0 => Ok(View(view)),
                _ => Err(Raised),
            }
        }
    }

    /// The C API's own struct.
    pub fn raw(&self) -> &ffi::Py_buffer {
        &self.0
    }

    /// The item format, in the syntax of the `struct` module.
    pub fn format_text(&self) -> &CStr {
        match self.0.format.is_null() {
            true => c"B",
            // SAFETY: a text of C that lives as long as the view.
            false => unsafe { CStr::from_ptr(self.0.format) },
        }
    }

    pub fn format(&self) -> Format {
        let (order, letter) = match self.format_text().to_bytes() {
            [letter] => (b'@', *letter),
            [order @ (b'@' | b'=' | b'<' | b'>' | b'!'), letter] => (*order, *letter),
            _ => (b'@', 0),
        };
        let swapped = match order {
            b'<' => cfg!(target_endian = "big"),
            b'>' | b'!' => cfg!(target_endian = "little"),
            _ => false,
        };
        match Kind::of_letter(letter, self.0.itemsize) {
            Some(kind) => Format::Numbers { kind, swapped },
            None if letter == b'O' => Format::Objects,
            None => Format::Other,
        }
    }

    /// The object's name in errors: its type and item format.
    pub fn description(&self, object: &Object) -> String {
        format!(
            "{} of format '{}'",
            object.type_name(),
            in_a_line(&self.format_text().to_string_lossy())
        )
    }

    /// The number of items along each dimension.
    pub fn shape(&self) -> &[isize] {
        match self.0.ndim {
            0 => &[],
            // SAFETY: there are as many as there are dimensions.
            count => unsafe { std::slice::from_raw_parts(self.0.shape, count as usize) },
        }
    }

    /// The stride in bytes of a one-dimensional view.
    pub fn stride(&self) -> isize {
        // SAFETY: as many as there are dimensions, or null: ctypes ignores that they are asked for.
        unsafe { self.0.strides.as_ref() }.copied().unwrap_or(self.0.itemsize)
    }

    /// The strides in bytes of a two-dimensional view: between rows, and between the items of a
    /// row.
    pub fn strides(&self) -> [isize; 2] {
        // SAFETY: as above.
        match unsafe { self.0.strides.cast::<[isize; 2]>().as_ref() } {
            Some(strides) => *strides,
            None => [self.shape()[1] * self.0.itemsize, self.0.itemsize],
        }
    }

    pub fn is_c_contiguous(&self) -> bool {
        // SAFETY: the view is a live one.
        unsafe { ffi::PyBuffer_IsContiguous(&*self.0, b'C' as _) != 0 }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: the view was made and is released once.
        unsafe { calls::PyBuffer_Release(&mut *self.0) }
    }
}

/// Whether the exception that is set means that an object cannot show its memory, as an array of
/// dates cannot.
pub fn cannot_show() -> bool {
    // SAFETY: an exception is set, and its types live as long as the interpreter.
    unsafe {
        ffi::PyErr_ExceptionMatches(ffi::PyExc_BufferError) != 0
            || ffi::PyErr_ExceptionMatches(ffi::PyExc_ValueError) != 0
    }
}

/// Whether the object is a numpy masked array, whose buffer includes the masked numbers.
pub fn is_masked(object: &Object) -> Result<bool, Raised> {
    object.is_instance_of_imported("numpy.ma", c"MaskedArray")
}
