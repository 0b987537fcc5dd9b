//! Weights that stay and change: drawing and changing a weight take time logarithmic in their
//! number.
//!
//! | module | |
//! |---|---|
//! | `integers`, `floats` | the trees |
//! | `levels`, `tree` | what the trees have in common |
//! | `steps`, `avx2` | the operations at a node, portable and in vector instructions |
//!
//! * Integers are drawn as [`crate::draw::choose`] draws from the list of them: the same index,
//!   from the same words.
//! * Floats are drawn by the same point, `u · sum`, but added in the order of a tree. Probabilities
//!   are at least as accurate as those of `choose`.
//! * The state depends only on the weights and on whether they are floats, not on their history:
//!   rounding errors do not accumulate. Once a float is set, all weights are floats.
//! * If memory runs out, or a weight is refused, nothing is changed.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod error;
mod floats;
mod form;
mod integers;
mod levels;
mod sample;
mod steps;
mod tree;

use crate::draw;
use crate::draw::value::{Item, Value};
use crate::generator::Words;
use crate::processor::Work;
pub use error::Error;
use form::{with_tree, work, Form, Processor};
use steps::Portable;
use tree::{Choices, Choose, Tree, TrySet};

/// Weights, each 0 or more.
///
/// ```
/// use chooser::draw::choose;
/// use chooser::generator::Generator;
/// use chooser::weights::{Error, Weights};
///
/// let mut weights = Weights::new(&[6, 6, 0, 3])?;
/// weights.set(1, 0)?;
/// let mut generators = [Generator::from_integer(1), Generator::from_integer(1)];
/// for _ in 0..100 {
///     let index = weights.choose(&mut generators[0])?;
///     assert_eq!(Ok(index), choose(&[6, 0, 0, 3], &mut generators[1]));
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Weights {
    form: Form,
    processor: Processor,
}

impl Weights {
    /// # Errors
    ///
    /// The first weight that [`draw::choose`] would refuse, or out of memory. The weights may be
    /// empty or all 0.
    pub fn new<W: Item>(weights: &[W]) -> Result<Self, Error> {
        Self::with(Processor::detect(), weights)
    }

    /// Weights without vector instructions, for tests.
    #[doc(hidden)]
    pub fn portable<W: Item>(weights: &[W]) -> Result<Self, Error> {
        Self::with(Processor::Any, weights)
    }

    fn with<W: Item>(processor: Processor, weights: &[W]) -> Result<Self, Error> {
        let form = if W::are_floats(weights) {
            let weight = |index: usize| Ok::<_, Error>(weights[index].checked(index)?.to_float());
            Form::floats(processor, weights.len(), weight)?
        } else {
            Form::integers(weights.len(), |index| match weights[index].checked(index)? {
                Value::Integer(weight) => Ok(weight),
                Value::Float(_) => unreachable!("none is a float"),
            })?
        };
        Ok(Weights { form, processor })
    }

    /// The number of weights.
    #[inline]
    pub fn len(&self) -> usize {
        self.form.len()
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The weight at `index`, or `None` where there is none.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        (index < self.len()).then(|| self.form.get(index))
    }

