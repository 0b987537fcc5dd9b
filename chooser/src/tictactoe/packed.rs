//! The tables of both players, packed for matches: the states that do not end a match, each in a
//! cache line with the running sums of its weights, and the state after each move.

use std::ops::{Add, AddAssign, Sub};
use std::sync::OnceLock;

use super::board::{Outcome, Player, State, CELLS, STATES};
use super::table::Row;

/// 0, and the running sums of a row's weights.
pub(super) type Sums<S> = [S; CELLS + 1];

/// A state that does not end a match: one cache line, if the sums have 32 bits.
///
/// A move's number is how many running sums, without the total, exceed the points that draw it:
/// cell 8 is move 0, cell 0 is move 8.
#[repr(align(64))]
pub(super) struct PackedRow<S> {
    pub sums: Sums<S>,
    /// The last sum again: extracting it from a vector register would take longer than a load.
    pub total: S,
    /// The packed row that each move leads to, or from [`OPEN_STATES`] on, how the match ends.
    pub next: [u16; CELLS],
}

impl<S: Sum> PackedRow<S> {
    /// The weight of a move.
    #[inline(always)]
    pub fn weight(&self, number: usize) -> S {
        self.sums[CELLS - number] - self.sums[CELLS - 1 - number]
    }
}

/// The number of states that do not end a match.
const OPEN_STATES: u16 = 4520;

/// The move wins: its player has three in a line.
pub(super) const WON: u16 = OPEN_STATES;
/// The move fills the board without a line.
pub(super) const TIED: u16 = OPEN_STATES + 1;

/// A type of running sums.
pub(super) trait Sum:
    Copy + Ord + Into<i64> + Add<Output = Self> + AddAssign + Sub<Output = Self>
{
    const MAX: Self;

    /// A number that fits the type.
    fn of(number: i64) -> Self;
}

impl Sum for i32 {
    const MAX: Self = i32::MAX;

    fn of(number: i64) -> Self {
        number as i32
    }
}

impl Sum for i64 {
    const MAX: Self = i64::MAX;

    fn of(number: i64) -> Self {
        number
    }
}

/// Packs the tables of player one and player two: for each state, the row of who moves there.
pub(super) fn pack<S: Sum>(tables: [&[Row]; 2]) -> Vec<PackedRow<S>> {
    let packed = |&OpenState { player, number, next }: &OpenState| {
        let mut sums = [S::of(0); CELLS + 1];
        for (cell, &weight) in tables[player as usize][number].iter().enumerate() {
            sums[cell + 1] = sums[cell] + S::of(weight);
        }
        PackedRow { sums, total: sums[CELLS], next }
    };
    open_states().iter().map(packed).collect()
}

/// Writes the weights of the states in which `player` moves into a table.
pub(super) fn unpack<S: Sum>(rows: &[PackedRow<S>], player: Player, table: &mut [Row]) {
    for (row, state) in rows.iter().zip(open_states()) {
        if state.player == player {
            let weight = |cell: usize| row.weight(CELLS - 1 - cell).into();
            table[state.number] = std::array::from_fn(weight);
        }
    }
}

/// A state that does not end a match.
struct OpenState {
    player: Player,
    number: usize,
    next: [u16; CELLS],
}

/// The states of the packed rows, the empty board first.
fn open_states() -> &'static [OpenState] {
    static OPEN: OnceLock<Vec<OpenState>> = OnceLock::new();
    OPEN.get_or_init(|| {
        let goes_on = |state: &&State| state.outcome().is_none();
        let states: Vec<State> = State::reachable().iter().filter(goes_on).copied().collect();
        assert_eq!(states.len(), OPEN_STATES.into());
        let mut place = vec![0; STATES];
        for (number, state) in (0..).zip(&states) {
            place[state.number()] = number;
        }
        let leads_to = |state: State| match state.outcome() {
            None => place[state.number()],
            Some(Outcome::Won(_)) => WON,
            Some(Outcome::Tie) => TIED,
        };
        let moves = |state: State| {
            let mut next = [0; CELLS];
            for cell in (0..CELLS).filter(|&cell| state.cells()[cell] == 0) {
                next[CELLS - 1 - cell] = leads_to(state.with_move(cell));
            }
            OpenState { player: state.player(), number: state.number(), next }
        };
        states.into_iter().map(moves).collect()
    })
}
