//! Whole matches on two tables of weights, each match learning from those before.

use super::board::{Outcome, Player};
use super::one_match::{self, Amounts, Portable, Steps};
use super::packed::{pack, unpack, PackedRow, Sum};
use super::rule::Rule;
use super::table::{check, largest, Error, Row};
use crate::generator::Words;
#[cfg(target_arch = "x86_64")]
use crate::processor::Avx2;
use crate::processor::Work;

/// How matches ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    pub wins1: u64,
    pub wins2: u64,
    pub ties: u64,
}

/// Matches on a packed copy of two tables.
///
/// ```
/// use chooser::generator::Generator;
/// use chooser::tictactoe::board::{Player, State};
/// use chooser::tictactoe::matches::Matches;
/// use chooser::tictactoe::rule::Rule;
/// use chooser::tictactoe::table::{Error, Row};
///
/// let open_cells = |state: State| state.cells().map(|cell| if cell == 0 { 6 } else { 0 });
/// let mut brain: Vec<Row> = State::all().map(open_cells).collect();
///
/// let mut matches = Matches::new([&brain, &brain], Rule::ORIGINAL, 10_000)?;
/// let results = matches.play(&mut Generator::from_integer(1));
/// for player in [Player::One, Player::Two] {
///     matches.write_back(player, &mut brain);
/// }
///
/// assert_eq!(results.wins1 + results.wins2 + results.ties, 10_000);
/// assert!(brain[0].iter().sum::<i64>() > 9 * 6, "the first moves that won weigh more now");
/// # Ok::<(), Error>(())
/// ```
pub struct Matches {
    rows: Rows,
    rules: [Rule; 2],
    count: u64,
}

/// Running sums of 32 bits, or of 64 where these could overflow.
enum Rows {
    Narrow(Vec<PackedRow<i32>>),
    Wide(Vec<PackedRow<i64>>),
}

impl Matches {
    /// Checks and packs the tables of player one and player two. They may be the same: player one
    /// moves when an even number of cells is taken, player two when an odd number is.
    ///
    /// # Errors
    ///
    /// What makes a table unfit for `count` matches; see [`Error`].
    pub fn new(tables: [&[Row]; 2], rules: [Rule; 2], count: u64) -> Result<Self, Error> {
        let bits = check(1, tables[0])? | check(2, tables[1])?;
        let gain = rules[0].largest_gain().max(rules[1].largest_gain());
        let gains = i128::from(count) * i128::from(gain);
        let bound = |largest| gains.saturating_add(9 * i128::from(largest));
        let narrow = i128::from(i32::MAX);
        // The bits are known already, and hardly ever too large.
        let largest = if bound(bits) <= narrow { bits } else { largest(tables) };
        let rows = if bound(largest) <= narrow {
            Rows::Narrow(pack(tables))
        } else if bound(largest) <= i64::MAX.into() {
            Rows::Wide(pack(tables))
        } else {
            return Err(Error::TooLarge { largest, matches: count, gain });
        };
        Ok(Matches { rows, rules, count })
    }

    /// Plays the matches, one after the other. Each move takes its words as
    /// [`choose`](crate::draw::choose) does for the row's weights, forced moves too.
    pub fn play(&mut self, words: &mut (impl Words + Clone)) -> Results {
        if self.count == 0 {
            return Results::default();
        }
        let play = Play { matches: self, words };
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return avx2.run(play);
        }
        play.work(Portable)
    }

    /// Writes the weights of the states in which `player` moves into a table.
    ///
    /// # Panics
    ///
    /// If the table does not have [`STATES`](super::board::STATES) rows.
    pub fn write_back(&self, player: Player, table: &mut [Row]) {
        match &self.rows {
            Rows::Narrow(rows) => unpack(rows, player, table),
            Rows::Wide(rows) => unpack(rows, player, table),
        }
    }
}

struct Play<'a, G> {
    matches: &'a mut Matches,
    words: &'a mut G,
}

impl<T: Steps<i32> + Steps<i64>, G: Words + Clone> Work<T> for Play<'_, G> {
    type Output = Results;

    #[inline(always)]
    fn work(self, steps: T) -> Results {
        let &mut Matches { ref mut rows, rules, count } = self.matches;
        match rows {
            Rows::Narrow(rows) => play(steps, rows, rules, count, self.words),
            Rows::Wide(rows) => play(steps, rows, rules, count, self.words),
        }
    }
}

/// Plays one or more matches; `Matches::new` has checked that their gains fit the sums.
#[inline(always)]
fn play<S: Sum, G: Words + Clone>(
    steps: impl Steps<S>,
    rows: &mut [PackedRow<S>],
    rules: [Rule; 2],
    count: u64,
    words: &mut G,
) -> Results {
    let amounts = rules.map(Amounts::of);
    // A copy that can stay in registers.
    let mut own_words = words.clone();
    let mut results = Results::default();
    for _ in 0..count {
        match one_match::play(steps, rows, &amounts, &mut own_words) {
            Outcome::Won(Player::One) => results.wins1 += 1,
            Outcome::Won(Player::Two) => results.wins2 += 1,
            Outcome::Tie => results.ties += 1,
        }
    }
    *words = own_words;
    results
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::super::board::{State, CELLS};
    use super::*;
    use crate::generator::Generator;

    #[test]
    fn vector_instructions_give_the_same_bits() {
        let avx2 = Avx2::detect().expect("this test needs a processor that has AVX2");
        // With large weights, every other draw takes more than half a word.
        for (weight, seed) in [(6, 1), (1 << 27, 2)] {
            let open_cells =
                |state: State| state.cells().map(|cell| if cell == 0 { weight } else { 0 });
            let brain: Vec<Row> = State::all().map(open_cells).collect();
            let rules = [Rule::ORIGINAL[0], Rule { win: 1000, tie: 1000, loss: -7, floor: 3 }];
            let new = || Matches::new([&brain, &brain], rules, 50_000).unwrap();
            let (mut portable, mut vector) = (new(), new());
            let mut words = [Generator::from_integer(seed), Generator::from_integer(seed)];
            let [words1, words2] = &mut words;
            assert_eq!(
                avx2.run(Play { matches: &mut vector, words: words1 }),
                Play { matches: &mut portable, words: words2 }.work(Portable)
            );
            assert_eq!(words[0].word(), words[1].word());
            let (Rows::Narrow(rows), Rows::Narrow(same)) = (&vector.rows, &portable.rows) else {
                panic!("wide rows");
            };
            for (row, same) in rows.iter().zip(same) {
                assert_eq!((row.sums, row.total), (same.sums, same.sums[CELLS]));
            }
        }
    }
}