    /// Iterates over the weights.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|index| self.form.get(index))
    }

    /// The sum of the weights; of floats, infinite if it overflows.
    #[inline]
    pub fn total(&self) -> Value {
        self.form.total()
    }

    /// The memory that the weights take beyond `self`, in bytes.
    pub fn bytes(&self) -> usize {
        with_tree!(&self.form, tree => tree.bytes())
    }

    /// Draws an index with probability `weights[index] / total`.
    ///
    /// # Errors
    ///
    /// [`draw::Error::Empty`] or [`draw::Error::AllZero`]; then no word is consumed.
    #[inline]
    pub fn choose(&self, words: &mut impl Words) -> Result<usize, Error> {
        self.check_drawable()?;
        Ok(work!(&self.form, self.processor, tree => Choose(tree, words)))
    }

    /// Draws an index for each place, as [`Weights::choose`] would one after another.
    ///
    /// # Errors
    ///
    /// Those of `choose`.
    pub fn choices(&self, words: &mut impl Words, indices: &mut [i64]) -> Result<(), Error> {
        self.check_drawable()?;
        work!(&self.form, self.processor, tree => Choices(tree, words, indices));
        Ok(())
    }

    /// Draws a different index for each place, as if each weight drawn were set to 0. The weights
    /// are the same afterwards.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewPositive`], or out of memory; then no word is consumed.
    pub fn sample(&mut self, words: &mut impl Words, indices: &mut [i64]) -> Result<(), Error> {
        sample::sample(&mut self.form, self.processor, words, indices)
    }

    /// Whether [`Weights::sample`] of that many would be refused.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewPositive`].
    pub fn check_sample(&self, wanted: usize) -> Result<(), Error> {
        sample::check(&self.form, wanted)
    }

    /// The first index whose running sum exceeds `point`, or `None` if the total does not, or the
    /// point is negative or NaN.
    pub fn find(&self, point: Value) -> Option<usize> {
        let integer = match point {
            Value::Integer(point) => point,
            // What is not below 2^128 is not below a sum of integers.
            Value::Float(point) if (0.0..2f64.powi(128)).contains(&point) => point as u128,
            Value::Float(_) => u128::MAX,
        };
        match &self.form {
            Form::Floats(tree) => {
                Some(point.to_float()).filter(|&p| p >= 0.0).and_then(|p| tree.find(Portable, p))
            }
            Form::Narrow(tree) => {
                (integer < tree.total()).then(|| tree.find(Portable, integer as u64))
            }
            Form::Wide(tree) => (integer < tree.total()).then(|| tree.find(Portable, integer)),
        }
    }

    /// Sets the weight at `index`.
    ///
    /// # Errors
    ///
    /// There is no such index, or the weight is refused, or out of memory, because a new form
    /// allocates.
    #[inline]
    pub fn set<W: Item>(&mut self, index: usize, weight: W) -> Result<(), Error> {
        let len = self.len();
        if index >= len {
            return Err(Error::Index { index, len });
        }
        let value = weight.checked(index)?;
        if work!(&mut self.form, self.processor, tree => TrySet(tree, index, &value)) {
            return Ok(());
        }
        self.form.put(self.processor, index, value)
    }

    /// Adds a weight at the end.
    ///
    /// # Errors
    ///
    /// The weight is refused, or out of memory.
    pub fn append<W: Item>(&mut self, weight: W) -> Result<(), Error> {
        let index = self.len();
        self.form.put(self.processor, index, weight.checked(index)?)
    }

    /// Sets many weights, one after another: all, or if one is refused, none.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::set`], with the position in `weights` as the index, and
    /// [`Error::Lengths`].
    pub fn update<W: Item>(&mut self, indices: &[usize], weights: &[W]) -> Result<(), Error> {
        let len = self.len();
        if indices.len() != weights.len() {
            return Err(Error::Lengths { indices: indices.len(), weights: weights.len() });
        }
        if let Some(&index) = indices.iter().find(|&&index| index >= len) {
            return Err(Error::Index { index, len });
        }
        for (place, weight) in weights.iter().enumerate() {
            weight.checked(place)?;
        }
        let values = weights.iter().filter_map(|weight| weight.checked(0).ok());
        self.form.update(self.processor, indices.iter().copied().zip(values))
    }

    /// A copy of the weights.
    ///
    /// # Errors
    ///
    /// Out of memory.
    pub fn try_clone(&self) -> Result<Self, Error> {
        Ok(Weights { form: self.form.try_clone()?, processor: self.processor })
    }

    #[inline]
    fn check_drawable(&self) -> Result<(), draw::Error> {
        if with_tree!(&self.form, tree => tree.is_zero()) {
            return Err(draw::Error::of_no_sum(self.len()));
        }
        Ok(())
    }
}

/// Equal weights of the same kind, integers or floats: they draw the same.
impl PartialEq for Weights {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
    }
}
