//! Owned references to Python objects, released when dropped.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, slice, str};

use python3_sys as ffi;

use super::calls;
use super::error::{in_a_line, no_memory, on_a_line, set, Raised};

/// A strong reference. It is created and dropped with the GIL held, as code called from Python
/// does.
pub struct Object(*mut ffi::PyObject);

impl Object {
    /// Takes ownership of a new reference.
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

    /// The same for a call's argument, which its caller keeps alive: the count is not changed.
    ///
    /// # Safety
    ///
    /// `pointer` points to an object that outlives the result.
    pub unsafe fn of_argument(pointer: *mut ffi::PyObject) -> ManuallyDrop<Self> {
        ManuallyDrop::new(Object(pointer))
    }

    /// The exception that is set, or none, which is cleared until it is restored.
    pub fn fetch_raised() -> Pending {
        let mut pending = Pending(ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: fetching gives references to own, or nulls.
        unsafe { ffi::PyErr_Fetch(&mut pending.0, &mut pending.1, &mut pending.2) };
        pending
    }

    /// The exception that is set, which is cleared.
    pub fn of_raised() -> Result<Self, Raised> {
        let (mut class, mut value, mut traceback) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: fetching gives references to own, or nulls.
        unsafe {
            ffi::PyErr_Fetch(&mut class, &mut value, &mut traceback);
            calls::PyErr_NormalizeException(&mut class, &mut value, &mut traceback);
            if !traceback.is_null() {
                ffi::PyException_SetTraceback(value, traceback);
            }
            calls::Py_DecRef(class);
            calls::Py_DecRef(traceback);
            Self::from_new(value)
        }
    }

    /// Whether the exception that is set was raised by C code, not by Python code.
    pub fn raised_has_no_traceback() -> bool {
        let raised = Self::fetch_raised();
        let without = raised.2.is_null();
        raised.restore();
        without
    }

    /// Changes the text of a TypeError, ValueError or OverflowError that is set and was not raised
    /// by Python code. Any other exception propagates.
    pub fn reword_raised(raised: Raised, reword: impl FnOnce(&str) -> String) -> Raised {
        // SAFETY: the exceptions' types live as long as the interpreter.
        let known =
            unsafe { [ffi::PyExc_TypeError, ffi::PyExc_ValueError, ffi::PyExc_OverflowError] }
                .into_iter()
                .find(|&known| unsafe { ffi::PyErr_Occurred() } == known);
        let Some(known) = known.filter(|_| Self::raised_has_no_traceback()) else { return raised };
        let Ok(error) = Self::of_raised() else { return Raised };
        // SAFETY: the exception is alive; a new reference or null with an exception set.
        let text = unsafe { Self::from_new(calls::PyObject_Str(error.0)) };
        match text.and_then(|text| text.with_utf8(|text| on_a_line(&reword(text)))) {
            Ok(text) => set(known, &text),
            Err(Raised) => {
                // SAFETY: an exception is set.
                unsafe { calls::PyErr_Clear() };
                error.raise_again();
                raised
            }
        }
    }

    /// Sets this exception, which was set before.
    pub fn raise_again(&self) {
        // SAFETY: an exception and its class are alive.
        unsafe { calls::PyErr_SetObject(ffi::Py_TYPE(self.0).cast(), self.0) }
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

    /// A str.
    pub fn of_text(text: &str) -> Result<Self, Raised> {
        // SAFETY: a new reference or null with an exception set; the text is valid UTF-8.
        unsafe {
            let size = text.len() as isize;
            Self::from_new(ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), size))
        }
    }

    /// A tuple.
    pub fn of_items<const COUNT: usize>(items: [Object; COUNT]) -> Result<Self, Raised> {
        // SAFETY: a new reference or null with an exception set; the tuple takes over the items.
        unsafe {
            let tuple = Self::from_new(calls::PyTuple_New(COUNT as isize))?;
            for (place, item) in items.into_iter().enumerate() {
                if ffi::PyTuple_SetItem(tuple.0, place as isize, item.into_ptr()) != 0 {
                    return Err(Raised);
                }
            }
            Ok(tuple)
        }
    }

