//! Gives a forked child draws of its own, whoever forks it: `os.fork`, a library written in C, or a
//! server that embeds Python.

#[cfg(unix)]
pub fn register() {
    use std::ffi::c_int;
    use std::sync::Once;

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
    static ONCE: Once = Once::new();
    // SAFETY: the handler uses only memory of its thread, and stays: Python unloads no modules.
    // This can fail only for lack of memory, and children would then repeat their parent's draws.
    ONCE.call_once(|| assert_eq!(unsafe { pthread_atfork(None, None, Some(child)) }, 0));
}

/// Other systems do not fork.
#[cfg(not(unix))]
pub fn register() {}
