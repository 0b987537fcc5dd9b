//! Binds the arguments of a call to the parameters of a function.

use python3_sys as ffi;

use super::error::{type_error, Raised};
use super::object::Object;

/// What a function of positional and keyword arguments was called with.
pub struct Arguments {
    function: &'static str,
    positional: Vec<Object>,
    keywords: Vec<(String, Object)>,
}

impl Arguments {
    /// # Safety
    ///
    /// The last three are what Python passes to such a function.
    pub unsafe fn new(
        function: &'static str,
        values: *const *mut ffi::PyObject,
        count: isize,
        names: *mut ffi::PyObject,
    ) -> Result<Self, Raised> {
        let value = |place| Object::from_borrowed(*values.offset(place));
        let positional = (0..count).map(value).collect();
        let mut keywords = Vec::new();
        let named = if names.is_null() { 0 } else { ffi::PyTuple_Size(names) };
        for place in 0..named {
            let name = Object::from_borrowed(ffi::PyTuple_GetItem(names, place)).utf8()?;
            keywords.push((name, value(count + place)));
        }
        Ok(Arguments { function, positional, keywords })
    }

    /// The arguments in the order of the parameters' `names`. The first `required` must be given
    /// and may be positional; the others are keywords only.
    pub fn bind<const COUNT: usize>(
        self,
        names: &[&'static str; COUNT],
        required: usize,
    ) -> Result<[Option<Object>; COUNT], Raised> {
        let function = self.function;
        let refuse = |why: String| Err(type_error(&format!("{function}() {why}")));
        let given = self.positional.len();
        if given > required {
            return refuse(format!("takes {required} positional arguments but {given} were given"));
        }
        let mut bound = [const { None }; COUNT];
        for (place, value) in bound.iter_mut().zip(self.positional) {
            *place = Some(value);
        }
        for (name, value) in self.keywords {
            let Some(place) = names.iter().position(|known| *known == name) else {
                return refuse(format!("got an unexpected keyword argument '{name}'"));
            };
            if bound[place].replace(value).is_some() {
                return refuse(format!("got multiple values for argument '{name}'"));
            }
        }
        if let Some(missing) = bound[..required].iter().position(Option::is_none) {
            return refuse(format!("missing required argument '{}'", names[missing]));
        }
        Ok(bound)
    }
}
