//! The learning rule: what the end of a match does to the weights of its moves.

/// What the end of a match adds to the weight of each move that one player made in it. A negative
/// amount never takes a weight below 1, so that no move dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Not negative.
    pub win: i64,
    pub tie: i64,
    /// Not positive.
    pub loss: i64,
}

impl Rule {
    /// The original program's, for player one and player two. A tie counts for player two.
    pub const ORIGINAL: [Rule; 2] = Self::with(3, -1);

    /// Nothing is learned.
    pub const NONE: Rule = Rule { win: 0, tie: 0, loss: 0 };

    /// The rules of both players for the given amounts. A tie counts for player two.
    pub const fn with(reward: i64, penalty: i64) -> [Rule; 2] {
        [
            Rule { win: reward, tie: penalty, loss: penalty },
            Rule { win: reward, tie: reward, loss: penalty },
        ]
    }

    /// The most that one match adds to a weight.
    pub fn largest_gain(self) -> i64 {
        self.win.max(self.tie).max(self.loss).max(0)
    }
}
