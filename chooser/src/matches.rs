//! Whole matches on two tables of weights, each match learning from those before. The rules of the
//! game are not here, nor the draw: a move is drawn as [`crate::draw`] draws.
//!
//! A table has a row of weights for each [`State`], and a row a weight for each cell. The matches are played
//! on packed rows: of the states in which a match can go on, each a cache line that holds the running sums of its
//! weights, which is what a draw and an update want, and where each move leads.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::sync::OnceLock;

use crate::draw::{below, Word};
use crate::game::{Outcome, Player, State, CELLS, STATES};
use crate::generator::Generator;
#[cfg(target_arch = "x86_64")]
use crate::vector;

/// The weights of one state's moves.
pub type Row = [i64; CELLS];

/// What a match does to the weights of its moves. Neither lets a move die: a penalised weight stays above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learning {
    /// Added to each weight of the winner; not negative.
    pub reward: i64,
    /// Added to each weight above 1 of the loser, as far down as 1; not positive.
    pub penalty: i64,
}

impl Learning {
    /// What the original program does.
    pub const ORIGINAL: Learning = Learning { reward: 3, penalty: -1 };
    /// Leaves the weights as they are.
    pub const NONE: Learning = Learning { reward: 0, penalty: 0 };
}

/// How matches ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    pub wins1: u64,
    pub wins2: u64,
    /// Which reward player two, as in the original program.
    pub ties: u64,
}

/// Why matches cannot be played with a table. `table` is 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The table has not a row for each of the [`STATES`].
    Rows { table: u8, given: usize },
    /// A weight is below zero.
    Negative { table: u8, state: State, cell: usize, weight: i64 },
    /// A cell that is taken has a weight.
    Taken { table: u8, state: State, cell: usize, weight: i64 },
    /// The match goes on at `state`, but no move has a positive weight.
    NoMove { table: u8, state: State },
    /// After as many matches, the weights of a row could pass 2^63 − 1.
    TooLarge { largest: i64, matches: u64, reward: i64 },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Rows { table, given } => {
                write!(f, "weights{table} has {given} rows: a table has {STATES}")
            }
            Error::Negative { table, state, cell, weight } => write!(
                f,
                "weights{table}[{}, {cell}] (state {state}) is {weight}: a weight must not be negative",
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
                "weights{table}[{}] (state {state}) has no positive weight, but the match goes on there",
                state.number()
            ),
            Error::TooLarge { largest, matches, reward } => write!(
                f,
                "weights as large as {largest} could pass 2**63 - 1 in {matches} matches with reward {reward}: \
                 play fewer matches at a time, or divide the weights"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// Matches about to be played, and then played, on a packed copy of two tables.
///
/// ```
/// use chooser::game::{Player, State};
/// use chooser::generator::Generator;
/// use chooser::matches::{Learning, Matches, Row};
///
/// let open_cells = |state: State| state.cells().map(|cell| if cell == 0 { 6 } else { 0 });
/// let mut brain: Vec<Row> = State::all().map(open_cells).collect();
///
/// let mut matches = Matches::new([&brain, &brain], [Learning::ORIGINAL; 2], 10_000)?;
/// let results = matches.play(&mut Generator::from_integer(1));
/// for player in [Player::One, Player::Two] {
///     matches.write_back(player, &mut brain);
/// }
///
/// assert_eq!(results.wins1 + results.wins2 + results.ties, 10_000);
/// assert!(brain[0].iter().sum::<i64>() > 9 * 6, "the first moves that won weigh more now");
/// # Ok::<(), chooser::matches::Error>(())
/// ```
pub struct Matches {
    rows: Rows,
    learning: [Learning; 2],
    count: u64,
}

/// 32 bits hold the running sums nearly always; where the sums could grow beyond, 64 do.
enum Rows {
    Narrow(Vec<PackedRow<i32>>),
    Wide(Vec<PackedRow<i64>>),
}

impl Matches {
    /// Checks and packs the tables of player one and player two, which may be the same: player one moves where an even number of
    /// cells is taken, player two where an odd number is.
    ///
    /// # Errors
    ///
    /// What makes a table unfit for `count` matches; see [`Error`].
    pub fn new(tables: [&[Row]; 2], learning: [Learning; 2], count: u64) -> Result<Self, Error> {
        let largest = check(1, tables[0])?.max(check(2, tables[1])?);
        let reward = learning[0].reward.max(learning[1].reward);
        let bound = 9 * i128::from(largest) + i128::from(count) * i128::from(reward);
        let rows = if bound <= i32::MAX.into() {
            Rows::Narrow(pack(tables))
        } else if bound <= i64::MAX.into() {
            Rows::Wide(pack(tables))
        } else {
            return Err(Error::TooLarge { largest, matches: count, reward });
        };
        Ok(Matches { rows, learning, count })
    }

    /// Plays the matches, one after the other. Each move takes its words from the generator as
    /// [`choose`](crate::draw::choose) does for the row's weights, forced moves too.
    pub fn play(&mut self, generator: &mut Generator) -> Results {
        let Matches { rows, learning, count } = self;
        match rows {
            Rows::Narrow(rows) => {
                #[cfg(target_arch = "x86_64")]
                if let Some(results) = vector::play(rows, *learning, *count, generator) {
                    return results;
                }
                play::<_, Portable>(rows, *learning, *count, generator)
            }
            Rows::Wide(rows) => play::<_, Portable>(rows, *learning, *count, generator),
        }
    }

    /// Writes the weights of the states in which `player` moves into a table.
    ///
    /// # Panics
    ///
    /// If the table has not a row for each of the [`STATES`].
    pub fn write_back(&self, player: Player, table: &mut [Row]) {
        match &self.rows {
            Rows::Narrow(rows) => unpack(rows, player, table),
            Rows::Wide(rows) => unpack(rows, player, table),
        }
    }
}

/// The rules, by state number: the cells taken, as bits, and [`ENDED`] where a match does not go on.
fn rules() -> &'static [u16] {
    static RULES: OnceLock<Vec<u16>> = OnceLock::new();
    RULES.get_or_init(|| {
        let rule = |state: State| {
            let bits = |(cell, &stone): (usize, &u8)| u16::from(stone != 0) << cell;
            let taken: u16 = state.cells().iter().enumerate().map(bits).sum();
            taken | if state.outcome().is_some() { ENDED } else { 0 }
        };
        State::all().map(rule).collect()
    })
}

