//! Values guarded by the GIL, and code that runs without it.

use std::cell::UnsafeCell;

use python3_sys as ffi;

use super::calls;

/// Runs `body`, which must use no Python object, with the GIL released.
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

/// A value accessible only with the GIL held.
pub struct UnderGil<T>(UnsafeCell<T>);

// SAFETY: one thread at a time holds the GIL, and so does everyone who calls `with`.
unsafe impl<T> Sync for UnderGil<T> {}

impl<T> UnderGil<T> {
    pub const fn new(value: T) -> Self {
        UnderGil(UnsafeCell::new(value))
    }

    /// Calls `body` with the value. It must run no Python code, nor drop anything that may.
    pub fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: nothing else runs meanwhile.
        body(unsafe { &mut *self.0.get() })
    }
}
