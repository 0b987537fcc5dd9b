"""Which rules are tried, on which seeds, and in which order: a sweep, a search, a confirmation.
What comes next depends on nothing but the results so far."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any, Callable, NamedTuple

from benchmark.rules.training import Job, Training
from ttst_brain.rule import ORIGINAL, Rule

# Runs jobs, or looks them up in the journal; returns the trainings in the order of the jobs.
Run = Callable[[Sequence[Job]], list[Training]]


class Goal(NamedTuple):
    """Which brain is to be hard to beat, and after how many matches."""

    who: str  # of WHO
    matches: int

    def loss(self, losses: tuple[float, float]) -> float:
        """What the brain, or the weaker of both, loses to its best opponent."""
        return WHO[self.who](losses)


WHO: dict[str, Callable[[tuple[float, float]], float]] = {
    "both players": max,
    "player one": lambda losses: losses[0],
    "player two": lambda losses: losses[1],
}

# ---- how much of it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Effort:
    """The size of a study."""

    horizons: tuple[int, ...]  # matches after which brains are to be hard to beat
    curve: tuple[int, ...]  # where learning curves have their points
    ratios: tuple[float, ...]  # of the reward to the penalty, in the map of rules
    generations: int  # of the search
    children: tuple[int, ...]  # rules in a generation, by horizon
    tried: int  # seeds for a rule in the search
    searched: int  # for one that looks good
    confirmed: int  # seeds in the confirmation, none of which the search has used

    @property
    def search_seeds(self) -> range:
        return range(self.searched)

    @property
    def confirmation_seeds(self) -> range:
        return range(CONFIRMATION, CONFIRMATION + self.confirmed)

    def points(self, matches: int) -> tuple[int, ...]:
        """The horizons on the way to a number of matches."""
        return tuple(horizon for horizon in self.horizons if horizon <= matches)


CONFIRMATION = 1_000_000
FULL = Effort(
    horizons=(10_000, 100_000, 1_000_000),
    # Three in each power of ten.
    curve=tuple(round(10 ** (n / 3)) for n in range(6, 19)),
    ratios=(0.01, 0.1, 0.3, 1, 3, 10, 100),
    generations=12,
    children=(64, 64, 16),
    tried=4,
    searched=12,
    confirmed=60,
)
QUICK = Effort(
    horizons=(300, 3_000, 30_000),
    curve=(100, 300, 1_000, 3_000, 10_000, 30_000),
    ratios=(0.1, 1, 10),
    generations=2,
    children=(4, 4, 4),
    tried=2,
    searched=4,
    confirmed=8,
)

# ---- the sweep ----------------------------------------------------------------------------------

UNIT = 10_000
TO_THE_FLOOR = -(10**12)
# How a new brain begins in the two halves of the map: how many losses take a move to the floor. In
# the first half is the article's rule, all weights times UNIT; in the second, it is less by turn.
BEGINNINGS = {
    "5": Rule(start=(6 * UNIT,), floor=UNIT),
    "1000, 70, 5, 1": Rule(start=(1000 * UNIT, 70 * UNIT, 5 * UNIT, UNIT)),
}
# What a tie gives players one and two, by reward and penalty.
TIES: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "a win for two": lambda reward, penalty: (penalty, reward),
    "a win for one": lambda reward, penalty: (reward, penalty),
    "a loss for both": lambda reward, penalty: (penalty, penalty),
    "nothing": lambda reward, penalty: (0, 0),
    "0.001 for both": lambda reward, penalty: (UNIT // 1000, UNIT // 1000),
    "a win for both": lambda reward, penalty: (reward, reward),
}


def map_of_rules(effort: Effort) -> dict[tuple[str, str, float], Rule]:
    """By beginning, tie and ratio of the reward to the penalty."""
    rules = {}
    for (beginning, rule), (tie, amounts), ratio in product(
        BEGINNINGS.items(), TIES.items(), effort.ratios
    ):
        reward, penalty = round(ratio * UNIT), -UNIT
        tie1, tie2 = amounts(reward, penalty)
        rules[beginning, tie, ratio] = rule._replace(
            reward=reward, penalty=penalty, tie1=tie1, tie2=tie2
        )
    return rules


def rules_for_fewer_matches() -> list[Rule]:
    """Where the search begins for those: the fewer losses it takes to the floor, the sooner all is
    settled."""
    losses_of = ((300, 30, 4, 1), (100, 12, 2, 0.4), (30, 5, 1, 0.4), (10, 3, 1, 0.4))
    few = UNIT // 1000
    return [
        Rule(UNIT, -UNIT, few, few, start=tuple(round(losses * UNIT) for losses in beginning))
        for beginning in losses_of
    ]


def rules_for_one_player() -> list[Rule]:
    """A win or a tie adds so much that the move is played until it loses, and then all is gone. The
    other player, from whom a tie takes all, too, goes on to try everything."""
    amounts = [10**n for n in range(0, 11, 2)]
    ones = [Rule(amount, TO_THE_FLOOR, amount, TO_THE_FLOOR) for amount in amounts]
    return ones + [rule._replace(tie1=rule.tie2, tie2=rule.tie1) for rule in ones]


# ---- the search ---------------------------------------------------------------------------------


class Tried:
    """The losses of every rule that was tried on seeds of the search."""

    def __init__(self) -> None:
        self.losses: dict[Rule, dict[int, dict[int, tuple[float, float]]]] = {}

    def add(self, trainings: Iterable[Training]) -> None:
        for training in trainings:
            by_seed = self.losses.setdefault(training.job.rule, {})
            at = by_seed.setdefault(training.job.seed, {})
            at.update((matches, training.losses(matches)) for matches in training.job.points)

    def median(self, rule: Rule, goal: Goal, seeds: Iterable[int]) -> float | None:
        """None if the rule has not been trained so long with all of the seeds."""
        by_seed = self.losses[rule]
        try:
            return median(goal.loss(by_seed[seed][goal.matches]) for seed in seeds)
        except KeyError:
            return None

    def ranking(self, goal: Goal, seeds: Iterable[int]) -> list[tuple[float, Rule]]:
        """The medians of all rules that have one, the lowest first."""
        seeds = list(seeds)
        medians = ((self.median(rule, goal, seeds), rule) for rule in self.losses)
        return sorted(
            ((value, rule) for value, rule in medians if value is not None),
            key=lambda ranked: (ranked[0], order(ranked[1])),
        )


def order(rule: Rule) -> list[Any]:
    return [str(value) for value in rule]


PARENTS = 8


def search(effort: Effort, run: Run) -> Tried:
    """The sweep, then generations of rules that are like the best so far."""
    tried = Tried()

    def give_all_seeds(rules: Iterable[Rule], matches: int) -> None:
        points = effort.points(matches)
        tried.add(run([Job(r, seed, points) for r in rules for seed in effort.search_seeds]))

    longest = effort.horizons[-1]
    swept = [*map_of_rules(effort).values(), *rules_for_one_player(), ORIGINAL]
    give_all_seeds(swept, longest)
    give_all_seeds(rules_for_fewer_matches(), effort.horizons[-2])
    goals = [Goal("both players", matches) for matches in effort.horizons]
    first, all_seeds = effort.search_seeds[: effort.tried], effort.search_seeds
    for generation in range(effort.generations):
        children = {
            goal: offspring(tried, goal, number, effort, generation)
            for goal, number in zip(goals, effort.children)
        }
        tried.add(
            run(
                [
                    Job(rule, seed, effort.points(goal.matches))
                    for goal, rules in children.items()
                    for rule in rules
                    for seed in first
                ]
            )
        )
        for goal, rules in children.items():
            bar, _ = tried.ranking(goal, all_seeds)[:PARENTS][-1]
            good = [rule for rule in rules if (tried.median(rule, goal, first) or 0) < bar]
            give_all_seeds(good, goal.matches)
    return tried


def offspring(tried: Tried, goal: Goal, number: int, effort: Effort, generation: int) -> list[Rule]:
    """New rules, each of which differs from one of the best a little."""
    parents = [rule for _, rule in tried.ranking(goal, effort.search_seeds)[:PARENTS]]
    rng = random.Random(f"{goal.matches} {generation}")
    rules: list[Rule] = []
    while len(rules) < number:
        rule = varied(rng.choice(parents), rng)
        if rule not in rules and rule not in tried.losses:
            rules.append(rule)
    return rules


def varied(rule: Rule, rng: random.Random) -> Rule:
    for _ in range(rng.choice((1, 1, 2, 3))):
        part = rng.choice(("reward", "penalty", "tie1", "tie2", "floor", "start", "start", "start"))
        if part == "start":
            rule = rule._replace(start=varied_start(rule.start, rng))
        elif part in ("tie1", "tie2") and rng.random() < 0.3:
            amount = rng.choice((0, 1, rule.reward // 1000, rule.reward // 10))
            rule = with_amount(rule, part, amount)
        else:
            rule = with_amount(rule, part, scaled(getattr(rule, part) or 0, rng))
    return rule


def with_amount(rule: Rule, part: str, amount: int) -> Rule:
    amounts: dict[str, Any] = {part: amount}
    return rule._replace(**amounts)


def varied_start(start: tuple[int, ...], rng: random.Random) -> tuple[int, ...]:
    """All weights, the steps between them, or one."""
    start = (*start, *[start[-1]] * (4 - len(start)))
    one = [0, 0, 0, 0]
    one[rng.randrange(4)] = 1
    powers = rng.choice(([1, 1, 1, 1], [3, 2, 1, 0], one))
    factor = 10 ** rng.gauss(0, 0.3)
    return tuple(
        two_digits(weight * factor**power) if power else weight
        for weight, power in zip(start, powers)
    )


def scaled(amount: int, rng: random.Random) -> int:
    if amount == 0:
        return 0
    return (1 if amount > 0 else -1) * two_digits(abs(amount) * 10 ** rng.gauss(0, 0.4))


def two_digits(amount: float) -> int:
    """What a reader can type, and a training of a million matches can add up."""
    return int(float(f"{min(max(amount, 1), 1e11):.2g}"))
