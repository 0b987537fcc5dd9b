"""The measurements of programs, the figures derived from them, their table and their JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from statistics import median
from textwrap import fill
from typing import Any

from benchmark.figures import Figure, bare, duration
from benchmark.results import Machine, present


@dataclass(frozen=True)
class Agreement:
    """A chi-square test of the draws of both functions from the same arguments."""

    calls: int
    draws: int  # from the arguments of each call, by each function
    chi_square: float
    freedom: int
    probability: float


@dataclass(frozen=True)
class Measured:
    """One program, with its own draw and with `choose`: a figure for each round, in seconds."""

    package: str
    version: str
    task: str
    draw: str
    calls: list[int]  # in a run: of its own draw, then of the other
    before: list[float]
    after: list[float]
    drawing: list[float]  # of a run by its own draw, all calls
    call_before: list[float]
    call_after: list[float]
    agreement: Agreement

    @classmethod
    def of(cls, data: dict[str, Any]) -> Measured:
        return cls(**{**data, "agreement": Agreement(**data["agreement"])})

    @property
    def share(self) -> float:
        """The share of the run that its own draw takes."""
        return min(median(a / b for a, b in zip(self.drawing, self.before)), 1.0)

    @property
    def bound(self) -> float:
        """The speed-up of the whole if a draw took no time (Amdahl, 1967)."""
        return 1 / (1 - self.share) if self.share < 1 else float("inf")

    @property
    def call_speedup(self) -> Figure:
        return Figure.of([a / b for a, b in zip(self.call_before, self.call_after)])

    @property
    def speedup(self) -> Figure:
        return Figure.of([a / b for a, b in zip(self.before, self.after)])


@dataclass(frozen=True)
class Swaps:
    """The content of `programs.json`."""

    machine: Machine
    rounds: int
    programs: list[Measured] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # the reason, by program

    def as_json(self) -> str:
        return json.dumps({"schema": 1, **vars(self)}, indent=1, default=present) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Swaps:
        data = json.loads(text)
        programs = [Measured.of(one) for one in data["programs"]]
        return cls(Machine(**data["machine"]), data["rounds"], programs, data["failed"])


# ---- the table ----------------------------------------------------------------------------------

HEADINGS = ("program", "its draw", "a call", "faster", "share", "the program", "1 / (1 - share)")


def cells(swaps: Swaps) -> list[tuple[str, ...]]:
    """A row for each program, the one that gained most first."""
    return [
        (
            f"{one.package}: {one.task}",
            one.draw,
            f"{duration(median(one.call_before))} → {duration(median(one.call_after))}",
            times(one.call_speedup),
            f"{one.share:.0%}",
            times(one.speedup),
            f"{bare(one.bound)} ×",
        )
        for one in sorted(swaps.programs, key=lambda one: -one.speedup.median)
    ]


def times(figure: Figure) -> str:
    median_, low, high = map(bare, figure)
    return f"{median_} × ({low}–{high})"


def as_text(swaps: Swaps) -> str:
    table = [HEADINGS, *cells(swaps)]
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    alike = [f"{one.package}: {counts(one)}; {verdict(one.agreement)}" for one in swaps.programs]
    return "\n\n".join(["\n".join(lines), "\n".join(alike), circumstances(swaps)])


def counts(one: Measured) -> str:
    return f"{one.calls[0]:,} calls a run, swapped {one.calls[1]:,}"


def verdict(test: Agreement) -> str:
    return (
        f"{test.draws:,} draws each from {test.calls} of them: chi-square {test.chi_square:.1f} "
        f"of {test.freedom}, p = {test.probability:.2g}"
    )


def as_markdown(swaps: Swaps) -> str:
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---" + "|---:" * (len(HEADINGS) - 2) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in cells(swaps)]
    return "\n".join([*lines, "", circumstances(swaps)])


def circumstances(swaps: Swaps) -> str:
    on = swaps.machine
    date = f", on {on.date}" if on.date else ""
    versions = ", ".join(f"{one.package} {one.version}" for one in swaps.programs)
    return fill(
        f"Medians of {swaps.rounds} rounds{date}, in brackets the lowest and the highest. "
        f"{on.processor}; {on.python}, numpy {on.numpy}, {on.rustc.split(' (')[0]}; {versions}.",
        100,
    )
