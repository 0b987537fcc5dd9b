//! `chooser.play`.

use std::ffi::CStr;
use std::mem::align_of;
use std::slice;

use python3_sys as ffi;

use super::error::Error;
use super::method::{guarded, Arguments, Method};
use super::numbers::Kind;
use super::object::{shorten, Object};
use super::view::{is_masked, Format, View};
use crate::game::{Player, CELLS, STATES};
use crate::generator::with_current;
use crate::matches::{Learning, Matches, Results, Row};

pub static METHOD: Method = Method::of_any(c"play", play, DOC);

const DOC: &CStr =
    c"play(weights1, weights2, matches, *, train1=True, train2=True, reward=3, penalty=-1)
--

Play matches of tic-tac-toe, each player drawing its moves from its weights.

weights1 and weights2 are the tables of player one, who begins, and player two:
writable C-contiguous buffers of native int64, of shape (19683, 9). Row n
belongs to the board whose cells, 0 for empty, 1 and 2 for the players' stones,
are the base-3 digits of n, the first cell's most significant; its nine numbers
are the weights of the nine moves. The two may be the same table: player one
moves where an even number of stones lies, player two where an odd number does.

After each match every move of the winner gains reward, where train1 or train2
says that the player learns; every move of the loser whose weight is above 1
gets penalty, but never falls below 1. A tie counts for player two.

Returns the matches that player one won, those that player two won, and ties,
as a tuple of three.

Moves are drawn in turn as choose draws them from the same rows, one word of
the calling thread's generator a move: the same seed gives the same matches as
a loop in Python, however many are played at once.

The tables are checked and copied, the matches played on the copy without the
GIL, and what was learnt is written back. What other threads write meanwhile to
the rows of trained players' open boards is overwritten. Checking, copying and
writing take less than a millisecond, a match about 0.1 microseconds. Signals
are not looked at: play a million matches at a time where Ctrl-C is to be
heard.

Raises, before the first match is played and with nothing changed: TypeError
where an argument is of the wrong type; ValueError for a table of another
shape, read-only or not C-contiguous, for tables that overlap in part, for a
negative weight, a weight on a taken cell, no positive weight where the match
goes on, negative matches or reward, positive penalty; OverflowError where nine
times the largest weight plus matches * reward could pass 2**63 - 1.";

const NAMES: [&str; 7] =
    ["weights1", "weights2", "matches", "train1", "train2", "reward", "penalty"];
const REQUIRED: usize = 3;

unsafe extern "C" fn play(
    _module: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls a function of any arguments with.
        let arguments = unsafe { Arguments::new("play", values, count, keywords) }?;
        let [weights1, weights2, matches, train1, train2, reward, penalty] =
            arguments.bind(&NAMES, REQUIRED)?;
        let mut table1 = Table::of("weights1", required(&weights1))?;
        let mut table2 = Table::of("weights2", required(&weights2))?;
        table1.refuse_overlap(&table2)?;
        let count = integer("matches", required(&matches), Sign::NotNegative)?;
        let learning = Learning {
            reward: match &reward {
                None => Learning::ORIGINAL.reward,
                Some(reward) => integer("reward", reward, Sign::NotNegative)?,
            },
            penalty: match &penalty {
                None => Learning::ORIGINAL.penalty,
                Some(penalty) => integer("penalty", penalty, Sign::NotPositive)?,
            },
        };
        let trained = [is_true(&train1)?, is_true(&train2)?];
        let learning = trained.map(|trained| if trained { learning } else { Learning::NONE });

        let tables = [table1.rows(), table2.rows()];
        let mut matches = Matches::new(tables, learning, count.unsigned_abs())?;
        let results = without_gil(|| with_current(|generator| matches.play(generator)));
        if trained[0] {
            matches.write_back(Player::One, table1.rows_mut());
        }
        if trained[1] {
            matches.write_back(Player::Two, table2.rows_mut());
        }
        tuple(results)
    })
}

fn required(argument: &Option<Object>) -> &Object {
    argument.as_ref().expect("positional arguments are required")
}

/// A table of weights in the memory of a Python object.
struct Table(View);

