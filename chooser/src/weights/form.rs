//! The forms of weights, and the conversions between them.

use super::error::Error;
use super::floats::{AddUp, Floats};
use super::integers::{Integers, Sum};
use super::levels::reserved;
use super::steps::Portable;
use super::tree::{SetEach, Take, Tree, Walk};
use crate::draw::{self, value::Value};
use crate::generator::Words;
#[cfg(target_arch = "x86_64")]
use crate::processor::Avx2;
use crate::processor::Work;

/// The form of integers depends only on their sum.
#[derive(Debug, PartialEq)]
pub(super) enum Form {
    /// Integers whose sum is below 2^63.
    Narrow(Integers<u64>),
    /// Integers whose sum is 2^63 or more.
    Wide(Integers<u128>),
    Floats(Floats),
}

/// What can be done at a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Processor {
    Any,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
}

impl Processor {
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return Processor::Avx2(avx2);
        }
        Processor::Any
    }
}

/// Evaluates `$then` with the tree in a form.
macro_rules! with_tree {
    ($form:expr, $tree:ident => $then:expr) => {
        match $form {
            Form::Narrow($tree) => $then,
            Form::Wide($tree) => $then,
            Form::Floats($tree) => $then,
        }
    };
}
pub(super) use with_tree;

/// Runs the work on the tree with the steps of a processor.
macro_rules! work {
    ($form:expr, $processor:expr, $tree:ident => $work:expr) => {
        match ($form, $processor) {
            #[cfg(target_arch = "x86_64")]
            (Form::Narrow($tree), Processor::Avx2(steps)) => steps.run($work),
            #[cfg(target_arch = "x86_64")]
            (Form::Floats($tree), Processor::Avx2(steps)) => steps.run($work),
            (Form::Narrow($tree), Processor::Any) => $work.work(Portable),
            (Form::Floats($tree), Processor::Any) => $work.work(Portable),
            (Form::Wide($tree), _) => $work.work(Portable),
        }
    };
}
pub(super) use work;

impl Form {
    /// Integers in the form for their sum.
    #[inline(always)]
    pub fn integers(
        len: usize,
        mut weight: impl FnMut(usize) -> Result<u128, Error>,
    ) -> Result<Self, Error> {
        if let Some(tree) = Integers::new(len, &mut weight)? {
            return Ok(Form::Narrow(tree));
        }
        Form::wide(len, weight).map(Form::Wide)
    }

    #[cold]
    fn wide(
        len: usize,
        mut weight: impl FnMut(usize) -> Result<u128, Error>,
    ) -> Result<Integers<u128>, Error> {
        let mut sum = 0u128;
        let weight = |index| {
            let weight = weight(index)?;
            sum = sum.checked_add(weight).ok_or(draw::Error::SumTooLarge { index })?;
            Ok(weight)
        };
        Integers::new(len, weight).map(|tree| tree.expect("the sum has been formed"))
    }

    #[inline(always)]
    pub fn floats(
        processor: Processor,
        len: usize,
        weight: impl FnMut(usize) -> Result<f64, Error>,
    ) -> Result<Self, Error> {
        let mut tree = Floats::new(len, weight)?;
        match processor {
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2(steps) => steps.run(AddUp(&mut tree)),
            Processor::Any => AddUp(&mut tree).work(Portable),
        }
        Ok(Form::Floats(tree))
    }

    #[inline]
    pub fn len(&self) -> usize {
        with_tree!(self, tree => tree.len())
    }

    /// The weight at `index`, or 0 beyond the last.
    #[inline]
    pub fn get(&self, index: usize) -> Value {
        with_tree!(self, tree => match index < tree.len() {
            true => tree.get(index).into(),
            false => Value::Integer(0),
        })
    }

    #[inline]
    pub fn total(&self) -> Value {
        match self {
            Form::Narrow(tree) => Value::Integer(tree.total()),
            Form::Wide(tree) => Value::Integer(tree.total()),
            Form::Floats(tree) => Value::Float(tree.total()),
        }
    }

    pub fn try_clone(&self) -> Result<Self, Error> {
        Ok(match self {
            Form::Narrow(tree) => Form::Narrow(tree.try_clone()?),
            Form::Wide(tree) => Form::Wide(tree.try_clone()?),
            Form::Floats(tree) => Form::Floats(tree.try_clone()?),
        })
    }

