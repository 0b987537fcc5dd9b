//! What the module does when it is imported, apart from offering its functions.

pub mod fork;
#[cfg(feature = "test-hooks")]
pub mod hooks;
pub mod version;
