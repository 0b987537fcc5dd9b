//! What the GIL guards, and calls without it.

use std::cell::UnsafeCell;
use std::mem;

use python3_sys as ffi;

use super::calls;

/// Lets other Python threads run while `body` does, which uses no Python object.
pub fn without_gil<T>(body: impl FnOnce() -> T) -> T {
    struct Released(*mut ffi::PyThreadState);
    impl Drop for Released {
        fn drop(&mut self) {
            // SAFETY: the thread state is the one that was saved, on the same thread.
            unsafe { calls::PyEval_RestoreThread(self.0) }
        }
    }
    // SAFETY: the GIL is held; it is taken back even if `body` panics.
    let _released = Released(unsafe { ffi::PyEval_SaveThread() });
    body()
}

/// A value that only who holds the GIL gets at.
pub struct UnderGil<T>(UnsafeCell<T>);

// SAFETY: one thread at a time holds the GIL, and so does everyone who calls `replace`.
unsafe impl<T> Sync for UnderGil<T> {}

impl<T> UnderGil<T> {
    pub const fn new(value: T) -> Self {
        UnderGil(UnsafeCell::new(value))
    }

    pub fn replace(&self, value: T) -> T {
        // SAFETY: no reference to the value is ever given away, and nothing else runs meanwhile.
        unsafe { mem::replace(&mut *self.0.get(), value) }
    }
}
