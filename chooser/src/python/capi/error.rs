//! Python exceptions, raised where an error occurs, with messages kept to one line.

use std::ffi::CString;

use python3_sys as ffi;

use super::calls;

/// A Python exception is set: one of ours, or one that propagates unchanged.
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

#[cold]
pub fn index_error(text: &str) -> Raised {
    set(unsafe { ffi::PyExc_IndexError }, text)
}

#[cold]
pub fn runtime_error(text: &str) -> Raised {
    set(unsafe { ffi::PyExc_RuntimeError }, text)
}

/// A bug in this module, with the message of the panic.
#[cold]
pub fn bug(panic: &str) -> Raised {
    let text = format!("chooser failed, which is a bug in it; please report: {panic}");
    set(unsafe { ffi::PyExc_RuntimeError }, &text)
}

/// Raises an exception of any live type.
pub fn set(exception: *mut ffi::PyObject, text: &str) -> Raised {
    let text = CString::new(text).expect("foreign text has gone through `in_a_line`");
    // SAFETY: the exception's type is alive, and the text is copied.
    unsafe { calls::PyErr_SetString(exception, text.as_ptr()) };
    Raised
}

/// Allocation failed for a size that comes from outside.
#[cold]
pub fn no_memory() -> Raised {
    // SAFETY: sets the exception; what is returned is null.
    unsafe { calls::PyErr_NoMemory() };
    Raised
}

/// An empty vector with this capacity.
pub fn vec_of<T>(capacity: usize) -> Result<Vec<T>, Raised> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(capacity).map_err(|_| no_memory())?;
    Ok(vec)
}

/// A foreign text, escaped by [`on_a_line`] and truncated to fit a line of an error message.
pub fn in_a_line(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", on_a_line(&text[..end])),
        None => on_a_line(text),
    }
}

/// A foreign text in which line breaks and control characters are replaced by Python escapes.
pub fn on_a_line(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => line.push_str(&format!("\\x{:02x}", c as u32)),
            // Line and paragraph separators, and bidirectional controls.
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line.push_str(&format!("\\u{:04x}", c as u32));
            }
            _ => line.push(c),
        }
    }
    line
}
