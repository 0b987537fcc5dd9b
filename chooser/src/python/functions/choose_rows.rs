//! `chooser.choose_rows`.

use std::ffi::CStr;
use std::ops::Range;

use python3_sys as ffi;

use crate::draw::{self, RowError, Weight};
use crate::generator::{with_current, Words};
use crate::python::capi::arguments::Parameters;
use crate::python::capi::calls;
use crate::python::capi::error::{no_memory, type_error, value_error, vec_of, Raised};
use crate::python::capi::gil::without_gil;
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;
use crate::python::read::rows::RowsVisitor;
use crate::python::read::table::{Failure, Table};
use crate::python::read::writable::{new_array, Writable};
use crate::python::read::{self, Visitor};
use crate::python::rng::Rng;

pub static METHOD: Method = Method::of_keywords(c"choose_rows", choose_rows, DOC);

const DOC: &CStr = c"choose_rows(table, /, *, rng=None, uniforms=None, out=None)
--

Draw an index from each row of a table of weights.

Parameters
----------
table : array of numbers, shape (m, n), or sequence of m rows
    The weights, each row as `choose` takes it. An array (ndarray, memoryview)
    may have any numeric type and any strides; if its rows are native and
    contiguous it is not copied. Rows of a sequence may be anything that
    `choose` takes, and of different lengths.
rng : numpy Generator or BitGenerator, random.Random, or None, default None
    The source of random words, as for `choose`.
uniforms : sequence of m floats, or None, default None
    Numbers in [0, 1), used instead of random words: the same numbers for two
    tables make their draws comparable.
out : writable contiguous buffer of int64, shape (m,), or None, default None
    Where the indices are written.

Returns
-------
ndarray of int64, shape (m,), or out
    An index for each row.

Raises
------
TypeError, ValueError, OverflowError
    As `choose`, with the row before the message. Also ValueError if uniforms
    or out do not have m items, or a uniform is not in [0, 1), and TypeError if
    both rng and uniforms are given.

On error, nothing is written to out, and no random word is consumed unless rng
itself fails.

Notes
-----
The indices are those of [choose(row, rng) for row in table]. With uniforms,
the weights are converted to floats, and the point is uniform * sum.

Large tables in memory are read without the GIL, unless rng is a random.Random:
do not write to table, uniforms or out meanwhile. The lock of a numpy generator
is held for a few milliseconds at a time. Ctrl-C is handled in between; words
already drawn stay consumed. Without out, numpy is imported.

A row of nine floats takes about 5 ns, longer ones 0.2 to 0.6 ns per weight; with
rng, 10 ns, and 0.3 to 0.7: no word is taken before all rows are checked.";

const PARAMETERS: Parameters<4> = Parameters {
    function: "choose_rows",
    names: ["table", "rng", "uniforms", "out"],
    positional_only: 1,
    positional: 1,
    required: 1,
};

unsafe extern "C" fn choose_rows(
    _module: *mut ffi::PyObject,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    guarded(|| {
        // SAFETY: these are what Python calls such a function with.
        let arguments = unsafe { PARAMETERS.bind(values, count, keywords) }?;
        let [table, rng, uniforms, out] = arguments;
        let table = table.expect("it is required");
        let [uniforms, out] =
            [uniforms, out].map(|argument| argument.filter(|argument| !argument.is_none()));
        let rng = Rng::of(rng.as_deref())?;
        if uniforms.is_some() && !matches!(rng, Rng::Own) {
            return Err(type_error("choose_rows() takes rng or uniforms, not both"));
        }
        let table = Table::of(&table)?;
        let count = table.len();
        let uniforms = uniforms.map(|uniforms| read_uniforms(&uniforms, count)).transpose()?;
        let draws = Draws { table: &table, rng: &rng, uniforms: uniforms.as_deref() };
        let Some(out) = out else {
            let made = new_array(count)?;
            draws.draw(Writable::of("the result", &made, &[count])?.numbers_mut())?;
            rng.keep();
            return Ok(made);
        };
        let mut indices = Writable::of("out", &out, &[count])?;
        let mut drawn = vec_of(count)?;
        drawn.resize(count, 0);
        draws.draw(&mut drawn)?;
        rng.keep();
        indices.numbers_mut().copy_from_slice(&drawn);
        Ok((*out).clone())
    })
}

/// A table, and what to draw with.
struct Draws<'a> {
    table: &'a Table,
    rng: &'a Rng,
    uniforms: Option<&'a [f64]>,
}

