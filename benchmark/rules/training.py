"""One training of the study: two new brains, a rule, a seed, and exact odds along the way. What it
gives depends on nothing else, so it may run anywhere and in any order."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NamedTuple

import chooser
from ttst_brain.odds import evaluate
from ttst_brain.rule import Rule
from ttst_brain.table import new_table

# Digits of a probability that are kept, after leading zeros.
DIGITS = 4
# Matches in one call: with sums of 32 bits, where these suffice for so many, `play` is quicker.
CALL = 100_000
# What is kept of the odds at a point, in this order; a tie is what is left.
ODDS = tuple(
    (who, opponent, outcome)
    for who, opponent in (
        ("player1", "random"),
        ("player1", "best"),
        ("player2", "random"),
        ("player2", "best"),
        ("each_other", None),
    )
    for outcome in ("win", "loss")
)
# Where the loss of player one and of player two to their best opponents stand there.
LOSSES = (ODDS.index(("player1", "best", "loss")), ODDS.index(("player2", "best", "loss")))


class Job(NamedTuple):
    """A training to run, and the ascending numbers of matches after which its odds are taken."""

    rule: Rule
    seed: int
    points: tuple[int, ...]

    @property
    def generator(self) -> int:
        """The seed of the draws. It depends on rule and seed only: with other points, the training
        is the same."""
        named = json.dumps([self.rule._asdict(), self.seed])
        return int.from_bytes(sha256(named.encode()).digest()[:16], "little")

    def as_json(self) -> str:
        """One line."""
        data = {**self._asdict(), "rule": self.rule._asdict()}
        return json.dumps(data, separators=(",", ":"))

    @classmethod
    def of(cls, data: dict[str, Any]) -> Job:
        """From what JSON has of it."""
        return cls(rule_of(data["rule"]), int(data["seed"]), tuple(map(int, data["points"])))


class Training(NamedTuple):
    """A training that is done."""

    job: Job
    odds: tuple[tuple[float, ...], ...]  # at each point, as `ODDS` has them
    brains: str  # the first half of the SHA-256 of both tables at the end

    def losses(self, matches: int) -> tuple[float, float]:
        """How often player one and player two lose to their best opponents."""
        odds = self.odds[self.job.points.index(matches)]
        return odds[LOSSES[0]], odds[LOSSES[1]]

    def as_json(self) -> str:
        """One line."""
        job = json.loads(self.job.as_json())
        data = {**job, "odds": self.odds, "brains": self.brains}
        return json.dumps(data, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Training:
        """Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
        data = json.loads(line)
        job = Job.of(data)
        odds = tuple(tuple(map(float, point)) for point in data["odds"])
        if len(odds) != len(job.points) or any(len(point) != len(ODDS) for point in odds):
            raise ValueError("no odds for each point")
        return cls(job, odds, str(data["brains"]))


def rule_of(data: dict[str, Any]) -> Rule:
    """From what JSON has of it."""
    return Rule(**{**data, "start": tuple(data["start"])})


def to_digits(share: float) -> float:
    return float(f"{share:.{DIGITS}g}")


def train(job: Job) -> Training:
    """About 0.1 s for a million matches, and a millisecond a point. Takes the generator of the
    calling thread."""
    chooser.seed(job.generator)
    table1, table2 = new_table(job.rule.start), new_table(job.rule.start)
    amounts = {name: value for name, value in job.rule._asdict().items() if name != "start"}
    played, odds = 0, []
    for point in job.points:
        while played < point:
            matches = min(CALL, point - played)
            chooser.play(table1, table2, matches, **amounts)
            played += matches
        now = evaluate(table1, table2)
        odds.append(
            tuple(
                to_digits((now[who][opponent] if opponent else now[who])[outcome])
                for who, opponent, outcome in ODDS
            )
        )
    brains = sha256(table1.tobytes() + table2.tobytes()).hexdigest()[:32]
    return Training(job, tuple(odds), brains)


def train_line(job: str) -> str:
    """The same, from line to line."""
    return train(Job.of(json.loads(job))).as_json()
