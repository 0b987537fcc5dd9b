//! The module's functions, a file each.

pub mod choose;
pub mod play;
pub mod seed;
