//! The Python module `urn`: `urn.draw(weights)` draws an index, each with the probability of its
//! weight's share in the sum.

use std::ffi::CString;
use std::panic::catch_unwind;
use std::ptr;

use cpython::{py_module_initializer, PyErr, PythonObject};
use python3_sys as ffi;
use rand::distributions::{Distribution, WeightedError, WeightedIndex};
use rand::thread_rng;

py_module_initializer!(urn, |py, module| {
    let module = module.as_object().as_ptr();
    // SAFETY: the module is alive, and the table lives as long as the program.
    match unsafe { ffi::PyModule_AddFunctions(module, ptr::addr_of_mut!(FUNCTIONS).cast()) } {
        0 => Ok(()),
        _ => Err(PyErr::fetch(py)),
    }
});

/// The module's functions; an empty entry ends the table.
static mut FUNCTIONS: [ffi::PyMethodDef; 2] = [
    ffi::PyMethodDef {
        ml_name: c"draw".as_ptr(),
        ml_meth: Some(draw),
        ml_flags: ffi::METH_O,
        ml_doc: c"draw(weights, /)\n--\n\nDraw an index from a sequence of integers.".as_ptr(),
    },
    ffi::PyMethodDef { ml_name: ptr::null(), ml_meth: None, ml_flags: 0, ml_doc: ptr::null() },
];

/// What Python calls: with METH_O, the module and the one argument.
unsafe extern "C" fn draw(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // A panic that left this function would end the interpreter.
    let drawn = catch_unwind(|| pick(&read(weights)?));
    match drawn.unwrap_or(Err(Error::Panicked)) {
        Ok(index) => ffi::PyLong_FromSize_t(index),
        Err(error) => {
            error.raise();
            ptr::null_mut()
        }
    }
}

/// The draw itself. Integers in 128 bits, for no sum of Python's 64-bit ones overflows them.
fn pick(weights: &[i128]) -> Result<usize, Error> {
    let distribution = WeightedIndex::new(weights).map_err(Error::Refused)?;
    Ok(distribution.sample(&mut thread_rng()))
}

/// The weights, copied first: asking an item for its value may run Python code that changes the
/// sequence.
unsafe fn read(weights: *mut ffi::PyObject) -> Result<Vec<i128>, Error> {
    if ffi::PySequence_Check(weights) == 0 {
        return Err(Error::NoSequence);
    }
    let items = Owned::new(ffi::PySequence_Tuple(weights))?;
    let weight = |place| {
        let item = Owned::new(ffi::PyNumber_Index(ffi::PyTuple_GetItem(items.0, place)))?;
        match ffi::PyLong_AsLongLong(item.0) {
            -1 if !ffi::PyErr_Occurred().is_null() => Err(Error::Raised),
            weight => Ok(weight.into()),
        }
    };
    (0..ffi::PyTuple_Size(items.0)).map(weight).collect()
}

/// A reference to give back, by Python's own function: the binding's copy of it does not know that
/// objects may be immortal since 3.12.
struct Owned(*mut ffi::PyObject);

impl Owned {
    fn new(object: *mut ffi::PyObject) -> Result<Self, Error> {
        if object.is_null() {
            return Err(Error::Raised);
        }
        Ok(Owned(object))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and given back once.
        unsafe { ffi::Py_DecRef(self.0) }
    }
}

/// Why there is no index.
enum Error {
    /// A Python exception is set already.
    Raised,
    NoSequence,
    Refused(WeightedError),
    Panicked,
}

impl Error {
    /// Sets the Python exception, unless one is set.
    unsafe fn raise(self) {
        let (exception, text) = match self {
            Error::Raised => return,
            Error::NoSequence => (ffi::PyExc_TypeError, "weights must be a sequence".to_owned()),
            Error::Refused(why) => (ffi::PyExc_ValueError, why.to_string()),
            Error::Panicked => (ffi::PyExc_RuntimeError, "urn panicked".to_owned()),
        };
        let text = CString::new(text).unwrap_or_default();
        ffi::PyErr_SetString(exception, text.as_ptr());
    }
}
