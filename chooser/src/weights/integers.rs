//! Integer weights as a tree of running sums: a leaf has those of [`FAN`] weights, a node those of
//! the sums of [`FAN`] children. It draws as [`crate::draw`] does.

use std::collections::TryReserveError;

use super::levels::{reserved, Levels, Node};
use super::steps::{before, IntegerSteps, Number, FAN};
use super::tree::{Tree, Walk, WALKS};
use crate::below::{below, Word};
use crate::draw::value::Value;
use crate::generator::Words;

/// Weights in a type that can hold their sum.
#[derive(Debug, PartialEq)]
pub(super) struct Integers<S: Copy> {
    levels: Levels<Node<S>, Node<S>>,
    total: Total<S>,
}

/// On 32 bits aligned to no more than 8 bytes, as Python's objects are; a `u128` may need more.
/// (Elsewhere too, a batch of draws from few weights would take a quarter longer.)
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(target_pointer_width = "32", repr(Rust, packed(8)))]
struct Total<S>(S);

/// An integer type of weights and sums.
pub(super) trait Sum: Number + Word + Into<u128> {
    /// The largest sum.
    const LARGEST: u128;
    /// Smaller sums belong to a narrower type.
    const SMALLEST: u128;

    /// The lowest bits of an integer.
    fn truncate(integer: u128) -> Self;
    /// A uniform integer below `self`.
    fn draw_below(self, words: &mut impl Words) -> Self;
}

impl Sum for u64 {
    // Vectors are compared as signed numbers.
    const LARGEST: u128 = i64::MAX as u128;
    const SMALLEST: u128 = 0;

    #[inline(always)]
    fn truncate(integer: u128) -> Self {
        integer as u64
    }
    #[inline(always)]
    fn draw_below(self, words: &mut impl Words) -> Self {
        below(self, || words.word())
    }
}

impl Sum for u128 {
    const LARGEST: u128 = u128::MAX;
    const SMALLEST: u128 = u64::LARGEST + 1;

    fn truncate(integer: u128) -> Self {
        integer
    }
    fn draw_below(self, words: &mut impl Words) -> Self {
        match u64::try_from(self) {
            Ok(sum) => sum.draw_below(words).into(),
            Err(_) => below(self, || u128::from(words.word()) << 64 | u128::from(words.word())),
        }
    }
}

impl<S: Sum> Integers<S> {
    /// The tree of `len` weights, or `None` if their sum is above the largest.
    ///
    /// # Errors
    ///
    /// The first from `weight`, or out of memory.
    #[inline(always)]
    pub fn new<E: From<TryReserveError>>(
        len: usize,
        mut weight: impl FnMut(usize) -> Result<u128, E>,
    ) -> Result<Option<Self>, E> {
        let mut leaves = reserved(len.div_ceil(FAN))?;
        let mut total = S::default();
        for first in (0..len).step_by(FAN) {
            let mut leaf = Node([S::default(); FAN]);
            let mut sum = S::default();
            for (place, running) in leaf.0.iter_mut().enumerate() {
                if first + place < len {
                    let weight = weight(first + place)?;
                    let weight_fits = weight <= S::LARGEST;
                    match sum.checked_add(S::truncate(weight)).filter(|_| weight_fits) {
                        Some(next) => sum = next,
                        None => return Ok(None),
                    }
                }
                *running = sum;
            }
            match total.checked_add(sum) {
                Some(next) if next.into() <= S::LARGEST => total = next,
                _ => return Ok(None),
            }
            leaves.push(leaf);
        }
        Ok(Some(Integers {
            levels: Levels::above(leaves, len, node_above, node_above)?,
            total: Total(total),
        }))
    }

    /// The sum of all weights.
    #[inline]
    pub fn total(&self) -> u128 {
        self.total.0.into()
    }

