//! Rows of weights read from a sequence, each of any kind.

use std::ops::Range;

use super::{raise, weights, with_weights_of, Visitor};
use crate::draw::{check, RowError, Weight};
use crate::python::capi::error::{no_memory, Raised};
use crate::python::capi::object::Object;

/// What is done with the rows from `first` on. It runs without the GIL, or may run Python code;
/// then the weights are a copy.
pub trait RowsVisitor {
    fn visit<'a, W: Weight + 'a>(
        &mut self,
        first: usize,
        rows: impl Iterator<Item = &'a [W]>,
        indices: &mut [i64],
    ) -> Result<(), RowError>;
}

/// Checked weights of rows, in a vector for each type.
#[derive(Default)]
pub struct Rows {
    rows: Vec<(Type, Range<usize>)>,
    integers: Vec<u64>,
    wide_integers: Vec<u128>,
    floats: Vec<f64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Integers,
    WideIntegers,
    Floats,
}

impl Rows {
    /// Reads and checks each row of a sequence.
    pub fn read(sequence: &Object) -> Result<Self, Raised> {
        let mut rows = Rows::default();
        sequence.for_each(|row, number| {
            // SAFETY: the row is alive.
            unsafe { weights(row.as_ptr(), Keep(&mut rows)) }
                .map_err(|raised| in_row(raised, number))
        })?;
        Ok(rows)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of weights in all rows.
    pub fn weights(&self) -> usize {
        self.integers.len() + self.wide_integers.len() + self.floats.len()
    }

    /// Visits rows of one type at a time.
    pub fn visit(
        &self,
        rows: Range<usize>,
        visitor: &mut impl RowsVisitor,
        indices: &mut [i64],
    ) -> Result<(), RowError> {
        let (start, mut first) = (rows.start, rows.start);
        for rows in self.rows[rows.clone()].chunk_by(|(one, _), (next, _)| one == next) {
            let spans = rows.iter().map(|(_, span)| span.clone());
            let indices = &mut indices[first - start..][..rows.len()];
            match rows[0].0 {
                Type::Integers => {
                    visitor.visit(first, spans.map(|span| &self.integers[span]), indices)?;
                }
                Type::WideIntegers => {
                    visitor.visit(first, spans.map(|span| &self.wide_integers[span]), indices)?;
                }
                Type::Floats => {
                    visitor.visit(first, spans.map(|span| &self.floats[span]), indices)?;
                }
            }
            first += rows.len();
        }
        Ok(())
    }

    fn push<T>(
        rows: &mut Vec<(Type, Range<usize>)>,
        kind: Type,
        numbers: &mut Vec<T>,
        row: impl ExactSizeIterator<Item = T>,
    ) -> Result<(), Raised> {
        rows.try_reserve(1).map_err(|_| no_memory())?;
        numbers.try_reserve(row.len()).map_err(|_| no_memory())?;
        let start = numbers.len();
        numbers.extend(row);
        rows.push((kind, start..numbers.len()));
        Ok(())
    }
}

/// Names the row in an error that no Python code has raised. Any other exception passes.
#[cold]
fn in_row(raised: Raised, row: usize) -> Raised {
    Object::reword_raised(raised, |text| format!("row {row}: {text}"))
}

/// Copies weights once they are checked.
struct Keep<'a>(&'a mut Rows);

impl Visitor for Keep<'_> {
    type Output = ();

    fn visit_sums(self, sums: &[u64]) -> Result<(), Raised> {
        with_weights_of(sums, |weights| self.visit_weights(weights))
    }

    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<(), Raised> {
        check(weights).map_err(raise)?;
        let Rows { rows, integers, wide_integers, floats } = self.0;
        let wide = || weights.iter().map(|weight| weight.integer().unwrap_or(0));
        if weights[0].integer().is_none() {
            Rows::push(rows, Type::Floats, floats, weights.iter().map(|weight| weight.value()))
        } else if wide().all(|weight| u64::try_from(weight).is_ok()) {
            Rows::push(rows, Type::Integers, integers, wide().map(|weight| weight as u64))
        } else {
            Rows::push(rows, Type::WideIntegers, wide_integers, wide())
        }
    }
}
