//! Binds the arguments of a call to the parameters of a function.

use std::mem::ManuallyDrop;

use python3_sys as ffi;

use super::error::{in_a_line, type_error, Raised};
use super::object::Object;

/// An argument, which the caller keeps alive as long as the call lasts.
pub type Argument = ManuallyDrop<Object>;

/// The parameters of a function, in order: positional-only, positional-or-keyword, keyword-only.
pub struct Parameters<const COUNT: usize> {
    pub function: &'static str,
    pub names: [&'static str; COUNT],
    pub positional_only: usize,
    pub positional: usize,
    /// This many, from the first, are required.
    pub required: usize,
}

impl<const COUNT: usize> Parameters<COUNT> {
    /// The arguments of a call in the order of the parameters, as borrowed references.
    ///
    /// # Safety
    ///
    /// The arguments are what Python passes to a function of positional and keyword arguments, and
    /// outlive the result.
    pub unsafe fn bind(
        &self,
        values: *const *mut ffi::PyObject,
        count: isize,
        keywords: *mut ffi::PyObject,
    ) -> Result<[Option<Argument>; COUNT], Raised> {
        let refuse = |why: String| Err(type_error(&format!("{}() {why}", self.function)));
        let given = count as usize;
        if given > self.positional {
            let most = self.positional;
            let plural = if most == 1 { "" } else { "s" };
            let were = if given == 1 { "was" } else { "were" };
            return refuse(format!(
                "takes {most} positional argument{plural} but {given} {were} given"
            ));
        }
        let mut bound = [const { None }; COUNT];
        for (place, bound) in bound[..given].iter_mut().enumerate() {
            *bound = Some(Object::of_argument(*values.add(place)));
        }
        let named = if keywords.is_null() { 0 } else { ffi::PyTuple_Size(keywords) };
        for place in 0..named {
            let name = Object::of_argument(ffi::PyTuple_GetItem(keywords, place));
            let known = &self.names[self.positional_only..];
            let Some(parameter) =
                name.with_utf8(|name| known.iter().position(|known| *known == name))?
            else {
                let name = name.with_utf8(in_a_line)?;
                return refuse(format!("got an unexpected keyword argument '{name}'"));
            };
            let parameter = self.positional_only + parameter;
            let value = Object::of_argument(*values.offset(count + place));
            if bound[parameter].replace(value).is_some() {
                let name = self.names[parameter];
                return refuse(format!("got multiple values for argument '{name}'"));
            }
        }
        if let Some(missing) = bound[..self.required].iter().position(Option::is_none) {
            return refuse(format!("missing required argument '{}'", self.names[missing]));
        }
        Ok(bound)
    }
}
