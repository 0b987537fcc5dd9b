"""What a program is, and how the function that it draws with is replaced: by rebinding its names.
No library's files are edited."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, Callable

import chooser
from benchmark.processes import Failed

Call = tuple[tuple[Any, ...], dict[str, Any]]


def one(drawn: Any) -> Iterable[Hashable]:
    return [drawn]


@dataclass(frozen=True)
class Program:
    """A program that draws by a function which others find under the names in `places`."""

    package: str
    task: str
    draw: str  # the idiom
    places: Sequence[tuple[Any, str]]  # modules or classes, and the function's name in them
    swapped: Callable[..., Any]  # takes and returns what the function does
    run: Callable[[int], object]  # with a seed
    outcomes: Callable[[Any], Iterable[Hashable]] = one  # what the function's result has drawn

    @property
    def original(self) -> Callable[..., Any]:
        owner, name = self.places[0]
        function: Callable[..., Any] = getattr(owner, name)
        return function


@contextmanager
def bound(program: Program, function: Callable[..., Any]) -> Iterator[None]:
    """Makes the program draw with this function."""
    kept = [(owner, name, getattr(owner, name)) for owner, name in program.places]
    try:
        for owner, name in program.places:
            setattr(owner, name, function)
        yield
    finally:
        for owner, name, before in kept:
            setattr(owner, name, before)


def recorded_calls(program: Program, seed: int) -> list[Call]:
    """The arguments of each draw of a run. Lists are copied, because a program may change them."""
    calls: list[Call] = []
    original = program.original

    def recording(*args: Any, **kwargs: Any) -> Any:
        calls.append((tuple([*arg] if type(arg) is list else arg for arg in args), kwargs))
        return original(*args, **kwargs)

    with bound(program, recording):
        program.run(seed)
    return calls


def calls_when_swapped(program: Program, seed: int) -> int:
    """How often a run calls the new function. Raises `Failed` if it never does, or still calls the
    old one, as by a name that another module has copied: calls are told apart by code objects, not
    by names."""
    old, new = code_of(program.original), code_of(program.swapped)
    counts = {old: 0, new: 0}

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in counts:
            counts[frame.f_code] += 1

    chooser.seed(seed)
    with bound(program, program.swapped):
        sys.setprofile(profile)
        try:
            program.run(seed)
        finally:
            sys.setprofile(None)
    owner, name = program.places[0]
    if old is not None and counts[old]:
        raise Failed(f"{name} is still called {counts[old]:,} times, by a name that was copied")
    if not counts[new]:
        raise Failed(f"{name} of {owner.__name__} is never called")
    return counts[new]


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """The code of a Python function; a C function has none."""
    return getattr(inspect.unwrap(function), "__code__", None)
