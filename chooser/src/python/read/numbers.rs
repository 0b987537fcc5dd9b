//! Numbers in memory: the element types of weights, and strided slices of them.

use std::ffi::{c_int, c_long, c_void};
use std::mem::{align_of, size_of, MaybeUninit};
use std::{ptr, slice};

use half::f16;

use super::Visitor;
use crate::draw::Weight;
use crate::python::capi::error::{vec_of, Raised};

/// A type of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
}

impl Kind {
    /// The kind for a format letter of Python's `struct` module and an item size.
    #[inline]
    pub fn of_letter(letter: u8, size: isize) -> Option<Self> {
        Some(match (letter, size) {
            (b'l' | b'q' | b'i' | b'h' | b'b' | b'n', 8) => Kind::I64,
            (b'd', 8) => Kind::F64,
            (b'L' | b'Q' | b'I' | b'H' | b'B' | b'N', 8) => Kind::U64,
            (b'l' | b'q' | b'i' | b'h' | b'b' | b'n', 4) => Kind::I32,
            (b'l' | b'q' | b'i' | b'h' | b'b' | b'n', 2) => Kind::I16,
            (b'l' | b'q' | b'i' | b'h' | b'b' | b'n', 1) => Kind::I8,
            (b'L' | b'Q' | b'I' | b'H' | b'B' | b'N', 4) => Kind::U32,
            (b'L' | b'Q' | b'I' | b'H' | b'B' | b'N', 2) => Kind::U16,
            (b'L' | b'Q' | b'I' | b'H' | b'B' | b'N', 1) => Kind::U8,
            (b'f', 4) => Kind::F32,
            (b'e', 2) => Kind::F16,
            (b'?', 1) => Kind::Bool,
            _ => return None,
        })
    }

    /// The kind for numpy's `type_num` (`enum NPY_TYPES`).
    #[inline]
    pub fn of_numpy(type_number: c_int) -> Option<Self> {
        const LONG: (Kind, Kind) = match size_of::<c_long>() {
            8 => (Kind::I64, Kind::U64),
            _ => (Kind::I32, Kind::U32),
        };
        Some(match type_number {
            0 => Kind::Bool,
            1 => Kind::I8,
            2 => Kind::U8,
            3 => Kind::I16,
            4 => Kind::U16,
            5 => Kind::I32,
            6 => Kind::U32,
            7 => LONG.0,
            8 => LONG.1,
            9 => Kind::I64,
            10 => Kind::U64,
            11 => Kind::F32,
            12 => Kind::F64,
            23 => Kind::F16,
            _ => return None,
        })
    }
}

/// Evaluates `$then` with `$type` as the type of a kind of numbers. A truth value is a byte.
macro_rules! with_type {
    ($kind:expr, $type:ident => $then:expr) => {
        match $kind {
            Kind::I64 => with_type!(@ i64, $type => $then),
            Kind::F64 => with_type!(@ f64, $type => $then),
            Kind::I8 => with_type!(@ i8, $type => $then),
            Kind::I16 => with_type!(@ i16, $type => $then),
            Kind::I32 => with_type!(@ i32, $type => $then),
            Kind::Bool | Kind::U8 => with_type!(@ u8, $type => $then),
            Kind::U16 => with_type!(@ u16, $type => $then),
            Kind::U32 => with_type!(@ u32, $type => $then),
            Kind::U64 => with_type!(@ u64, $type => $then),
            Kind::F16 => with_type!(@ f16, $type => $then),
            Kind::F32 => with_type!(@ f32, $type => $then),
        }
    };
    (@ $number:ty, $type:ident => $then:expr) => {{
        type $type = $number;
        $then
    }};
}

pub(super) use with_type;

/// A strided row of numbers in borrowed memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    kind: Kind,
    first: *const c_void,
    length: usize,
    /// Stride in bytes.
    stride: isize,
    /// Whether the byte order is not this machine's.
    swapped: bool,
}

