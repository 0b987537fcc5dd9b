//! Makes a Python function of a Rust one.
//!
//! The binding's `py_fn!` is not used: it reads the arguments' tuple by the layout of older Pythons,
//! which crashes on 3.14 and later, and packing that tuple costs more than the draw. A `PyMethodDef` of our own
//! takes the one argument as it is.

use std::ffi::{c_int, CStr};
use std::mem;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

use cpython::{PyErr, PyModule, PyResult, Python, PythonObject};
use python3_sys as ffi;

use super::error::Error;
use super::object::Object;

/// A function of the module, as Python's tables describe it.
pub struct Method(ffi::PyMethodDef);

// SAFETY: the pointers are to constants; Python only reads the table.
unsafe impl Sync for Method {}

/// A function that takes its positional arguments as an array, and their number.
type Positional = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    isize,
) -> *mut ffi::PyObject;

/// A function that takes the values of all its arguments as an array, the number of positional ones, and a tuple
/// of the other ones' names.
type Any = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    isize,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

impl Method {
    /// A function without arguments. As for all of these, `doc` begins with the signature in the form that
    /// `inspect.signature` reads, if the function is public.
    pub const fn of_none(
        name: &'static CStr,
        function: ffi::PyCFunction,
        doc: &'static CStr,
    ) -> Self {
        Self::new(name, function, ffi::METH_NOARGS, doc)
    }

    /// A function of one positional argument, which it is given as it is.
    pub const fn of_one(
        name: &'static CStr,
        function: ffi::PyCFunction,
        doc: &'static CStr,
    ) -> Self {
        Self::new(name, function, ffi::METH_O, doc)
    }

    /// A function of positional arguments, whose number it has to check.
    pub const fn of_positional(
        name: &'static CStr,
        function: Positional,
        doc: &'static CStr,
    ) -> Self {
        // SAFETY: Python calls a METH_FASTCALL function with what `Positional` takes.
        let function = unsafe { mem::transmute::<Positional, ffi::PyCFunction>(function) };
        Self::new(name, function, ffi::METH_FASTCALL, doc)
    }

    /// A function of positional and keyword arguments; see [`Arguments`].
    pub const fn of_any(name: &'static CStr, function: Any, doc: &'static CStr) -> Self {
        // SAFETY: Python calls a METH_FASTCALL | METH_KEYWORDS function with what `Any` takes.
        let function = unsafe { mem::transmute::<Any, ffi::PyCFunction>(function) };
        Self::new(name, function, ffi::METH_FASTCALL | ffi::METH_KEYWORDS, doc)
    }

    const fn new(
        name: &'static CStr,
        function: ffi::PyCFunction,
        flags: c_int,
        doc: &'static CStr,
    ) -> Self {
        Method(ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: Some(function),
            ml_flags: flags,
            ml_doc: doc.as_ptr(),
        })
    }

    /// The Python function, as a member of `module` if one is given.
    pub fn function(&'static self, module: Option<&Object>) -> Result<Object, Error> {
        let definition = ptr::addr_of!(self.0).cast_mut();
        // SAFETY: the definition is static and never written to; both calls give a new reference or
        // null with an exception set.
        unsafe {
            let Some(module) = module else {
                return Object::from_new(ffi::PyCFunction_New(definition, ptr::null_mut()));
            };
            let name = Object::from_new(ffi::PyModule_GetNameObject(module.as_ptr()))?;
            Object::from_new(ffi::PyCFunction_NewEx(definition, module.as_ptr(), name.as_ptr()))
        }
    }
}

/// Adds the function to the module.
pub fn add(py: Python, module: &PyModule, method: &'static Method) -> PyResult<()> {
    // SAFETY: the module is alive; setting the attribute takes a reference of its own to the function.
    let added = unsafe {
        let module = Object::from_borrowed(module.as_object().as_ptr());
        method.function(Some(&module)).and_then(|function| {
            let name = method.0.ml_name;
            match ffi::PyObject_SetAttrString(module.as_ptr(), name, function.as_ptr()) {
                0 => Ok(()),
                _ => Err(Error::Raised),
            }
        })
    };
    added.map_err(|_| PyErr::fetch(py))
}

/// Runs what an exported function does: an error becomes a Python exception, and a panic goes no further than
/// here, for beyond the C caller it would end the interpreter.
#[inline(always)]
pub fn guarded(body: impl FnOnce() -> Result<Object, Error>) -> *mut ffi::PyObject {
    // Unwinding leaves nothing half done: what a body borrows is Python's, or dropped by it.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(result)) => result.into_ptr(),
        Ok(Err(error)) => raise(&error),
        Err(panic) => raise(&Error::Panic(message(&*panic))),
    }
}

#[cold]
fn raise(error: &Error) -> *mut ffi::PyObject {
    error.raise();
    ptr::null_mut()
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// What a function of any arguments was called with.
pub struct Arguments {
    function: &'static str,
    positional: Vec<Object>,
    keywords: Vec<(String, Object)>,
}

impl Arguments {
    /// # Safety
    ///
    /// The last three are what Python passes to a function of any arguments.
    pub unsafe fn new(
        function: &'static str,
        values: *const *mut ffi::PyObject,
        count: isize,
        names: *mut ffi::PyObject,
    ) -> Result<Self, Error> {
        let value = |place| Object::from_borrowed(*values.offset(place));
        let positional = (0..count).map(value).collect();
        let mut keywords = Vec::new();
        let named = if names.is_null() { 0 } else { ffi::PyTuple_Size(names) };
        for place in 0..named {
            let name = Object::from_borrowed(ffi::PyTuple_GetItem(names, place)).utf8()?;
            keywords.push((name, value(count + place)));
        }
        Ok(Arguments { function, positional, keywords })
    }

    /// The arguments in the order of the parameters' `names`, of which the first `required` may be positional and must
    /// be given, and the others must be keywords.
    pub fn bind<const COUNT: usize>(
        self,
        names: &[&'static str; COUNT],
        required: usize,
    ) -> Result<[Option<Object>; COUNT], Error> {
        let function = self.function;
        let refuse = |why| Err(Error::Arguments { function, why });
        let given = self.positional.len();
        if given > required {
            return refuse(format!("takes {required} positional arguments but {given} were given"));
        }
        let mut bound = [const { None }; COUNT];
        for (place, value) in bound.iter_mut().zip(self.positional) {
            *place = Some(value);
        }
        for (name, value) in self.keywords {
            let Some(place) = names.iter().position(|known| *known == name) else {
                return refuse(format!("got an unexpected keyword argument '{name}'"));
            };
            if bound[place].replace(value).is_some() {
                return refuse(format!("got multiple values for argument '{name}'"));
            }
        }
        if let Some(missing) = bound[..required].iter().position(Option::is_none) {
            return refuse(format!("missing required argument '{}'", names[missing]));
        }
        Ok(bound)
    }
}
