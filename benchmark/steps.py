"""The measurements in order, and what the failure of one means for the others."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import Any, Callable, NamedTuple, NoReturn

from benchmark.measurements import flamecharts
from benchmark.options import Wanted
from benchmark.processes import Bar, Failed, in_a_line, run_worker
from benchmark.results import Comparison, Draws, Kept, Matches, TableDraw, Training
from ttst_terminal.progress import SIGNALS

# Seconds per 100,000 matches, for the progress bar only; any other engine is taken to be as slow as
# numpy.
PLANNED = {"choose": 1.2, "play": 0.3}
SLOWEST = 8.0
# Matches that give a flame chart more than 1,000 samples, at 200 a second, even on a fast machine.
CHARTED = {"choose": 2_200_000, "play": 170_000_000}
FEWEST = 90_000
CHART_SECONDS = 12.0
QUICK_CHART = 1 / 16  # with --quick; any shorter, and the trainer ends before py-spy is refused


class Step(NamedTuple):
    """One measurement."""

    description: str  # for the bar
    seconds: float  # planned
    engine: str | None  # the step is skipped if this one has failed
    measure: Callable[[Comparison, Bar], Comparison]  # the comparison with its result added


def plan(wanted: Wanted) -> Iterator[Step]:
    """The measurements, the most important first."""
    options, quick = wanted.options, wanted.options.quick
    for number in range(options.repeats):
        for engine in options.engines:
            seconds = 1.0 + PLANNED.get(engine, SLOWEST) * options.matches / 1e5
            yield Step(
                f"{engine}, round {number + 1}", seconds, engine, partial(add_training, engine)
            )
    yield Step("single draws", 5 if quick else 40, None, add_draws)
    yield Step("draws from tables", 2 if quick else 6, None, add_tables)
    yield Step("weights that stay", 4 if quick else 45, None, add_weights)
    if "play" in options.engines:
        if find_spec("numba") is not None:
            yield Step("matches in numba", 3 if quick else 8, "play", add_matches)
        yield Step("learning curve", 2, "play", add_curve)
    seconds = 1 + CHART_SECONDS * (QUICK_CHART if quick else 1)
    for engine in options.engines if wanted.flamecharts else []:
        yield Step(f"{engine}, flame chart", seconds, None, partial(add_chart, wanted, engine))


def measure(
    steps: Iterable[Step], comparison: Comparison, keep: Callable[[Comparison], None]
) -> tuple[Comparison, int]:
    """Run the steps, and `keep` the results after each; a failure is noted, and the others go on.
    Returns the results and the signal that stopped it, or 0."""
    steps, failed, stopped_by = list(steps), dict(comparison.failed), 0
    bar = Bar(sum(step.seconds for step in steps))
    try:
        listen(stop)
        for step in steps:
            bar.begin(step.description, step.seconds)
            if step.engine in failed:
                continue
            name = step.description.partition(", round")[0]
            try:
                comparison = step.measure(comparison, bar)
            except Failed as error:
                failed[name] = str(error)
                if isinstance(error, flamecharts.NotPermitted):
                    break  # the charts come last, and none can be recorded
            except Exception as error:  # an unforeseen error costs one step
                failed[name] = in_a_line(error)
            with suppress(OSError):  # reported when the final write fails
                keep(replace(comparison, failed=failed, interrupted=True))
    except Stopped as stopped:
        [stopped_by] = stopped.args
    finally:
        listen(signal.SIG_IGN)  # so that what was measured is always written
        bar.close()
    return replace(comparison, failed=failed, interrupted=bool(stopped_by)), stopped_by


class Stopped(BaseException):
    """A signal of `SIGNALS` arrived, with this number."""


def stop(number: int, _: object) -> NoReturn:
    raise Stopped(number)


def listen(handler: Callable[[int, object], object] | signal.Handlers) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # perhaps ignored from the start
            signal.signal(number, handler)


# ---- one measurement each -----------------------------------------------------------------------


def measured(name: str, bar: Bar, **options: object) -> Any:
    """What `measure(**options)` of a file in measurements/ returned, in a process of its own."""
    return run_worker(f"measurements.{name}", bar, **options)


def add_training(engine: str, so_far: Comparison, bar: Bar) -> Comparison:
    options = so_far.options
    data = measured("trainings", bar, engine=engine, matches=options.matches, seed=options.seed)
    rounds = [*so_far.trainings[engine], Training(**data)]
    return replace(so_far, trainings={**so_far.trainings, engine: rounds})


def add_draws(so_far: Comparison, bar: Bar) -> Comparison:
    effort = {"rounds": 5, "milliseconds": 0.5} if so_far.options.quick else {}
    return replace(so_far, draws=Draws.of(measured("draws", bar, **effort)))


def add_tables(so_far: Comparison, bar: Bar) -> Comparison:
    effort = {"rounds": 3, "shapes": [(1_000, 9), (100, 100)]} if so_far.options.quick else {}
    tables = measured("tables", bar, **effort)
    return replace(so_far, tables=[TableDraw(**one) for one in tables])


def add_weights(so_far: Comparison, bar: Bar) -> Comparison:
    quick = {"rounds": 3, "milliseconds": 1.0, "lengths": [9, 1_000, 100_000]}
    effort = quick if so_far.options.quick else {}
    return replace(so_far, weights=Kept.of(measured("weights", bar, **effort)))


def add_matches(so_far: Comparison, bar: Bar) -> Comparison:
    pairs, seed = 3 if so_far.options.quick else 15, so_far.options.seed
    data = measured("matches", bar, pairs=pairs, seed=seed)
    return replace(so_far, matches=Matches.of(data))


def add_curve(so_far: Comparison, bar: Bar) -> Comparison:
    return replace(so_far, curve=measured("learning", bar, seed=so_far.options.seed))


def add_chart(wanted: Wanted, engine: str, so_far: Comparison, bar: Bar) -> Comparison:
    if not so_far.trainings.get(engine):
        return so_far  # it does not run
    chart = flamecharts.record(
        engine,
        matches=round(CHARTED.get(engine, FEWEST) * (QUICK_CHART if wanted.options.quick else 1)),
        seed=wanted.options.seed,
        native=wanted.native or engine == "play",  # of which Python's frames show nothing
        speedscope=wanted.output / f"{engine}.speedscope.json",
        bar=bar,
    )
    return replace(so_far, flamecharts={**so_far.flamecharts, engine: chart})
