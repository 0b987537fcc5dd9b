"""The study's answers: medians, bands and a rank test from the raw values, in figures and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, log10
from typing import NamedTuple

import numpy as np

from benchmark.figures import in_columns
from benchmark.rules.plan import Goal
from benchmark.rules.results import Finalists, Study
from benchmark.rules.training import Training
from ttst_brain.rule import ORIGINAL, Rule

# What both brains of a pair are to lose less than.
WANTED = 0.001


class Band(NamedTuple):
    """The quantiles 0.1, 0.5 and 0.9 of some losses."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Band:
        return cls(*np.quantile(values, (0.1, 0.5, 0.9)).tolist())


class Answer(NamedTuple):
    """To the question which rule makes a brain hardest to beat: losses to the best opponent, in
    trainings with seeds that the search has not used."""

    finalists: Finalists
    of_best: Band
    of_runner_up: Band
    of_article: Band
    wanted: int  # of the best rule's trainings, how many lose less than `WANTED`


def answers(study: Study) -> list[Answer]:
    """One for each goal."""
    given = []
    for finalists in study.finalists:
        of_best, of_second, of_article = (
            losses(study.confirmed[rule], finalists.goal)
            for rule in (finalists.best, finalists.runner_up, ORIGINAL)
        )
        wanted = sum(loss < WANTED for loss in of_best)
        bands = Band.of(of_best), Band.of(of_second), Band.of(of_article)
        given.append(Answer(finalists, *bands, wanted))
    return given


def losses(trainings: Iterable[Training], goal: Goal) -> list[float]:
    return [goal.loss(training.losses(goal.matches)) for training in trainings]


def rank_test(best: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The chance that one of the first is the lower, ties counted half, and the p-value of Mann and
    Whitney's test. Needs scipy."""
    from scipy.stats import mannwhitneyu

    test = mannwhitneyu(best, second)
    return float(1 - test.statistic / (len(best) * len(second))), float(test.pvalue)


# ---- in words -----------------------------------------------------------------------------------

HEADINGS = ("matches", "hard to beat", "best rule", "runner-up", "p", "the article's")


def rows(given: Iterable[Answer]) -> list[list[str]]:
    return [
        [
            f"{one.finalists.goal.matches:,}",
            one.finalists.goal.who,
            of_band(one.of_best),
            of_band(one.of_runner_up),
            f"{one.finalists.p:.2g}" if one.finalists.p >= 1e-4 else "<0.0001",
            of_band(one.of_article),
        ]
        for one in given
    ]


def as_text(study: Study, given: Sequence[Answer]) -> str:
    confirmed = study.effort.confirmed
    lines = [
        f"Lost to the best opponent: medians of {confirmed} trainings, in brackets where four "
        "fifths of them lie.",
        "Best and runner-up are those of the search, which used other seeds.",
        "",
        in_columns([HEADINGS, *rows(given)]),
        "",
        "The best rules, for ttst.py:",
        *(
            f"{goal.matches:>9,}  {goal.who:12}  {options(best)}"
            for goal, best in best_rules(given)
        ),
        "",
        reached(study, given),
    ]
    return "\n".join(lines)


def as_markdown(study: Study) -> str:
    """The table, then the rules, for a page."""
    given = answers(study)
    table = [list(HEADINGS), ["---:", "---", *["---:"] * (len(HEADINGS) - 2)], *rows(given)]
    lines = [f"| {' | '.join(row)} |" for row in table]
    rules = [
        f"| {goal.matches:,} | {goal.who} | `{options(best)}` |" for goal, best in best_rules(given)
    ]
    head = ["| matches | hard to beat | best rule, as options of ttst.py |", "|---:|---|---|"]
    on = study.machine
    date = f", on {on.date}" if on.date else ""
    conditions = f"{len(study.tried.losses):,} rules tried{date}; {on.processor}."
    return "\n".join([*lines, "", reached(study, given), "", *head, *rules, "", conditions])


def in_short(study: Study) -> str:
    """Two sentences."""
    last = study.effort.horizons[-1]
    given = {(one.finalists.goal.who, one.finalists.goal.matches): one for one in answers(study)}
    both, article = given["both players", last], study.confirmed[ORIGINAL]
    alone = [
        given[who, study.effort.horizons[0]].of_best.median for who in ("player one", "player two")
    ]
    one, two = (
        Band.of([training.losses(last)[player] for training in article]).median for player in (0, 1)
    )
    return (
        f"After {last:,} matches by the article's rule, player one loses {percent(one)} of its "
        f"matches against an opponent who knows its weights, and player two {percent(two)}. Of "
        f"{len(study.tried.losses):,} rules, the best makes both lose at most "
        f"{percent(both.of_best.median)}; a player that is trained by a rule of its own loses less "
        f"than {percent(to_power(max(alone)))} after {study.effort.horizons[0]:,} (medians of "
        f"{study.effort.confirmed} trainings)."
    )


def to_power(share: float) -> float:
    """The next power of ten."""
    return 10.0 ** ceil(log10(share))


def best_rules(given: Iterable[Answer]) -> list[tuple[Goal, Rule]]:
    return [(one.finalists.goal, one.finalists.best) for one in given]


def reached(study: Study, given: Sequence[Answer]) -> str:
    """Whether both brains of one pair lose as little as is wanted."""
    pairs = [one for one in given if one.finalists.goal.who == "both players"]
    last = max(pairs, key=lambda one: one.finalists.goal.matches)
    return (
        f"After {last.finalists.goal.matches:,} matches, both brains of {last.wanted} pairs of "
        f"{study.effort.confirmed} lose less than {percent(WANTED)} to an opponent who knows their "
        "weights."
    )


def of_band(band: Band) -> str:
    low, high = percent(band.low), percent(band.high)
    return f"{percent(band.median)} ({low.removesuffix('%')}–{high})"


def percent(share: float) -> str:
    """To two digits, and to three where little is left."""
    shown = 100 * share
    if 0 < shown < 1e-3:
        return f"{shown:.0e}%".replace("e-0", "e-")
    if 99.95 <= shown < 100:
        return ">99.9%"
    return f"{shown:.3g}%" if shown > 99 else f"{shown:.2g}%"


def options(rule: Rule) -> str:
    """What differs from the article's, as options of ttst.py."""
    given = []
    for name, value in rule._asdict().items():
        if value != getattr(ORIGINAL, name):
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            given.append(f"--{name}={text}" if text.startswith("-") else f"--{name} {text}")
    return " ".join(given)
