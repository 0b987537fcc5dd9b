"""Measures the programs one after the other, each in its own process, and prints the table.

The figures in docs/swap-it-in.md are recorded on a quiet machine: `--output
benchmark/recorded/programs.json`; then `python tests/docs/record.py docs/swap-it-in.md`.
"""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

try:
    from benchmark import machine
    from benchmark.options import Parser, count, path
    from benchmark.output import in_words, kept, make_folder, printed
    from benchmark.processes import ROOT, Bar, Failed, in_a_line, run_worker
    from benchmark.programs.libraries import PROGRAMS
    from benchmark.programs.results import Measured, Swaps, as_text
    from benchmark.steps import Stopped, listen, stop
except ImportError as error:
    sys.exit(f"programs: {error.name or error} is not installed; type `make programs`")
except ValueError as error:  # raised by tqdm when imported
    sys.exit(f"programs: tqdm, by a variable TQDM_...: {error}")

ROUNDS = 9
SECONDS = 12.0  # of a program, for the progress bar


class Wanted(NamedTuple):
    names: list[str]
    rounds: int
    output: Path


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = read_command_line(arguments)
    try:
        make_folder(wanted.output.parent)
    except OSError as error:
        print(f"programs: {in_words(error, wanted.output)}", file=sys.stderr)
        return 1
    swaps, stopped_by = measure(wanted)
    told = kept(wanted.output, swaps.as_json()), printed(as_text(swaps))
    wrong = [line for line in told if line]
    for line in wrong:
        print(f"programs: {line}", file=sys.stderr)
    for name in wanted.names:
        if find_spec(name) is None:
            print(f"programs: {name} is not installed, and left out", file=sys.stderr)
    for name, why in swaps.failed.items():
        print(f"programs: {name}: {why}", file=sys.stderr)
    if stopped_by:
        print(f"programs: stopped by {signal.Signals(stopped_by).name}", file=sys.stderr)
        return 128 + stopped_by
    return 1 if swaps.failed or wrong or not swaps.programs else 0


def read_command_line(arguments: Sequence[str] | None) -> Wanted:
    parser = Parser(
        prog="programs",
        description="Times programs from PyPI with their own weighted draw and with choose.",
    )
    known = ", ".join(PROGRAMS)
    parser.add_argument(
        "names", nargs="*", type=program, metavar="NAME", help=f"{known} (default: all)"
    )
    parser.add_argument(
        "--rounds", type=count, default=ROUNDS, help=f"how often each is run (default: {ROUNDS})"
    )
    out = ROOT / "benchmark" / "out" / "programs.json"
    parser.add_argument(
        "--output",
        type=path,
        default=out,
        metavar="FILE",
        help="where to write (default: benchmark/out/programs.json)",
    )
    given = parser.parse_args(arguments)
    return Wanted(given.names or list(PROGRAMS), given.rounds, given.output)


def program(text: str) -> str:
    if text not in PROGRAMS:
        raise ArgumentTypeError(f"{text!r} is not one of {', '.join(PROGRAMS)}")
    return text


def measure(wanted: Wanted) -> tuple[Swaps, int]:
    """What was measured, and the signal that stopped it, or 0. A program that fails is noted, and
    the others go on."""
    swaps, stopped_by = Swaps(machine.describe(), wanted.rounds), 0
    bar = Bar(SECONDS * len(wanted.names))
    try:
        listen(stop)
        for name in wanted.names:
            bar.begin(name, SECONDS)
            if find_spec(name) is None:
                continue
            try:
                data = run_worker("programs.measure", bar, program=name, rounds=wanted.rounds)
                swaps.programs.append(Measured.of(data))
            except Failed as error:
                swaps.failed[name] = str(error)
            except Exception as error:  # an unforeseen error costs one program
                swaps.failed[name] = in_a_line(error)
    except Stopped as stopped:
        [stopped_by] = stopped.args
    finally:
        listen(signal.SIG_IGN)
        bar.close()
    return swaps, stopped_by


if __name__ == "__main__":
    sys.exit(main())
