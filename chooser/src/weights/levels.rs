//! The nodes of a tree, level by level, for any contents.

use std::collections::TryReserveError;
use std::mem::size_of;

use super::steps::FAN;

/// Leaves of [`FAN`] weights, and above them nodes of [`FAN`] children each, up to one root.
#[derive(Debug, PartialEq)]
pub(super) struct Levels<L, N> {
    pub leaves: Vec<L>,
    /// The levels above, from the lowest to the root.
    pub upper: Vec<Vec<N>>,
    /// The number of weights. Positions beyond the last hold what zeros would.
    pub len: usize,
}

/// The numbers of a node, aligned to a cache line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub(super) struct Node<S>(pub [S; FAN]);

impl<L: Copy + Default, N: Copy + Default> Levels<L, N> {
    /// The levels above the leaves of `len` weights, made from groups of leaves, then of nodes.
    #[inline(always)]
    pub fn above(
        leaves: Vec<L>,
        len: usize,
        of_leaves: impl Fn(&[L]) -> N,
        of_nodes: impl Fn(&[N]) -> N,
    ) -> Result<Self, TryReserveError> {
        let mut upper: Vec<Vec<N>> = reserved(height(leaves.len()))?;
        if leaves.len() > 1 {
            let mut level = reserved(leaves.len().div_ceil(FAN))?;
            level.extend(leaves.chunks(FAN).map(of_leaves));
            while level.len() > 1 {
                let mut next = reserved(level.len().div_ceil(FAN))?;
                next.extend(level.chunks(FAN).map(&of_nodes));
                upper.push(level);
                level = next;
            }
            upper.push(level);
        }
        Ok(Levels { leaves, upper, len })
    }

    /// Adds a weight of 0. Where that needs a new level, its node is `root`.
    ///
    /// # Errors
    ///
    /// Out of memory; then nothing is changed.
    pub fn grow(&mut self, root: N) -> Result<(), TryReserveError> {
        if self.len % FAN == 0 {
            let higher = height(self.leaves.len() + 1) > self.upper.len();
            let mut new_level = reserved(usize::from(higher))?;
            self.upper.try_reserve(1)?;
            // A level grows with the one below it, where its last node is full.
            if self.leaves.len() == self.leaves.capacity() {
                self.leaves.try_reserve(1)?;
            }
            let mut below = self.leaves.len();
            for level in &mut self.upper {
                level.try_reserve(usize::from(below % FAN == 0))?;
                below = level.len();
            }
            let mut full = self.leaves.len() % FAN == 0;
            self.leaves.push(L::default());
            for level in &mut self.upper {
                if !full {
                    break;
                }
                full = level.len() % FAN == 0;
                level.push(N::default());
            }
            if higher {
                new_level.push(root);
                self.upper.push(new_level);
            }
        }
        self.len += 1;
        Ok(())
    }

    pub fn try_clone(&self) -> Result<Self, TryReserveError> {
        let mut upper = reserved(self.upper.len())?;
        for level in &self.upper {
            upper.push(clone_of(level)?);
        }
        Ok(Levels { leaves: clone_of(&self.leaves)?, upper, len: self.len })
    }

    /// The memory held, in bytes.
    pub fn bytes(&self) -> usize {
        let nodes: usize = self.upper.iter().map(Vec::capacity).sum();
        self.leaves.capacity() * size_of::<L>()
            + nodes * size_of::<N>()
            + self.upper.capacity() * size_of::<Vec<N>>()
    }
}

/// The number of levels above `leaves`.
fn height(leaves: usize) -> usize {
    let (mut height, mut nodes) = (0, leaves);
    while nodes > 1 {
        (height, nodes) = (height + 1, nodes.div_ceil(FAN));
    }
    height
}

fn clone_of<N: Copy>(nodes: &[N]) -> Result<Vec<N>, TryReserveError> {
    let mut clone = reserved(nodes.len())?;
    clone.extend_from_slice(nodes);
    Ok(clone)
}

/// An empty vector with room for `count`.
pub(super) fn reserved<N>(count: usize) -> Result<Vec<N>, TryReserveError> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(count)?;
    Ok(vector)
}
