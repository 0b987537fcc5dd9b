//! Integer arguments.

use python3_sys as ffi;

use crate::python::capi::calls;
use crate::python::capi::error::{overflow_error, type_error, value_error, Raised};
use crate::python::capi::object::Object;

/// Which integers an argument may be.
#[derive(Clone, Copy)]
pub enum Sign {
    Any,
    Positive,
    NotNegative,
    NotPositive,
}

/// The integer in the argument called `name`. One below -(2^63 - 1) is clamped to that, because no
/// amount can take more than all.
pub fn integer(name: &'static str, argument: &Object, sign: Sign) -> Result<i64, Raised> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PyIndex_Check(argument.as_ptr()) } == 0 {
        let (given, type_name) = (argument.repr(), argument.type_name());
        let why = format!("{name} must be an integer, not {given} ({type_name})");
        return Err(type_error(&why));
    }
    // SAFETY: the object is alive; a new reference or null with an exception set.
    let given = unsafe { Object::from_new(calls::PyNumber_Index(argument.as_ptr())) }?;
    let digits = given.hexadecimal()?;
    let (negative, zero) = (digits.starts_with('-'), digits == "0");
    let broken = match sign {
        Sign::Positive if negative || zero => Some("be positive"),
        Sign::NotNegative if negative => Some("not be negative"),
        Sign::NotPositive if !negative && !zero => Some("not be positive"),
        _ => None,
    };
    if let Some(must) = broken {
        let given = given.decimal_if_short(&digits);
        return Err(value_error(&format!("{name} is {given}: it must {must}")));
    }
    match i64::from_str_radix(&digits, 16) {
        Ok(number) => Ok(number),
        Err(_) if negative => Ok(-i64::MAX),
        Err(_) => {
            let given = given.decimal_if_short(&digits);
            Err(overflow_error(&format!("{name} is {given}: it must stay below 2**63")))
        }
    }
}
