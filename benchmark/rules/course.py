"""The course of a study: search, then finalists, then their confirmation, each training once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NoReturn

from tqdm import tqdm

from benchmark import machine
from benchmark.rules.answers import losses, rank_test
from benchmark.rules.engines import Engine
from benchmark.rules.journal import Journal
from benchmark.rules.plan import WHO, Effort, Goal, Run, Tried, search
from benchmark.rules.results import Finalists, Study
from benchmark.rules.training import Job, Training
from ttst_brain.rule import ORIGINAL, Rule


def carry_out(effort: Effort, engine: Engine, journal: Journal, bar: tqdm[NoReturn]) -> Study:
    start, found = time.monotonic(), len(journal)
    run = remembering(engine, journal, bar)
    tried = search(effort, run)
    chosen = two_best(tried, effort)
    confirmed = confirm(chosen, effort, run)
    finalists = [
        Finalists(goal, *rules, *rank_test(*(losses(confirmed[rule], goal) for rule in rules)))
        for goal, rules in chosen.items()
    ]
    seconds, trained = time.monotonic() - start, len(journal) - found
    return Study(
        machine.describe(), effort, round(seconds, 1), trained, tried, finalists, confirmed
    )


def remembering(engine: Engine, journal: Journal, bar: tqdm[NoReturn]) -> Run:
    """Looks trainings up in the journal; the engine runs those that it does not have."""

    def run(jobs: Sequence[Job]) -> list[Training]:
        missing = [job for job in dict.fromkeys(jobs) if job not in journal]
        bar.total = (bar.total or 0) + len(missing)
        bar.refresh()
        for training in engine(missing) if missing else ():
            journal.add(training)
            bar.update()
        return [journal[job] for job in jobs]

    return run


def two_best(tried: Tried, effort: Effort) -> dict[Goal, tuple[Rule, Rule]]:
    """For each goal, of all rules that were tried with all seeds of the search."""
    goals = [Goal(who, matches) for matches in effort.horizons for who in WHO]
    best = {}
    for goal in goals:
        (_, first), (_, second), *_ = tried.ranking(goal, effort.search_seeds)
        best[goal] = first, second
    return best


def confirm(
    chosen: dict[Goal, tuple[Rule, Rule]], effort: Effort, run: Run
) -> dict[Rule, list[Training]]:
    """Trainings of these rules and the article's, with seeds of their own; those of which a
    learning curve is drawn have more points."""
    points = {ORIGINAL: {*effort.curve, *effort.horizons}}
    for goal, (best, second) in chosen.items():
        is_last = goal.matches == effort.horizons[-1]
        points.setdefault(best, set()).update(effort.points(goal.matches))
        points.setdefault(second, set()).update(effort.points(goal.matches))
        points[best].update(effort.curve if is_last else ())
    jobs = {
        rule: [Job(rule, seed, tuple(sorted(at))) for seed in effort.confirmation_seeds]
        for rule, at in points.items()
    }
    done = iter(run([job for each in jobs.values() for job in each]))
    return {rule: [next(done) for _ in each] for rule, each in jobs.items()}
