//! Draws from the weights of an instance.

use std::ffi::CStr;

use python3_sys as ffi;

use super::held::Held;
use super::instance::Instance;
use super::raise;
use crate::generator::{with_current, Words};
use crate::python::capi::arguments::{Argument, Parameters};
use crate::python::capi::calls;
use crate::python::capi::error::{no_memory, vec_of, Raised};
use crate::python::capi::gil::without_gil;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::integer::{integer, Sign};
use crate::python::read::writable::{new_array, Writable};
use crate::python::rng::Rng;
use crate::weights::{Error, Weights};

pub const CHOOSE: Method = Method::of_keywords(c"choose", choose, CHOOSE_DOC);
pub const CHOICES: Method = Method::of_keywords(c"choices", choices, CHOICES_DOC);
pub const SAMPLE: Method = Method::of_keywords(c"sample", sample, SAMPLE_DOC);

const CHOOSE_DOC: &CStr = c"choose($self, /, rng=None)
--

Draw an index i with probability w[i] / w.total.

Parameters
----------
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words, as for the function `choose`.

Returns
-------
int
    The index. Its weight is never 0.

Raises
------
ValueError
    If there are no weights, or all are 0. No random word is consumed then.";

const CHOOSE_PARAMETERS: Parameters<1> = Parameters {
    function: "choose",
    names: ["rng"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

unsafe extern "C" fn choose(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    if count == 0 && keywords.is_null() {
        return guarded(|| {
            // SAFETY: Python passes an instance, which its caller keeps; here as below.
            let held = unsafe { Instance::held(object) };
            let index = held.read(|weights| with_current(|words| weights.choose(words)))?;
            Object::of_index(index.map_err(raise)?)
        });
    }
    choose_with(object, values, count, keywords)
}

#[cold]
#[inline(never)]
unsafe fn choose_with(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a method with.
        let (held, [rng]) =
            unsafe { (Instance::held(object), CHOOSE_PARAMETERS.bind(values, count, keywords)?) };
        let rng = Rng::of(rng.as_deref())?;
        let (weights, mut index) = (held.share()?, 0);
        let drawn = draw_with(&rng, 1, Choose { weights: &weights, index: &mut index });
        rng.keep();
        drawn?;
        Object::of_index(index)
    })
}

const CHOICES_DOC: &CStr = c"choices($self, k, /, *, out=None, rng=None)
--

Draw k indices, as k calls of choose() would.

Parameters
----------
k : int
    How many, 0 or more.
out : writable contiguous buffer of int64, shape (k,), or None, default None
    Where the indices are written.
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words, as for the function `choose`.

Returns
-------
ndarray of int64, shape (k,), or out
    The indices.

Raises
------
ValueError
    If there are no weights, or all are 0, if k is negative, or if out does not
    have k items. Nothing is written to out then.
TypeError
    If k is not an integer, or out is not such a buffer.

Notes
-----
This is faster than k calls: memory accesses of several draws overlap. The GIL
is released, unless rng is a random.Random or k is small; changing the weights
meanwhile raises RuntimeError. Without out, numpy is imported.";

const CHOICES_PARAMETERS: Parameters<3> = Parameters {
    function: "choices",
    names: ["k", "out", "rng"],
    positional_only: 1,
    positional: 1,
    required: 1,
};

unsafe extern "C" fn choices(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a method with.
        let (held, [k, out, rng]) =
            unsafe { (Instance::held(object), CHOICES_PARAMETERS.bind(values, count, keywords)?) };
        let k = number(&k)?;
        let rng = Rng::of(rng.as_deref())?;
        let Some(out) = out.filter(|out| !out.is_none()) else {
            let array = new_array(k)?;
            draw_many(held, rng, Writable::of("out", &array, &[k])?.numbers_mut())?;
            return Ok(array);
        };
        let mut buffer = Writable::of("out", &out, &[k])?;
        let mut indices = vec_of(k)?;
        indices.resize(k, 0);
        draw_many(held, rng, &mut indices)?;
        buffer.numbers_mut().copy_from_slice(&indices);
        Ok((*out).clone())
    })
}

