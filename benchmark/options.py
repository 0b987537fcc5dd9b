"""The comparison's command line as a typed value."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from benchmark.output import printed
from benchmark.results import Options
from ttst import ENGINES

SEED = 2020


class Wanted(NamedTuple):
    """What to measure, and what to write."""

    options: Options
    output: Path
    json: bool
    flamecharts: bool
    native: bool


def read_command_line(arguments: Sequence[str] | None) -> Wanted:
    parser = Parser(
        prog="compare.py",
        description="Times TTST's engines against each other and draws their flame charts.",
    )
    parser.add_argument(
        "--matches",
        type=count,
        help="matches per training (default: 100000, the article's; 2000 with --quick)",
    )
    parser.add_argument(
        "--repeats", type=count, help="rounds of trainings (default: 3; 2 with --quick)"
    )
    parser.add_argument(
        "--engines",
        type=engines,
        default=list(ENGINES),
        help=f"engines to compare (default: {','.join(ENGINES)})",
    )
    out = Path(__file__).resolve().with_name("out")
    parser.add_argument(
        "--output",
        type=path,
        default=out,
        metavar="FOLDER",
        help="where to write (default: benchmark/out)",
    )
    parser.add_argument("--json", action="store_true", help="print timings.json, not the table")
    parser.add_argument(
        "--no-flamecharts", action="store_true", help="no flame charts, so py-spy is not needed"
    )
    parser.add_argument(
        "--native",
        action="store_true",
        help="show compiled frames in all charts, not only in that of play",
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help=f"seed of every training (default: {SEED})"
    )
    parser.add_argument("--quick", action="store_true", help="rough figures in 30 seconds")
    given = parser.parse_args(arguments)
    matches = given.matches or (2_000 if given.quick else 100_000)
    repeats = given.repeats or (2 if given.quick else 3)
    options = Options(matches, repeats, given.engines, given.seed, given.quick)
    return Wanted(options, given.output, given.json, not given.no_flamecharts, given.native)


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.name}: {message} (see --help)\n")

    def print_help(self, file: Any = None) -> None:
        """Exits with code 1 and one line if standard output fails, which argparse would ignore."""
        if unsaid := printed(self.format_help().rstrip("\n")):
            self.exit(1, f"{self.name}: {unsaid}\n")

    @property
    def name(self) -> str:
        return self.prog.removesuffix(".py")


def path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer of 1 or more")
    return int(text)


def engines(text: str) -> list[str]:
    """The engines named, in the order of the article."""
    named = text.split(",")
    for name in named:
        if name not in ENGINES:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(ENGINES)}")
    return [engine for engine in ENGINES if engine in named]
