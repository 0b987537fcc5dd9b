//! Draws without replacement.

use super::error::Error;
use super::form::{Form, Processor};
use super::levels::reserved;
use crate::draw::value::Value;
use crate::generator::Words;

/// Draws an index for each place, setting each drawn weight to 0; then restores them all.
pub(super) fn sample(
    form: &mut Form,
    processor: Processor,
    words: &mut impl Words,
    indices: &mut [i64],
) -> Result<(), Error> {
    check(form, indices.len())?;
    // Copying is faster than restoring many weights.
    if indices.len() > form.len() / 16 {
        let mut rest = form.try_clone()?;
        for index in indices {
            *index = rest.take(processor, words).0 as i64;
        }
        return Ok(());
    }
    let taken = reserved(indices.len())?;
    let mut rest = Rest { form, processor, taken };
    for index in indices {
        let taken = rest.form.take(processor, words);
        *index = taken.0 as i64;
        rest.taken.push(taken);
    }
    Ok(())
}

/// Refuses if fewer than `wanted` weights are positive.
pub(super) fn check(form: &Form, wanted: usize) -> Result<(), Error> {
    let positive = form.positive(wanted);
    if positive < wanted {
        return Err(Error::TooFewPositive { wanted, positive });
    }
    Ok(())
}

/// The remaining weights; all are restored when it is dropped, even by a panic.
struct Rest<'form> {
    form: &'form mut Form,
    processor: Processor,
    taken: Vec<(usize, Value)>,
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.form.set_each(self.processor, self.taken.drain(..));
    }
}