impl Numbers {
    /// # Safety
    ///
    /// The numbers are there, and nothing writes to them, as long as the result is used.
    #[inline(always)]
    pub unsafe fn new(
        kind: Kind,
        first: *const c_void,
        length: isize,
        stride: isize,
        swapped: bool,
    ) -> Self {
        Numbers { kind, first, length: length as usize, stride, swapped }
    }

    /// Visits the numbers in place if they are native and contiguous and the visit runs no Python
    /// code, else a copy of them.
    #[inline(always)]
    pub fn visit<V: Visitor>(&self, visitor: V) -> Result<V::Output, Raised> {
        with_type!(self.kind, Number => match self.as_slice::<Number>() {
            Some(weights) if !V::RUNS_PYTHON => visitor.visit_weights(weights),
            _ => self.visit_copy::<Number, V>(visitor),
        })
    }

    #[inline(never)]
    fn visit_copy<Number: Weight, V: Visitor>(&self, visitor: V) -> Result<V::Output, Raised> {
        /// Up to this many are copied to the stack.
        const FEW: usize = 64;
        if self.length <= FEW {
            let mut copy = [MaybeUninit::<Number>::uninit(); FEW];
            return visitor.visit_weights(self.copy(&mut copy));
        }
        let mut copy = vec_of::<Number>(self.length)?;
        visitor.visit_weights(self.copy(copy.spare_capacity_mut()))
    }

    /// The numbers themselves, if they are native and contiguous.
    #[inline(always)]
    pub fn as_slice<Number: Weight>(&self) -> Option<&[Number]> {
        let side_by_side = self.stride == size_of::<Number>() as isize || self.length == 1;
        let aligned = self.first as usize % align_of::<Number>() == 0;
        // With no numbers, the address may be null.
        if !side_by_side || !aligned || self.swapped || self.length == 0 {
            return None;
        }
        // SAFETY: whoever made `self` vouches for the numbers.
        let numbers = unsafe { slice::from_raw_parts(self.first.cast::<Number>(), self.length) };
        if self.kind == Kind::Bool {
            // SAFETY: the same numbers, as the bytes they are.
            let bytes = unsafe { slice::from_raw_parts(self.first.cast::<u8>(), self.length) };
            // Any nonzero byte is true and weighs 1.
            return bytes.iter().all(|&byte| byte <= 1).then_some(numbers);
        }
        Some(numbers)
    }

    /// Copies the numbers, native and contiguous, to the beginning of `copy`, which has room for
    /// them. `Number` is the type for `self.kind`.
    #[inline(always)]
    pub fn copy<'a, Number: Weight>(&self, copy: &'a mut [MaybeUninit<Number>]) -> &'a [Number] {
        let copy = &mut copy[..self.length];
        let plain = !self.swapped && self.kind != Kind::Bool;
        for (index, number) in copy.iter_mut().enumerate() {
            // SAFETY: whoever made `self` vouches for the memory, and any bits are a number.
            number.write(unsafe {
                let place = self.first.cast::<u8>().offset(index as isize * self.stride);
                if plain {
                    place.cast::<Number>().read_unaligned()
                } else {
                    self.read_converted(place)
                }
            });
        }
        // SAFETY: all are written.
        unsafe { slice::from_raw_parts(copy.as_ptr().cast(), copy.len()) }
    }

    /// A truth value, or a number in the other byte order.
    unsafe fn read_converted<Number: Weight>(&self, place: *const u8) -> Number {
        let mut bytes = [0u8; 8];
        let bytes = &mut bytes[..size_of::<Number>()];
        ptr::copy_nonoverlapping(place, bytes.as_mut_ptr(), bytes.len());
        if self.kind == Kind::Bool {
            bytes[0] = (bytes[0] != 0).into();
        }
        if self.swapped {
            bytes.reverse();
        }
        bytes.as_ptr().cast::<Number>().read_unaligned()
    }
}