    pub fn is_none(&self) -> bool {
        // SAFETY: only the address is compared.
        self.0 == unsafe { ffi::Py_None() }
    }

    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0
    }

    /// Passes ownership to the caller, as a function called from Python does.
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        let pointer = self.0;
        std::mem::forget(self);
        pointer
    }

    /// The module of that name, if it has been imported.
    pub fn imported(module: &str) -> Option<Self> {
        // SAFETY: `name` is a str; the result is a new reference, or null, with or without an
        // exception.
        unsafe {
            let found = Self::of_text(module)
                .and_then(|name| Self::from_new(calls::PyImport_GetModule(name.0)));
            calls::PyErr_Clear();
            found.ok()
        }
    }

    pub fn attribute(&self, name: &CStr) -> Result<Self, Raised> {
        // Not `PyObject_GetAttrString`, which makes a new str each time: that would evict other
        // names from the interpreter's attribute cache.
        // SAFETY: new references or null with an exception set.
        unsafe {
            let name = Self::from_new(ffi::PyUnicode_InternFromString(name.as_ptr()))?;
            Self::from_new(calls::PyObject_GetAttr(self.0, name.as_ptr()))
        }
    }

    /// The same, faster, for a name that every call looks up.
    pub fn attribute_named(&self, name: &'static Name) -> Result<Self, Raised> {
        // SAFETY: both are live objects; a new reference or null with an exception set.
        unsafe { Self::from_new(calls::PyObject_GetAttr(self.0, name.as_ptr()?)) }
    }

    /// The attribute, or `None` if there is none.
    pub fn attribute_if_any(&self, name: &CStr) -> Result<Option<Self>, Raised> {
        self.attribute(name).map(Some).or_else(|_| Self::clear_attribute_error().map(|()| None))
    }

    /// Clears an AttributeError. Any other exception that is set stays.
    pub fn clear_attribute_error() -> Result<(), Raised> {
        // SAFETY: the exceptions' types live as long as the interpreter.
        unsafe {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
                return Err(Raised);
            }
            calls::PyErr_Clear();
        }
        Ok(())
    }

    /// Calls the object with positional arguments.
    pub fn call(&self, arguments: &[&Object]) -> Result<Self, Raised> {
        const MOST: usize = 2;
        let mut pointers = [ptr::null_mut(); MOST];
        for (pointer, argument) in pointers.iter_mut().zip(arguments) {
            *pointer = argument.0;
        }
        let count = arguments.len();
        assert!(count <= MOST);
        // SAFETY: so many live objects; a new reference or null with an exception set.
        unsafe {
            let keywords = ptr::null_mut();
            Self::from_new(calls::PyObject_VectorcallDict(
                self.0,
                pointers.as_ptr(),
                count,
                keywords,
            ))
        }
    }

    /// Calls `body` with each item of an iterable and its number.
    pub fn for_each(
        &self,
        mut body: impl FnMut(&Object, usize) -> Result<(), Raised>,
    ) -> Result<(), Raised> {
        // SAFETY: new references, or null with or without an exception set. Each item is kept alive
        // while `body` runs, whatever the item's own code does to the iterable.
        unsafe {
            let iterator = Self::from_new(calls::PyObject_GetIter(self.0))?;
            for number in 0.. {
                let Ok(item) = Self::from_new(calls::PyIter_Next(iterator.0)) else { break };
                body(&item, number)?;
                // An iterator written in C runs no Python code that would handle signals.
                if number % (1 << 12) == 0 && calls::PyErr_CheckSignals() != 0 {
                    return Err(Raised);
                }
            }
            match ffi::PyErr_Occurred().is_null() {
                true => Ok(()),
                false => Err(Raised),
            }
        }
    }

    /// The truth value.
    pub fn is_true(&self) -> Result<bool, Raised> {
        // SAFETY: the object is alive; -1 means that an exception is set.
        match unsafe { calls::PyObject_IsTrue(self.0) } {
            -1 => Err(Raised),
            answer => Ok(answer == 1),
        }
    }

    /// Calls a method with at most one argument.
    pub fn call_method(
        &self,
        name: &'static Name,
        argument: Option<&Object>,
    ) -> Result<Self, Raised> {
        let arguments = [self.0, argument.map_or(ptr::null_mut(), |argument| argument.0)];
        let count = 1 + usize::from(argument.is_some());
        // SAFETY: so many live objects; a new reference or null with an exception set.
        unsafe {
            Self::from_new(calls::PyObject_VectorcallMethod(
                name.as_ptr()?,
                arguments.as_ptr(),
                count,
                ptr::null_mut(),
            ))
        }
    }

    pub fn is_instance_of(&self, class: &Object) -> Result<bool, Raised> {
        // SAFETY: both are live objects; -1 means that an exception is set.
        match unsafe { calls::PyObject_IsInstance(self.0, class.0) } {
            -1 => Err(Raised),
            answer => Ok(answer == 1),
        }
    }

    /// Whether the object is an instance of that class; false until its module is imported.
    pub fn is_instance_of_imported(&self, module: &str, class: &CStr) -> Result<bool, Raised> {
        let Some(module) = Self::imported(module) else { return Ok(false) };
        match module.attribute_if_any(class)? {
            Some(class) => self.is_instance_of(&class),
            None => Ok(false),
        }
    }

    /// The object's `repr`, as far as it fits a line of an error message; if `repr` fails, the name
    /// of its type.
    pub fn repr(&self) -> String {
        // SAFETY: a new reference or null with an exception set.
        let repr = unsafe { Self::from_new(calls::PyObject_Repr(self.0)) };
        repr.and_then(|repr| repr.with_utf8(in_a_line)).unwrap_or_else(|_| {
            // SAFETY: nothing else waits for this exception.
            unsafe { calls::PyErr_Clear() };
            format!("<{} object>", self.type_name())
        })
    }

    /// The object's `str`, as far as it fits a line of an error message.
    pub fn str(&self) -> Result<String, Raised> {
        // SAFETY: a new reference or null with an exception set.
        unsafe { Self::from_new(calls::PyObject_Str(self.0)) }?.with_utf8(in_a_line)
    }

    /// Calls `body` with the text of a str.
    pub fn with_utf8<T>(&self, body: impl FnOnce(&str) -> T) -> Result<T, Raised> {
        let mut size = 0;
        // SAFETY: the bytes belong to the str, are UTF-8, and stay as long as `self`.
        unsafe {
            let text = calls::PyUnicode_AsUTF8AndSize(self.0, &mut size);
            if text.is_null() {
                return Err(Raised);
            }
            let bytes = slice::from_raw_parts(text.cast::<u8>(), size as usize);
            Ok(body(str::from_utf8_unchecked(bytes)))
        }
    }

    /// The digits of an int, or of an object's `__index__`, as Python's `"%x" % n` writes them.
    pub fn hexadecimal(&self) -> Result<String, Raised> {
        // SAFETY: a new reference to a str like `-0x1f`, or null with an exception set.
        let text = unsafe { Self::from_new(calls::PyNumber_ToBase(self.0, 16)) }?;
        text.with_utf8(|text| {
            let mut digits = String::new();
            digits.try_reserve_exact(text.len()).map_err(|_| no_memory())?;
            let (sign, prefixed) = text.split_at(usize::from(text.starts_with('-')));
            digits.extend([sign, prefixed.trim_start_matches("0x")]);
            Ok(digits)
        })?
    }

    /// An int for an error message, given its [`hexadecimal`](Object::hexadecimal) digits: in
    /// decimal if that fits a line, else the first of these, which need no long division.
    pub fn decimal_if_short(&self, digits: &str) -> String {
        const FEW: usize = 48;
        match digits.strip_prefix('-') {
            _ if digits.len() <= FEW => self.repr(),
            Some(digits) => in_a_line(&format!("-0x{digits}")),
            None => in_a_line(&format!("0x{digits}")),
        }
    }

    /// The name of the object's type, without its module, as far as it fits a line.
    pub fn type_name(&self) -> String {
        // SAFETY: an object's type lives as long as the object, its name as long as the type.
        let name = unsafe { CStr::from_ptr((*ffi::Py_TYPE(self.0)).tp_name) }.to_bytes();
        let start = name.iter().rposition(|&byte| byte == b'.').map_or(0, |dot| dot + 1);
        // A letter that is cut at the end is more than fits anyway.
        let name = &name[start..name.len().min(start + 400)];
        in_a_line(&String::from_utf8_lossy(name))
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the reference is owned, and the GIL held.
        unsafe { calls::Py_DecRef(self.0) }
    }
}

