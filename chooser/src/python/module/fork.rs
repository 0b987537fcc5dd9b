//! Reseeds in a forked child, however it is forked: by `os.fork`, by a C library, or by a server
//! that embeds Python.

use cpython::{PyResult, Python};

/// Installs the handler, once per process.
#[cfg(unix)]
pub fn register(py: Python) -> PyResult<()> {
    use std::ffi::c_int;
    use std::sync::OnceLock;

    use cpython::{exc, PyErr};

    extern "C" {
        fn pthread_atfork(
            prepare: Option<extern "C" fn()>,
            parent: Option<extern "C" fn()>,
            child: Option<extern "C" fn()>,
        ) -> c_int;
    }
    extern "C" fn child() {
        crate::generator::forget_parents();
    }
    static IS_REGISTERED: OnceLock<bool> = OnceLock::new();
    // SAFETY: the handler uses only memory of its thread, and stays: Python unloads no modules.
    if *IS_REGISTERED.get_or_init(|| unsafe { pthread_atfork(None, None, Some(child)) } == 0) {
        return Ok(());
    }
    let reason = "no room for the handler without which children repeat their parent's draws";
    Err(PyErr::new::<exc::MemoryError, _>(py, reason))
}

/// Other systems do not fork.
#[cfg(not(unix))]
pub fn register(_: Python) -> PyResult<()> {
    Ok(())
}
