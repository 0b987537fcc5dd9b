//! The weights of an instance. They are used either without running Python code, or shared: then
//! any attempt to change them is refused.

use std::cell::{Cell, UnsafeCell};
use std::ops::{Deref, DerefMut};

use crate::python::capi::error::{runtime_error, Raised};
use crate::weights::Weights;

/// Weights guarded by the GIL, and without it by [`Held::share`] or [`Held::take`].
pub struct Held {
    weights: UnsafeCell<Weights>,
    /// How many share the weights, or [`TAKEN`].
    users: Cell<isize>,
}

const TAKEN: isize = -1;

impl Held {
    pub fn new(weights: Weights) -> Self {
        Held { weights: UnsafeCell::new(weights), users: Cell::new(0) }
    }

    /// Calls `body`, which must run no Python code, with the weights.
    #[inline(always)]
    pub fn read<T>(&self, body: impl FnOnce(&Weights) -> T) -> Result<T, Raised> {
        if self.users.get() == TAKEN {
            return Err(in_use());
        }
        // SAFETY: nobody changes them, and nothing else runs meanwhile.
        Ok(body(unsafe { &*self.weights.get() }))
    }

    /// Calls `body`, which must run no Python code, to change the weights.
    #[inline(always)]
    pub fn change<T>(&self, body: impl FnOnce(&mut Weights) -> T) -> Result<T, Raised> {
        if self.users.get() != 0 {
            return Err(in_use());
        }
        // SAFETY: nobody else uses them, and nothing else runs meanwhile.
        Ok(body(unsafe { &mut *self.weights.get() }))
    }

    /// The weights, which nobody can change until the result is dropped.
    pub fn share(&self) -> Result<Shared<'_>, Raised> {
        if self.users.get() == TAKEN {
            return Err(in_use());
        }
        self.users.set(self.users.get() + 1);
        Ok(Shared(self))
    }

    /// The weights, for changing; nobody else can use them until the result is dropped.
    pub fn take(&self) -> Result<Taken<'_>, Raised> {
        if self.users.get() != 0 {
            return Err(in_use());
        }
        self.users.set(TAKEN);
        Ok(Taken(self))
    }
}

#[cold]
fn in_use() -> Raised {
    runtime_error("the weights are being drawn from, by another thread or further up this one")
}

/// Made and dropped with the GIL held; in between, the weights may be read without it.
pub struct Shared<'a>(&'a Held);

impl Deref for Shared<'_> {
    type Target = Weights;

    fn deref(&self) -> &Weights {
        // SAFETY: nobody changes them while they are shared.
        unsafe { &*self.0.weights.get() }
    }
}

impl Drop for Shared<'_> {
    fn drop(&mut self) {
        self.0.users.set(self.0.users.get() - 1);
    }
}

/// Made and dropped with the GIL held; in between, the weights may be changed without it.
pub struct Taken<'a>(&'a Held);

impl Deref for Taken<'_> {
    type Target = Weights;

    fn deref(&self) -> &Weights {
        // SAFETY: nobody else uses them while they are taken.
        unsafe { &*self.0.weights.get() }
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut Weights {
        // SAFETY: as above.
        unsafe { &mut *self.0.weights.get() }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.users.set(0);
    }
}
