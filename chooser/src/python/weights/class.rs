//! The type `Weights` as Python sees it. Each interpreter has its own, created with the module.
//!
//! The type and its instances are made by public calls, which know the version's layout.

use std::ffi::{c_int, c_uint, c_void, CStr};
use std::mem::size_of;
use std::ptr;

use cpython::{PyErr, PyModule, PyResult, Python, PythonObject};
use python3_sys as ffi;

use super::instance::Instance;
use super::{changes, draws, items, raise};
use crate::draw::Weight;
use crate::python::capi::calls;
use crate::python::capi::error::{type_error, Raised};
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::{self, Visitor};
use crate::weights::Weights;

const DOC: &CStr = c"Weights(weights, /)
--

Weights that stay and change, and exact draws from them.

Drawing and changing a weight take time logarithmic in the number of weights:
20 to 60 nanoseconds for up to 100,000. If the weights are new for every draw,
use `choose`.

Parameters
----------
weights : sequence of numbers
    The weights, as for `choose`, but they may be empty or all 0. They are
    copied.

Raises
------
ValueError, OverflowError, TypeError
    As `choose`.
MemoryError
    If they do not fit in memory. As with every method, a call that raises
    leaves the weights unchanged.

Notes
-----
Integer weights are drawn exactly: for the same seed, `w.choose()` returns the
index that `choose(list(w))` returns, and consumes the same random words. Their
sum may be up to 2**128 - 1.

Once a float is stored, all weights are floats. Probabilities are then off by
the rounding of the sums, some 2**-50 at most.

Rounding errors do not accumulate: after any changes, draws are those of a new
instance with the same weights.

Integers take up to 9 bytes each if there are 1,000 or more and their sum is
below 2**63, else up to 18; floats up to 10.

Two instances are equal if both hold integers or both floats, and the same
values. They can be copied, pickled and iterated over. While a thread draws many
at a time, or draws with a random.Random, changing the weights raises
RuntimeError.";

/// Adds the type to the module.
pub fn add(py: Python, module: &PyModule) -> PyResult<()> {
    let mut slots = [
        slot(ffi::Py_tp_doc, DOC.as_ptr().cast_mut().cast()),
        slot(ffi::Py_tp_new, new as ffi::newfunc as _),
        slot(ffi::Py_tp_dealloc, dealloc as ffi::destructor as _),
        slot(ffi::Py_tp_traverse, traverse as ffi::traverseproc as _),
        slot(ffi::Py_tp_repr, items::repr as ffi::reprfunc as _),
        slot(ffi::Py_tp_richcompare, items::compare as ffi::richcmpfunc as _),
        slot(ffi::Py_tp_iter, items::iterate as ffi::getiterfunc as _),
        slot(ffi::Py_tp_methods, METHODS.as_ptr().cast_mut().cast()),
        slot(ffi::Py_tp_getset, items::ATTRIBUTES.as_ptr()),
        slot(ffi::Py_sq_length, items::len as ffi::lenfunc as _),
        slot(ffi::Py_sq_item, items::get as ffi::ssizeargfunc as _),
        slot(ffi::Py_sq_ass_item, changes::set as ffi::ssizeobjargproc as _),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"chooser.Weights".as_ptr(),
        basicsize: size_of::<Instance>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC | IMMUTABLE) as c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the slots are of the types that Python documents, and end with a zero. What they
    // point to is static, and Python copies the rest. The module is alive.
    let added = unsafe {
        let module = module.as_object().as_ptr();
        Object::from_new(calls::PyType_FromModuleAndSpec(module, &mut spec, ptr::null_mut()))
            .and_then(|class| {
                match calls::PyObject_SetAttrString(module, c"Weights".as_ptr(), class.as_ptr()) {
                    0 => Ok(()),
                    _ => Err(Raised),
                }
            })
    };
    added.map_err(|Raised| PyErr::fetch(py))
}

/// `Py_TPFLAGS_IMMUTABLETYPE`: nobody can set the type's attributes.
const IMMUTABLE: std::ffi::c_ulong = if cfg!(Py_3_10) { 1 << 8 } else { 0 };

static METHODS: [Method; 11] = [
    draws::CHOOSE,
    draws::CHOICES,
    draws::SAMPLE,
    changes::UPDATE,
    changes::APPEND,
    items::FIND,
    items::COPY,
    items::DEEPCOPY,
    items::REDUCE,
    items::SIZEOF,
    Method::END,
];

fn slot(slot: c_int, pfunc: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot { slot, pfunc }
}

unsafe extern "C" fn new(
    class: *mut ffi::PyTypeObject,
    arguments: *mut ffi::PyObject,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: Python passes the type, a tuple, and a dict or null; the tuple keeps its items.
        unsafe {
            if !keywords.is_null() && ffi::PyDict_Size(keywords) > 0 {
                return Err(type_error("Weights() takes no keyword arguments"));
            }
            let count = ffi::PyTuple_Size(arguments);
            if count != 1 {
                let why = format!("Weights() takes exactly one argument ({count} given)");
                return Err(type_error(&why));
            }
            let weights = read::weights(ffi::PyTuple_GetItem(arguments, 0), Build)?;
            Instance::with(class, weights)
        }
    })
}

/// Builds `Weights` from the weights read.
struct Build;

impl Visitor for Build {
    type Output = Weights;

    fn visit_sums(self, sums: &[u64]) -> Result<Weights, Raised> {
        read::with_weights_of(sums, |weights| self.visit_weights(weights))
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<Weights, Raised> {
        Weights::new(weights).map_err(raise)
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: the last reference to an instance has gone; an instance keeps its type alive.
    unsafe {
        let class = ffi::Py_TYPE(object);
        ffi::PyObject_GC_UnTrack(object.cast());
        Instance::drop_weights(object);
        ffi::PyObject_GC_Del(object.cast());
        calls::Py_DecRef(class.cast());
    }
}

unsafe extern "C" fn traverse(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: Python passes what to visit with.
    unsafe { visit(ffi::Py_TYPE(object).cast(), argument) }
}
