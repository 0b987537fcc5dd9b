//! Whether a type is the one whose layout is known, and not another of the same name.

use std::ffi::{c_ulong, CStr};
use std::ptr;

use python3_sys as ffi;

use crate::python::capi::error::Raised;
use crate::python::capi::object::Object;

/// Whether the type is a direct subclass of `object` that was not defined in Python: a `class` may
/// have any name and size, and from 3.12 on all classes share one `bf_getbuffer`.
///
/// # Safety
///
/// The type is alive, here as below.
pub unsafe fn is_made_in_c(kind: *mut ffi::PyTypeObject) -> bool {
    /// `Py_TPFLAGS_IMMUTABLETYPE`, which C heap types have from 3.10 on.
    const IMMUTABLE: c_ulong = 1 << 8;
    (is_static(kind) || (*kind).tp_flags & IMMUTABLE != 0)
        && (*kind).tp_base == ptr::addr_of_mut!(ffi::PyBaseObject_Type)
}

/// Whether the type is static: defined in C, and alive as long as the process.
pub unsafe fn is_static(kind: *mut ffi::PyTypeObject) -> bool {
    (*kind).tp_flags & ffi::Py_TPFLAGS_HEAPTYPE == 0
}

/// Whether the type is the one its module has under its name, and the module is a numpy whose
/// layouts are known.
pub unsafe fn is_of_known_numpy(
    kind: *mut ffi::PyTypeObject,
    full_name: &CStr,
) -> Result<bool, Raised> {
    let Some(numpy) = Object::imported("numpy") else { return Ok(false) };
    let Some(version) = numpy.attribute_if_any(c"__version__")? else { return Ok(false) };
    // Any object has a `repr`.
    let version = version.repr();
    let known = version.starts_with("'1.") || version.starts_with("'2.");
    Ok(known && is_attribute(kind, "numpy", full_name)?)
}

/// Whether an imported module has the type under the last part of its full name.
pub unsafe fn is_attribute(
    kind: *mut ffi::PyTypeObject,
    module: &str,
    full_name: &CStr,
) -> Result<bool, Raised> {
    let Some(found) = Object::imported(module) else { return Ok(false) };
    let name = &full_name.to_bytes_with_nul()[module.len() + 1..];
    let name = CStr::from_bytes_with_nul(name).expect("the end of a C string is one");
    let attribute = found.attribute_if_any(name)?;
    Ok(attribute.is_some_and(|attribute| attribute.as_ptr() == kind.cast()))
}
