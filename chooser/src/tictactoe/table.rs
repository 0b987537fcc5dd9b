//! The weights of a player: a table with a row for each board, and a weight in it for each cell.

use std::fmt;
use std::sync::OnceLock;

use super::board::{State, CELLS, STATES};

/// The weights of one state's moves.
pub type Row = [i64; CELLS];

/// Why matches cannot be played with a table. `table` is 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The table does not have [`STATES`] rows.
    Rows { table: u8, given: usize },
    /// A weight is below zero.
    Negative { table: u8, state: State, cell: usize, weight: i64 },
    /// A taken cell has a weight.
    Taken { table: u8, state: State, cell: usize, weight: i64 },
    /// The match goes on at `state`, but no move has a positive weight.
    NoMove { table: u8, state: State },
    /// After as many matches, the weights of a row could pass 2^63 − 1.
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

/// Checks every weight, and returns the largest.
pub(super) fn check(number: u8, table: &[Row]) -> Result<i64, Error> {
    if table.len() != STATES {
        return Err(Error::Rows { table: number, given: table.len() });
    }
    let mut largest = 0;
    for (state, (row, &moves)) in State::all().zip(table.iter().zip(all_moves())) {
        let (mut all, mut taken) = (0, 0);
        for (cell, &weight) in row.iter().enumerate() {
            all |= weight;
            taken |= weight & -i64::from(moves >> cell & 1);
            largest = weight.max(largest);
        }
        if all < 0 || taken != 0 || (all == 0 && moves & ENDED == 0) {
            return Err(first_fault(number, state, row, moves));
        }
    }
    Ok(largest)
}

#[cold]
fn first_fault(table: u8, state: State, row: &Row, moves: u16) -> Error {
    for (cell, &weight) in row.iter().enumerate() {
        if weight < 0 {
            return Error::Negative { table, state, cell, weight };
        }
        if weight > 0 && moves >> cell & 1 == 1 {
            return Error::Taken { table, state, cell, weight };
        }
    }
    Error::NoMove { table, state }
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