impl Table {
    fn of(name: &'static str, object: &Object) -> Result<Self, Error> {
        let not_a_table = |given| Err(Error::NotATable { name, given });
        // SAFETY: the object is alive.
        if unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } == 0 || is_masked(object)? {
            return not_a_table(object.type_name());
        }
        let view = View::of(object)?;
        if !matches!(view.format(), Format::Numbers { kind: Kind::I64, swapped: false }) {
            return not_a_table(view.description(object));
        }
        let unfit = |why| Err(Error::UnfitTable { name, why });
        if view.shape() != [STATES as isize, CELLS as isize] {
            let shape: Vec<_> = view.shape().iter().map(isize::to_string).collect();
            return unfit(format!("has shape ({})", shape.join(", ")));
        }
        if !view.is_c_contiguous() {
            return unfit("is not C-contiguous".to_owned());
        }
        if view.raw().readonly != 0 {
            return unfit("is read-only".to_owned());
        }
        if view.raw().buf as usize % align_of::<i64>() != 0 {
            return unfit("is not aligned".to_owned());
        }
        Ok(Table(view))
    }

    fn rows(&self) -> &[Row] {
        // SAFETY: the view is of as many aligned int64; with the GIL held, Python code does not write to them.
        unsafe { slice::from_raw_parts(self.0.raw().buf.cast(), STATES) }
    }

    fn rows_mut(&mut self) -> &mut [Row] {
        // SAFETY: as for `rows`, and the view is of memory that may be written to.
        unsafe { slice::from_raw_parts_mut(self.0.raw().buf.cast(), STATES) }
    }

    fn refuse_overlap(&self, other: &Table) -> Result<(), Error> {
        let [first, second] = [self.rows().as_ptr_range(), other.rows().as_ptr_range()];
        if first != second && first.start < second.end && second.start < first.end {
            return Err(Error::Overlap);
        }
        Ok(())
    }
}

/// Which integers an argument may be.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    NotNegative,
    NotPositive,
}

fn integer(name: &'static str, argument: &Object, sign: Sign) -> Result<i64, Error> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PyIndex_Check(argument.as_ptr()) } == 0 {
        let (given, type_name) = (argument.repr(), argument.type_name());
        return Err(Error::NotAnInteger { name, given, type_name });
    }
    let digits = argument.hexadecimal()?;
    let negative = digits.starts_with('-');
    if negative != (sign == Sign::NotPositive) && digits != "0" {
        let must = if negative { "not be negative" } else { "not be positive" };
        return Err(Error::WrongSign { name, given: argument.repr(), must });
    }
    match i64::from_str_radix(&digits, 16) {
        Ok(number) => Ok(number),
        // A penalty cannot take more than all.
        Err(_) if negative => Ok(-i64::MAX),
        Err(_) => Err(Error::IntegerTooLarge { name, given: shorten(&format!("0x{digits}")) }),
    }
}

fn is_true(argument: &Option<Object>) -> Result<bool, Error> {
    let Some(argument) = argument else { return Ok(true) };
    // SAFETY: the object is alive; -1 means that an exception is set.
    match unsafe { ffi::PyObject_IsTrue(argument.as_ptr()) } {
        -1 => Err(Error::Raised),
        answer => Ok(answer == 1),
    }
}

/// Lets other Python threads run while `body` does, which uses no Python object.
fn without_gil<T>(body: impl FnOnce() -> T) -> T {
    struct Released(*mut ffi::PyThreadState);
    impl Drop for Released {
        fn drop(&mut self) {
            // SAFETY: the thread state is the one that was saved, on the same thread.
            unsafe { ffi::PyEval_RestoreThread(self.0) }
        }
    }
    // SAFETY: the GIL is held; it is taken back even if `body` panics.
    let _released = Released(unsafe { ffi::PyEval_SaveThread() });
    body()
}

fn tuple(results: Results) -> Result<Object, Error> {
    let Results { wins1, wins2, ties } = results;
    // SAFETY: each call gives a new reference or null with an exception set; the tuple takes over the numbers.
    unsafe {
        let tuple = Object::from_new(ffi::PyTuple_New(3))?;
        for (place, count) in [wins1, wins2, ties].into_iter().enumerate() {
            let count = Object::from_new(ffi::PyLong_FromUnsignedLongLong(count))?.into_ptr();
            if ffi::PyTuple_SetItem(tuple.as_ptr(), place as isize, count) != 0 {
                return Err(Error::Raised);
            }
        }
        Ok(tuple)
    }
}
