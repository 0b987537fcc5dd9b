"""Tries learning rules by the hundred, in trainings by the thousand, and says which makes brains
hardest to beat. `python benchmark/study.py --help` lists the options.

What README and docs/what-speed-is-for.md show is recorded by `--output benchmark/recorded`, of
which git keeps `study.json` and the pictures; then `python tests/docs/record.py` on both.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

try:
    import scipy  # noqa: F401  # imported now, to fail before the trainings
    from tqdm import tqdm

    from benchmark.options import Parser, count, path
    from benchmark.output import in_words, kept, printed
    from benchmark.processes import in_a_line
    from benchmark.report import page
    from benchmark.results import Comparison
    from benchmark.rules import answers, pictures
    from benchmark.rules.course import carry_out
    from benchmark.rules.engines import EngineError, on_cluster, on_cores
    from benchmark.rules.journal import Journal, JournalError
    from benchmark.rules.plan import FULL, QUICK, Effort
    from benchmark.rules.results import Study
    from benchmark.steps import Stopped, listen, stop
    from chooser import play  # noqa: F401  # which an unbuilt one does not have
except ImportError as error:
    sys.exit(
        f"study: {error.name or error} is not installed; type `make study`, or "
        f"`{sys.executable} -m pip install -r requirements/study.txt`"
    )
except ValueError as error:  # raised by tqdm when imported
    sys.exit(f"study: tqdm, by a variable TQDM_...: {error}")


class Wanted(NamedTuple):
    """What to do, and where."""

    effort: Effort
    output: Path
    cores: int
    scheduler: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = read_command_line(arguments)
    try:
        wanted.output.mkdir(parents=True, exist_ok=True)
        journal = Journal(wanted.output / "study.jsonl")
    except (OSError, JournalError) as error:
        return fail(in_words(error, wanted.output) if isinstance(error, OSError) else str(error))
    try:
        listen(stop)
        study = conduct(wanted, journal)
    except Stopped as stopped:
        listen(signal.SIG_IGN)
        [number] = stopped.args
        name = signal.Signals(number).name
        fail(
            f"stopped by {name}; the {len(journal)} trainings that are done stay in {journal.path}"
        )
        return int(128 + number)
    except (EngineError, OSError) as error:
        return fail(in_words(error, journal.path) if isinstance(error, OSError) else str(error))
    finally:
        with suppress(OSError):
            journal.close()
    listen(signal.SIG_IGN)
    told = (
        kept(wanted.output / "study.json", study.as_json()),
        drawn(study, wanted),
        shown(wanted),
    )
    wrong = [line for line in told if line]
    text = answers.as_text(study, answers.answers(study))
    if not wrong:
        text += f"\n\nPictures and figures: {wanted.output}"
    if unsaid := printed(text):
        wrong.append(unsaid)
    for line in wrong:
        fail(line)
    return 1 if wrong else 0


def read_command_line(arguments: Sequence[str] | None) -> Wanted:
    parser = Parser(
        prog="study.py",
        description="Finds learning rules that make TTST's brains hard to beat. A study that was "
        "stopped goes on where it was.",
    )
    out = Path(__file__).resolve().parents[1] / "out"
    parser.add_argument(
        "--output",
        type=path,
        default=out,
        metavar="FOLDER",
        help="where to write (default: benchmark/out)",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--cores", type=count, help="processes to train in (default: one for each core)"
    )
    where.add_argument(
        "--scheduler",
        type=address,
        metavar="ADDRESS",
        help="of a Dask cluster to train on, such as tcp://host:8786",
    )
    parser.add_argument("--quick", action="store_true", help="a small study within 30 seconds")
    given = parser.parse_args(arguments)
    effort = QUICK if given.quick else FULL
    return Wanted(effort, given.output, given.cores or os.cpu_count() or 1, given.scheduler)


def address(text: str) -> str:
    if not text:
        raise ArgumentTypeError("the address is empty")
    return text


def conduct(wanted: Wanted, journal: Journal) -> Study:
    engine = on_cluster(wanted.scheduler) if wanted.scheduler else on_cores(wanted.cores)
    hidden = sys.stderr is None or not sys.stderr.isatty()
    bar: tqdm[NoReturn] = tqdm(unit=" trainings", leave=False, disable=hidden)
    with bar, engine as run:
        return carry_out(wanted.effort, run, journal, bar)


def drawn(study: Study, wanted: Wanted) -> str:
    """Writes the pictures. Returns what went wrong, or nothing."""
    try:
        pictures.write(study, wanted.output)
    except OSError as error:
        return in_words(error, wanted.output)
    except Exception as error:  # of a large library, when all is measured
        return f"the pictures: {in_a_line(error)}"
    return ""


def shown(wanted: Wanted) -> str:
    """Writes a comparison's report anew, if one is there: it has a section for the study. Returns
    what went wrong, or nothing."""
    timings, file = wanted.output / "timings.json", wanted.output / "report.html"
    if not (timings.exists() and file.exists()):
        return ""
    try:
        comparison = Comparison.from_json(timings.read_text(encoding="utf-8"))
        page.write(comparison, wanted.output)
    except Exception as error:  # of older files, too
        return f"{file}: {in_a_line(error)}"
    return ""


def fail(line: str) -> int:
    with suppress(OSError, ValueError):  # no stderr either
        print(f"study: {line}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
