//! The random generator, how an integer seeds it, and each thread's own.
//!
//! The stream is part of the contract: a seed gives the same words on every platform and in every
//! release.
//!
//! * The generator is PCG XSL 128/64 (MCG), `pcg64_fast` in O'Neill's C++ library and [`Pcg64Mcg`]
//!   in `rand_pcg`: 128 bits of state, 64-bit words.
//! * Its state is the first 16 bytes, least significant first, of the SHA-256 of the seed's
//!   hexadecimal digits (lower case, no prefix, `-` before a negative one: Python's `b"%x" % n`),
//!   with the lowest bit set, as the generator requires.

use std::cell::RefCell;

use rand::rngs::OsRng;
use rand::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sha2::{Digest, Sha256};

/// A source of uniform 64-bit words.
pub trait Words {
    /// The next word.
    fn word(&mut self) -> u64;
}

/// The generator of this crate.
///
/// ```
/// use chooser::generator::{Generator, Words};
///
/// let mut generator = Generator::from_integer(2020);
/// assert_eq!(generator.word(), Generator::from_integer(2020).word());
/// ```
#[derive(Clone, Debug)]
pub struct Generator(Pcg64Mcg);

impl Generator {
    /// The generator seeded by `n`; every `n` gives its own stream.
    pub fn from_integer(n: i128) -> Self {
        let sign = if n < 0 { "-" } else { "" };
        Self::from_hexadecimal(&format!("{sign}{:x}", n.unsigned_abs()))
    }

    /// The generator seeded by an integer of any size, given as its hexadecimal digits: lower case,
    /// without prefix or leading zeros, `-` before a negative one.
    pub fn from_hexadecimal(digits: &str) -> Self {
        let hash = Sha256::digest(digits.as_bytes());
        let mut state = [0; 16];
        state.copy_from_slice(&hash[..16]);
        Generator(Pcg64Mcg::from_seed(state))
    }

    /// A generator seeded from the operating system.
    ///
    /// # Errors
    ///
    /// The operating system's error if it cannot provide random bytes.
    pub fn from_system() -> Result<Self, rand::Error> {
        Ok(Generator(Pcg64Mcg::from_rng(OsRng)?))
    }
}

impl Words for Generator {
    #[inline]
    fn word(&mut self) -> u64 {
        self.0.next_u64()
    }
}

thread_local! {
    /// `None` until the thread's first draw, and again in a forked child.
    static CURRENT: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

/// Runs `body` with the calling thread's generator, which is seeded from the operating system if it
/// has not been seeded.
///
/// # Panics
///
/// If `body` asks for the generator again, or the operating system has no random bytes.
#[inline]
pub fn with_current<T>(body: impl FnOnce(&mut Generator) -> T) -> T {
    CURRENT.with(|current| body(current.borrow_mut().get_or_insert_with(seeded_by_system)))
}

#[cold]
fn seeded_by_system() -> Generator {
    Generator::from_system().expect("the operating system gives random bytes")
}

/// Makes `generator` the calling thread's generator. After `None`, the next draw seeds a new one
/// from the operating system.
pub fn set_current(generator: Option<Generator>) {
    CURRENT.with(|current| *current.borrow_mut() = generator);
}

/// Makes the calling thread, the only one in a child just forked, seed a new generator before its
/// next draw. May be called from a `pthread_atfork` handler.
pub fn forget_parents() {
    CURRENT.with(|current| {
        // Borrowed only if a C signal handler forked in the middle of a draw.
        if let Ok(mut generator) = current.try_borrow_mut() {
            *generator = None;
        }
    });
}
