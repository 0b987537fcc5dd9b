//! What the module does when it is imported, apart from offering its functions.

pub mod fork;
#[cfg(feature = "test-hooks")]
pub mod hooks;
pub mod version;

pub const DOC: &str = "\
Exact, seeded weighted draws, and whole matches of tic-tac-toe played with them.

choose draws an index by its weight, choose_rows one for each row of a table, Weights are weights
that stay and change; seed makes draws repeat, play plays matches.";
