//! What the trees of weights of any form have in common.

use std::collections::TryReserveError;

use super::steps::FAN;
use super::value::Value;
use crate::generator::Words;

/// Walks from the root to a leaf side by side, so that they wait for memory together.
pub(super) const WALKS: usize = 16;

/// A tree of weights.
pub(super) trait Tree: Sized {
    type Weight: Copy + Default + PartialOrd + From<Value> + Into<Value>;

    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Self::Weight;
    /// Adds a weight of 0; changes nothing where there is no memory.
    fn grow(&mut self) -> Result<(), TryReserveError>;
    fn try_clone(&self) -> Result<Self, TryReserveError>;
    /// The memory that is held, in bytes.
    fn bytes(&self) -> usize;
    /// Whether nothing can be drawn.
    fn is_zero(&self) -> bool;
}

/// What a tree does by steps.
pub(super) trait Walk<T: Copy>: Tree {
    /// Sets a weight, by which the sum must not become too large.
    fn set(&mut self, steps: T, index: usize, weight: Self::Weight);
    /// Sets a weight, if that takes no other form.
    fn try_set(&mut self, steps: T, index: usize, value: Value) -> bool;
    /// Draws an index, unless [`Tree::is_zero`].
    fn choose(&self, steps: T, words: &mut impl Words) -> usize;
    /// Draws as [`Walk::choose`] one after another.
    fn choose_many(&self, steps: T, words: &mut impl Words, indices: &mut [i64; WALKS]);
}

/// Draws as [`Walk::choose`] for each index.
#[inline(always)]
pub(super) fn choices<T: Copy, W: Walk<T>>(
    tree: &W,
    steps: T,
    words: &mut impl Words,
    indices: &mut [i64],
) {
    // In a single leaf there is nothing to wait for.
    let walks = if tree.len() > FAN { WALKS } else { usize::MAX };
    let mut blocks = indices.chunks_exact_mut(walks);
    for block in &mut blocks {
        if let Ok(block) = block.try_into() {
            tree.choose_many(steps, words, block);
        }
    }
    for index in blocks.into_remainder() {
        *index = tree.choose(steps, words) as i64;
    }
}
