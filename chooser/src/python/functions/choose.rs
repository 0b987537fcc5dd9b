//! `chooser.choose`.

use std::ffi::CStr;

use python3_sys as ffi;

use crate::draw::{self, Weight};
use crate::generator::{with_current, Words};
use crate::python::capi::arguments::Parameters;
use crate::python::capi::error::Raised;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::{self, Visitor};
use crate::python::rng::bit_generator::BitGenerator;
use crate::python::rng::Rng;

pub static METHOD: Method = Method::of_keywords(c"choose", choose, DOC);

const DOC: &CStr = c"choose(weights, /, rng=None)
--

Draw an index i with probability weights[i] / sum(weights).

Parameters
----------
weights : sequence of numbers
    One or more numbers, none negative: a list, tuple, range, array.array,
    memoryview, one-dimensional ndarray of integers, floats or bools, or any
    other sequence, which is read by iteration. Items are converted by
    __index__, or else by __float__. Native contiguous memory is not copied:
    no other thread may write to it without the GIL during the call.
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words. None is the calling thread's generator (see
    `seed`). A numpy generator supplies them by next_uint64 of its bit
    generator, with its lock held; a random.Random by getrandbits(64), called
    once the weights are read. Generators of other libraries that implement
    numpy's C interface are accepted, too.

Returns
-------
int
    The index. Its weight is never 0.

Raises
------
ValueError
    If there are no weights, all are 0, or one is negative, infinite or NaN;
    or if rng.getrandbits(64) does not return a 64-bit integer.
OverflowError
    If an integer, or the sum of the integers, is 2**128 or more.
TypeError
    If weights are text, bytes, a mapping, a set, an iterator, a masked array
    or not one-dimensional, if an item is not a real number, or if rng is none
    of the above.

The message names the weight and its index. No random word is consumed unless
rng itself fails. Exceptions raised by the code of weights or rng propagate.

Notes
-----
Integer weights are drawn exactly. If any weight is a float, all are converted
to floats, and probabilities are off by the rounding of the sums, about 2**-53
per weight.

The same words and the same integers give the same draws from any container, on
every platform and in every release. For integers, a point below the sum is
drawn by Lemire's multiplication with rejection (2019) from one 64-bit word, or
the next if it is rejected; from two at a time, upper half first, if the sum is
2**64 or more. For floats, whose sums are formed in blocks of 32, it is the
upper 53 bits of one word, over 2**53, times the sum. The index is the first
whose running sum exceeds the point.

A draw from nine weights in a list or array takes 20 to 30 ns; from many, about
1 ns per weight in a list, less in an array. With a numpy generator, whose lock
has to be taken, it takes about 100 ns, half the time of its random().";

const PARAMETERS: Parameters<2> = Parameters {
    function: "choose",
    names: ["weights", "rng"],
    positional_only: 1,
    positional: 2,
    required: 1,
};

unsafe extern "C" fn choose(
    _module: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    if count == 1 && keywords.is_null() {
        // SAFETY: Python passes a live object.
        return guarded(|| Object::of_index(unsafe { read::weights(*values, Draw) }?));
    }
    with_arguments(values, count, keywords)
}

/// `choose` called with more than weights.
#[cold]
#[inline(never)]
unsafe fn with_arguments(
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a function with, and its caller keeps.
        let [weights, rng] = unsafe { PARAMETERS.bind(values, count, keywords) }?;
        let weights = weights.expect("it is required");
        Object::of_index(choose_with(&weights, rng.as_deref())?)
    })
}

fn choose_with(weights: &Object, rng: Option<&Object>) -> Result<usize, Raised> {
    match Rng::of(rng)? {
        // SAFETY: the object is alive, here as below.
        Rng::Own => unsafe { read::weights(weights.as_ptr(), Draw) },
        Rng::Python(random) => random.with_words(|words| unsafe {
            read::weights(weights.as_ptr(), DrawFrom::<_, true>(words))?.map_err(read::raise)
        }),
        Rng::Numpy(generator) => {
            let drawn = choose_locked(weights, &generator);
            generator.keep();
            drawn
        }
    }
}

fn choose_locked(weights: &Object, generator: &BitGenerator) -> Result<usize, Raised> {
    if !generator.runs_python {
        let by_layout = |words: &mut _| unsafe {
            read::by_layout(weights.as_ptr(), DrawFrom::<_, false>(words)).ok()
        };
        // A refused draw is raised only after the lock is released.
        if let Some(drawn) = generator.locked(by_layout)? {
            return drawn?.map_err(read::raise);
        }
    }
    unsafe { read::weights(weights.as_ptr(), LockAndDraw(generator)) }
}

/// Draws an index with the thread's generator. It is borrowed only after the weights are read:
/// reading them may run Python code, which may draw as well.
pub struct Draw;

impl Visitor for Draw {
    type Output = usize;

    #[inline(always)]
    fn visit_sums(self, sums: &[u64]) -> Result<usize, Raised> {
        with_current(|generator| draw::choose_by_sums(sums, generator)).map_err(read::raise)
    }

    #[inline(always)]
    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<usize, Raised> {
        with_current(|generator| draw::choose(weights, generator)).map_err(read::raise)
    }
}

/// Draws an index with words that may come from Python code.
struct DrawFrom<'a, G, const RUNS_PYTHON: bool>(&'a mut G);

impl<G: Words, const RUNS_PYTHON: bool> Visitor for DrawFrom<'_, G, RUNS_PYTHON> {
    type Output = Result<usize, draw::Error>;

    const RUNS_PYTHON: bool = RUNS_PYTHON;

    fn visit_sums(self, sums: &[u64]) -> Result<Self::Output, Raised> {
        Ok(draw::choose_by_sums(sums, self.0))
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<Self::Output, Raised> {
        Ok(draw::choose(weights, self.0))
    }
}

/// Draws an index from weights already read. A generator's lock is taken only now, because that may
/// let other threads run.
struct LockAndDraw<'a>(&'a BitGenerator);

impl Visitor for LockAndDraw<'_> {
    type Output = usize;

    const RUNS_PYTHON: bool = true;

    fn visit_sums(self, sums: &[u64]) -> Result<usize, Raised> {
        self.0.locked(|words| draw::choose_by_sums(sums, words))?.map_err(read::raise)
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<usize, Raised> {
        self.0.locked(|words| draw::choose(weights, words))?.map_err(read::raise)
    }
}
