//! Python exceptions, raised where an error arises, and how their texts are kept to a line.

use std::ffi::CString;

use python3_sys as ffi;

/// A Python exception is set: one of ours, or one that passes through unchanged.
#[derive(Debug)]
pub struct Raised;

/// Right type, wrong value.
#[cold]
pub fn value_error(text: &str) -> Raised {
    // SAFETY: the exceptions' types live as long as the interpreter, here as below.
    set(unsafe { ffi::PyExc_ValueError }, text)
}

#[cold]
pub fn type_error(text: &str) -> Raised {
    set(unsafe { ffi::PyExc_TypeError }, text)
}

#[cold]
pub fn overflow_error(text: &str) -> Raised {
    set(unsafe { ffi::PyExc_OverflowError }, text)
}

#[cold]
pub fn import_error(text: &str) -> Raised {
    set(unsafe { ffi::PyExc_ImportError }, text)
}

/// A bug in this module: what a panic said.
#[cold]
pub fn bug(panic: &str) -> Raised {
    let text = format!("chooser failed, which is a bug in it; please report: {panic}");
    set(unsafe { ffi::PyExc_RuntimeError }, &text)
}

fn set(exception: *mut ffi::PyObject, text: &str) -> Raised {
    let text = CString::new(text.replace('\0', "\\0")).expect("there is no NUL left");
    // SAFETY: the exception's type is alive, and the text is copied.
    unsafe { ffi::PyErr_SetString(exception, text.as_ptr()) };
    Raised
}

/// As much of a text as fits a line of an error message.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.replace('\n', "\\n");
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}
