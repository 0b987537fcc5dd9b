//! The board of tic-tac-toe: states, lines and results.

use std::fmt;
use std::sync::OnceLock;

/// The cells of a board, numbered as on a numeric keypad less one: 0 is the lower left one.
pub const CELLS: usize = 9;

/// The number of boards, possible in a match or not: each cell is empty or one of two players'.
pub const STATES: usize = 3usize.pow(CELLS as u32);

/// The cells that win a match if one player has all three.
const LINES: [[usize; 3]; 8] =
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

/// A player; player one moves first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Player {
    One,
    Two,
}

/// How a match ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Won(Player),
    Tie,
}

/// A board, as the number from 0 to [`STATES`] − 1 whose base-3 digits are its cells, the first one
/// most significant: 0 is empty, 1 player one's, 2 player two's.
///
/// ```
/// use chooser::tictactoe::board::{Outcome, Player, State};
///
/// let mut state = State::EMPTY;
/// for cell in [4, 0, 3, 1, 5] {
///     state = state.with_move(cell);
/// }
/// assert_eq!(state.to_string(), "220111000");
/// assert_eq!(state.outcome(), Some(Outcome::Won(Player::One)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State(u16);

impl State {
    /// The board a match begins with.
    pub const EMPTY: State = State(0);

    /// All boards in order.
    pub fn all() -> impl Iterator<Item = State> {
        (0..STATES as u16).map(State)
    }

    /// The board's number.
    pub fn number(self) -> usize {
        self.0.into()
    }

    /// What the cells hold: 0, 1 or 2.
    pub fn cells(self) -> [u8; CELLS] {
        let mut rest = self.0;
        let mut cells = [0; CELLS];
        for cell in cells.iter_mut().rev() {
            *cell = (rest % 3) as u8;
            rest /= 3;
        }
        cells
    }

    /// Who moves next, from the number of taken cells.
    pub fn player(self) -> Player {
        match self.cells().iter().filter(|&&cell| cell != 0).count() % 2 {
            0 => Player::One,
            _ => Player::Two,
        }
    }

    /// The board after the next player has taken `cell`.
    ///
    /// # Panics
    ///
    /// If there is no such cell or it is taken.
    pub fn with_move(self, cell: usize) -> State {
        assert_eq!(self.cells()[cell], 0, "cell {cell} of {self} is taken");
        let stone = match self.player() {
            Player::One => 1,
            Player::Two => 2,
        };
        State(self.0 + stone * 3u16.pow((CELLS - 1 - cell) as u32))
    }

    /// How a match that reached this board ended, or `None` if it goes on. If both players have a
    /// line, which no match can reach, player one's counts.
    pub fn outcome(self) -> Option<Outcome> {
        let cells = self.cells();
        let has_line =
            |stone| LINES.iter().any(|line| line.iter().all(|&cell| cells[cell] == stone));
        if has_line(1) {
            Some(Outcome::Won(Player::One))
        } else if has_line(2) {
            Some(Outcome::Won(Player::Two))
        } else if cells.contains(&0) {
            None
        } else {
            Some(Outcome::Tie)
        }
    }

    /// The boards that a match can reach, those with fewer stones first.
    pub fn reachable() -> &'static [State] {
        static REACHABLE: OnceLock<Vec<State>> = OnceLock::new();
        REACHABLE.get_or_init(|| {
            let mut found = vec![State::EMPTY];
            let mut seen = vec![false; STATES];
            let mut next = 0;
            while let Some(&state) = found.get(next) {
                next += 1;
                if state.outcome().is_some() {
                    continue;
                }
                for (cell, _) in state.cells().iter().enumerate().filter(|(_, &stone)| stone == 0) {
                    let after = state.with_move(cell);
                    if !std::mem::replace(&mut seen[after.number()], true) {
                        found.push(after);
                    }
                }
            }
            found
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cells().iter().try_for_each(|cell| write!(f, "{cell}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays every match there is.
    fn count_matches(state: State, counts: &mut [u32; 3]) {
        match state.outcome() {
            Some(Outcome::Won(Player::One)) => counts[0] += 1,
            Some(Outcome::Won(Player::Two)) => counts[1] += 1,
            Some(Outcome::Tie) => counts[2] += 1,
            None => {
                for cell in (0..CELLS).filter(|&cell| state.cells()[cell] == 0) {
                    count_matches(state.with_move(cell), counts);
                }
            }
        }
    }

    #[test]
    fn all_matches_end_as_often_for_each_side_as_is_known() {
        let mut counts = [0; 3];
        count_matches(State::EMPTY, &mut counts);
        assert_eq!(counts, [131_184, 77_904, 46_080]);
    }

    #[test]
    fn the_reachable_boards_are_as_many_as_is_known() {
        let ended =
            |outcome| State::reachable().iter().filter(|state| state.outcome() == outcome).count();
        assert_eq!(State::reachable().len(), 5478);
        assert_eq!(ended(Some(Outcome::Won(Player::One))), 626);
        assert_eq!(ended(Some(Outcome::Won(Player::Two))), 316);
        assert_eq!(ended(Some(Outcome::Tie)), 16);
        assert_eq!(ended(None), 4520);
    }

    #[test]
    fn a_board_reads_as_its_number_in_base_three() {
        for state in State::all() {
            let number = usize::from_str_radix(&state.to_string(), 3);
            assert_eq!(number, Ok(state.number()));
        }
    }
}
