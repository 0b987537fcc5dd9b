//! One match on packed rows: moves are drawn as by [`crate::draw`], and the players learn after the
//! last one.

use super::board::{Outcome, Player, CELLS};
use super::packed::{PackedRow, Sum, Sums, TIED, WON};
use super::rule::Rule;
use crate::below::{below, Word};
use crate::generator::Words;

/// The two inner steps of a match, which may use vector instructions.
pub(super) trait Steps<S>: Copy {
    /// The move that a word draws, or `None` for the few words for which the steps cannot decide,
    /// or that may have to be rejected.
    fn locate(self, row: &PackedRow<S>, word: u64) -> Option<usize>;

    /// Adds to the weight of a move.
    fn add(self, row: &mut PackedRow<S>, number: usize, amount: S);
}

/// Portable steps.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl<S: Sum> Steps<S> for Portable {
    #[inline(always)]
    fn locate(self, row: &PackedRow<S>, word: u64) -> Option<usize> {
        let total = row.total.into() as u64;
        let (point, cut_off) = word.full_product(total);
        (cut_off >= total).then(|| locate_point(&row.sums, point))
    }

    #[inline(always)]
    fn add(self, row: &mut PackedRow<S>, number: usize, amount: S) {
        for (place, sum) in row.sums.iter_mut().enumerate() {
            *sum += if place + number >= CELLS { amount } else { S::of(0) };
        }
        row.total += amount;
    }
}

#[inline(always)]
fn locate_point<S: Sum>(sums: &Sums<S>, point: u64) -> usize {
    sums[1..CELLS].iter().map(|&sum| usize::from(sum.into() as u64 > point)).sum()
}

/// A [`Rule`] in the type of the running sums.
#[derive(Clone, Copy)]
pub(super) struct Amounts<S> {
    win: S,
    tie: S,
    loss: S,
    floor: S,
}

impl<S: Sum> Amounts<S> {
    /// Gains must fit the type. Losses and floors are clamped to it: a larger loss takes all just
    /// the same, and such a floor is above every weight.
    pub fn of(rule: Rule) -> Self {
        let amount = |amount: i64| S::of(amount.max(-S::MAX.into()));
        Amounts {
            win: amount(rule.win),
            tie: amount(rule.tie),
            loss: amount(rule.loss),
            floor: S::of(rule.floor.min(S::MAX.into())),
        }
    }
}

/// A move: the packed row it was drawn from, and its number there.
type Move = (usize, usize);

/// Plays a match, from which both players learn.
#[inline(always)]
pub(super) fn play<S: Sum, T: Steps<S>>(
    steps: T,
    rows: &mut [PackedRow<S>],
    amounts: &[Amounts<S>; 2],
    words: &mut (impl Words + Clone),
) -> Outcome {
    let mut moves = [(0, 0); CELLS];
    let mut place = 0;
    // Each turn and each end has its own code: one branch decides whether the match is over, who
    // has won and what is learned. It is the only unpredictable one.
    macro_rules! turn {
        ($turn:literal) => {
            let row = &rows[place];
            let number = draw_move(steps, row, words);
            moves[$turn] = (place, number);
            place = row.next[number].into();
            // Nobody has three stones before the fifth.
            if $turn >= 4 && place >= WON.into() {
                return end::<S, T, { $turn + 1 }>(steps, rows, &moves, place, amounts);
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

/// Draws a move, as [`crate::draw::choose`] does for few integers.
#[inline(always)]
fn draw_move<S: Sum, G: Words + Clone>(
    steps: impl Steps<S>,
    row: &PackedRow<S>,
    words: &mut G,
) -> usize {
    let word = words.word();
    if let Some(number) = steps.locate(row, word) {
        return number;
    }
    let number;
    (number, *words) = draw_move_with_rejection(&row.sums, word, words.clone());
    number
}

/// Draws a move from a first word, and more if it is rejected. Takes and returns the generator, so
/// that it can stay in registers when this is not called, which is nearly always.
#[cold]
#[inline(never)]
fn draw_move_with_rejection<S: Sum, G: Words>(
    sums: &Sums<S>,
    word: u64,
    mut words: G,
) -> (usize, G) {
    let mut first = Some(word);
    let next = || first.take().unwrap_or_else(|| words.word());
    let point = below(sums[CELLS].into() as u64, next);
    (locate_point(sums, point), words)
}

/// Ends a match after `COUNT` moves, which led to `end`.
#[inline(always)]
fn end<S: Sum, T: Steps<S>, const COUNT: usize>(
    steps: T,
    rows: &mut [PackedRow<S>],
    moves: &[Move; CELLS],
    end: usize,
    [one, two]: &[Amounts<S>; 2],
) -> Outcome {
    let floors = [one.floor, two.floor];
    if COUNT == CELLS && end == TIED.into() {
        learn::<S, T, COUNT>(steps, rows, moves, [one.tie, two.tie], floors, None);
        Outcome::Tie
    } else if COUNT % 2 == 1 {
        learn::<S, T, COUNT>(steps, rows, moves, [one.win, two.loss], floors, Some(Player::One));
        Outcome::Won(Player::One)
    } else {
        learn::<S, T, COUNT>(steps, rows, moves, [one.loss, two.win], floors, Some(Player::Two));
        Outcome::Won(Player::Two)
    }
}

/// Adds each player's amount to the weights of its moves.
#[inline(always)]
fn learn<S: Sum, T: Steps<S>, const COUNT: usize>(
    steps: T,
    rows: &mut [PackedRow<S>],
    moves: &[Move; CELLS],
    amounts: [S; 2],
    floors: [S; 2],
    winner: Option<Player>,
) {
    // Not a loop, for which the compiler would keep the moves in memory.
    macro_rules! learn_from {
        ($($turn:literal)*) => { $(if $turn < COUNT {
            let (place, number) = moves[$turn];
            let (player, row) = ($turn % 2, &mut rows[place]);
            let amount = if winner.is_some_and(|winner| winner as usize == player) {
                amounts[player]
            } else {
                // The amount that would take the weight to the floor, if it is above.
                let to_floor = (floors[player] - row.weight(number)).min(S::of(0));
                amounts[player].max(to_floor)
            };
            steps.add(row, number, amount);
        })* };
    }
    learn_from!(0 1 2 3 4 5 6 7 8);
}
