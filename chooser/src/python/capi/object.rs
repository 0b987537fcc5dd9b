//! References to Python objects that are given back when dropped.

use std::ffi::CStr;
use std::ptr;

use python3_sys as ffi;

use super::error::{shorten, Raised};

/// A strong reference. Whoever makes or drops one holds the GIL, as code called from Python does.
pub struct Object(*mut ffi::PyObject);

impl Object {
    /// Takes over a new reference.
    ///
    /// # Safety
    ///
    /// `pointer` is null, with an exception set, or a reference the caller owns and gives up.
    pub unsafe fn from_new(pointer: *mut ffi::PyObject) -> Result<Self, Raised> {
        if pointer.is_null() {
            Err(Raised)
        } else {
            Ok(Object(pointer))
        }
    }

    /// Makes a second reference to a borrowed object.
    ///
    /// # Safety
    ///
    /// `pointer` points to a live object.
    pub unsafe fn from_borrowed(pointer: *mut ffi::PyObject) -> Self {
        ffi::Py_IncRef(pointer);
        Object(pointer)
    }

    /// The exception that is set, which is cleared.
    pub fn of_raised() -> Result<Self, Raised> {
        let (mut class, mut value, mut traceback) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: fetching gives references to own, or nulls.
        unsafe {
            ffi::PyErr_Fetch(&mut class, &mut value, &mut traceback);
            ffi::PyErr_NormalizeException(&mut class, &mut value, &mut traceback);
            ffi::Py_DecRef(class);
            ffi::Py_DecRef(traceback);
            Self::from_new(value)
        }
    }

    pub fn none() -> Self {
        // SAFETY: None lives as long as the interpreter.
        unsafe { Self::from_borrowed(ffi::Py_None()) }
    }

    /// An int.
    #[inline(always)]
    pub fn of_index(index: usize) -> Result<Self, Raised> {
        // SAFETY: a new reference or null with an exception set.
        unsafe { Self::from_new(ffi::PyLong_FromSize_t(index)) }
    }

    pub fn is_none(&self) -> bool {
        // SAFETY: only the address is compared.
        self.0 == unsafe { ffi::Py_None() }
    }

    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0
    }

    /// Gives the reference to the caller, as a function called from Python does.
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        let pointer = self.0;
        std::mem::forget(self);
        pointer
    }

    pub fn import(module: &CStr) -> Result<Self, Raised> {
        // SAFETY: a new reference or null with an exception set.
        unsafe { Self::from_new(ffi::PyImport_ImportModule(module.as_ptr())) }
    }

    /// The module of that name if something has imported it already.
    pub fn imported(module: &str) -> Option<Self> {
        // SAFETY: `name` is a str; the result is a new reference, or null, with or without an
        // exception.
        unsafe {
            let name = Self::from_new(text(module)).ok()?;
            let found = Self::from_new(ffi::PyImport_GetModule(name.as_ptr()));
            ffi::PyErr_Clear();
            found.ok()
        }
    }

    pub fn attribute(&self, name: &CStr) -> Result<Self, Raised> {
        // Not `PyObject_GetAttrString`, which makes a new str each time: each would take the place
        // of another name in the interpreter's cache of attributes.
        // SAFETY: new references or null with an exception set.
        unsafe {
            let name = Self::from_new(ffi::PyUnicode_InternFromString(name.as_ptr()))?;
            Self::from_new(ffi::PyObject_GetAttr(self.0, name.as_ptr()))
        }
    }

    /// The attribute, or `None` if there is none.
    pub fn attribute_if_any(&self, name: &CStr) -> Result<Option<Self>, Raised> {
        match self.attribute(name) {
            Ok(attribute) => Ok(Some(attribute)),
            // SAFETY: the exceptions' types live as long as the interpreter.
            Err(_) if unsafe { ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) } != 0 => {
                unsafe { ffi::PyErr_Clear() };
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    pub fn is_instance_of(&self, class: &Object) -> Result<bool, Raised> {
        // SAFETY: both are live objects; -1 means that an exception is set.
        match unsafe { ffi::PyObject_IsInstance(self.0, class.0) } {
            -1 => Err(Raised),
            answer => Ok(answer == 1),
        }
    }

    /// Whether the object is an instance of that class. Nothing is, before its module is imported.
    pub fn is_instance_of_imported(&self, module: &str, class: &CStr) -> Result<bool, Raised> {
        let Some(module) = Self::imported(module) else { return Ok(false) };
        match module.attribute_if_any(class)? {
            Some(class) => self.is_instance_of(&class),
            None => Ok(false),
        }
    }

    /// The object's `repr`, shortened to fit a line of an error message; if `repr` fails, the name
    /// of its type.
    pub fn repr(&self) -> String {
        // SAFETY: a new reference or null with an exception set.
        let repr = unsafe { Self::from_new(ffi::PyObject_Repr(self.0)) };
        repr.and_then(|repr| repr.utf8()).map(|text| shorten(&text)).unwrap_or_else(|_| {
            // SAFETY: nothing else waits for this exception.
            unsafe { ffi::PyErr_Clear() };
            format!("<{} object>", self.type_name())
        })
    }

    /// The object's `str`.
    pub fn str(&self) -> Result<String, Raised> {
        // SAFETY: a new reference or null with an exception set.
        unsafe { Self::from_new(ffi::PyObject_Str(self.0)) }?.utf8()
    }

    /// A str's text.
    pub fn utf8(&self) -> Result<String, Raised> {
        // SAFETY: the bytes belong to the str, which outlives the copy made here.
        unsafe {
            let text = ffi::PyUnicode_AsUTF8(self.0);
            if text.is_null() {
                return Err(Raised);
            }
            Ok(CStr::from_ptr(text).to_string_lossy().into_owned())
        }
    }

    /// The digits of an int, or of what an object's `__index__` gives, as Python's `"%x" % n`
    /// writes them.
    pub fn hexadecimal(&self) -> Result<String, Raised> {
        // SAFETY: a new reference to a str like `-0x1f`, or null with an exception set.
        let text = unsafe { Self::from_new(ffi::PyNumber_ToBase(self.0, 16)) }?.utf8()?;
        Ok(text.replacen("0x", "", 1))
    }

    /// The name of the object's type, without its module.
    pub fn type_name(&self) -> String {
        // SAFETY: an object's type lives as long as the object, its name as long as the type.
        let name = unsafe { CStr::from_ptr((*ffi::Py_TYPE(self.0)).tp_name) }.to_string_lossy();
        name.rsplit('.').next().unwrap_or_default().to_owned()
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the reference is owned, and the GIL held.
        unsafe { ffi::Py_DecRef(self.0) }
    }
}

/// A new str, or null with an exception set.
fn text(text: &str) -> *mut ffi::PyObject {
    // SAFETY: pointer and length are those of valid UTF-8.
    unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize) }
}
