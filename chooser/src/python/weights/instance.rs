//! An instance in memory: created by the type, and read by its methods.

use std::mem::{align_of, size_of};
use std::ptr;

use python3_sys as ffi;

use super::held::Held;
use crate::python::capi::calls;
use crate::python::capi::error::Raised;
use crate::python::capi::object::Object;
use crate::weights::Weights;

/// An instance. Python allocates it, and knows only its head.
#[repr(C)]
pub struct Instance {
    base: ffi::PyObject,
    held: Held,
}

// Python aligns objects to two pointers, and no further.
const _: () = assert!(align_of::<Instance>() <= 2 * size_of::<usize>());

impl Instance {
    /// The weights of an instance.
    ///
    /// # Safety
    ///
    /// `object` is an instance, which outlives the result.
    #[inline(always)]
    pub unsafe fn held<'a>(object: *mut ffi::PyObject) -> &'a Held {
        &(*object.cast::<Instance>()).held
    }

    /// An instance of `class`, which must be this type.
    pub unsafe fn with(class: *mut ffi::PyTypeObject, weights: Weights) -> Result<Object, Raised> {
        let object = Object::from_new(calls::PyType_GenericAlloc(class, 0))?;
        let instance = object.as_ptr().cast::<Instance>();
        ptr::addr_of_mut!((*instance).held).write(Held::new(weights));
        Ok(object)
    }

    /// Drops the weights, once: the object is no instance afterwards.
    pub unsafe fn drop_weights(object: *mut ffi::PyObject) {
        ptr::drop_in_place(ptr::addr_of_mut!((*object.cast::<Instance>()).held));
    }
}
