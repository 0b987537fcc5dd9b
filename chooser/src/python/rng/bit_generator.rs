//! numpy's bit generators, by the C interface that numpy documents ("C API for random"): a capsule
//! that holds functions and their state, and a lock to be held while they are used.

use std::ffi::{c_void, CStr};
use std::mem;

use python3_sys as ffi;

use crate::generator::Words;
use crate::python::capi::calls;
use crate::python::capi::error::Raised;
use crate::python::capi::gil::UnderGil;
use crate::python::capi::object::{Name, Object};
use crate::python::read::types;

static CAPSULE: Name = Name::of(c"capsule");
static LOCK: Name = Name::of(c"lock");
static ACQUIRE: Name = Name::of(c"acquire");
static RELEASE: Name = Name::of(c"release");

/// `bitgen_t` of `numpy/random/bitgen.h`, as far as it is used.
#[repr(C)]
struct Interface {
    state: *mut c_void,
    next_uint64: Option<unsafe extern "C" fn(*mut c_void) -> u64>,
}

/// A bit generator, kept alive, and the methods of its lock.
pub struct BitGenerator {
    object: Object,
    words: BitGeneratorWords,
    lock: Object,
    acquire: Object,
    release: Object,
    /// Whether it may run Python code for a word, or replace its capsule: numpy's own types do
    /// neither; subclasses may.
    pub runs_python: bool,
    interpreter: i64,
}

/// The last used ones of numpy's own types, as most programs have few: what was looked up stays
/// valid as long as the lock is the same, which only another `__init__` replaces.
static LAST: UnderGil<Last> = UnderGil::new(Last { kept: [const { None }; 4], oldest: 0 });

struct Last {
    kept: [Option<Box<BitGenerator>>; 4],
    oldest: usize,
}

impl BitGenerator {
    /// The bit generator that an object is, or `None`.
    pub fn of(object: &Object) -> Result<Option<Box<Self>>, Raised> {
        let Ok(lock) = object.attribute_named(&LOCK) else {
            return Object::clear_attribute_error().map(|()| None);
        };
        let is_it = |kept: &mut Box<BitGenerator>| kept.object.as_ptr() == object.as_ptr();
        if let Some(last) =
            LAST.with(|last| last.kept.iter_mut().find_map(|kept| kept.take_if(is_it)))
        {
            if last.lock.as_ptr() == lock.as_ptr() {
                return Ok(Some(last));
            }
            last.forget_if_foreign();
        }
        let Ok(capsule) = object.attribute_named(&CAPSULE) else {
            return Object::clear_attribute_error().map(|()| None);
        };
        // SAFETY: the object is alive; a capsule of that name holds that structure, which lives as
        // long as the bit generator.
        let words = unsafe {
            let interface = calls::PyCapsule_GetPointer(capsule.as_ptr(), c"BitGenerator".as_ptr());
            let Some(interface) = interface.cast::<Interface>().as_ref() else {
                calls::PyErr_Clear();
                return Ok(None);
            };
            // An uninitialised one has no function.
            let Some(next_uint64) = interface.next_uint64 else { return Ok(None) };
            BitGeneratorWords { state: interface.state, next_uint64 }
        };
        // SAFETY: the object is alive, and so are its type and the type's name.
        let runs_python = unsafe {
            let kind = ffi::Py_TYPE(object.as_ptr());
            let name = CStr::from_ptr((*kind).tp_name);
            !types::is_static(kind) || !name.to_bytes().starts_with(b"numpy.random._")
        };
        Ok(Some(Box::new(BitGenerator {
            object: object.clone(),
            words,
            acquire: lock.attribute_named(&ACQUIRE)?,
            release: lock.attribute_named(&RELEASE)?,
            lock,
            runs_python,
            interpreter: interpreter(),
        })))
    }

    /// Runs `body`, which itself must not run Python code, with the generator's lock held. While
    /// waiting for the lock, the GIL is released.
    pub fn locked<T>(&self, body: impl FnOnce(&mut BitGeneratorWords) -> T) -> Result<T, Raised> {
        self.acquire.call(&[])?;
        let _locked = Locked(&self.release);
        Ok(body(&mut self.words.clone()))
    }

    /// Keeps what was looked up for the next call.
    pub fn keep(self: Box<Self>) {
        if self.runs_python {
            return;
        }
        let gone = LAST.with(|last| match last.kept.iter_mut().find(|kept| kept.is_none()) {
            Some(place) => place.replace(self),
            None => {
                last.oldest = (last.oldest + 1) % last.kept.len();
                last.kept[last.oldest].replace(self)
            }
        });
        if let Some(gone) = gone {
            gone.forget_if_foreign();
        }
    }

    /// Leaks references of another interpreter, which may have ended.
    fn forget_if_foreign(self: Box<Self>) {
        if self.interpreter != interpreter() {
            mem::forget(self);
        }
    }
}

/// The id of the current interpreter, unique in the process.
fn interpreter() -> i64 {
    // SAFETY: the GIL is held.
    unsafe { PyInterpreterState_GetID(PyInterpreterState_Get()) }
}

extern "C" {
    fn PyInterpreterState_Get() -> *mut ffi::PyInterpreterState;
    fn PyInterpreterState_GetID(interpreter: *mut ffi::PyInterpreterState) -> i64;
}

/// Releases the lock when dropped, without allocating: that could trigger garbage collection, and
/// so finalizers, while the lock is still held.
struct Locked<'a>(&'a Object);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let pending = Object::fetch_raised();
        if self.0.call(&[]).is_err() {
            // SAFETY: an exception is set, and the object alive.
            unsafe { calls::PyErr_WriteUnraisable(self.0.as_ptr()) }
        }
        pending.restore();
    }
}

/// The words of a bit generator whose lock is held.
#[derive(Clone)]
pub struct BitGeneratorWords {
    state: *mut c_void,
    next_uint64: unsafe extern "C" fn(*mut c_void) -> u64,
}

// SAFETY: numpy's documentation has these functions called without the GIL, by whatever thread
// holds the lock.
unsafe impl Send for BitGeneratorWords {}

impl Words for BitGeneratorWords {
    #[inline]
    fn word(&mut self) -> u64 {
        // SAFETY: the state is that of a bit generator that is kept alive, and whose lock is held.
        unsafe { (self.next_uint64)(self.state) }
    }
}
