//! Float weights as a tree of sums. Every sum is recomputed from what is below it, in a fixed
//! order, whenever that changes: so rounding errors do not accumulate.
//!
//! Sums are exact except for six roundings per level. If the sum of the weights themselves would
//! overflow or be too small for an exact point, the weights are scaled by a power of two.

use std::collections::TryReserveError;

use super::levels::{reserved, Levels, Node};
use super::steps::{slot, FloatSteps, Number, FAN};
use super::tree::{Tree, Walk, WALKS};
use crate::draw::value::Value;
use crate::draw::{power_of_two, unit, SMALLEST_SUM};
use crate::generator::Words;
use crate::processor::Work;

/// Leaves are the weights, ordered by [`slot`].
#[derive(Debug, PartialEq)]
pub(super) struct Floats {
    levels: Levels<Node<f64>, Sums>,
    /// The sum of all, times the scale.
    total: f64,
    scale: f64,
}

/// A node of sums and their running sums, both ordered by [`slot`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    sums: Node<f64>,
    running: Node<f64>,
}

/// The scale where the sum would overflow: as many times 2^64 as a sum can be above a weight.
const DOWN: f64 = power_of_two!(-64);
/// The scale where the sum is below [`SMALLEST_SUM`]: no weight is rounded or overflows.
const UP: f64 = power_of_two!(1000);

impl Floats {
    /// The tree of `len` weights, not yet added up.
    ///
    /// # Errors
    ///
    /// The first from `weight`, or out of memory.
    #[inline(always)]
    pub fn new<E: From<TryReserveError>>(
        len: usize,
        mut weight: impl FnMut(usize) -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut leaves = reserved(len.div_ceil(FAN))?;
        for first in (0..len).step_by(FAN) {
            let mut leaf = Node([0.0; FAN]);
            for place in 0..FAN.min(len - first) {
                leaf.0[slot(place)] = weight(first + place)?;
            }
            leaves.push(leaf);
        }
        let levels = Levels::above(leaves, len, |_| Sums::default(), |_| Sums::default())?;
        Ok(Floats { levels, total: 0.0, scale: 1.0 })
    }

    /// The sum of all weights; infinite if it overflows.
    pub fn total(&self) -> f64 {
        self.total / self.scale
    }

    /// The first index whose running sum exceeds `point`, or `None` if not even the total does.
    pub fn find(&self, steps: impl FloatSteps, point: f64) -> Option<usize> {
        let point = point * self.scale;
        (point < self.total).then(|| self.walk(steps, point))
    }

    #[inline(always)]
    fn walk(&self, steps: impl FloatSteps, mut point: f64) -> usize {
        let mut place = 0;
        for level in self.levels.upper.iter().rev() {
            descend(steps, &level[place].running.0, &mut place, &mut point);
        }
        self.descend_leaf(steps, &mut place, &mut point);
        place
    }

    #[inline(always)]
    fn descend_leaf(&self, steps: impl FloatSteps, place: &mut usize, point: &mut f64) {
        let mut running = [0.0; FAN];
        self.sum_leaf(steps, *place, &mut running);
        descend(steps, &running, place, point);
    }

    /// The running sums of a leaf.
    #[inline(always)]
    fn sum_leaf(&self, steps: impl FloatSteps, leaf: usize, running: &mut [f64; FAN]) {
        let weights = &self.levels.leaves[leaf].0;
        if self.scale == 1.0 {
            steps.sum(weights, running);
        } else {
            steps.sum(&weights.map(|weight| weight * self.scale), running);
        }
    }

    /// Computes all sums and the scale, which depends only on the weights.
    #[inline(always)]
    fn add_up(&mut self, steps: impl FloatSteps) {
        for scale in [1.0, DOWN, UP] {
            self.scale = scale;
            self.add_up_scaled(steps);
            if self.is_in_scale() {
                break;
            }
        }
    }

    /// Whether the scale is right for the weights.
    #[inline(always)]
    fn is_in_scale(&self) -> bool {
        // A scaled sum has the bits of the sum itself wherever they affect the answer.
        if self.scale == 1.0 {
            self.total == 0.0 || (SMALLEST_SUM..=f64::MAX).contains(&self.total)
        } else if self.scale == DOWN {
            self.total() > f64::MAX
        } else {
            self.total > 0.0 && self.total() < SMALLEST_SUM
        }
    }

