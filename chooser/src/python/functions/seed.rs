//! `chooser.seed`.

use std::ffi::CStr;

use python3_sys as ffi;

use crate::generator::{set_current, Generator};
use crate::python::capi::error::{type_error, Raised};
use crate::python::capi::method::{guarded, Method};
use crate::python::capi::object::Object;

pub static METHOD: Method = Method::of_positional(c"seed", seed, DOC);

const DOC: &CStr = c"seed(n=None, /)
--

Seed the calling thread's generator, which makes all draws without rng.

Parameters
----------
n : int or None
    Any integer, of any size and sign: each gives a stream of its own. None
    seeds from the operating system, the default in every thread and in every
    forked child.

Raises
------
TypeError
    If n is neither an integer nor None. The generator is then unchanged.

Notes
-----
A seed gives the same draws on every platform and in every release. The
generator is PCG XSL 128/64 (MCG), `pcg64_fast` in O'Neill's C++ library. Its
state is the first 16 bytes of hashlib.sha256(b\"%x\" % n).digest(), in
little-endian order, with the lowest bit set. It is not cryptographically secure.";

unsafe extern "C" fn seed(
    _module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: isize,
) -> *mut ffi::PyObject {
    guarded(|| {
        let n = match count {
            0 => Object::none(),
            // SAFETY: Python passes `count` live objects.
            1 => unsafe { Object::from_borrowed(*arguments) },
            _ => {
                let why = format!("seed() takes at most 1 argument ({count} given)");
                return Err(type_error(&why));
            }
        };
        set_current(if n.is_none() { None } else { Some(generator(&n)?) });
        Ok(Object::none())
    })
}

/// The generator an integer object stands for.
fn generator(n: &Object) -> Result<Generator, Raised> {
    // SAFETY: `n` is a live object.
    if unsafe { ffi::PyIndex_Check(n.as_ptr()) } == 0 {
        let (given, type_name) = (n.repr(), n.type_name());
        let why = format!("a seed must be an integer or None, not {given} ({type_name})");
        return Err(type_error(&why));
    }
    Ok(Generator::from_hexadecimal(&n.hexadecimal()?))
}
