//! The Python module `urn`: `draw(weights)` draws an index in proportion to its weight, with a
//! generator of Rust's; `draw_at(weights, random_number)` does so with the caller's random number.

use std::ffi::CString;
use std::mem;
use std::panic::{catch_unwind, UnwindSafe};
use std::ptr;

use cpython::{py_module_initializer, PyErr, PythonObject};
use python3_sys as ffi;
use rand::distributions::{Distribution, WeightedIndex};
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
static mut FUNCTIONS: [ffi::PyMethodDef; 3] = [
    ffi::PyMethodDef {
        ml_name: c"draw".as_ptr(),
        ml_meth: Some(draw),
        ml_flags: ffi::METH_O,
        ml_doc: c"draw(weights, /)\n--\n\nDraw an index.".as_ptr(),
    },
    ffi::PyMethodDef {
        ml_name: c"draw_at".as_ptr(),
        // SAFETY: METH_FASTCALL makes Python call it as a `_PyCFunctionFast`.
        ml_meth: Some(unsafe {
            mem::transmute::<ffi::_PyCFunctionFast, ffi::PyCFunction>(draw_at)
        }),
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: c"draw_at(weights, random_number, /)\n--\n\nDraw an index.".as_ptr(),
    },
    ffi::PyMethodDef { ml_name: ptr::null(), ml_meth: None, ml_flags: 0, ml_doc: ptr::null() },
];

/// METH_O: the module and the one argument.
unsafe extern "C" fn draw(
    _module: *mut ffi::PyObject,
    weights: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    returned(|| Ok(ffi::PyLong_FromSize_t(pick(&read(weights)?)?)))
}

/// METH_FASTCALL: the module, the arguments and their number.
unsafe extern "C" fn draw_at(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    returned(|| match count {
        2 => {
            let index = pick_at(&read(*arguments)?, number(*arguments.add(1))?)?;
            Ok(ffi::PyLong_FromSize_t(index))
        }
        _ => Err(Error::Type("draw_at takes two arguments")),
    })
}

/// The new object that `body` makes, or null with an exception set.
unsafe fn returned(
    body: impl FnOnce() -> Result<*mut ffi::PyObject, Error> + UnwindSafe,
) -> *mut ffi::PyObject {
    // A panic that left a C function would end the interpreter.
    catch_unwind(body).unwrap_or(Err(Error::Panicked)).unwrap_or_else(|error| {
        error.raise();
        ptr::null_mut()
    })
}

fn pick(weights: &[f64]) -> Result<usize, Error> {
    total(weights)?; // WeightedIndex panics where this is infinite or NaN
    let distribution = WeightedIndex::new(weights).expect("checked by total");
    Ok(distribution.sample(&mut thread_rng()))
}

/// Lays the weights end to end, and finds the one at `random_number`, a share of their total.
fn pick_at(weights: &[f64], random_number: f64) -> Result<usize, Error> {
    if !(0.0..1.0).contains(&random_number) {
        return Err(Error::Value("random_number must be at least 0 and below 1"));
    }
    let point = random_number * total(weights)?;
    let (mut sum, mut found) = (0.0, 0);
    for (index, weight) in weights.iter().enumerate().filter(|(_, &weight)| weight > 0.0) {
        sum += weight;
        found = index;
        if point < sum {
            break;
        }
    }
    Ok(found)
}

/// The sum, left to right, of weights that one can draw from.
fn total(weights: &[f64]) -> Result<f64, Error> {
    let total = weights.iter().sum::<f64>();
    if weights.iter().any(|&weight| weight < 0.0) {
        Err(Error::Value("weights must not be negative"))
    } else if total > 0.0 && total.is_finite() {
        Ok(total)
    } else {
        Err(Error::Value("weights must have a positive, finite sum"))
    }
}

/// A copy of the weights: converting an item may run Python code that changes the sequence.
unsafe fn read(weights: *mut ffi::PyObject) -> Result<Vec<f64>, Error> {
    if ffi::PySequence_Check(weights) == 0 {
        return Err(Error::Type("weights must be a sequence"));
    }
    let items = Owned::new(ffi::PySequence_Tuple(weights))?;
    let size = ffi::PyTuple_Size(items.0);
    (0..size).map(|place| number(ffi::PyTuple_GetItem(items.0, place))).collect()
}

unsafe fn number(object: *mut ffi::PyObject) -> Result<f64, Error> {
    let value = ffi::PyFloat_AsDouble(object);
    // The value of an error, or of -1.0.
    if value == -1.0 && !ffi::PyErr_Occurred().is_null() {
        return Err(Error::Raised);
    }
    Ok(value)
}

/// A reference to release, by Python's own function: the binding's Py_DECREF predates the immortal
/// objects of 3.12.
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
        // SAFETY: the reference is ours, and released once.
        unsafe { ffi::Py_DecRef(self.0) }
    }
}

/// Why there is no index.
enum Error {
    /// A Python exception is set already.
    Raised,
    Type(&'static str),
    Value(&'static str),
    Panicked,
}

impl Error {
    /// Sets the Python exception, unless one is set.
    unsafe fn raise(self) {
        let (exception, text) = match self {
            Error::Raised => return,
            Error::Type(text) => (ffi::PyExc_TypeError, text),
            Error::Value(text) => (ffi::PyExc_ValueError, text),
            Error::Panicked => (ffi::PyExc_RuntimeError, "urn panicked"),
        };
        let text = CString::new(text).unwrap_or_default();
        ffi::PyErr_SetString(exception, text.as_ptr());
    }
}
