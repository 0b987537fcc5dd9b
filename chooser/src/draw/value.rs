//! One weight: the types it is set from, and the value it reads back as.

use half::f16;

use super::error::Error;
use super::integers::Integer;

/// A weight, or a sum of weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Integer(u128),
    Float(f64),
}

impl Value {
    /// The integer; for a float, its integer part, saturated.
    #[inline(always)]
    pub(crate) fn to_integer(self) -> u128 {
        match self {
            Value::Integer(integer) => integer,
            Value::Float(float) => float as u128,
        }
    }

    /// The nearest float, ties to even.
    #[inline(always)]
    pub(crate) fn to_float(self) -> f64 {
        match self {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
        }
    }
}

impl From<Value> for u128 {
    #[inline(always)]
    fn from(value: Value) -> Self {
        value.to_integer()
    }
}

impl From<Value> for f64 {
    #[inline(always)]
    fn from(value: Value) -> Self {
        value.to_float()
    }
}

impl From<u128> for Value {
    #[inline(always)]
    fn from(integer: u128) -> Self {
        Value::Integer(integer)
    }
}

impl From<f64> for Value {
    #[inline(always)]
    fn from(float: f64) -> Self {
        Value::Float(float)
    }
}

/// A type whose values may be weights.
pub trait Item: Copy {
    /// The weight at `index`.
    #[doc(hidden)]
    fn checked(self, index: usize) -> Result<Value, Error>;

    /// Whether weights given as `items` are floats: one suffices.
    #[doc(hidden)]
    fn are_floats(items: &[Self]) -> bool;
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Item for $type {
            #[inline(always)]
            fn checked(self, index: usize) -> Result<Value, Error> {
                match self.magnitude() {
                    Some(integer) => Ok(Value::Integer(integer)),
                    None => Err(Error::Negative { index, weight: self.to_string() }),
                }
            }
            fn are_floats(_: &[Self]) -> bool {
                false
            }
        }
    )*};
}
integers!(bool, u8, u16, u32, u64, u128, i8, i16, i32, i64);

macro_rules! floats {
    ($($type:ty),*) => {$(
        impl Item for $type {
            #[inline(always)]
            fn checked(self, index: usize) -> Result<Value, Error> {
                let float = f64::from(self);
                if (0.0..=f64::MAX).contains(&float) {
                    // Of the two zeros, the positive one.
                    return Ok(Value::Float(float + 0.0));
                }
                Error::of_float(float, index).map_or(Ok(Value::Float(float)), Err)
            }
            fn are_floats(items: &[Self]) -> bool {
                !items.is_empty()
            }
        }
    )*};
}
floats!(f16, f32, f64);

impl Item for Value {
    #[inline]
    fn checked(self, index: usize) -> Result<Value, Error> {
        match self {
            Value::Integer(_) => Ok(self),
            Value::Float(float) => float.checked(index),
        }
    }
    fn are_floats(items: &[Self]) -> bool {
        items.iter().any(|item| matches!(item, Value::Float(_)))
    }
}
