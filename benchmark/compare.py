"""Times the trainer with numpy's draw against the same trainer with Rust's, and shows where the
time goes: a table, flame charts, a report. `python benchmark/compare.py --help` lists the options.

Every measurement runs in a process of its own (processes.py): trainings by timings.py, in rounds
in which the engines take turns; single draws by draws.py; whole matches against numba, if it is
installed, by matches.py; flame charts by flamecharts.py, apart from all that is timed. What they
come to is for summary.py, how it looks for report.py.

What README shows is recorded on a quiet machine: `--output benchmark/recorded`, of which git keeps
the timings and the charts; then `python tests/docs/record.py README.md`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, NamedTuple, NoReturn

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

try:
    import flamecharts
    import machine
    import report
    import summary
    from processes import Bar, Failed, run_worker
except ImportError as error:
    sys.exit(
        f"compare: {error.name or error} is not installed; type `make compare`, or "
        f"`{sys.executable} -m pip install -r requirements/benchmark.txt`"
    )

ENGINES = ("numpy", "choose", "play")
SEED = 2020
# Seconds of 100,000 matches, for the bar alone.
PLANNED = {"numpy": 32.0, "choose": 1.2, "play": 0.3}
# Matches for a flame chart of more than 2,000 samples, at 200 a second, on a quick machine too.
CHARTED = {"numpy": 90_000, "choose": 2_200_000, "play": 170_000_000}
CHART_SECONDS = 12.0
QUICK_CHART = 1 / 32  # of these, with --quick


class Step(NamedTuple):
    """One measurement: what the bar says, planned seconds, and what it adds to the timings."""

    description: str
    seconds: float
    measure: Callable[[dict[str, Any], Bar], None]


def main(arguments: Sequence[str] | None = None) -> int:
    options = read_options(arguments)
    timings: dict[str, Any] = {
        "schema": 1,
        "machine": machine.describe(),
        "options": {
            "matches": options.matches,
            "repeats": options.repeats,
            "engines": options.engines,
            "seed": options.seed,
            "quick": options.quick,
        },
        "article": summary.ARTICLE,
        "trainings": {engine: [] for engine in options.engines},
        "draws": None,
        "matches": None,
        "flamecharts": {},
        "curve": None,
        "failed": {},
        "interrupted": False,
    }
    stopped_by = 0
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        measure(list(plan(options)), timings)
    except Stopped as stopped:
        stopped_by = stopped.signal
        timings["interrupted"] = True
    except OSError as error:
        sys.exit(f"compare: {error.filename or options.output}: {error.strerror or error}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # what was measured is written, come what may

    # First what needs no disk.
    print(json.dumps(timings) if options.json else as_text(timings), flush=True)
    for warning in summary.warnings(timings):
        print(f"compare: {warning}", file=sys.stderr)
    try:
        write(options.output, timings)
    except OSError as error:
        sys.exit(f"compare: {error.filename or options.output}: {error.strerror or error}")
    if stopped_by:
        name = signal.Signals(stopped_by).name
        where = options.output / "timings.json"
        print(f"compare: stopped by {name}; what was measured is in {where}", file=sys.stderr)
        return 128 + stopped_by
    if not options.json:
        print(f"\nReport: {options.output / 'report.html'}")
    return 1 if timings["failed"] else 0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM came."""

    def __init__(self, number: int) -> None:
        self.signal = number


def stop(number: int, _: object) -> NoReturn:
    raise Stopped(number)


# ---- the command line ---------------------------------------------------------------------------


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
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


def plan(options: argparse.Namespace) -> Iterator[Step]:
    """The measurements in their order: what matters most first."""
    for number in range(options.repeats):
        for engine in options.engines:
            seconds = 1.0 + PLANNED[engine] * options.matches / 1e5
            yield Step(f"{engine}, round {number + 1}", seconds, training(engine, options))
    quick = options.quick
    yield Step("single draws", 5 if quick else 40, draws(quick))
    if find_spec("numba") is not None and "play" in options.engines:
        yield Step("matches in numba", 3 if quick else 8, matches(quick, options.seed))
    if "play" in options.engines:
        yield Step("learning curve", 2, curve(options.seed))
    if not options.no_flamecharts:
        for engine in options.engines:
            for native in [False, True] if options.native else [False]:
                seconds = 2 * (1 + CHART_SECONDS * (QUICK_CHART if quick else 1))
                name = f"{engine}, flame chart{', native' if native else ''}"
                yield Step(name, seconds, chart(engine, native, options))


