//! `chooser.play`.

use std::ffi::CStr;
use std::slice;

use python3_sys as ffi;

use crate::generator::with_current;
use crate::python::capi::arguments::{Argument, Parameters};
use crate::python::capi::error::{overflow_error, value_error, Raised};
use crate::python::capi::gil::without_gil;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::integer::{integer, Sign};
use crate::python::read::writable::Writable;
use crate::python::rng::Rng;
use crate::tictactoe::board::{Player, CELLS, STATES};
use crate::tictactoe::matches::{Matches, Results};
use crate::tictactoe::rule::Rule;
use crate::tictactoe::table::{self, Row};

pub static METHOD: Method = Method::of_keywords(c"play", play, DOC);

const DOC: &CStr =
    c"play(weights1, weights2, matches, *, train1=True, train2=True, reward=3, penalty=-1, \
tie1=None, tie2=None, floor=1, rng=None)
--

Play matches of tic-tac-toe between two tables of weights, which learn.

Parameters
----------
weights1, weights2 : buffer of int64, shape (19683, 9)
    The tables of player one, who begins, and player two: writable, native and
    C-contiguous. Row n belongs to the board whose cells, 0 for empty, 1 and 2
    for the players' marks, are the base-3 digits of n, the first cell's most
    significant; its nine numbers are the weights of the nine moves. Both may
    be the same table: player one moves when an even number of cells is
    taken, player two when an odd number is.
matches : int
    The number of matches, 0 or more.
train1, train2 : bool, default True
    Whether the player's table learns.
reward : int, default 3
    Added to the weight of each of the winner's moves; 0 or more.
penalty : int, default -1
    Added to the weight of each of the loser's moves; 0 or less.
tie1, tie2 : int or None, default None
    Added after a tie to the weights of player one's moves and of player two's.
    None is the penalty for player one and the reward for player two.
floor : int, default 1
    No negative amount takes a weight below this; 1 or more. Weights already
    there or below are unchanged.
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words, as for `choose`.

Returns
-------
tuple of three ints
    The numbers of player one's wins, player two's wins, and ties.

Raises
------
TypeError
    If an argument has the wrong type.
ValueError
    If a table has another shape, is read-only or not C-contiguous; if the
    tables partly overlap; if a weight is negative, a taken cell's weight is
    not 0, or all weights of an unfinished board are 0; if matches or reward
    is negative, penalty positive, or floor below 1.
OverflowError
    If nine times the largest weight plus matches times the largest amount
    exceeds 2**63 - 1.

On error, nothing is changed and no random word is consumed.

Notes
-----
Moves, forced ones included, are drawn in turn as `choose` draws from the same
rows: a seed gives the same matches as a loop in Python, however many are
played per call.

A call takes about 0.1 milliseconds, plus less than 0.1 microseconds per match.
The matches are played without the GIL, unless rng is a random.Random: do not
write to the tables meanwhile; such writes may be lost. Ctrl-C takes effect
between calls: play at most a million matches in each.";

const PARAMETERS: Parameters<11> = Parameters {
    function: "play",
    names: [
        "weights1", "weights2", "matches", "train1", "train2", "reward", "penalty", "tie1", "tie2",
        "floor", "rng",
    ],
    positional_only: 0,
    positional: 3,
    required: 3,
};

unsafe extern "C" fn play(
    _module: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a function with.
        let [weights1, weights2, matches, train1, train2, reward, penalty, tie1, tie2, floor, rng] =
            unsafe { PARAMETERS.bind(values, count, keywords) }?;
        let mut table1 = Table::of("weights1", required(&weights1))?;
        let mut table2 = Table::of("weights2", required(&weights2))?;
        table1.refuse_overlap(&table2)?;
        let count = integer("matches", required(&matches), Sign::NotNegative)?;
        let [mut one, mut two] = Rule::ORIGINAL;
        if let Some(reward) = &reward {
            let reward = integer("reward", reward, Sign::NotNegative)?;
            (one.win, two.win, two.tie) = (reward, reward, reward);
        }
        if let Some(penalty) = &penalty {
            let penalty = integer("penalty", penalty, Sign::NotPositive)?;
            (one.loss, two.loss, one.tie) = (penalty, penalty, penalty);
        }
        if let Some(tie) = tie1.as_ref().filter(|tie| !tie.is_none()) {
            one.tie = integer("tie1", tie, Sign::Any)?;
        }
        if let Some(tie) = tie2.as_ref().filter(|tie| !tie.is_none()) {
            two.tie = integer("tie2", tie, Sign::Any)?;
        }
        if let Some(floor) = &floor {
            let floor = integer("floor", floor, Sign::Positive)?;
            (one.floor, two.floor) = (floor, floor);
        }
        let [train1, train2] = [is_true(&train1)?, is_true(&train2)?];
        let rules = [if train1 { one } else { Rule::NONE }, if train2 { two } else { Rule::NONE }];
        let rng = Rng::of(rng.as_deref())?;

        let tables = [table1.rows(), table2.rows()];
        let mut matches = Matches::new(tables, rules, count.unsigned_abs()).map_err(raise)?;
        let results = match &rng {
            Rng::Own => without_gil(|| with_current(|generator| matches.play(generator))),
            Rng::Numpy(generator) => {
                generator.locked(|words| without_gil(|| matches.play(words)))?
            }
            Rng::Python(random) => random.with_words(|words| Ok(matches.play(words)))?,
        };
        if train1 {
            matches.write_back(Player::One, table1.rows_mut());
        }
        if train2 {
            matches.write_back(Player::Two, table2.rows_mut());
        }
        rng.keep(); // last: it may let go of another generator, and so run Python code
        tuple(results)
    })
}

fn required(argument: &Option<Argument>) -> &Object {
    argument.as_ref().expect("positional arguments are required")
}

/// A table of weights in the memory of a Python object.
struct Table(Writable);

impl Table {
    fn of(name: &str, object: &Object) -> Result<Self, Raised> {
        Writable::of(name, object, &[STATES, CELLS]).map(Table)
    }

    fn rows(&self) -> &[Row] {
        let numbers = self.0.numbers();
        // SAFETY: rows are made of so many numbers and nothing else.
        unsafe { slice::from_raw_parts(numbers.as_ptr().cast(), numbers.len() / CELLS) }
    }

    fn rows_mut(&mut self) -> &mut [Row] {
        let numbers = self.0.numbers_mut();
        // SAFETY: rows are made of so many numbers and nothing else.
        unsafe { slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), numbers.len() / CELLS) }
    }

    fn refuse_overlap(&self, other: &Table) -> Result<(), Raised> {
        let [first, second] = [self.rows().as_ptr_range(), other.rows().as_ptr_range()];
        if first != second && first.start < second.end && second.start < first.end {
            return Err(value_error(
                "weights1 and weights2 overlap in part: they must be apart, or the same table",
            ));
        }
        Ok(())
    }
}

fn is_true(argument: &Option<Argument>) -> Result<bool, Raised> {
    argument.as_ref().map_or(Ok(true), |argument| argument.is_true())
}

fn tuple(results: Results) -> Result<Object, Raised> {
    let Results { wins1, wins2, ties } = results;
    // SAFETY: a new reference or null with an exception set.
    let int = |count| unsafe { Object::from_new(ffi::PyLong_FromUnsignedLongLong(count)) };
    Object::of_items([int(wins1)?, int(wins2)?, int(ties)?])
}

#[cold]
fn raise(error: table::Error) -> Raised {
    match error {
        table::Error::TooLarge { .. } => overflow_error(&error.to_string()),
        _ => value_error(&error.to_string()),
    }
}