impl Clone for Object {
    fn clone(&self) -> Self {
        // SAFETY: the object is alive.
        unsafe { Self::from_borrowed(self.0) }
    }
}

/// An exception's class, value and traceback.
pub struct Pending(*mut ffi::PyObject, *mut ffi::PyObject, *mut ffi::PyObject);

impl Pending {
    pub fn restore(self) {
        // SAFETY: the references are owned, and given up.
        unsafe { ffi::PyErr_Restore(self.0, self.1, self.2) }
    }
}

/// The name of an attribute, as a str that is made once and kept. It is not interned: interned ones
/// may end with an interpreter, this one is every interpreter's.
pub struct Name {
    text: &'static CStr,
    object: AtomicPtr<ffi::PyObject>,
}

impl Name {
    pub const fn of(text: &'static CStr) -> Self {
        Name { text, object: AtomicPtr::new(ptr::null_mut()) }
    }

    fn as_ptr(&'static self) -> Result<*mut ffi::PyObject, Raised> {
        let mut object = self.object.load(Ordering::Relaxed);
        if object.is_null() {
            // SAFETY: a new reference, never released, or null with an exception set.
            object = unsafe { Object::from_new(ffi::PyUnicode_FromString(self.text.as_ptr())) }?
                .into_ptr();
            self.object.store(object, Ordering::Relaxed);
        }
        Ok(object)
    }
}