const ENDED: u16 = 1 << CELLS;

/// The largest weight of a table in which every weight is right.
fn check(number: u8, table: &[Row]) -> Result<i64, Error> {
    if table.len() != STATES {
        return Err(Error::Rows { table: number, given: table.len() });
    }
    let mut largest = 0;
    for (state, (row, &rule)) in State::all().zip(table.iter().zip(rules())) {
        let (mut all, mut taken) = (0, 0);
        for (cell, &weight) in row.iter().enumerate() {
            all |= weight;
            taken |= weight & -i64::from(rule >> cell & 1);
            largest = weight.max(largest);
        }
        if all < 0 || taken != 0 || (all == 0 && rule & ENDED == 0) {
            return Err(what_is_wrong(number, state, row, rule));
        }
    }
    Ok(largest)
}

#[cold]
fn what_is_wrong(table: u8, state: State, row: &Row, rule: u16) -> Error {
    for (cell, &weight) in row.iter().enumerate() {
        if weight < 0 {
            return Error::Negative { table, state, cell, weight };
        }
        if weight > 0 && rule >> cell & 1 == 1 {
            return Error::Taken { table, state, cell, weight };
        }
    }
    Error::NoMove { table, state }
}

/// 0, and the running sums of a row's weights: 2^31 − 1 or 2^63 − 1 at the most.
pub(crate) type Sums<S> = [S; CELLS + 1];

/// A state in which a match can go on: one cache line, where 32 bits will do.
#[repr(align(64))]
pub(crate) struct PackedRow<S> {
    sums: Sums<S>,
    /// Where each move leads: to the packed row of that number, or from [`OPEN_STATES`] on, to the end.
    next: [u16; CELLS],
}

/// In how many states a match can go on.
const OPEN_STATES: u16 = 4520;

