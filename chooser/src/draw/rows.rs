//! A draw from each row of a table.

use std::fmt;

use super::blocks::last_positive;
use super::floats::{self, is_ordinary};
use super::integers::{self, Integer, SMALL};
use super::{Error, Weight, FEW};
use crate::below::below;
use crate::generator::Words;
#[cfg(target_arch = "x86_64")]
use crate::processor::Avx2;
use crate::processor::Work;

/// Draws an index from each row, as [`choose`](super::choose) does from one row after the other,
/// until there are no more rows or no more `indices` to fill.
///
/// ```
/// use chooser::draw::{choose_rows, RowError};
/// use chooser::generator::Generator;
///
/// let table = [[0, 0, 1], [2, 0, 0]];
/// let mut indices = [0; 2];
/// choose_rows(table.iter().map(|row| &row[..]), &mut Generator::from_integer(1), &mut indices)?;
/// assert_eq!(indices, [2, 0]);
/// # Ok::<(), RowError>(())
/// ```
///
/// # Errors
///
/// The first row that is refused. Words may be used and indices written for the rows before it.
pub fn choose_rows<'a, W: Weight + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    words: &mut impl Words,
    indices: &mut [i64],
) -> Result<(), RowError> {
    W::choose_rows(rows, words, indices)
}

/// Checks rows as [`choose_rows`] does. The length of `indices` is the number of rows; its contents
/// are meaningless afterwards.
///
/// # Errors
///
/// The first row that is refused.
pub fn check_rows<'a, W: Weight + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    indices: &mut [i64],
) -> Result<(), RowError> {
    W::check_rows(rows, indices)
}

/// Finds for each row the index at its uniform, which is in [0, 1): the first whose running sum
/// exceeds the uniform times the sum. Weights are converted to floats.
///
/// # Errors
///
/// As [`choose_rows`].
///
/// # Panics
///
/// If there are fewer uniforms than rows to draw from.
pub fn choose_rows_at<'a, W: Weight + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    uniforms: &[f64],
    indices: &mut [i64],
) -> Result<(), RowError> {
    let mut uniforms = uniforms.iter();
    floats(rows, || *uniforms.next().expect("a uniform for each index"), indices)
}

/// Why the draw from one of the rows was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct RowError {
    pub row: usize,
    pub error: Error,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {}", self.row, self.error)
    }
}

impl std::error::Error for RowError {}

/// Draws from this many short rows in parallel: their chains of additions are independent.
const LANES: usize = 4;

/// How indices are drawn from rows of one number type.
trait Draws<W> {
    fn draw(&mut self, row: &[W]) -> Result<usize, Error>;

    /// The same from short rows of one length; `None`, with nothing drawn, if one of them needs a
    /// full check.
    fn draw_side_by_side(&mut self, rows: [&[W]; LANES], length: usize) -> Option<[usize; LANES]>;
}

pub(super) fn integers<'a, W: Integer + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    words: &mut impl Words,
    indices: &mut [i64],
) -> Result<(), RowError> {
    draw_all(rows, Integers { words, sums: [[0; LANES]; FEW] }, indices)
}

pub(super) fn floats<'a, W: Weight + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    unit: impl FnMut() -> f64,
    indices: &mut [i64],
) -> Result<(), RowError> {
    draw_all(rows, Floats { unit, sums: [[0.0; LANES]; FEW] }, indices)
}

pub(super) fn check_floats<'a, W: Weight + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    indices: &mut [i64],
) -> Result<(), RowError> {
    draw_all(rows, CheckFloats(Floats { unit: || 0.0, sums: [[0.0; LANES]; FEW] }), indices)
}

fn draw_all<'a, W: Copy + 'a>(
    rows: impl Iterator<Item = &'a [W]>,
    draws: impl Draws<W>,
    indices: &mut [i64],
) -> Result<(), RowError> {
    let draw_each = DrawEach { rows, draws, indices };
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = Avx2::detect() {
        return avx2.run(draw_each);
    }
    draw_each.work(())
}

struct DrawEach<'a, R, D> {
    rows: R,
    draws: D,
    indices: &'a mut [i64],
}

