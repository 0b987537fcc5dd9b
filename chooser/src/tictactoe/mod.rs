//! Tic-tac-toe: the game, and whole matches played by two tables of weights that learn.
//!
//! [`board`] and [`rule`] are the game and its learning rule; [`table`] is the caller's form of the
//! weights, [`packed`] the one that matches use; [`one_match`] plays a match, [`avx2`] its two
//! inner steps in vector instructions; [`matches`] plays many.

pub mod board;
pub mod matches;
pub mod rule;
pub mod table;

#[cfg(target_arch = "x86_64")]
mod avx2;
mod one_match;
mod packed;