impl Draws<'_> {
    /// Draws from all rows. Nothing is drawn if one is refused.
    fn draw(&self, indices: &mut [i64]) -> Result<(), Raised> {
        if let Some(uniforms) = self.uniforms {
            return self
                .in_parts(indices, |part, indices| self.visit(part, &mut At(uniforms), indices));
        }
        // A draw from all rows at once with the thread's generator can be undone.
        let all_at_once = matches!(self.rng, Rng::Own) && self.rows_in_a_part() >= indices.len();
        if !all_at_once && !self.table.is_checked() {
            self.in_parts(indices, |part, indices| self.visit(part, &mut Check, indices))?;
        }
        self.in_parts(indices, |part, indices| match self.rng {
            Rng::Own => self.visit(part, &mut WithOwn, indices),
            Rng::Numpy(generator) => {
                generator.locked(|words| self.visit(part, &mut With(words), indices))?
            }
            Rng::Python(random) => {
                random.with_words(|words| Ok(self.visit(part, &mut With(words), indices)))?
            }
        })
    }

    /// Processes rows in parts small enough for signals to be handled in between.
    fn in_parts(
        &self,
        indices: &mut [i64],
        mut body: impl FnMut(Range<usize>, &mut [i64]) -> Result<(), Failure>,
    ) -> Result<(), Raised> {
        let mut first = 0;
        for indices in indices.chunks_mut(self.rows_in_a_part()) {
            body(first..first + indices.len(), indices).map_err(raise)?;
            first += indices.len();
            // SAFETY: the GIL is held.
            if unsafe { calls::PyErr_CheckSignals() } != 0 {
                return Err(Raised);
            }
        }
        Ok(())
    }

    fn rows_in_a_part(&self) -> usize {
        self.table.rows_in_a_part(self.runs_python())
    }

    fn runs_python(&self) -> bool {
        self.rng.runs_python()
    }

    fn visit(
        &self,
        rows: Range<usize>,
        visitor: &mut impl RowsVisitor,
        indices: &mut [i64],
    ) -> Result<(), Failure> {
        /// With fewer weights, releasing the GIL costs more than others would wait.
        const MANY: usize = 1 << 14;
        let mut visit = || self.table.visit(rows.clone(), self.runs_python(), visitor, indices);
        if self.runs_python() || self.table.weights() < MANY {
            visit()
        } else {
            without_gil(visit)
        }
    }
}

#[cold]
fn raise(failure: Failure) -> Raised {
    match failure {
        Failure::NoMemory => no_memory(),
        Failure::Raised(raised) => raised,
        Failure::Row(error) => {
            let raised = read::raise(error.error);
            Object::reword_raised(raised, |text| format!("row {}: {text}", error.row))
        }
    }
}

/// Checks all rows.
struct Check;

impl RowsVisitor for Check {
    fn visit<'a, W: Weight + 'a>(
        &mut self,
        first: usize,
        rows: impl Iterator<Item = &'a [W]>,
        indices: &mut [i64],
    ) -> Result<(), RowError> {
        draw::check_rows(rows, indices).map_err(|error| counted_from(first, error))
    }
}

/// Draws with words.
struct With<'a, G>(&'a mut G);

impl<G: Words> RowsVisitor for With<'_, G> {
    fn visit<'a, W: Weight + 'a>(
        &mut self,
        first: usize,
        rows: impl Iterator<Item = &'a [W]>,
        indices: &mut [i64],
    ) -> Result<(), RowError> {
        draw::choose_rows(rows, self.0, indices).map_err(|error| counted_from(first, error))
    }
}

/// Draws with the thread's generator, which is unchanged if a row is refused.
struct WithOwn;

impl RowsVisitor for WithOwn {
    fn visit<'a, W: Weight + 'a>(
        &mut self,
        first: usize,
        rows: impl Iterator<Item = &'a [W]>,
        indices: &mut [i64],
    ) -> Result<(), RowError> {
        with_current(|generator| {
            let mut words = generator.clone();
            With(&mut words).visit(first, rows, indices)?;
            *generator = words;
            Ok(())
        })
    }
}

/// Finds the indices at the uniforms.
struct At<'a>(&'a [f64]);

impl RowsVisitor for At<'_> {
    fn visit<'a, W: Weight + 'a>(
        &mut self,
        first: usize,
        rows: impl Iterator<Item = &'a [W]>,
        indices: &mut [i64],
    ) -> Result<(), RowError> {
        draw::choose_rows_at(rows, &self.0[first..], indices)
            .map_err(|error| counted_from(first, error))
    }
}

fn counted_from(first: usize, RowError { row, error }: RowError) -> RowError {
    RowError { row: first + row, error }
}

fn read_uniforms(object: &Object, count: usize) -> Result<Vec<f64>, Raised> {
    let wrong =
        |given: &str| format!("uniforms{given}: it must be a number, at least 0 and below 1");
    // SAFETY: the object is alive.
    let uniforms = unsafe { read::weights(object.as_ptr(), Collect) }.map_err(|raised| {
        Object::reword_raised(raised, |text| match text.strip_prefix("weights") {
            // A uniform can be invalid in more ways than a weight.
            Some(rest) if rest.starts_with('[') => wrong(rest.split(": ").next().unwrap_or(rest)),
            Some(rest) => format!("uniforms{rest}"),
            None => text.into(),
        })
    })?;
    if uniforms.len() != count {
        let why = format!("uniforms has {} numbers for {count} rows", uniforms.len());
        return Err(value_error(&why));
    }
    match uniforms.iter().position(|uniform| !(0.0..1.0).contains(uniform)) {
        // Python writes NaN in lower case.
        Some(place) => {
            let uniform = format!("{:?}", uniforms[place]).to_lowercase();
            Err(value_error(&wrong(&format!("[{place}] is {uniform}"))))
        }
        None => Ok(uniforms),
    }
}

/// Copies numbers, converted to floats.
struct Collect;

impl Visitor for Collect {
    type Output = Vec<f64>;

    fn visit_sums(self, sums: &[u64]) -> Result<Vec<f64>, Raised> {
        read::with_weights_of(sums, |weights| self.visit_weights(weights))
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<Vec<f64>, Raised> {
        let mut floats = vec_of(weights.len())?;
        floats.extend(weights.iter().map(|weight| weight.value()));
        Ok(floats)
    }
}