/// Draws an index for each place, in parts, and checks for signals in between.
fn draw_many(held: &Held, rng: Rng, indices: &mut [i64]) -> Result<(), Raised> {
    /// Takes a few milliseconds, or with many weights, some tens.
    const PART: usize = 1 << 18;
    let weights = held.share()?;
    for indices in indices.chunks_mut(PART) {
        draw_with(&rng, indices.len(), Choices { weights: &weights, indices })?;
        // SAFETY: the GIL is held.
        if unsafe { calls::PyErr_CheckSignals() } != 0 {
            return Err(Raised);
        }
    }
    drop(weights); // keeping may let go of another generator, and so run Python code
    rng.keep();
    Ok(())
}

const SAMPLE_DOC: &CStr = c"sample($self, k, /, *, rng=None)
--

Draw k different indices, as if each weight drawn were set to 0.

The weights are the same afterwards.

Parameters
----------
k : int
    How many, from 0 up to the number of positive weights.
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words, as for the function `choose`.

Returns
-------
ndarray of int64, shape (k,)
    The indices, in the order drawn.

Raises
------
ValueError
    If k is negative, or fewer than k weights are positive. No random word is
    consumed then.
TypeError
    If k is not an integer.

Notes
-----
This takes as long as k draws and k changes, and at most a pass over the weights.
The GIL is released, unless rng is a random.Random or k is small; using the
weights meanwhile raises RuntimeError. numpy is imported.";

const SAMPLE_PARAMETERS: Parameters<2> = Parameters {
    function: "sample",
    names: ["k", "rng"],
    positional_only: 1,
    positional: 1,
    required: 1,
};

unsafe extern "C" fn sample(
    object: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a method with.
        let (held, [k, rng]) =
            unsafe { (Instance::held(object), SAMPLE_PARAMETERS.bind(values, count, keywords)?) };
        let k = number(&k)?;
        let rng = Rng::of(rng.as_deref())?;
        // No array is made for what is refused.
        held.read(|weights| weights.check_sample(k))?.map_err(raise)?;
        let array = new_array(k)?;
        let mut buffer = Writable::of("out", &array, &[k])?;
        let (mut weights, indices) = (held.take()?, buffer.numbers_mut());
        draw_with(&rng, k, Sample { weights: &mut weights, indices })?;
        drop(weights);
        rng.keep();
        Ok(array)
    })
}

fn number(k: &Option<Argument>) -> Result<usize, Raised> {
    let k = integer("k", k.as_ref().expect("it is required"), Sign::NotNegative)?;
    usize::try_from(k).map_err(|_| no_memory())
}

/// A draw of one or many indices.
trait Draw {
    fn draw(self, words: &mut impl Words) -> Result<(), Error>;
}

/// Draws `count` indices with words of a generator, which may run Python code.
fn draw_with(rng: &Rng, count: usize, draw: impl Draw) -> Result<(), Raised> {
    /// From this many indices on, the GIL is released.
    const MANY: usize = 1 << 12;
    let let_others_run = count >= MANY;
    let drawn = match rng {
        Rng::Own if let_others_run => without_gil(|| with_current(|words| draw.draw(words))),
        Rng::Own => with_current(|words| draw.draw(words)),
        Rng::Numpy(generator) => generator.locked(|words| match let_others_run {
            true => without_gil(|| draw.draw(words)),
            false => draw.draw(words),
        })?,
        Rng::Python(random) => return random.with_words(|words| draw.draw(words).map_err(raise)),
    };
    drawn.map_err(raise)
}

struct Choose<'a> {
    weights: &'a Weights,
    index: &'a mut usize,
}

impl Draw for Choose<'_> {
    fn draw(self, words: &mut impl Words) -> Result<(), Error> {
        *self.index = self.weights.choose(words)?;
        Ok(())
    }
}

struct Choices<'a> {
    weights: &'a Weights,
    indices: &'a mut [i64],
}

impl Draw for Choices<'_> {
    fn draw(self, words: &mut impl Words) -> Result<(), Error> {
        self.weights.choices(words, self.indices)
    }
}

struct Sample<'a> {
    weights: &'a mut Weights,
    indices: &'a mut [i64],
}

impl Draw for Sample<'_> {
    fn draw(self, words: &mut impl Words) -> Result<(), Error> {
        self.weights.sample(words, self.indices)
    }
}