/// Where a move leads that ends the match with a win or a tie. Who moved has won, or taken the last cell.
const WON: u16 = OPEN_STATES;
const TIED: u16 = OPEN_STATES + 1;

/// The states of the packed rows, and where their moves lead: the empty board first, then by the number of stones.
fn open_states() -> &'static [(State, [u16; CELLS])] {
    static OPEN: OnceLock<Vec<(State, [u16; CELLS])>> = OnceLock::new();
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
                next[cell] = leads_to(state.with_move(cell));
            }
            (state, next)
        };
        states.into_iter().map(moves).collect()
    })
}

fn pack<S: Sum>(tables: [&[Row]; 2]) -> Vec<PackedRow<S>> {
    let packed = |&(state, next): &(State, [u16; CELLS])| {
        let mut sums = [S::of(0); CELLS + 1];
        for (cell, &weight) in tables[state.player() as usize][state.number()].iter().enumerate() {
            sums[cell + 1] = sums[cell] + S::of(weight);
        }
        PackedRow { sums, next }
    };
    open_states().iter().map(packed).collect()
}

fn unpack<S: Sum>(rows: &[PackedRow<S>], player: Player, table: &mut [Row]) {
    for (row, &(state, _)) in rows.iter().zip(open_states()) {
        if state.player() == player {
            let weight = |cell: usize| (row.sums[cell + 1] - row.sums[cell]).into();
            table[state.number()] = std::array::from_fn(weight);
        }
    }
}

