//! `chooser.Weights`: a type whose instances hold [`crate::weights::Weights`].
//!
//! | file | |
//! |---|---|
//! | [`class`] | the type: its slots, and what creates and deallocates an instance |
//! | [`instance`] | an instance in memory |
//! | [`held`] | the weights of an instance, and who may use them when |
//! | [`draws`] | `choose`, `choices`, `sample` |
//! | [`changes`] | `w[i] = x`, `update`, `append` |
//! | [`items`] | reading the weights: `w[i]`, `total`, `find`, `==`, `repr`, copies, pickles |

mod changes;
pub mod class;
mod draws;
mod held;
mod instance;
mod items;

use super::capi::error::{index_error, no_memory, value_error, Raised};
use super::read;
use crate::weights::Error;

#[cold]
fn raise(error: Error) -> Raised {
    match error {
        Error::Draw(error) => read::raise(error),
        Error::Index { .. } => index_error(&error.to_string()),
        Error::Lengths { .. } | Error::TooFewPositive { .. } => value_error(&error.to_string()),
        Error::Memory => no_memory(),
    }
}
