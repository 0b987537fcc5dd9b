//! The inner steps of trees, at one node of [`FAN`] numbers, in portable code.

/// Numbers per node. With 64 bits each, they take two cache lines.
pub(super) const FAN: usize = 16;

/// The search at a node.
pub(super) trait Steps<S>: Copy {
    /// How many running sums do not exceed the point.
    fn locate(self, sums: &[S; FAN], point: S) -> usize;
}

/// The change of a node of integers.
pub(super) trait IntegerSteps<S>: Steps<S> {
    /// Adds to the running sums from `from` on, modulo the type's size.
    fn add(self, sums: &mut [S; FAN], from: usize, amount: S);
}

/// The sums at a node of floats. They are added in a fixed order, with any instructions: each of
/// the four groups of four from left to right, then from left to right the sums before each group.
/// So running sums never decrease, and stay the same where a weight is 0.
///
/// The numbers of a node are ordered by [`slot`], so that vertical additions serve all four groups
/// at once.
pub(super) trait FloatSteps: Steps<f64> {
    /// The running sums of `values`.
    fn sum(self, values: &[f64; FAN], sums: &mut [f64; FAN]);

    /// Puts `value` into a slot; returns the running sums and the last of them.
    fn replace(
        self,
        values: &mut [f64; FAN],
        slot: usize,
        value: f64,
        sums: &mut [f64; FAN],
    ) -> f64;
}

/// The position in a node of floats of the number at `place`.
#[inline(always)]
pub(super) fn slot(place: usize) -> usize {
    place % 4 * 4 + place / 4
}

/// The sum before a place, from 0 up to [`FAN`], of a node of integers.
#[inline(always)]
pub(super) fn before<S: Number>(sums: &[S; FAN], place: usize) -> S {
    sums[place.wrapping_sub(1) % FAN].and(S::BUT_FIRST[place])
}

/// Portable steps.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl<S: Copy + PartialOrd> Steps<S> for Portable {
    #[inline(always)]
    fn locate(self, sums: &[S; FAN], point: S) -> usize {
        sums.iter().map(|&sum| usize::from(sum <= point)).sum()
    }
}

impl<S: Number> IntegerSteps<S> for Portable {
    #[inline(always)]
    fn add(self, sums: &mut [S; FAN], from: usize, amount: S) {
        for (place, sum) in sums.iter_mut().enumerate() {
            *sum = sum.wrapping_add(if place < from { S::default() } else { amount });
        }
    }
}

impl FloatSteps for Portable {
    #[inline(always)]
    fn sum(self, values: &[f64; FAN], sums: &mut [f64; FAN]) {
        *sums = *values;
        for slot in 4..FAN {
            sums[slot] += sums[slot - 4];
        }
        for group in 1..4 {
            let before = sums[FAN - 5 + group];
            for slot in (group..FAN).step_by(4) {
                sums[slot] += before;
            }
        }
    }

    #[inline(always)]
    fn replace(
        self,
        values: &mut [f64; FAN],
        slot: usize,
        value: f64,
        sums: &mut [f64; FAN],
    ) -> f64 {
        values[slot] = value;
        self.sum(values, sums);
        sums[FAN - 1]
    }
}

/// An integer type of running sums.
pub(super) trait Number: Copy + Default + PartialOrd {
    /// All bits, but none at the first place. A table, because the compiler turns a condition into
    /// a branch, which would be unpredictable.
    const BUT_FIRST: [Self; FAN + 1];

    /// The bits that both have.
    fn and(self, other: Self) -> Self;
    fn checked_add(self, other: Self) -> Option<Self>;
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            const BUT_FIRST: [Self; FAN + 1] = {
                let mut masks = [<$type>::MAX; FAN + 1];
                masks[0] = 0;
                masks
            };
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                self & other
            }
            #[inline(always)]
            fn checked_add(self, other: Self) -> Option<Self> {
                self.checked_add(other)
            }
            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
        }
    )*};
}
number!(u64, u128);
