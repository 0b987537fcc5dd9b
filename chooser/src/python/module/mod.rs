//! What happens at import, apart from adding the functions.

pub mod fork;
#[cfg(feature = "test-hooks")]
pub mod hooks;
pub mod version;

pub const DOC: &str = "\
Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.

choose draws an index, choose_rows one from each row of a table, and Weights holds weights that
change between draws; seed makes draws repeatable, play plays matches.";
