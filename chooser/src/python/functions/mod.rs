//! The module's functions, a file each.

pub mod choose;
pub mod choose_rows;
pub mod play;
pub mod seed;
