//! One match on packed rows: a move is drawn as [`crate::draw`] draws, and after the last one the
//! players learn.

use super::board::{Outcome, Player, CELLS};
use super::packed::{PackedRow, Sum, Sums, TIED, WON};
use super::rule::Rule;
use crate::below::{below, Word};
use crate::generator::Words;

/// The two inner steps of a match, for which a processor may have instructions of its own.
pub(super) trait Steps<S>: Copy {
    /// The first cell whose running sum is above the word's share, `word · total / 2^64`.
    fn locate(self, sums: &Sums<S>, word: u64) -> usize;

    /// Adds to the weight of `cell`.
    fn add(self, sums: &mut Sums<S>, cell: usize, amount: S);
}

/// Steps for any processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl<S: Sum> Steps<S> for Portable {
    #[inline(always)]
    fn locate(self, sums: &Sums<S>, word: u64) -> usize {
        let (point, _) = word.full_product(sums[CELLS].into() as u64);
        locate_point(sums, point)
    }

    #[inline(always)]
    fn add(self, sums: &mut Sums<S>, cell: usize, amount: S) {
        for (place, sum) in sums.iter_mut().enumerate() {
            *sum += if place > cell { amount } else { S::of(0) };
        }
    }
}

#[inline(always)]
fn locate_point<S: Sum>(sums: &Sums<S>, point: u64) -> usize {
    sums[1..CELLS].iter().map(|&sum| usize::from(sum.into() as u64 <= point)).sum()
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
    /// Gains must fit the type. What is beyond it of a loss would take all just the same, and a
    /// floor there is above every weight.
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

/// A move: the packed row it was drawn from, and the cell.
type Move = (usize, usize);

/// Plays a match, from which both players learn.
#[inline(always)]
pub(super) fn play<S: Sum, T: Steps<S>>(
    steps: T,
    rows: &mut [PackedRow<S>],
    amounts: &[Amounts<S>; 2],
    words: &mut impl Words,
) -> Outcome {
    let mut moves = [(0, 0); CELLS];
    let mut place = 0;
    // Each turn has code of its own, and so has each end: one branch tells that the match is over,
    // who has won and what there is to learn. It is the only one that cannot be predicted.
    macro_rules! turn {
        ($turn:literal) => {
            let row = &rows[place];
            let cell = draw_move(steps, &row.sums, words);
            moves[$turn] = (place, cell);
            place = row.next[cell].into();
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
fn draw_move<S: Sum, T: Steps<S>>(steps: T, sums: &Sums<S>, words: &mut impl Words) -> usize {
    let word = words.word();
    let total = sums[CELLS].into() as u64;
    if word.wrapping_mul(total) < total {
        return draw_move_with_rejection(sums, word, words);
    }
    steps.locate(sums, word)
}

/// Where the first word may have to be rejected, which hardly ever happens.
#[cold]
fn draw_move_with_rejection<S: Sum>(sums: &Sums<S>, word: u64, words: &mut impl Words) -> usize {
    let mut first = Some(word);
    let words = || first.take().unwrap_or_else(|| words.word());
    locate_point(sums, below(sums[CELLS].into() as u64, words))
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
    let (moves, floors) = (&moves[..COUNT], [one.floor, two.floor]);
    if COUNT == CELLS && end == TIED.into() {
        learn(steps, rows, moves, [one.tie, two.tie], floors, None);
        Outcome::Tie
    } else if COUNT % 2 == 1 {
        learn(steps, rows, moves, [one.win, two.loss], floors, Some(Player::One));
        Outcome::Won(Player::One)
    } else {
        learn(steps, rows, moves, [one.loss, two.win], floors, Some(Player::Two));
        Outcome::Won(Player::Two)
    }
}

/// Adds each player's amount to the weights of its moves.
#[inline(always)]
fn learn<S: Sum, T: Steps<S>>(
    steps: T,
    rows: &mut [PackedRow<S>],
    moves: &[Move],
    amounts: [S; 2],
    floors: [S; 2],
    winner: Option<Player>,
) {
    for (turn, &(place, cell)) in moves.iter().enumerate() {
        let (player, sums) = (turn % 2, &mut rows[place].sums);
        let amount = if winner.is_some_and(|winner| winner as usize == player) {
            amounts[player]
        } else {
            // What would take the weight to the floor, if it is above.
            let to_floor = (sums[cell] - sums[cell + 1] + floors[player]).min(S::of(0));
            amounts[player].max(to_floor)
        };
        steps.add(sums, cell, amount);
    }
}
