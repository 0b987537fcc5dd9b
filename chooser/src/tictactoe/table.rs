//! A player's weights: a table with a row for each board and a weight for each cell.

use std::fmt;
use std::sync::OnceLock;

use super::board::{State, CELLS, STATES};
#[cfg(target_arch = "x86_64")]
use crate::processor::Avx2;
use crate::processor::Work;

/// The weights of one state's moves.
pub type Row = [i64; CELLS];

/// Why matches cannot be played with a table. `table` is 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The table does not have [`STATES`] rows.
    Rows { table: u8, given: usize },
    /// A weight is below zero.
    Negative { table: u8, state: State, cell: usize, weight: i64 },
    /// A taken cell has a positive weight.
    Taken { table: u8, state: State, cell: usize, weight: i64 },
    /// The match goes on at `state`, but no move has a positive weight.
    NoMove { table: u8, state: State },
    /// After that many matches, the sum of a row could exceed 2^63 − 1.
    TooLarge { largest: i64, matches: u64, gain: i64 },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Rows { table, given } => {
                write!(f, "weights{table} has {given} rows: a table has {STATES}")
            }
            Error::Negative { table, state, cell, weight } => write!(
                f,
                "weights{table}[{}, {cell}] (state {state}) is {weight}: \
                 a weight must not be negative",
                state.number()
            ),
            Error::Taken { table, state, cell, weight } => write!(
                f,
                "weights{table}[{}, {cell}] (state {state}) is {weight}: \
                 a cell that is taken must have weight 0",
                state.number()
            ),
            Error::NoMove { table, state } => write!(
                f,
                "weights{table}[{}] (state {state}) has no positive weight, \
                 but the match goes on there",
                state.number()
            ),
            Error::TooLarge { largest, matches, gain } => write!(
                f,
                "weights as large as {largest} could pass 2**63 - 1 in {matches} matches, each \
                 adding {gain} at most: play fewer matches at a time, or divide the weights"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// Checks every weight; returns their bitwise OR, which is at least the largest.
pub(super) fn check(number: u8, table: &[Row]) -> Result<i64, Error> {
    if table.len() != STATES {
        return Err(Error::Rows { table: number, given: table.len() });
    }
    bits_if_fit(table).ok_or_else(|| first_fault(number, table))
}

fn bits_if_fit(table: &[Row]) -> Option<i64> {
    let check = Check { table, moves: all_moves(), masks: masks() };
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = Avx2::detect() {
        return avx2.run(check);
    }
    check.work(())
}

struct Check<'a> {
    table: &'a [Row],
    moves: &'a [u16],
    masks: &'a [Row; 1 << CELLS],
}

impl<T> Work<T> for Check<'_> {
    /// The bitwise OR of the weights, if the table can be played with.
    type Output = Option<i64>;

    #[inline(always)]
    fn work(self, _: T) -> Option<i64> {
        let (mut bits, mut taken) = (0, 0);
        for (row, &moves) in self.table.iter().zip(self.moves) {
            let mut all = 0;
            for (&weight, mask) in row.iter().zip(&self.masks[usize::from(moves & (ENDED - 1))]) {
                all |= weight;
                taken |= weight & mask;
            }
            bits |= all;
            // The early return keeps the compiler from vectorising across rows, which would need
            // gathers.
            if all == 0 && moves & ENDED == 0 {
                return None;
            }
        }
        (bits >= 0 && taken == 0).then_some(bits)
    }
}

/// The largest weight.
pub(super) fn largest(tables: [&[Row]; 2]) -> i64 {
    tables.into_iter().flatten().flatten().fold(0, |largest, &weight| weight.max(largest))
}

#[cold]
fn first_fault(number: u8, table: &[Row]) -> Error {
    let mut rows = State::all().zip(table).zip(all_moves());
    rows.find_map(|((state, row), &moves)| fault(number, state, row, moves))
        .expect("a table that is refused has a fault")
}

fn fault(table: u8, state: State, row: &Row, moves: u16) -> Option<Error> {
    for (cell, &weight) in row.iter().enumerate() {
        if weight < 0 {
            return Some(Error::Negative { table, state, cell, weight });
        }
        if weight > 0 && moves >> cell & 1 == 1 {
            return Some(Error::Taken { table, state, cell, weight });
        }
    }
    let no_move = moves & ENDED == 0 && *row == [0; CELLS];
    no_move.then_some(Error::NoMove { table, state })
}

const ENDED: u16 = 1 << CELLS;

/// For each state a bit for each taken cell, and [`ENDED`] where the match is over.
fn all_moves() -> &'static [u16] {
    static MOVES: OnceLock<Vec<u16>> = OnceLock::new();
    MOVES.get_or_init(|| {
        let moves = |state: State| {
            let bit = |(cell, &stone): (usize, &u8)| u16::from(stone != 0) << cell;
            let taken: u16 = state.cells().iter().enumerate().map(bit).sum();
            taken | if state.outcome().is_some() { ENDED } else { 0 }
        };
        State::all().map(moves).collect()
    })
}

/// For each set of taken cells a row of their bits: all of them where a cell is taken.
fn masks() -> &'static [Row; 1 << CELLS] {
    static MASKS: OnceLock<Box<[Row; 1 << CELLS]>> = OnceLock::new();
    MASKS.get_or_init(|| {
        let mask = |taken: usize| std::array::from_fn(|cell| -((taken >> cell & 1) as i64));
        Box::new(std::array::from_fn(mask))
    })
}