def measure(steps: list[Step], timings: dict[str, Any]) -> None:
    """Carry out the steps. One that fails is noted, and the others go on."""
    bar = Bar(sum(step.seconds for step in steps))
    try:
        for step in steps:
            bar.begin(step.description, step.seconds)
            try:
                step.measure(timings, bar)
            except Failed as error:
                timings["failed"].setdefault(step.description.partition(", round")[0], str(error))
                if isinstance(error, flamecharts.NotPermitted):
                    break  # the charts come last, and none of them can be had
            except OSError as error:
                timings["failed"][step.description] = f"{error.filename}: {error.strerror}"
    finally:
        bar.close()


def training(engine: str, options: argparse.Namespace) -> Callable[[dict[str, Any], Bar], None]:
    def step(timings: dict[str, Any], bar: Bar) -> None:
        if engine in timings["failed"]:
            return
        result = run_worker(
            "timings", bar, engine=engine, matches=options.matches, seed=options.seed
        )
        timings["trainings"][engine].append(result)

    return step


def draws(quick: bool) -> Callable[[dict[str, Any], Bar], None]:
    def step(timings: dict[str, Any], bar: Bar) -> None:
        effort = {"rounds": 5, "milliseconds": 0.5} if quick else {}
        timings["draws"] = run_worker("draws", bar, **effort)

    return step


def matches(quick: bool, seed: int) -> Callable[[dict[str, Any], Bar], None]:
    def step(timings: dict[str, Any], bar: Bar) -> None:
        if "play" in timings["failed"]:
            return
        timings["matches"] = run_worker("matches", bar, pairs=3 if quick else 15, seed=seed)

    return step


def curve(seed: int) -> Callable[[dict[str, Any], Bar], None]:
    def step(timings: dict[str, Any], bar: Bar) -> None:
        if "play" in timings["failed"]:
            return
        timings["curve"] = run_worker("learning", bar, seed=seed)

    return step


def chart(
    engine: str, native: bool, options: argparse.Namespace
) -> Callable[[dict[str, Any], Bar], None]:
    def step(timings: dict[str, Any], bar: Bar) -> None:
        if not timings["trainings"][engine]:
            return  # it does not run
        number = round(CHARTED[engine] * (QUICK_CHART if options.quick else 1))
        name = f"{engine}-native" if native else engine
        picture = options.output / f"{name}.svg"
        recorded = flamecharts.record(engine, number, options.seed, native, picture, bar)
        [row] = [row for row in summary.rows(timings) if row.engine == engine]
        title = f"{engine}: {row.matches:,} matches in {summary.duration(row.total.median)}"
        flamecharts.polish(picture, title)
        timings["flamecharts"][name] = {**recorded, "title": title}

    return step


# ---- what is shown ------------------------------------------------------------------------------


def write(folder: Path, timings: dict[str, Any]) -> None:
    (folder / "timings.json").write_text(json.dumps(timings, indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report.render(timings, folder), encoding="utf-8")


def as_text(timings: dict[str, Any]) -> str:
    parts = [summary.as_text(timings)]
    if timings["draws"]:
        lines = [
            f"{summary.bare(draw.nanoseconds.median):>8} ns {draw.units:>8.1f} × len()  "
            f"{draw.name} ({draw.holder})"
            for draw in summary.draws_of_nine(timings)
        ]
        parts.append("\n".join(["One draw from nine weights:", *lines]))
        lines = [
            f"{summary.duration(ns * 1e-9):>9}  {weights:>7,} weights  {name}"
            for weights, name, ns in summary.draws_of_many(timings)
        ]
        parts.append("\n".join(["One draw from many weights:", *lines]))
    for number, numba, play, ratio in summary.matches_pairs(timings):
        parts.append(
            f"{number:,} matches: chooser.play {summary.seconds(play)}, numba "
            f"{summary.seconds(numba)}: {ratio.median:.2f} of numba's time "
            f"({ratio.low:.2f}–{ratio.high:.2f})"
        )
    about = timings["machine"]
    parts.append(
        f"{about['processor']}; {about['system']}; {about['python']}, numpy {about['numpy']}, "
        f"{about['rustc']}; commit {about['commit']}"
    )
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