    /// Adds to a weight, modulo the type's size.
    #[inline(always)]
    fn add(&mut self, steps: impl IntegerSteps<S>, index: usize, amount: S) {
        self.total = Total(self.total.0.wrapping_add(amount));
        let mut place = index / FAN;
        steps.add(&mut self.levels.leaves[place].0, index % FAN, amount);
        for level in &mut self.levels.upper {
            let from = place % FAN;
            place /= FAN;
            steps.add(&mut level[place].0, from, amount);
        }
    }

    /// The first index whose running sum exceeds `point`, which must be below the total.
    #[inline(always)]
    pub fn find(&self, steps: impl IntegerSteps<S>, mut point: S) -> usize {
        let mut place = 0;
        for level in self.levels.upper.iter().rev() {
            descend(steps, &level[place], &mut place, &mut point);
        }
        descend(steps, &self.levels.leaves[place], &mut place, &mut point);
        place
    }
}

/// The node above some.
#[inline(always)]
fn node_above<S: Number>(nodes: &[Node<S>]) -> Node<S> {
    let (mut sums, mut sum) = ([S::default(); FAN], S::default());
    for (place, running) in sums.iter_mut().enumerate() {
        if let Some(node) = nodes.get(place) {
            sum = sum.wrapping_add(node.0[FAN - 1]);
        }
        *running = sum;
    }
    Node(sums)
}

/// Goes on from the node at `place` in its level to what is below it.
#[inline(always)]
fn descend<S: Sum>(
    steps: impl IntegerSteps<S>,
    Node(sums): &Node<S>,
    place: &mut usize,
    point: &mut S,
) {
    let chosen = steps.locate(sums, *point);
    *point = point.wrapping_sub(before(sums, chosen));
    *place = *place * FAN + chosen;
}

impl<S: Sum> Tree for Integers<S> {
    type Weight = u128;

    #[inline(always)]
    fn len(&self) -> usize {
        self.levels.len
    }

    #[inline(always)]
    fn get(&self, index: usize) -> u128 {
        let (Node(sums), place) = (&self.levels.leaves[index / FAN], index % FAN);
        sums[place].wrapping_sub(before(sums, place)).into()
    }

    fn grow(&mut self) -> Result<(), TryReserveError> {
        self.levels.grow(Node([self.total.0; FAN]))
    }

    fn try_clone(&self) -> Result<Self, TryReserveError> {
        Ok(Integers { levels: self.levels.try_clone()?, total: self.total })
    }

    fn bytes(&self) -> usize {
        self.levels.bytes()
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.total == Total(S::default())
    }
}

impl<S: Sum, T: IntegerSteps<S>> Walk<T> for Integers<S> {
    #[inline(always)]
    fn set(&mut self, steps: T, index: usize, weight: u128) {
        let amount = S::truncate(weight).wrapping_sub(S::truncate(self.get(index)));
        self.add(steps, index, amount);
    }

    #[inline(always)]
    fn try_set(&mut self, steps: T, index: usize, value: Value) -> bool {
        let Value::Integer(weight) = value else { return false };
        let old = self.get(index);
        let sum = (self.total() - old).checked_add(weight);
        let fits = sum.is_some_and(|sum| (S::SMALLEST..=S::LARGEST).contains(&sum));
        if fits {
            self.add(steps, index, S::truncate(weight.wrapping_sub(old)));
        }
        fits
    }

    #[inline(always)]
    fn choose(&self, steps: T, words: &mut impl Words) -> usize {
        self.find(steps, self.total.0.draw_below(words))
    }

    #[inline(always)]
    fn choose_many(&self, steps: T, words: &mut impl Words, indices: &mut [i64; WALKS]) {
        let (mut points, mut places) = ([S::default(); WALKS], [0; WALKS]);
        for point in &mut points {
            *point = self.total.0.draw_below(words);
        }
        for level in self.levels.upper.iter().rev() {
            for (place, point) in places.iter_mut().zip(&mut points) {
                descend(steps, &level[*place], place, point);
            }
        }
        for ((index, mut place), point) in indices.iter_mut().zip(places).zip(&mut points) {
            descend(steps, &self.levels.leaves[place], &mut place, point);
            *index = place as i64;
        }
    }
}
