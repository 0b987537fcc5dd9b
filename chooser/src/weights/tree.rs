//! What the trees of weights of any form have in common, and drawing without replacement.

use std::collections::TryReserveError;

use super::levels::reserved;
use super::value::Value;
use super::Error;
use crate::generator::Words;

/// Walks from the root to a leaf side by side, so that they wait for memory together.
pub(super) const WALKS: usize = 8;

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
    /// Draws as [`Walk::choose`] in turn.
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
    let mut blocks = indices.chunks_exact_mut(WALKS);
    for block in &mut blocks {
        if let Ok(block) = block.try_into() {
            tree.choose_many(steps, words, block);
        }
    }
    for index in blocks.into_remainder() {
        *index = tree.choose(steps, words) as i64;
    }
}

/// Draws an index for each place, setting each drawn weight to 0; then sets all back.
#[inline(always)]
pub(super) fn sample<T: Copy, W: Walk<T>>(
    tree: &mut W,
    steps: T,
    words: &mut impl Words,
    indices: &mut [i64],
) -> Result<(), Error> {
    let positive = positive_up_to(tree, indices.len());
    if positive < indices.len() {
        return Err(Error::TooFewPositive { wanted: indices.len(), positive });
    }
    // Where many are set back, all are set back more quickly.
    if indices.len() > tree.len() / 16 {
        let mut rest = tree.try_clone()?;
        for index in indices {
            *index = take(&mut rest, steps, words).0 as i64;
        }
        return Ok(());
    }
    let taken = reserved(indices.len())?;
    let mut rest = Rest { tree, steps, taken };
    for index in indices {
        let taken = take(rest.tree, steps, words);
        *index = taken.0 as i64;
        rest.taken.push(taken);
    }
    Ok(())
}

/// How many weights are positive; not counted beyond `limit`.
fn positive_up_to(tree: &impl Tree, limit: usize) -> usize {
    let positive = (0..tree.len()).filter(|&index| tree.get(index) > Default::default());
    positive.take(limit).count()
}

/// Draws an index, and sets its weight to 0.
#[inline(always)]
fn take<T: Copy, W: Walk<T>>(tree: &mut W, steps: T, words: &mut impl Words) -> (usize, W::Weight) {
    let index = tree.choose(steps, words);
    let weight = tree.get(index);
    tree.set(steps, index, W::Weight::default());
    (index, weight)
}

/// What is left of a tree; when it is dropped, even by a panic, the tree is whole again.
struct Rest<'tree, T: Copy, W: Walk<T>> {
    tree: &'tree mut W,
    steps: T,
    taken: Vec<(usize, W::Weight)>,
}

impl<T: Copy, W: Walk<T>> Drop for Rest<'_, T, W> {
    #[inline(always)]
    fn drop(&mut self) {
        for (index, weight) in self.taken.drain(..) {
            self.tree.set(self.steps, index, weight);
        }
    }
}
