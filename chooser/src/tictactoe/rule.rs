//! The learning rule: how the result of a match changes the weights of its moves.

/// The amount added at the end of a match to the weight of each of one player's moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Not negative.
    pub win: i64,
    pub tie: i64,
    /// Not positive.
    pub loss: i64,
    /// No negative amount takes a weight below this; weights already there or below are unchanged.
    /// Positive, so that every move remains possible.
    pub floor: i64,
}

impl Rule {
    /// The original program's, for player one and player two. A tie counts for player two.
    pub const ORIGINAL: [Rule; 2] =
        [Rule { win: 3, tie: -1, loss: -1, floor: 1 }, Rule { win: 3, tie: 3, loss: -1, floor: 1 }];

    /// Nothing is learned.
    pub const NONE: Rule = Rule { win: 0, tie: 0, loss: 0, floor: 1 };

    /// The most that one match adds to a weight.
    pub fn largest_gain(self) -> i64 {
        self.win.max(self.tie).max(self.loss).max(0)
    }
}
