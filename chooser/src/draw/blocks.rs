//! Finds a point among the running sums of many weights, computed block by block.

use std::ops::{Add, AddAssign};

use super::BLOCK;

/// A sum of weights.
pub(super) trait Sum: Copy + Default + PartialOrd + Add<Output = Self> + AddAssign {}
impl<S: Copy + Default + PartialOrd + Add<Output = S> + AddAssign> Sum for S {}

/// The number of running sums kept, so that only few blocks are added again.
const MARKS: usize = 32;

/// The running sums of blocks, some of which are kept.
pub(super) struct RunningSums<S> {
    sum: S,
    marks: [S; MARKS],
    marked: usize,
    /// Blocks from one mark to the next, and until the next one.
    step: usize,
    left: usize,
}

impl<S: Sum> RunningSums<S> {
    /// For this many weights.
    #[inline]
    pub fn of(count: usize) -> Self {
        let step = count.div_ceil(BLOCK).div_ceil(MARKS);
        let marks = [S::default(); MARKS];
        RunningSums { sum: S::default(), marks, marked: 0, step, left: step }
    }

    /// Adds the sum of the next block.
    #[inline(always)]
    pub fn push(&mut self, block: S) {
        self.sum += block;
        self.left -= 1;
        if self.left == 0 {
            self.marks[self.marked] = self.sum;
            self.marked += 1;
            self.left = self.step;
        }
    }

    /// The sum of all blocks.
    pub fn sum(&self) -> S {
        self.sum
    }

    /// The first index whose running sum exceeds `point`, which is below the sum.
    #[inline]
    pub fn locate<W: Copy>(&self, weights: &[W], value: impl Fn(W) -> S, point: S) -> usize {
        let marks = &self.marks[..self.marked];
        let passed = marks.iter().map(|&mark| usize::from(mark <= point)).sum::<usize>();
        let before = if passed == 0 { S::default() } else { marks[passed - 1] };
        let start = passed * self.step * BLOCK;
        let end = weights.len().min(start + self.step * BLOCK);
        start + locate(&weights[start..end], value, before, point)
    }
}

/// The first index whose running sum, that of what comes `before` included, is above `point`, which
/// is below the last one's.
#[inline]
pub(super) fn locate<W: Copy, S: Sum>(
    weights: &[W],
    value: impl Fn(W) -> S,
    mut before: S,
    point: S,
) -> usize {
    let mut start = 0;
    while weights.len() - start > BLOCK {
        let block = &weights[start..start + BLOCK];
        let sum = block.iter().fold(S::default(), |sum, &weight| sum + value(weight));
        if before + sum > point {
            break;
        }
        before += sum;
        start += BLOCK;
    }
    let mut part = S::default();
    let above = |&weight: &W| {
        part += value(weight);
        before + part > point
    };
    // Not found only if another thread has written to the weights without the GIL.
    start + weights[start..].iter().position(above).unwrap_or(weights.len() - start - 1)
}

/// The last index of a positive weight, for a point that rounding put on the sum itself.
#[cold]
pub(super) fn last_positive<W: Copy, S: Sum>(weights: &[W], value: impl Fn(W) -> S) -> usize {
    // Another thread may have written to the memory without the GIL: perhaps none is positive now.
    weights.iter().rposition(|&weight| value(weight) > S::default()).unwrap_or(0)
}
