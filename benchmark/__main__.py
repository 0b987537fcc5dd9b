"""Times the trainer with numpy's draw against the same trainer with Rust's, and shows where the
time goes: a table, flame charts, a report. `python benchmark/compare.py --help` lists the options.

What README shows is recorded on a quiet machine: `--output benchmark/recorded`, of which git keeps
the timings and the charts; then `python tests/docs/record.py README.md`.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, NamedTuple, NoReturn

try:
    from benchmark import flamecharts, machine, report, summary
    from benchmark.processes import Bar, Failed, run_worker
    from benchmark.results import Chart, Comparison, Draws, Matches, Options, Training
    from ttst import ENGINES
except ImportError as error:
    sys.exit(
        f"compare: {error.name or error} is not installed; type `make compare`, or "
        f"`{sys.executable} -m pip install -r requirements/benchmark.txt`"
    )

HERE = Path(__file__).resolve().parent
SEED = 2020
# Seconds of 100,000 matches, for the bar alone.
PLANNED = {"numpy": 32.0, "choose": 1.2, "play": 0.3}
# Matches for a flame chart of more than 2,000 samples, at 200 a second, on a quick machine too.
CHARTED = {"numpy": 90_000, "choose": 2_200_000, "play": 170_000_000}
CHART_SECONDS = 12.0
QUICK_CHART = 1 / 16  # of these, with --quick; less ends before py-spy says why it may not trace


def main(arguments: Sequence[str] | None = None) -> int:
    given = read_command_line(arguments)
    comparison = Comparison(
        machine.describe(),
        Options(given.matches, given.repeats, given.engines, given.seed, given.quick),
        trainings={engine: [] for engine in given.engines},
    )
    stopped_by = 0
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        given.output.mkdir(parents=True, exist_ok=True)
        measure(comparison, list(plan(given, comparison)))
    except Stopped as stopped:
        stopped_by = stopped.signal
        comparison.interrupted = True
    except OSError as error:
        sys.exit(f"compare: {error.filename or given.output}: {error.strerror or error}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # what was measured is written, come what may

    # First what needs no disk.
    print(comparison.as_json() if given.json else summary.as_text(comparison), flush=True)
    for warning in summary.warnings(comparison):
        print(f"compare: {warning}", file=sys.stderr)
    try:
        write(comparison, given.output)
    except OSError as error:
        sys.exit(f"compare: {error.filename or given.output}: {error.strerror or error}")
    if stopped_by:
        name = signal.Signals(stopped_by).name
        where = given.output / "timings.json"
        print(f"compare: stopped by {name}; what was measured is in {where}", file=sys.stderr)
        return 128 + stopped_by
    if not given.json:
        print(f"\nReport: {given.output / 'report.html'}")
    return 1 if comparison.failed else 0


def write(comparison: Comparison, folder: Path) -> None:
    (folder / "timings.json").write_text(comparison.as_json(indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report.render(comparison, folder), encoding="utf-8")


class Stopped(BaseException):
    """Ctrl-C or SIGTERM came."""

    def __init__(self, number: int) -> None:
        self.signal = number


def stop(number: int, _: object) -> NoReturn:
    raise Stopped(number)


# ---- the command line ---------------------------------------------------------------------------


def read_command_line(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="compare.py",
        description="Times TTST's engines against each other and draws their flame charts.",
    )
    parser.add_argument(
        "--matches", type=count, help="in a training (100000, the article's; 2000 with --quick)"
    )
    parser.add_argument("--repeats", type=count, help="rounds of trainings (3; 2 with --quick)")
    parser.add_argument(
        "--engines", type=engines, default=list(ENGINES), help=f"some of {','.join(ENGINES)}"
    )
    parser.add_argument(
        "--output", type=Path, default=HERE / "out", metavar="FOLDER", help="(benchmark/out)"
    )
    parser.add_argument("--json", action="store_true", help="print timings.json, not the table")
    parser.add_argument("--no-flamecharts", action="store_true", help="do without py-spy")
    parser.add_argument("--native", action="store_true", help="Rust's frames in the charts too")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of every training ({SEED})")
    parser.add_argument("--quick", action="store_true", help="rough figures within 30 seconds")
    options = parser.parse_args(arguments)
    options.matches = options.matches or (2_000 if options.quick else 100_000)
    options.repeats = options.repeats or (2 if options.quick else 3)
    return options


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"compare: {message} (see --help)\n")


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def engines(text: str) -> list[str]:
    """The engines named, in the order of the article."""
    named = text.split(",")
    unknown = [name for name in named if name not in ENGINES]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(ENGINES)}")
    return [engine for engine in ENGINES if engine in named]


# ---- what is measured ---------------------------------------------------------------------------


class Step(NamedTuple):
    """One measurement."""

    description: str  # for the bar
    seconds: float  # planned
    engine: str | None  # which, if it has failed already, makes the step pointless
    measure: Callable[[Bar], Any]
    keep: Callable[[Any], object]  # puts the result where it belongs


def plan(given: argparse.Namespace, comparison: Comparison) -> Iterator[Step]:
    """The measurements in their order: what matters most first."""
    for number in range(given.repeats):
        for engine in given.engines:
            yield Step(
                f"{engine}, round {number + 1}",
                1.0 + PLANNED[engine] * given.matches / 1e5,
                engine,
                partial(measure_training, engine, given.matches, given.seed),
                comparison.trainings[engine].append,
            )
    quick = given.quick
    keep = partial(partial, setattr, comparison)
    yield Step(
        "single draws", 5 if quick else 40, None, partial(measure_draws, quick), keep("draws")
    )
    if "play" in given.engines:
        seconds = 3 if quick else 8
        against_numba = partial(measure_matches, quick, given.seed)
        if find_spec("numba") is not None:
            yield Step("matches in numba", seconds, "play", against_numba, keep("matches"))
        curve = partial(run_worker, "learning", seed=given.seed)
        yield Step("learning curve", 2, "play", curve, keep("curve"))
    if not given.no_flamecharts:
        for engine in given.engines:
            for native in [False, True] if given.native else [False]:
                yield chart_step(engine, native, given, comparison)


def measure_training(engine: str, matches: int, seed: int, bar: Bar) -> Training:
    return Training(**run_worker("trainings", bar, engine=engine, matches=matches, seed=seed))


def measure_draws(quick: bool, bar: Bar) -> Draws:
    effort = {"rounds": 5, "milliseconds": 0.5} if quick else {}
    return Draws.of(run_worker("draws", bar, **effort))


def measure_matches(quick: bool, seed: int, bar: Bar) -> Matches:
    return Matches.of(run_worker("matches", bar, pairs=3 if quick else 15, seed=seed))


def chart_step(
    engine: str, native: bool, given: argparse.Namespace, comparison: Comparison
) -> Step:
    part = QUICK_CHART if given.quick else 1
    name = f"{engine}-native" if native else engine

    def measure_chart(bar: Bar) -> Chart:
        [row] = [row for row in summary.rows(comparison) if row.engine == engine]
        title = f"{engine}: {row.matches:,} matches in {summary.duration(row.total.median)}"
        picture = given.output / f"{name}.svg"
        matches = round(CHARTED[engine] * part)
        return flamecharts.record(engine, matches, given.seed, native, picture, title, bar)

    return Step(
        f"{engine}, flame chart{', native' if native else ''}",
        2 * (1 + CHART_SECONDS * part),
        engine,
        measure_chart,
        partial(comparison.flamecharts.__setitem__, name),
    )


def measure(comparison: Comparison, steps: Sequence[Step]) -> None:
    """Carry out the steps. One that fails is noted, and the others go on."""
    bar = Bar(sum(step.seconds for step in steps))
    try:
        for step in steps:
            bar.begin(step.description, step.seconds)
            if step.engine in comparison.failed:
                continue
            try:
                step.keep(step.measure(bar))
            except Failed as error:
                name = step.description.partition(", round")[0]
                comparison.failed.setdefault(name, str(error))
                if isinstance(error, flamecharts.NotPermitted):
                    break  # the charts come last, and none of them can be had
            except OSError as error:
                comparison.failed[step.description] = f"{error.filename}: {error.strerror}"
    finally:
        bar.close()


if __name__ == "__main__":
    sys.exit(main())
