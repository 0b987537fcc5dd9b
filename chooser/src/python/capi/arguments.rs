//! Binds the arguments of a call to the parameters of a function.

use python3_sys as ffi;

use super::error::{in_a_line, type_error, Raised};
use super::object::Object;

/// The arguments of a call of `function` in the order of its parameters' `names`. The first
/// `required` must be given and may be positional; the others are keywords only.
///
/// # Safety
///
/// The last three are what Python passes to a function of positional and keyword arguments.
pub unsafe fn bind<const COUNT: usize>(
    function: &str,
    names: &[&'static str; COUNT],
    required: usize,
    values: *const *mut ffi::PyObject,
    count: isize,
    keywords: *mut ffi::PyObject,
) -> Result<[Option<Object>; COUNT], Raised> {
    let refuse = |why: String| Err(type_error(&format!("{function}() {why}")));
    let given = count as usize;
    if given > required {
        return refuse(format!("takes {required} positional arguments but {given} were given"));
    }
    let mut bound = [const { None }; COUNT];
    for (place, bound) in bound[..given].iter_mut().enumerate() {
        *bound = Some(Object::from_borrowed(*values.add(place)));
    }
    let named = if keywords.is_null() { 0 } else { ffi::PyTuple_Size(keywords) };
    for place in 0..named {
        let name = Object::from_borrowed(ffi::PyTuple_GetItem(keywords, place));
        let Some(parameter) =
            name.with_utf8(|name| names.iter().position(|known| *known == name))?
        else {
            let name = name.with_utf8(in_a_line)?;
            return refuse(format!("got an unexpected keyword argument '{name}'"));
        };
        let value = Object::from_borrowed(*values.offset(count + place));
        if bound[parameter].replace(value).is_some() {
            return refuse(format!("got multiple values for argument '{}'", names[parameter]));
        }
    }
    if let Some(missing) = bound[..required].iter().position(Option::is_none) {
        return refuse(format!("missing required argument '{}'", names[missing]));
    }
    Ok(bound)
}
