//! Weights from Python objects. An object is classified once, and each kind read in one way:
//!
//! | file | objects | read by |
//! |---|---|---|
//! | [`sequence`] | lists and tuples of numbers | layout |
//! | [`memory`] | ndarrays, memoryviews, `array.array`s | layout |
//! | [`anything`] | all others, and every error | public C API |
//!
//! [`scalar`] reads one number by its layout, [`item`] any item of a sequence, [`buffer`] the
//! buffer protocol of the public C API, and [`numbers`] numbers in memory of any type. [`types`]
//! decides whether a layout can be relied on. A [`table`] has weights for many draws, in memory or
//! in [`rows`] of any kind; [`integer`] reads integer arguments. Results go to [`writable`]
//! buffers.

mod anything;
pub mod buffer;
pub mod integer;
pub mod item;
mod memory;
pub mod numbers;
pub mod rows;
mod scalar;
mod sequence;
pub mod table;
pub mod types;
pub mod writable;

use python3_sys as ffi;

use super::capi::error::{overflow_error, value_error, Raised};
use super::capi::object::Object;
use crate::draw::{self, Weight};

/// What is done with weights, whichever type they were read as.
pub trait Visitor: Sized {
    type Output;

    /// Whether a visit may run Python code. If so, the weights are a copy; if not, they may be
    /// borrowed from the object.
    const RUNS_PYTHON: bool = false;

    /// Visits the running sums of few integers, added while they were read.
    fn visit_sums(self, sums: &[u64]) -> Result<Self::Output, Raised>;

    /// Visits weights that may still be negative, infinite or NaN.
    fn visit_weights<W: Weight>(self, weights: &[W]) -> Result<Self::Output, Raised>;
}

/// The result of a visit, or the visitor itself if the object's layout is not known.
pub type Visited<V> = Result<Result<<V as Visitor>::Output, Raised>, V>;

/// Reads the weights in any object.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn weights<V: Visitor>(
    object: *mut ffi::PyObject,
    visitor: V,
) -> Result<V::Output, Raised> {
    match by_layout(object, visitor) {
        Ok(visited) => visited,
        Err(visitor) => by_public_api(&Object::from_borrowed(object), visitor),
    }
}

/// Reads the weights in an object of a known layout. Returns the visitor for any other.
///
/// # Safety
///
/// `object` is alive.
#[inline(always)]
pub unsafe fn by_layout<V: Visitor>(object: *mut ffi::PyObject, visitor: V) -> Visited<V> {
    if let Some(items) = sequence::items(object) {
        return sequence::visit(items, visitor);
    }
    match memory::numbers(object) {
        Some(numbers) => Ok(numbers.visit(visitor)),
        None => Err(visitor),
    }
}

/// Reads the weights in any object by the public C API.
#[cold]
pub fn by_public_api<V: Visitor>(object: &Object, visitor: V) -> Result<V::Output, Raised> {
    anything::visit(object, visitor)
}

/// Calls `body` with the few weights that have these running sums.
pub fn with_weights_of<T>(sums: &[u64], body: impl FnOnce(&[u64]) -> T) -> T {
    let mut weights = [0; draw::FEW];
    let weights = &mut weights[..sums.len()];
    let mut before = 0;
    for (weight, &sum) in weights.iter_mut().zip(sums) {
        *weight = sum - before;
        before = sum;
    }
    body(weights)
}

/// Raises the exception for a refused draw.
#[cold]
pub fn raise(error: draw::Error) -> Raised {
    match error {
        draw::Error::SumTooLarge { .. } => overflow_error(&error.to_string()),
        _ => value_error(&error.to_string()),
    }
}
