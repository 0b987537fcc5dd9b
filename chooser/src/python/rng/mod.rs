//! The generator that a caller passes as `rng`, as a source of words.

pub mod bit_generator;
pub mod random;

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use python3_sys as ffi;

use self::bit_generator::BitGenerator;
use self::random::Random;
use super::capi::error::{type_error, Raised};
use super::capi::object::{Name, Object};
use super::read::types;

/// Where the words of a call come from.
pub enum Rng {
    /// The calling thread's own generator.
    Own,
    Numpy(Box<BitGenerator>),
    Python(Random),
}

impl Rng {
    /// The generator in an argument. Finding out may run Python code.
    #[inline(always)]
    pub fn of(argument: Option<&Object>) -> Result<Self, Raised> {
        let Some(rng) = argument.filter(|rng| !rng.is_none()) else { return Ok(Rng::Own) };
        // SAFETY: the object is alive.
        if unsafe { ffi::Py_TYPE(rng.as_ptr()) } == GENERATOR.load(Ordering::Relaxed) {
            return of_generator(rng);
        }
        Self::of_any(rng)
    }

    /// Whether words may come from Python code.
    pub fn runs_python(&self) -> bool {
        match self {
            Rng::Own => false,
            Rng::Numpy(generator) => generator.runs_python,
            Rng::Python(_) => true,
        }
    }

    /// Keeps what was looked up for the next call.
    pub fn keep(self) {
        if let Rng::Numpy(generator) = self {
            generator.keep();
        }
    }

    #[inline(never)]
    fn of_any(rng: &Object) -> Result<Self, Raised> {
        // Looking up a missing attribute is slow: the names of the types are compared first.
        for name in bases(rng) {
            match name.to_bytes() {
                b"_random.Random" => return Ok(Rng::Python(Random::of(rng))),
                b"numpy.random.bit_generator.BitGenerator" => {
                    return numpy(BitGenerator::of(rng)?, rng);
                }
                b"numpy.random._generator.Generator" => {
                    learn(rng);
                    return of_generator(rng);
                }
                _ => {}
            }
        }
        // Those of other libraries have the same interface.
        let bit_generator = rng.attribute_if_any(c"bit_generator")?;
        numpy(BitGenerator::of(bit_generator.as_ref().unwrap_or(rng))?, rng)
    }
}

/// numpy's `Generator`, once one has been seen: the type is static.
static GENERATOR: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

static BIT_GENERATOR: Name = Name::of(c"bit_generator");

/// Remembers the type of a generator, if it is numpy's own and not a subclass.
fn learn(rng: &Object) {
    // SAFETY: the object is alive, and so are its type and the type's name.
    unsafe {
        let kind = ffi::Py_TYPE(rng.as_ptr());
        if types::is_static(kind) {
            GENERATOR.store(kind, Ordering::Relaxed);
        }
    }
}

fn of_generator(rng: &Object) -> Result<Rng, Raised> {
    numpy(BitGenerator::of(&rng.attribute_named(&BIT_GENERATOR)?)?, rng)
}

fn numpy(found: Option<Box<BitGenerator>>, rng: &Object) -> Result<Rng, Raised> {
    match found {
        Some(bit_generator) => Ok(Rng::Numpy(bit_generator)),
        None => Err(refused(rng)),
    }
}

#[cold]
fn refused(rng: &Object) -> Raised {
    let (given, type_name) = (rng.repr(), rng.type_name());
    // SAFETY: the object is alive.
    let advice = if unsafe { ffi::PyIndex_Check(rng.as_ptr()) } != 0 {
        ": a seed makes one by numpy.random.default_rng(seed) or random.Random(seed)"
    } else if type_name == "RandomState" {
        ": pass the bit generator it was made of, which is also its attribute _bit_generator"
    } else {
        ""
    };
    type_error(&format!(
        "rng must be a numpy Generator or BitGenerator, a random.Random or None, \
         not {given} ({type_name}){advice}"
    ))
}

/// The full names of an object's type and its bases, in that order.
fn bases(object: &Object) -> impl Iterator<Item = &CStr> {
    // SAFETY: an object's types and their names live as long as the object.
    let mut next = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    std::iter::from_fn(move || unsafe {
        let kind = next.as_ref()?;
        next = kind.tp_base;
        Some(CStr::from_ptr(kind.tp_name))
    })
}
