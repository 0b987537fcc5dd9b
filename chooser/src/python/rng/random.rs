//! `random.Random`, whose words are the results of `getrandbits(64)`. That may run any code, so the
//! weights drawn from must not be borrowed from a Python object.

use python3_sys as ffi;

use crate::generator::Words;
use crate::python::capi::calls;
use crate::python::capi::error::{type_error, value_error, Raised};
use crate::python::capi::object::{Name, Object};

static GETRANDBITS: Name = Name::of(c"getrandbits");

/// A Python generator.
pub struct Random(Object);

impl Random {
    pub fn of(object: &Object) -> Self {
        Random(object.clone())
    }

    /// Calls `body` with its words. An exception raised meanwhile is the result.
    pub fn with_words<T>(
        &self,
        body: impl FnOnce(&mut RandomWords) -> Result<T, Raised>,
    ) -> Result<T, Raised> {
        let mut words = RandomWords { random: &self.0, raised: false };
        let result = body(&mut words);
        if words.raised {
            return Err(Raised);
        }
        result
    }
}

/// After a failure, an exception is set and all further words are 2^64 - 1, which no draw rejects:
/// the draw ends, and its result is discarded.
#[derive(Clone)]
pub struct RandomWords<'a> {
    random: &'a Object,
    raised: bool,
}

impl Words for RandomWords<'_> {
    fn word(&mut self) -> u64 {
        if self.raised {
            return u64::MAX;
        }
        word(self.random).unwrap_or_else(|Raised| {
            self.raised = true;
            u64::MAX
        })
    }
}

fn word(random: &Object) -> Result<u64, Raised> {
    // SAFETY: a new reference, or null with an exception set; what is given is alive.
    unsafe {
        let bits = Object::from_new(ffi::PyLong_FromLong(64))?;
        let word = random.call_method(&GETRANDBITS, Some(&bits))?;
        if ffi::PyLong_Check(word.as_ptr()) == 0 {
            return Err(type_error(&refusal(&word)));
        }
        let value = calls::PyLong_AsUnsignedLongLong(word.as_ptr());
        if value == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            calls::PyErr_Clear();
            return Err(value_error(&refusal(&word)));
        }
        Ok(value)
    }
}

#[cold]
fn refusal(word: &Object) -> String {
    let (given, type_name) = (word.repr(), word.type_name());
    format!("rng.getrandbits(64) gave {given} ({type_name}): it must be an int from 0 to 2**64 - 1")
}
