//! Tables of weights: one row per draw.

use std::ops::Range;
use std::slice;

use half::f16;

use super::anything::{self, is_list_or_tuple, is_memoryview};
use super::buffer::{is_masked, Format, View};
use super::numbers::{with_type, Kind, Numbers};
use super::rows::{Rows, RowsVisitor};
use crate::draw::{RowError, Weight};
use crate::python::capi::error::{type_error, Raised};
use crate::python::capi::object::Object;

/// Why the rows could not be visited.
pub enum Failure {
    Row(RowError),
    NoMemory,
    /// An exception is set.
    Raised(Raised),
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Self {
        Failure::Raised(raised)
    }
}

/// A table of weights.
pub enum Table {
    /// Two-dimensional numbers in a viewed buffer.
    Memory(Memory),
    /// Rows that were read and checked.
    Rows(Rows),
}

impl Table {
    /// Reads an object as a table.
    pub fn of(object: &Object) -> Result<Self, Raised> {
        if is_list_or_tuple(object) {
            return Rows::read(object).map(Table::Rows);
        }
        if anything::is_text(object)? || !anything::is_sequence(object)? {
            return Err(not_a_table(object.type_name()));
        }
        if let Some(view) = anything::view(object, not_a_table)? {
            if is_masked(object)? {
                return Err(not_a_table(format!("{}: fill it first", object.type_name())));
            }
            match (view.shape().len(), view.format()) {
                (2, Format::Numbers { kind, swapped }) => {
                    return Ok(Table::Memory(Memory { view, kind, swapped }));
                }
                // An array can be iterated over; a memoryview of such items cannot.
                (1 | 2, Format::Objects) if !is_memoryview(object) => {}
                (2, Format::Other) if view.format_text() == c"g" && !is_memoryview(object) => {}
                (2, _) => return Err(not_a_table(view.description(object))),
                (count, _) => {
                    let given = format!("{count}-dimensional {}", object.type_name());
                    return Err(not_a_table(given));
                }
            }
        } else if anything::is_mapping(object)? {
            return Err(not_a_table(object.type_name()));
        } else if object.attribute_if_any(c"to_numpy")?.is_some() {
            // Iterating over a DataFrame gives its columns, or their names.
            return Err(not_a_table(format!("{}: take its to_numpy()", object.type_name())));
        }
        Rows::read(object).map(Table::Rows)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Table::Memory(memory) => memory.shape()[0],
            Table::Rows(rows) => rows.len(),
        }
    }

    /// The number of weights in all rows.
    pub fn weights(&self) -> usize {
        match self {
            Table::Memory(memory) => memory.shape().iter().product(),
            Table::Rows(rows) => rows.weights(),
        }
    }

    /// Whether no row can be refused.
    pub fn is_checked(&self) -> bool {
        matches!(self, Table::Rows(_))
    }

    /// How many rows are visited within a few milliseconds, or copied into little memory.
    pub fn rows_in_a_part(&self, copied: bool) -> usize {
        let (weights, rows) = match self {
            Table::Memory(memory) if !memory.is_plain() => (1 << 16, 1 << 16),
            _ if copied => (1 << 16, 1 << 16),
            _ => (1 << 24, 1 << 20),
        };
        let weights_in_a_row = (self.weights() / self.len().max(1)).max(1);
        (weights / weights_in_a_row).clamp(1, rows)
    }

    /// Visits some rows, one for each place in `indices`.
    pub fn visit(
        &self,
        rows: Range<usize>,
        copied: bool,
        visitor: &mut impl RowsVisitor,
        indices: &mut [i64],
    ) -> Result<(), Failure> {
        match self {
            Table::Memory(memory) => {
                with_type!(memory.kind, Number => {
                    memory.visit::<Number>(rows, copied, visitor, indices)
                })
            }
            Table::Rows(all) => all.visit(rows, visitor, indices).map_err(Failure::Row),
        }
    }
}

fn not_a_table(given: String) -> Raised {
    type_error(&format!(
        "table must be two-dimensional, an array of numbers or a sequence of rows, not {given}"
    ))
}

/// Two-dimensional numbers, with any strides.
pub struct Memory {
    view: View,
    kind: Kind,
    swapped: bool,
}

impl Memory {
    fn shape(&self) -> [usize; 2] {
        let shape = self.view.shape();
        [shape[0] as usize, shape[1] as usize]
    }

    /// Whether the rows can be used in place.
    fn is_plain(&self) -> bool {
        let (raw, [row_stride, stride]) = (self.view.raw(), self.view.strides());
        // Any nonzero byte is true and weighs 1. With no numbers, the address may be null.
        self.kind != Kind::Bool
            && self.shape()[1] > 0
            && !self.swapped
            && stride == raw.itemsize
            && row_stride % raw.itemsize == 0
            && raw.buf as usize % raw.itemsize as usize == 0
    }

    fn row(&self, row: usize) -> Numbers {
        let [row_stride, stride] = self.view.strides();
        // SAFETY: the view has that row.
        unsafe {
            let first = self.view.raw().buf.cast::<u8>().offset(row as isize * row_stride);
            let columns = self.shape()[1] as isize;
            Numbers::new(self.kind, first.cast(), columns, stride, self.swapped)
        }
    }

    fn visit<Number: Weight>(
        &self,
        rows: Range<usize>,
        copied: bool,
        visitor: &mut impl RowsVisitor,
        indices: &mut [i64],
    ) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        let [_, columns] = self.shape();
        let first = rows.start;
        if !copied && self.is_plain() {
            let (memory, [row_stride, _]) = (self.view.raw().buf, self.view.strides());
            // SAFETY: the view has these rows, native, aligned and contiguous. Nobody is to write
            // to them meanwhile, and who does without the GIL spoils only results.
            let rows = rows.map(|row| unsafe {
                let first = memory.cast::<u8>().offset(row as isize * row_stride);
                slice::from_raw_parts(first.cast::<Number>(), columns)
            });
            return visitor.visit(first, rows, indices).map_err(Failure::Row);
        }
        let mut copy: Vec<Number> = Vec::new();
        let size = rows.len().checked_mul(columns).ok_or(Failure::NoMemory)?;
        copy.try_reserve_exact(size).map_err(|_| Failure::NoMemory)?;
        let mut places = copy.spare_capacity_mut();
        for row in rows.clone() {
            let (place, rest) = places.split_at_mut(columns);
            self.row(row).copy(place);
            places = rest;
        }
        // SAFETY: all are written.
        unsafe { copy.set_len(size) };
        let rows = rows.map(|row| &copy[(row - first) * columns..][..columns]);
        visitor.visit(first, rows, indices).map_err(Failure::Row)
    }
}
