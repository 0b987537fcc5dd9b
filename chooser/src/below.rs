//! A uniform integer below a bound, exactly, from uniform words.

/// A uniform integer below `bound`, by Lemire's multiplication with rejection ("Fast Random Integer
/// Generation in an Interval", 2019): exactly uniform if the words are. Takes one word nearly
/// always, and never more than two on average. `bound` must not be 0.
///
/// ```
/// use chooser::below::below;
///
/// // The upper half of word · bound: 200 · 6 = 4 · 256 + 176.
/// assert_eq!(below(6u8, || 200), 4);
/// ```
#[inline]
pub fn below<W: Word>(bound: W, mut word: impl FnMut() -> W) -> W {
    let (mut high, mut low) = word().full_product(bound);
    if low < bound {
        let excess = bound.excess();
        while low < excess {
            (high, low) = word().full_product(bound);
        }
    }
    high
}

/// An unsigned integer type for [`below`]. With a small one, a test can try every word.
pub trait Word: Copy + Ord {
    /// The product's upper and lower half.
    fn full_product(self, other: Self) -> (Self, Self);
    /// Words to reject: 2^bits mod `self`.
    fn excess(self) -> Self;
}

macro_rules! word {
    ($narrow:ty, $wide:ty) => {
        impl Word for $narrow {
            #[inline]
            fn full_product(self, other: Self) -> (Self, Self) {
                let product = <$wide>::from(self) * <$wide>::from(other);
                ((product >> Self::BITS) as Self, product as Self)
            }
            #[inline]
            fn excess(self) -> Self {
                self.wrapping_neg() % self
            }
        }
    };
}
word!(u8, u16);
word!(u16, u32);
word!(u32, u64);
word!(u64, u128);

impl Word for u128 {
    fn full_product(self, other: Self) -> (Self, Self) {
        const HALF: u128 = u64::MAX as u128;
        let (a, b) = (self >> 64, self & HALF);
        let (c, d) = (other >> 64, other & HALF);
        // (a·2^64 + b)(c·2^64 + d), carried from the right; no partial sum can overflow.
        let right = b * d;
        let middle = a * d + (right >> 64);
        let carried = b * c + (middle & HALF);
        (a * c + (middle >> 64) + (carried >> 64), carried << 64 | right & HALF)
    }
    fn excess(self) -> Self {
        self.wrapping_neg() % self
    }
}