    #[inline(always)]
    fn add_up_scaled(&mut self, steps: impl FloatSteps) {
        let mut sum = [0.0; FAN];
        for leaf in 0..self.levels.leaves.len() {
            self.sum_leaf(steps, leaf, &mut sum);
            self.total = sum[FAN - 1];
            if let Some(level) = self.levels.upper.first_mut() {
                level[leaf / FAN].sums.0[slot(leaf % FAN)] = self.total;
            }
        }
        for height in 0..self.levels.upper.len() {
            let (lower, higher) = self.levels.upper.split_at_mut(height + 1);
            for (place, node) in lower[height].iter_mut().enumerate() {
                steps.sum(&node.sums.0, &mut node.running.0);
                self.total = node.running.0[FAN - 1];
                if let Some(level) = higher.first_mut() {
                    level[place / FAN].sums.0[slot(place % FAN)] = self.total;
                }
            }
        }
    }
}

/// Goes on from the node at `place` in its level to what is below it.
#[inline(always)]
fn descend(steps: impl FloatSteps, running: &[f64; FAN], place: &mut usize, point: &mut f64) {
    let mut chosen = steps.locate(running, *point);
    if chosen == FAN {
        chosen = last_positive(running);
    }
    let before = running[slot(chosen.wrapping_sub(1) % FAN)].to_bits();
    *point -= f64::from_bits(before & u64::BUT_FIRST[chosen]);
    *place = *place * FAN + chosen;
}

/// The place for a point that rounding put on the sum itself.
#[cold]
fn last_positive(running: &[f64; FAN]) -> usize {
    let sum = running[FAN - 1];
    (0..FAN).rfind(|&place| running[slot(place)] < sum).map_or(0, |place| place + 1)
}

/// Computes all sums of a tree.
pub(super) struct AddUp<'a>(pub &'a mut Floats);

impl<T: FloatSteps> Work<T> for AddUp<'_> {
    type Output = ();

    #[inline(always)]
    fn work(self, steps: T) {
        self.0.add_up(steps);
    }
}

impl Tree for Floats {
    type Weight = f64;

    #[inline(always)]
    fn len(&self) -> usize {
        self.levels.len
    }

    #[inline(always)]
    fn get(&self, index: usize) -> f64 {
        self.levels.leaves[index / FAN].0[slot(index % FAN)]
    }

    fn grow(&mut self) -> Result<(), TryReserveError> {
        // Its running sums are computed when the new weight is set.
        let mut root = Sums::default();
        root.sums.0[0] = self.total;
        self.levels.grow(root)
    }

    fn try_clone(&self) -> Result<Self, TryReserveError> {
        Ok(Floats { levels: self.levels.try_clone()?, ..*self })
    }

    fn bytes(&self) -> usize {
        self.levels.bytes()
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.total == 0.0
    }
}

impl<T: FloatSteps> Walk<T> for Floats {
    #[inline(always)]
    fn set(&mut self, steps: T, index: usize, weight: f64) {
        let mut running = [0.0; FAN];
        let mut place = index / FAN;
        let weights = &mut self.levels.leaves[place].0;
        let mut total = steps.replace(weights, slot(index % FAN), weight, &mut running);
        if self.scale != 1.0 {
            self.sum_leaf(steps, place, &mut running);
            total = running[FAN - 1];
        }
        for level in &mut self.levels.upper {
            let within = slot(place % FAN);
            place /= FAN;
            let Sums { sums, running } = &mut level[place];
            total = steps.replace(&mut sums.0, within, total, &mut running.0);
        }
        self.total = total;
        if !self.is_in_scale() {
            self.rescale(steps);
        }
    }

    #[inline(always)]
    fn try_set(&mut self, steps: T, index: usize, value: Value) -> bool {
        self.set(steps, index, value.into());
        true
    }

    #[inline(always)]
    fn choose(&self, steps: T, words: &mut impl Words) -> usize {
        self.walk(steps, unit(words) * self.total)
    }

    #[inline(always)]
    fn choose_many(&self, steps: T, words: &mut impl Words, indices: &mut [i64; WALKS]) {
        let (mut points, mut places) = ([0.0; WALKS], [0; WALKS]);
        for point in &mut points {
            *point = unit(words) * self.total;
        }
        for level in self.levels.upper.iter().rev() {
            for (place, point) in places.iter_mut().zip(&mut points) {
                descend(steps, &level[*place].running.0, place, point);
            }
        }
        for ((index, mut place), point) in indices.iter_mut().zip(places).zip(&mut points) {
            self.descend_leaf(steps, &mut place, point);
            *index = place as i64;
        }
    }
}

impl Floats {
    #[cold]
    fn rescale(&mut self, steps: impl FloatSteps) {
        self.add_up(steps);
    }
}
