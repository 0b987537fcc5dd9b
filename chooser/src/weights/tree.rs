//! What trees of all forms have in common.

use std::collections::TryReserveError;

use super::steps::FAN;
use crate::draw::value::Value;
use crate::generator::Words;
use crate::processor::Work;

/// Walks from root to leaf in parallel, so that their memory accesses overlap.
pub(super) const WALKS: usize = 16;

/// A tree of weights.
pub(super) trait Tree: Sized {
    type Weight: Copy + Default + PartialOrd + From<Value> + Into<Value>;

    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Self::Weight;
    /// Adds a weight of 0; changes nothing if memory runs out.
    fn grow(&mut self) -> Result<(), TryReserveError>;
    fn try_clone(&self) -> Result<Self, TryReserveError>;
    /// The memory held, in bytes.
    fn bytes(&self) -> usize;
    /// Whether nothing can be drawn.
    fn is_zero(&self) -> bool;
}

/// What a tree does by steps.
pub(super) trait Walk<T: Copy>: Tree {
    /// Sets a weight; the sum must not become too large.
    fn set(&mut self, steps: T, index: usize, weight: Self::Weight);
    /// Sets a weight, if that takes no other form.
    fn try_set(&mut self, steps: T, index: usize, value: Value) -> bool;
    /// Draws an index, unless [`Tree::is_zero`].
    fn choose(&self, steps: T, words: &mut impl Words) -> usize;
    /// Draws as [`Walk::choose`] one after another.
    fn choose_many(&self, steps: T, words: &mut impl Words, indices: &mut [i64; WALKS]);
}

/// Draws an index.
pub(super) struct Choose<'a, W, G>(pub &'a W, pub &'a mut G);

impl<T: Copy, W: Walk<T>, G: Words> Work<T> for Choose<'_, W, G> {
    type Output = usize;

    #[inline(always)]
    fn work(self, steps: T) -> usize {
        let Choose(tree, words) = self;
        tree.choose(steps, words)
    }
}

/// Draws an index for each place, as [`Choose`] one after another.
pub(super) struct Choices<'a, W, G>(pub &'a W, pub &'a mut G, pub &'a mut [i64]);

impl<T: Copy, W: Walk<T>, G: Words> Work<T> for Choices<'_, W, G> {
    type Output = ();

    #[inline(always)]
    fn work(self, steps: T) {
        let Choices(tree, words, indices) = self;
        // With a single leaf there is no memory to wait for.
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
}

/// Draws an index and sets its weight to 0.
pub(super) struct Take<'a, W, G>(pub &'a mut W, pub &'a mut G);

impl<T: Copy, W: Walk<T>, G: Words> Work<T> for Take<'_, W, G> {
    type Output = (usize, Value);

    #[inline(always)]
    fn work(self, steps: T) -> (usize, Value) {
        let Take(tree, words) = self;
        let index = tree.choose(steps, words);
        let weight = tree.get(index);
        tree.set(steps, index, W::Weight::default());
        (index, weight.into())
    }
}

/// Sets a weight, if that takes no other form. The weight is not copied: wide loads would stall on
/// the narrow stores that have just written it.
pub(super) struct TrySet<'a, W>(pub &'a mut W, pub usize, pub &'a Value);

impl<T: Copy, W: Walk<T>> Work<T> for TrySet<'_, W> {
    type Output = bool;

    #[inline(always)]
    fn work(self, steps: T) -> bool {
        let TrySet(tree, index, value) = self;
        tree.try_set(steps, index, *value)
    }
}

/// Sets weights; the form must suffice for them.
pub(super) struct SetEach<'a, W, C>(pub &'a mut W, pub C);

impl<T: Copy, W: Walk<T>, C> Work<T> for SetEach<'_, W, C>
where
    C: IntoIterator<Item = (usize, Value)>,
{
    type Output = ();

    #[inline(always)]
    fn work(self, steps: T) {
        let SetEach(tree, changes) = self;
        for (index, value) in changes {
            tree.set(steps, index, value.into());
        }
    }
}