    /// Sets the weight at `index`, or appends it if that is the length; changes the form if
    /// necessary.
    ///
    /// # Errors
    ///
    /// The sum would be too large, or out of memory; then nothing is changed.
    #[cold]
    pub fn put(&mut self, processor: Processor, index: usize, value: Value) -> Result<(), Error> {
        let old = self.get(index);
        let same_form = match (self.total(), old, value) {
            (Value::Integer(total), Value::Integer(old), Value::Integer(new)) => {
                let sum = (total - old).checked_add(new);
                let sum = sum.ok_or(draw::Error::SumTooLarge { index })?;
                (sum <= u64::LARGEST) == matches!(self, Form::Narrow(_))
            }
            (Value::Integer(_), _, Value::Float(_)) => false,
            _ => true,
        };
        if same_form {
            if index == self.len() {
                with_tree!(self, tree => tree.grow()?);
            }
            self.set_each(processor, [(index, value)]);
            return Ok(());
        }
        let len = self.len().max(index + 1);
        let changed = |place| if place == index { value } else { self.get(place) };
        *self = match value {
            Value::Integer(_) => Form::integers(len, |place| Ok(changed(place).to_integer()))?,
            Value::Float(_) => Form::floats(processor, len, |place| Ok(changed(place).to_float()))?,
        };
        Ok(())
    }

    /// How many weights are positive, not counted beyond a limit.
    pub fn positive(&self, limit: usize) -> usize {
        with_tree!(self, tree => {
            let zero = Default::default();
            (0..tree.len()).filter(|&index| tree.get(index) > zero).take(limit).count()
        })
    }

    /// Draws an index and sets its weight to 0, in the same form. Some weight must be positive.
    pub fn take(&mut self, processor: Processor, words: &mut impl Words) -> (usize, Value) {
        work!(self, processor, tree => Take(tree, words))
    }

    /// Sets many weights, one after another: all, or on an error, none.
    ///
    /// # Errors
    ///
    /// The sum would be too large, or out of memory.
    pub fn update<C>(&mut self, processor: Processor, changes: C) -> Result<(), Error>
    where
        C: Iterator<Item = (usize, Value)> + Clone,
    {
        if let Value::Integer(total) = self.total() {
            // No sum on the way is above this; of wide ones, the first is above the largest narrow
            // one. It is `None` where a float comes in.
            let bound = changes.clone().try_fold(total, |bound, (_, value)| match value {
                Value::Integer(weight) => Some(bound.saturating_add(weight)),
                Value::Float(_) => None,
            });
            match bound {
                None => {
                    let weight = |index| Ok(self.get(index).to_float());
                    *self = Form::floats(processor, self.len(), weight)?;
                }
                Some(bound) if bound > u64::LARGEST => {
                    return self.update_wide(changes);
                }
                Some(_) => {}
            }
        }
        self.set_each(processor, changes);
        Ok(())
    }

    /// Sets weights one after another; the form must suffice for them.
    pub fn set_each(
        &mut self,
        processor: Processor,
        changes: impl IntoIterator<Item = (usize, Value)>,
    ) {
        work!(self, processor, tree => SetEach(tree, changes));
    }

    /// Sets many weights one after another when a sum exceeds the narrow form.
    #[cold]
    fn update_wide<C>(&mut self, changes: C) -> Result<(), Error>
    where
        C: Iterator<Item = (usize, Value)> + Clone,
    {
        let len = self.len();
        let mut new = None;
        let tree = match self {
            Form::Wide(tree) => tree,
            ref narrow => new.insert(Form::wide(len, |index| Ok(narrow.get(index).to_integer()))?),
        };
        let mut before = reserved(changes.clone().count())?;
        // The intermediate sum is exact, even if it exceeds the type: this many times 2^128.
        let mut excess = 0i64;
        let mut too_large = 0;
        for (place, (index, value)) in changes.enumerate() {
            let (old, new) = (tree.get(index), value.to_integer());
            let (rest, borrowed) = tree.total().overflowing_sub(old);
            let (_, carried) = rest.overflowing_add(new);
            excess += i64::from(carried) - i64::from(borrowed);
            if carried {
                too_large = place;
            }
            before.push((index, old));
            tree.set(Portable, index, new);
        }
        let form = if excess > 0 {
            Err(draw::Error::SumTooLarge { index: too_large }.into())
        } else if tree.total() <= u64::LARGEST {
            Form::integers(len, |index| Ok(tree.get(index))).map(Some)
        } else {
            Ok(None)
        };
        if form.is_err() {
            for &(index, old) in before.iter().rev() {
                tree.set(Portable, index, old);
            }
        }
        if let Some(form) = form?.or(new.map(Form::Wide)) {
            *self = form;
        }
        Ok(())
    }
}
