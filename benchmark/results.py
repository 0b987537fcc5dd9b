"""The results, from measurement to report, and their JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ttst_brain.curve import Point

# The article's figures: seconds for 100,000 matches, and the part of them spent in cogitate().
ARTICLE = {"numpy": (43.9, 35.6), "choose": (6.45, 1.79)}


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on, and when."""

    system: str
    processor: str
    python: str
    numpy: str
    numba: str
    rustc: str
    commit: str
    version: str | None = None  # of this project
    date: str | None = None  # UTC, as 2020-12-31; older records have neither


@dataclass(frozen=True)
class Options:
    """What was requested."""

    matches: int
    repeats: int
    engines: list[str]
    seed: int
    quick: bool


@dataclass(frozen=True)
class Training:
    """One training. The cost of a draw is known only if cogitate() makes it."""

    seconds: float
    wins1: int
    wins2: int
    ties: int
    brains: str  # their SHA-256
    draws_per_match: float | None = None
    seconds_per_draw: float | None = None
    # With choose on rows that are still ndarrays, as in numpy's engine: the swap alone.
    seconds_with_arrays: float | None = None

    @property
    def cogitate_seconds(self) -> float | None:
        """The number of draws times the cost of one."""
        if self.draws_per_match is None or self.seconds_per_draw is None:
            return None
        matches = self.wins1 + self.wins2 + self.ties
        return matches * self.draws_per_match * self.seconds_per_draw


@dataclass(frozen=True)
class Draw:
    """One way to draw: nanoseconds per draw, one figure per round."""

    name: str
    holder: str
    code: str
    needs: str
    weights: int
    nanoseconds: list[float]


@dataclass(frozen=True)
class Draws:
    unit: str  # the name of the way the others are compared with
    nine: list[Draw]
    by_length: list[Draw]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Draws:
        nine, by_length = ([Draw(**one) for one in data[key]] for key in ("nine", "by_length"))
        return cls(data["unit"], nine, by_length)


@dataclass(frozen=True)
class TableDraw:
    """One way to draw from each row of a table: nanoseconds per row, one figure per round."""

    name: str
    code: str
    needs: str
    rows: int
    columns: int
    nanoseconds: list[float]


@dataclass(frozen=True)
class KeptWeights:
    """One way to draw from weights that stay: nanoseconds by operation, one figure per round."""

    name: str
    static: bool  # changing a weight means a rebuild
    needs: str
    weights: int
    codes: dict[str, str]  # by operation: draw, update, both in turn, batch, sample, build
    nanoseconds: dict[str, list[float]]  # per draw, change, draw of a batch, item, weight
    bytes_a_weight: float | None = None


@dataclass(frozen=True)
class Kept:
    batch: int  # draws in a batch
    ways: list[KeptWeights]
    left_out: list[str]  # and why
    versions: dict[str, str]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Kept:
        return cls(**{**data, "ways": [KeptWeights(**one) for one in data["ways"]]})


@dataclass(frozen=True)
class Pair:
    """The seconds numba and chooser.play take for `matches` matches, measured in turns."""

    matches: int
    numba: list[float]
    play: list[float]


@dataclass(frozen=True)
class Threads:
    """The seconds chooser.play takes for `matches` matches in one thread, and for as many in each
    of two threads at once, measured in turns."""

    matches: int
    one: list[float]
    two: list[float]


@dataclass(frozen=True)
class Matches:
    compiling_seconds: float
    pairs: list[Pair]
    threads: Threads | None = None  # one core cannot tell

    @classmethod
    def of(cls, data: dict[str, Any]) -> Matches:
        pairs, threads = [Pair(**pair) for pair in data["pairs"]], data.get("threads")
        return cls(data["compiling_seconds"], pairs, threads and Threads(**threads))


@dataclass(frozen=True)
class Box:
    """A function in a flame chart, with all that it called from there."""

    name: str
    place: str  # its file
    depth: int  # below the root
    left: int  # samples to the left
    samples: int


@dataclass(frozen=True)
class Chart:
    """A flame chart of matches, as boxes: the root first, each before those it called."""

    matches: int
    rate: int  # samples a second
    native: bool
    boxes: list[Box]
    speedscope: str  # its file, which has the samples in the order of time

    @classmethod
    def of(cls, data: dict[str, Any]) -> Chart:
        return cls(**{**data, "boxes": [Box(**box) for box in data["boxes"]]})

    @property
    def samples(self) -> int:
        return self.boxes[0].samples

    def samples_in(self, name: str, place: str | None = None) -> int:
        """The number of samples whose stack holds a function of that name, in that file."""
        total = end = 0
        for box in self.boxes:
            named = box.name == name and place in (None, box.place)
            if named and box.left >= end:  # else it lies within one that is counted
                total, end = total + box.samples, box.left + box.samples
        return total

    @property
    def cogitate_share(self) -> float | None:
        return self.samples_in("cogitate") / self.samples or None


@dataclass(frozen=True)
class Comparison:
    """Everything measured so far: the content of `timings.json`."""

    machine: Machine
    options: Options
    trainings: dict[str, list[Training]]  # by engine, one per round
    draws: Draws | None = None
    tables: list[TableDraw] | None = None
    weights: Kept | None = None
    matches: Matches | None = None
    flamecharts: dict[str, Chart] = field(default_factory=dict)
    curve: list[Point] | None = None
    failed: dict[str, str] = field(default_factory=dict)  # the reason, by engine or step
    interrupted: bool = False

    def as_json(self, indent: int | None = None) -> str:
        data = {"schema": 1, "article": ARTICLE, **vars(self)}
        return json.dumps(data, indent=indent, default=present)

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        data = json.loads(text)
        return cls(
            machine=Machine(**data["machine"]),
            options=Options(**data["options"]),
            trainings={
                engine: [Training(**one) for one in rounds]
                for engine, rounds in data["trainings"].items()
            },
            draws=data["draws"] and Draws.of(data["draws"]),
            tables=data["tables"] and [TableDraw(**one) for one in data["tables"]],
            weights=data["weights"] and Kept.of(data["weights"]),
            matches=data["matches"] and Matches.of(data["matches"]),
            flamecharts={name: Chart.of(one) for name, one in data["flamecharts"].items()},
            curve=data["curve"],
            failed=data["failed"],
            interrupted=data["interrupted"],
        )


def present(result: object) -> dict[str, Any]:
    """A result's fields for JSON, without those that are None."""
    return {name: value for name, value in vars(result).items() if value is not None}