/// A type of running sums.
pub(crate) trait Sum:
    Copy + Ord + Into<i64> + Add<Output = Self> + AddAssign + Sub<Output = Self>
{
    const MAX: Self;

    /// A number that is in the type's range.
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

/// The two inner steps of a match, which vector instructions can do quicker.
pub(crate) trait Steps<S> {
    /// The first cell whose running sum is above the word's share, `word · total / 2^64`.
    fn locate(sums: &Sums<S>, word: u64) -> usize;

    /// Changes the weight of `cell`.
    fn add(sums: &mut Sums<S>, cell: usize, change: S);
}

/// Steps for any processor.
pub(crate) struct Portable;

impl<S: Sum> Steps<S> for Portable {
    #[inline(always)]
    fn locate(sums: &Sums<S>, word: u64) -> usize {
        let (point, _) = word.full_product(sums[CELLS].into() as u64);
        locate_point(sums, point)
    }

    #[inline(always)]
    fn add(sums: &mut Sums<S>, cell: usize, change: S) {
        for (place, sum) in sums.iter_mut().enumerate() {
            *sum += if place > cell { change } else { S::of(0) };
        }
    }
}

#[inline(always)]
fn locate_point<S: Sum>(sums: &Sums<S>, point: u64) -> usize {
    sums[1..CELLS].iter().map(|&sum| usize::from(sum.into() as u64 <= point)).sum()
}

/// Draws a move, as [`crate::draw::choose`] does for few integers.
#[inline(always)]
fn make_move<S: Sum, T: Steps<S>>(sums: &Sums<S>, generator: &mut Generator) -> usize {
    let word = generator.word();
    let total = sums[CELLS].into() as u64;
    if word.wrapping_mul(total) < total {
        return make_move_carefully(sums, word, generator);
    }
    T::locate(sums, word)
}

/// Where the first word may have to be rejected, which hardly ever happens.
#[cold]
fn make_move_carefully<S: Sum>(sums: &Sums<S>, word: u64, generator: &mut Generator) -> usize {
    let mut first = Some(word);
    let words = || first.take().unwrap_or_else(|| generator.word());
    locate_point(sums, below(sums[CELLS].into() as u64, words))
}

/// Plays `count` matches.
#[inline(always)]
pub(crate) fn play<S: Sum, T: Steps<S>>(
    rows: &mut [PackedRow<S>],
    learning: [Learning; 2],
    count: u64,
    generator: &mut Generator,
) -> Results {
    // Within the sums' type, as far as there are matches; a penalty cannot do more than take all.
    let changes = learning.map(|Learning { reward, penalty }| Changes {
        reward: S::of(if count == 0 { 0 } else { reward }),
        penalty: S::of(penalty.max(-S::MAX.into())),
    });
    // A copy that can stay in registers.
    let mut words = generator.clone();
    let mut results = Results::default();
    for _ in 0..count {
        match play_match::<S, T>(rows, &changes, &mut words) {
            Outcome::Won(Player::One) => results.wins1 += 1,
            Outcome::Won(Player::Two) => results.wins2 += 1,
            Outcome::Tie => results.ties += 1,
        }
    }
    *generator = words;
    results
}

/// [`Learning`] in the type of the running sums.
struct Changes<S> {
    reward: S,
    penalty: S,
}

#[inline(always)]
fn play_match<S: Sum, T: Steps<S>>(
    rows: &mut [PackedRow<S>],
    changes: &[Changes<S>; 2],
    generator: &mut Generator,
) -> Outcome {
    let mut moves = [(0, 0); CELLS];
    let mut place = 0;
    // Each turn has code of its own, and so has each end: the branch by which a match ends tells who has won and
    // what there is to learn, and is the only one that cannot be predicted.
    macro_rules! turn {
        ($turn:literal) => {
            let row = &rows[place];
            let cell = make_move::<S, T>(&row.sums, generator);
            moves[$turn] = (place, cell);
            place = row.next[cell].into();
            // Nobody has three stones before the fifth.
            if $turn >= 4 && place >= WON.into() {
                return end::<S, T, { $turn + 1 }>(rows, &moves, place, changes);
            }
        };
    }
    turn!(0);
    turn!(1);
    turn!(2);
    turn!(3);
    turn!(4);
    turn!(5);
    turn!(6);
    turn!(7);
    turn!(8);
    unreachable!("nine moves fill the board")
}

/// Ends a match after `COUNT` moves, which led to `end`.
#[inline(always)]
fn end<S: Sum, T: Steps<S>, const COUNT: usize>(
    rows: &mut [PackedRow<S>],
    moves: &[(usize, usize); CELLS],
    end: usize,
    changes: &[Changes<S>; 2],
) -> Outcome {
    if COUNT == CELLS && end == TIED.into() {
        learn::<S, T, COUNT>(rows, moves, 1, changes);
        return Outcome::Tie;
    }
    let winner = (COUNT - 1) % 2;
    learn::<S, T, COUNT>(rows, moves, winner, changes);
    Outcome::Won(if winner == 0 { Player::One } else { Player::Two })
}

#[inline(always)]
fn learn<S: Sum, T: Steps<S>, const COUNT: usize>(
    rows: &mut [PackedRow<S>],
    moves: &[(usize, usize); CELLS],
    winner: usize,
    changes: &[Changes<S>; 2],
) {
    for (turn, &(place, cell)) in moves[..COUNT].iter().enumerate() {
        let sums = &mut rows[place].sums;
        let player = turn % 2;
        let change = if player == winner {
            changes[player].reward
        } else {
            let weight = sums[cell + 1] - sums[cell];
            let penalised = (weight + changes[player].penalty).max(S::of(1)).min(weight);
            penalised - weight
        };
        T::add(sums, cell, change);
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn vector_instructions_give_the_same_bits() {
        assert!(is_x86_feature_detected!("avx2"), "this test needs a processor that has AVX2");
        let brain: Vec<Row> = State::all()
            .map(|state| state.cells().map(|cell| if cell == 0 { 6 } else { 0 }))
            .collect();
        let learning = [Learning::ORIGINAL, Learning { reward: 1000, penalty: -7 }];
        let mut rows = [pack::<i32>([&brain, &brain]), pack([&brain, &brain])];
        let mut words = [Generator::from_integer(1), Generator::from_integer(1)];
        let portable = play::<_, Portable>(&mut rows[0], learning, 50_000, &mut words[0]);
        let vector = vector::play(&mut rows[1], learning, 50_000, &mut words[1]);
        assert_eq!(vector, Some(portable));
        assert_eq!(words[0].word(), words[1].word());
        for (row, same) in rows[0].iter().zip(&rows[1]) {
            assert_eq!(row.sums, same.sums);
        }
    }
}