impl<'a, T, W, R, D> Work<T> for DrawEach<'_, R, D>
where
    W: Copy + 'a,
    R: Iterator<Item = &'a [W]>,
    D: Draws<W>,
{
    type Output = Result<(), RowError>;

    #[inline(always)]
    fn work(self, _: T) -> Result<(), RowError> {
        let DrawEach { mut rows, mut draws, indices } = self;
        for (group, indices) in indices.chunks_mut(LANES).enumerate() {
            let mut lanes: [&[W]; LANES] = [&[]; LANES];
            let mut count = 0;
            while count < indices.len() {
                let Some(row) = rows.next() else { break };
                lanes[count] = row;
                count += 1;
            }
            let length = lanes[0].len();
            if length <= FEW && count == LANES && lanes.iter().all(|row| row.len() == length) {
                if let Some(drawn) =
                    draws.draw_side_by_side(lanes.map(|row| &row[..length]), length)
                {
                    for (index, drawn) in indices.iter_mut().zip(drawn) {
                        *index = drawn as i64;
                    }
                    continue;
                }
            }
            for (lane, index) in indices[..count].iter_mut().enumerate() {
                let row = group * LANES + lane;
                *index = draws.draw(lanes[lane]).map_err(|error| RowError { row, error })? as i64;
            }
        }
        Ok(())
    }
}

struct Integers<'a, G> {
    words: &'a mut G,
    /// The running sums of the rows that are drawn from in parallel.
    sums: [[u64; LANES]; FEW],
}

impl<W: Integer, G: Words> Draws<W> for Integers<'_, G> {
    #[inline(always)]
    fn draw(&mut self, row: &[W]) -> Result<usize, Error> {
        integers::choose(row, self.words)
    }

    #[inline(always)]
    fn draw_side_by_side(&mut self, rows: [&[W]; LANES], length: usize) -> Option<[usize; LANES]> {
        let sums = &mut self.sums[..length];
        let (mut sum, mut all) = ([0u64; LANES], 0);
        for (place, running) in sums.iter_mut().enumerate() {
            for lane in 0..LANES {
                let bits = rows[lane][place].bits();
                sum[lane] = sum[lane].wrapping_add(bits);
                all |= bits;
            }
            *running = sum;
        }
        if all >= SMALL || sum.contains(&0) {
            return None;
        }
        Some(count_passed(sums, sum.map(|sum| below(sum, || self.words.word()))))
    }
}

struct Floats<U> {
    unit: U,
    sums: [[f64; LANES]; FEW],
}

impl<W: Weight, U: FnMut() -> f64> Draws<W> for Floats<U> {
    #[inline(always)]
    fn draw(&mut self, row: &[W]) -> Result<usize, Error> {
        floats::choose(row, &mut self.unit)
    }

    #[inline(always)]
    fn draw_side_by_side(&mut self, rows: [&[W]; LANES], length: usize) -> Option<[usize; LANES]> {
        let sums = &mut self.sums[..length];
        let mut sum = [0.0; LANES];
        for (place, running) in sums.iter_mut().enumerate() {
            for lane in 0..LANES {
                sum[lane] += rows[lane][place].value();
            }
            *running = sum;
        }
        let bits = |row: &[W]| row.iter().fold(0, |all, weight| all | weight.value().to_bits());
        let all = rows.iter().fold(0, |all, row| all | bits(row));
        if !sum.iter().fold(true, |right, &sum| right & is_ordinary(sum, all)) {
            return None;
        }
        let mut drawn = count_passed(sums, sum.map(|sum| (self.unit)() * sum));
        for (index, row) in drawn.iter_mut().zip(rows) {
            if *index == length {
                *index = last_positive(row, W::value);
            }
        }
        Some(drawn)
    }
}

/// Draws nothing, but reads long rows once, in any order.
struct CheckFloats<U>(Floats<U>);

impl<W: Weight, U: FnMut() -> f64> Draws<W> for CheckFloats<U> {
    #[inline(always)]
    fn draw(&mut self, row: &[W]) -> Result<usize, Error> {
        match floats::is_surely_right(row) {
            true => Ok(0),
            false => self.0.draw(row),
        }
    }

    #[inline(always)]
    fn draw_side_by_side(&mut self, rows: [&[W]; LANES], length: usize) -> Option<[usize; LANES]> {
        self.0.draw_side_by_side(rows, length)
    }
}

/// How many running sums of each lane do not exceed its point.
#[inline(always)]
fn count_passed<S: Copy + PartialOrd>(sums: &[[S; LANES]], points: [S; LANES]) -> [usize; LANES] {
    let mut passed = [0; LANES];
    for running in sums {
        for lane in 0..LANES {
            passed[lane] += usize::from(running[lane] <= points[lane]);
        }
    }
    passed
}
